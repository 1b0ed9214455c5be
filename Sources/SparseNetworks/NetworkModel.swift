import Foundation
import NetworkShape
import Priors

/// What is fitted: a fully connected network, the prior of its weights, and the family of q (THEORY.md 1–3).
///
/// The axes combine freely: slab, spike, parametrisation, the scales' family, likelihood and activation.
public struct NetworkModel: Hashable, Sendable {
  public let topology: Topology
  /// Of the hidden layers; the output is linear.
  public let activation: Activation
  /// With its scale hierarchy: ς², global scale and cap.
  public let slab: SlabPrior
  public let spike: SpikePrior
  /// Whether scales multiply standardised weights, or shape the prior of the weights themselves. Of no effect with the
  /// Gaussian slab.
  public let parametrisation: Parametrisation
  public let scaleFamily: ScaleFamily
  public let likelihood: Likelihood

  /// - Throws: `ModelError` when −log λ_l isn't a positive number per hidden layer, when a hyperparameter isn't a
  ///   positive number, when the activation can't be trained, when a Bernoulli likelihood has several outputs, or for
  ///   more weights than BLAS can index (2³¹ − 1).
  public init(
    topology: Topology, activation: Activation, slab: SlabPrior, spike: SpikePrior,
    parametrisation: Parametrisation = .nonCentred, scaleFamily: ScaleFamily = .logNormal, likelihood: Likelihood
  ) throws(ModelError) {
    // In floating point, where no product or sum overflows.
    let weights = zip(topology.widths, topology.widths.dropFirst()).reduce(0) { $0 + (Double($1.0) + 1) * Double($1.1) }
    guard weights <= Double(Int32.max) else {
      throw ModelError(name: "number of weights", value: "\(weights)", needs: "at most \(Int32.max)")
    }
    switch spike.inclusion {
    case nil: break
    case .fixed(let values):
      guard values.count == topology.hiddenLayerCount else {
        throw ModelError(
          name: "negative log inclusion", value: "\(values.count) numbers",
          needs: "one number per hidden layer (\(topology.hiddenLayerCount))")
      }
      for value in values { try Self.requirePositive(value, "negative log inclusion") }
    case .beta(let a, let b):
      try Self.requirePositive(a, "first parameter of the inclusion's Beta")
      try Self.requirePositive(b, "second parameter of the inclusion's Beta")
    }
    do {
      try slab.validate()
    } catch {
      throw ModelError(name: "slab", value: slab.kind.rawValue, needs: "a valid prior: \(error)")
    }
    guard activation.isTrainable else {
      let names = Activation.allCases.filter(\.isTrainable).map(\.rawValue).joined(separator: ", ")
      throw ModelError(name: "activation", value: activation.rawValue, needs: "one that can be trained: \(names)")
    }
    switch likelihood {
    case .gaussian(.known(let sd)), .gaussian(.learned(let sd)):
      try Self.requirePositive(sd, "noise standard deviation")
    case .categorical: break
    case .bernoulli:
      guard topology.outputCount == 1 else {
        throw ModelError(
          name: "outputs of a Bernoulli likelihood", value: "\(topology.outputCount)", needs: "1, or categorical")
      }
    }
    self.topology = topology
    self.activation = activation
    self.slab = slab
    self.spike = spike
    self.parametrisation = parametrisation
    self.scaleFamily = scaleFamily
    self.likelihood = likelihood
  }

  /// Whether nodes have random scales that do not multiply their weights.
  package var isCentred: Bool { parametrisation == .centred && slab.kind != .gaussian }

  /// Whether the KL depends on the draw: a cap turns the mean of log t̃² into an expectation without a closed form,
  /// which the centred objective takes at the drawn scale.
  var divergenceIsRandom: Bool {
    guard isCentred, case .groupHorseshoe(_, _, _, let cap) = slab else { return false }
    return cap != .none && !(scaleFamily == .point)
  }

  private static func requirePositive(_ value: Double, _ name: String) throws(ModelError) {
    guard value > 0, value.isFinite else {
      throw ModelError(name: name, value: "\(value)", needs: "positive and finite")
    }
  }
}
