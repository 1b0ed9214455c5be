import Foundation
import GSL
import NetworkShape
import Priors

/// The regression functions that a model's prior takes for likely: f_θ with θ drawn from the prior, exactly.
///
/// Draws are those of a posterior whose q is the prior: standardised weights N(0, σ_0²), each scale's own Gamma or
/// inverse Gamma, γ = λ. What the network shares and hangs together, ς² and a random λ, is drawn first.
public struct PriorPredictive: Sendable {
  public let model: NetworkModel

  public init(_ model: NetworkModel) { self.model = model }

  /// Calls `body` once per draw with f_θ at every row: rows × outputs, row-major, before the likelihood's link.
  ///
  /// - Parameters:
  ///   - inputs: row-major, k_0 numbers a row.
  ///   - key: the same key gives the same draws, whatever the rows.
  /// - Throws: `FitError.mismatch` when the inputs aren't whole rows of finite numbers, `FitError.outOfDomain` for
  ///   hyperparameters so extreme that no draw can be made.
  public func forEachDraw(
    count: Int, inputs: [Double], key: StreamKey, _ body: (_ draw: Int, _ outputs: [Double]) -> Void
  ) throws(FitError) {
    for draw in 0..<max(0, count) {
      let key = key.child(draw)
      let posterior: Posterior
      do {
        let generator = RandomGenerator(key: key.child("shared"))
        let model = try self.model.withFixedSharedParameters(generator)
        posterior = Posterior(
          model: model, parameters: try VariationalParameters(atPriorOf: model), gatesAreFrozen: false)
      } catch {
        throw FitError.outOfDomain(step: 0, quantity: "\(error)")
      }
      try posterior.forEachDraw(count: 1, inputs: inputs, key: key) { body(draw, $1) }
    }
  }
}

extension NetworkModel {
  /// The same prior given one draw of ς² and of each layer's λ, in the family of q that holds the prior itself.
  fileprivate func withFixedSharedParameters(_ generator: RandomGenerator) throws -> NetworkModel {
    var slab = slab
    if case .groupLasso(let deviation, .hyperprior(let shape, let rate)) = slab {
      let squaredRate = try GammaDistribution(shape: shape, rate: rate).sample(using: generator)
      slab = .groupLasso(standardDeviation: deviation, rateParameter: .fixed(squaredRate))
    }
    var spike = spike
    if case .beta(let a, let b)? = spike.inclusion {
      let negativeLog = try (0..<topology.hiddenLayerCount).map { _ in
        // λ = X/(X + Y) of two Gammas.
        let x = try GammaDistribution(shape: a, rate: 1).sample(using: generator)
        let y = try GammaDistribution(shape: b, rate: 1).sample(using: generator)
        return max(log1p(y / x), .leastNormalMagnitude)
      }
      spike = spike.isOfEdges ? .edge(negativeLog: negativeLog) : .node(negativeLog: negativeLog)
    }
    return try NetworkModel(
      topology: topology, activation: activation, slab: slab, spike: spike, scaleFamily: .gamma, likelihood: likelihood)
  }
}

extension VariationalParameters where Scalar == Float {
  /// q equal to the prior: of a non-centred model with Gamma scales, whose ς² and λ are fixed.
  init(atPriorOf model: NetworkModel) throws(ModelError) {
    guard model.scaleFamily == .gamma, model.parametrisation == .nonCentred else {
      throw ModelError(name: "family of q", value: model.scaleFamily.rawValue, needs: "gamma, to hold the prior itself")
    }
    layout = ParameterLayout(model)
    values = [Float](repeating: 0, count: layout.count)
    func fill(_ range: Range<Int>, _ value: Double) { for place in range { values[place] = Float(value) } }
    fill(layout.rhos, inverseSoftplus(model.slab.standardDeviation))
    for scale in layout.layers.flatMap(\.scales) + layout.shared.map(\.scale) {
      guard let rho = scale.rho else { continue }
      switch scale.variable {
      case .gamma(let shape, let rate):
        fill(scale.location, log(shape.value / rate))
        fill(rho, inverseSoftplus(1 / shape.value.squareRoot()))
      case .inverseGamma(let shape, let b):
        fill(scale.location, -log(shape.value / b))
        fill(rho, inverseSoftplus(1 / shape.value.squareRoot()))
      case .gammaOfSharedRate, .halfCauchySquared:
        throw ModelError(name: "scale", value: "one that hangs on another", needs: "a Gamma or an inverse Gamma")
      }
    }
    for (l, layer) in layout.layers.enumerated() {
      guard let logits = layer.inclusionLogits else { continue }
      guard case .fixed(let negativeLog)? = model.spike.inclusion else {
        throw ModelError(name: "inclusion probability", value: "random", needs: "fixed")
      }
      // logit λ at ν = −log λ.
      fill(logits, -negativeLog[l] - log1mExp(negativeLog[l]))
    }
  }
}
