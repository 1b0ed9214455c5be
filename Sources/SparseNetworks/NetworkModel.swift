import Foundation
import NetworkShape
import Priors

/// What is fitted: a fully connected network with a spike-and-slab prior on the groups of its hidden nodes and a slab
/// alone on its output layer (THEORY.md 1–2). Non-centred parametrisation.
public struct NetworkModel: Hashable, Sendable {
  public let topology: Topology
  /// Of the hidden layers; the output is linear.
  public let activation: Activation
  public let slab: SlabPrior
  /// −log λ_l for the hidden layers l = 0, …, L−1, or nil for a network without a spike.
  public let negativeLogInclusion: [Double]?
  public let likelihood: Likelihood

  /// - Throws: `ModelError` when −log λ_l isn't a positive number per hidden layer, when a hyperparameter isn't a
  ///   positive number, when the activation can't be trained, or for more weights than BLAS can index (2³¹ − 1).
  public init(
    topology: Topology, activation: Activation, slab: SlabPrior, negativeLogInclusion: [Double]?,
    likelihood: Likelihood
  ) throws(ModelError) {
    // In floating point, where no product or sum overflows.
    let weights = zip(topology.widths, topology.widths.dropFirst()).reduce(0) { $0 + (Double($1.0) + 1) * Double($1.1) }
    guard weights <= Double(Int32.max) else {
      throw ModelError(name: "number of weights", value: "\(weights)", needs: "at most \(Int32.max)")
    }
    if let values = negativeLogInclusion {
      guard values.count == topology.hiddenLayerCount else {
        throw ModelError(
          name: "negative log inclusion", value: "\(values.count) numbers",
          needs: "one number per hidden layer (\(topology.hiddenLayerCount))")
      }
      for value in values { try Self.requirePositive(value, "negative log inclusion") }
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
    if case .gaussian(.known(let sd)) = likelihood { try Self.requirePositive(sd, "noise standard deviation") }
    if case .gaussian(.learned(let sd)) = likelihood { try Self.requirePositive(sd, "noise standard deviation") }
    self.topology = topology
    self.activation = activation
    self.slab = slab
    self.negativeLogInclusion = negativeLogInclusion
    self.likelihood = likelihood
  }

  private static func requirePositive(_ value: Double, _ name: String) throws(ModelError) {
    guard value > 0, value.isFinite else {
      throw ModelError(name: name, value: "\(value)", needs: "positive and finite")
    }
  }
}
