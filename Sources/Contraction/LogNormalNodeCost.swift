import Foundation
import GSL
import Priors

/// What one active node pays for having log-normals as the q of its scale: its cost less that with the best q of any
/// form, in the centred family (THEORY.md 7.10).
///
///     let node = try ActiveNode(fanIn: 100, rowNorm: 10, squaredRadius: 1e-4)
///     let cost = try LogNormalNodeCost(of: node, under: .groupLasso(rateParameter: .proportional(1)))
///     cost.shape     // 2e-6 nats: given the weights the scale is nearly log-normal
///
/// For given q of the weights the best q(t²) is the exact law of t² given weights of squared norm E‖w‖², and any other
/// pays its KL to that law more. So the difference is an identity, not a difference of two large numbers.
public struct LogNormalNodeCost: Sendable, Equatable {
  /// The cost with log-normals.
  public let cost: NodeCost
  /// The whole shift, in nats; never negative, and 0 for the Gaussian slab.
  public let shift: Double
  /// The part of the shape: what the best single log-normal for the squared scale would pay, the least
  /// KL(LN ‖ exact law). All of it for the group lasso.
  public let shape: Double

  /// The rest, because the horseshoe's family has two log-normals in place of one.
  public var pairing: Double { shift - shape }
  /// The least cost over all q of the scale.
  public var freeFormCost: Double { cost.value - shift }

  /// - Parameter node: for the horseshoe, its `weightCount` must be whole.
  /// - Throws: `RateError` as `NodeCost`, and where the exact law of the scale is beyond what can be computed.
  public init(of node: ActiveNode, under slab: SlabPrior) throws(RateError) {
    try self.init(cost: NodeCost(of: node, under: slab, parametrisation: .centred), of: node, under: slab)
  }

  /// - Parameter cost: of the node, in the centred family.
  init(cost: NodeCost, of node: ActiveNode, under slab: SlabPrior) throws(RateError) {
    self.cost = cost
    guard let mu = cost.mu, let omega = cost.omega else {
      (shift, shape) = (0, 0)
      return
    }
    do {
      let conditional = try ConditionalScale(of: node, under: slab, weightVariance: cost.weightVariance)
      let best = try conditional.withBestVariance()
      // The KL to the law at the same v, and what the best q gains from another v where the radius leaves room.
      let single = try conditional.law.divergence(ofLogNormal: mu + conditional.logGlobalScale, omega: omega)
        + max(0, conditional.leastCost - best.leastCost)
      if let pairing = try Self.pairing(slab, mu: mu, omega: omega) {
        shift = single + pairing
        shape = try min(LogNormalFit.fit(.reverse, to: best.law).divergence, shift)
      } else {
        (shift, shape) = (single, single)
      }
    } catch {
      throw RateError(
        name: "the cost of a log-normal scale at d = \(node.weightCount), B = \(node.rowNorm), σ² = "
          + "\(node.squaredRadius)", value: "out of reach (\(error))", needs: "computable")
    }
  }

  /// The tied pair's KL to the two factors less that of its product, one log-normal, to the squared half-Cauchy; nil
  /// for the group lasso, which has no factors.
  private static func pairing(_ slab: SlabPrior, mu: Double, omega: Double) throws(GSLError) -> Double? {
    guard case .groupHorseshoe(_, let local, _, _) = slab else { return nil }
    let pair = try NodeScale.halfCauchy(scale: local).divergence(mu: mu, omega: omega).value
    return pair - (try HalfCauchySquaredDivergence(mu: mu, omega: omega, scale: local).value)
  }
}

/// The exact law of a node's scale under q(w) = N(w*, vI), and the least cost with it.
private struct ConditionalScale {
  let node: ActiveNode
  let slab: SlabPrior
  /// v.
  let weightVariance: Double
  let law: ScaleLaw
  /// 2 log s, which log t² is more than log τ².
  let logGlobalScale: Double
  /// log ∫ prior(τ²) (t̃²)^{−d/2} e^{−W/(2t̃²)} dτ².
  private let logIntegral: Double
  /// E t̃⁻².
  private let meanInverseScale: Double

  init(of node: ActiveNode, under slab: SlabPrior, weightVariance: Double) throws {
    (self.node, self.slab, self.weightVariance) = (node, slab, weightVariance)
    let d = node.weightCount
    let squaredNorm = (node.rowNorm * node.rowNorm + d * weightVariance)
      / (slab.standardDeviation * slab.standardDeviation)  // W = E‖w‖²/σ_0²
    switch slab {
    case .gaussian:
      throw RateError(name: "the scale of a Gaussian slab", value: "none", needs: "that of another slab")
    case .groupLasso(_, let rateParameter):
      guard let squaredRate = rateParameter.squaredRate(groupSize: node.fanIn + 1) else {
        throw RateError(name: "the rate parameter ς² of one node", value: "random", needs: "fixed or proportional")
      }
      let shape = 0.5 * node.fanIn + 1
      let conditional = try GeneralisedInverseGaussian(
        order: shape - 0.5 * d, alpha: squaredRate, beta: squaredNorm)
      law = .generalisedInverseGaussian(conditional)
      logGlobalScale = 0
      logIntegral = try shape * log(0.5 * squaredRate) - logGamma(shape) + conditional.logNormaliser
      meanInverseScale = try conditional.moment(-1)
    case .groupHorseshoe(_, let local, let global, let cap):
      guard let dimension = Int(exactly: d) else {
        throw RateError(name: "the number of weights of a node", value: "\(d)", needs: "whole for the horseshoe")
      }
      let conditional = try HorseshoeConditional(
        dimension: dimension, squaredNorm: squaredNorm, localScale: local, globalScale: global ?? 1, cap: cap.value)
      law = .horseshoeConditional(conditional)
      logGlobalScale = 2 * log(global ?? 1)
      logIntegral = conditional.logNormaliser
      meanInverseScale = conditional.meanInverseSquaredScale
    }
  }

  /// min over q(τ²) of the cost: d/2 (log σ_0²/v − 1) − `logIntegral`.
  var leastCost: Double {
    0.5 * node.weightCount * (2 * log(slab.standardDeviation) - log(weightVariance) - 1) - logIntegral
  }

  /// The slope of `leastCost` in log v, times 2/d.
  private var slope: Double {
    weightVariance * meanInverseScale / (slab.standardDeviation * slab.standardDeviation) - 1
  }

  /// At the best v up to σ²: where the radius is wide, less variance than it allows.
  func withBestVariance() throws -> ConditionalScale {
    let widest = try Self(of: node, under: slab, weightVariance: node.squaredRadius)
    guard widest.slope > 0 else { return widest }
    let logVariance = try stationaryPoint(startingAt: log(node.squaredRadius)) {
      try Self(of: node, under: slab, weightVariance: exp($0)).slope
    }
    return try Self(of: node, under: slab, weightVariance: exp(logVariance))
  }
}
