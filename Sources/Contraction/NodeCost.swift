import Foundation
import GSL
import Priors

/// What one active node pays: the least KL of q to the slab over log-normal scales and Gaussian weights that keep the
/// row within its radius (THEORY.md 7.2).
///
/// Derived in THEORY.md, not in the papers; exact within that family, and so an upper bound on the best q's.
///
///     let node = try ActiveNode(fanIn: 20, rowNorm: 3, squaredRadius: 1e-4)
///     let cost = try NodeCost(of: node, under: .groupHorseshoe()).value   // in nats
public struct NodeCost: Sendable, Equatable {
  /// C, in nats.
  public let value: Double
  /// μ and ω of q(τ²) = LN(μ, ω²), without the global scale; nil for the Gaussian slab, which has no scale.
  public let mu, omega: Double?
  /// v: the variance under q of a weight, of the standardised weight where the family is non-centred.
  public let weightVariance: Double
  /// A bound that needs no optimisation, at least `value` (THEORY.md 7.5).
  public let closedFormUpper: Double

  /// - Throws: `RateError` for a slab out of its domain, a hyperprior on ς² (whose q is shared by the network: see
  ///   `KLBudget`), or numbers so small or large that the cost overflows.
  public init(
    of node: ActiveNode, under slab: SlabPrior, parametrisation: Parametrisation = .nonCentred
  ) throws(RateError) {
    try slab.requireRate()
    if case .groupLasso(_, .hyperprior) = slab {
      throw RateError(name: "the rate parameter ς² of one node", value: "a hyperprior", needs: "fixed or proportional")
    }
    self = try NodeCost(of: node, under: slab, squaredRate: nil, parametrisation)
  }

  /// - Parameter squaredRate: q(ς²), which the hyperprior needs and the other slabs ignore.
  init(
    of node: ActiveNode, under slab: SlabPrior, squaredRate: LogNormalRate?, _ parametrisation: Parametrisation
  ) throws(RateError) {
    func refusal(_ value: String) -> RateError {
      RateError(
        name: "the cost of a node with d = \(node.weightCount), B = \(node.rowNorm), σ² = \(node.squaredRadius)",
        value: value, needs: "finite; bring B, σ² (and so Δ²) and the slab's parameters closer to 1")
    }
    do {
      self = try Self.minimum(of: node, slab: slab, squaredRate: squaredRate, parametrisation)
    } catch {
      throw refusal("out of reach (\(error))")
    }
    // A search that ends above the closed form has lost its way among rounded numbers.
    guard value.isFinite, closedFormUpper.isFinite, value <= closedFormUpper * (1 + 1e-9) else {
      throw refusal("\(value), but \(closedFormUpper) in closed form")
    }
  }

  private static func minimum(
    of node: ActiveNode, slab: SlabPrior, squaredRate: LogNormalRate?, _ parametrisation: Parametrisation
  ) throws -> NodeCost {
    let deviation = slab.standardDeviation
    if case .groupHorseshoe(_, let local, let global, .fixed(let cap)) = slab {
      let capped = CappedNodeCost(
        node: node, slabDeviation: deviation, localScale: local, globalScale: global ?? 1, cap: cap)
      let (point, upper) = try capped.minimum(parametrisation)
      return NodeCost(
        value: point.value, mu: point.mu, omega: point.omega, weightVariance: point.weightVariance,
        closedFormUpper: upper)
    }
    guard let law = try NodeScale(of: slab, fanIn: node.fanIn, squaredRate: squaredRate) else {
      return gaussian(node, deviation: deviation)
    }
    var squaredGlobalScale = 1.0
    if case .groupHorseshoe(_, _, let global?, _) = slab { squaredGlobalScale = global * global }
    let uncapped = UncappedNodeCost(
      node: node, slabDeviation: deviation, squaredGlobalScale: squaredGlobalScale, law: law)
    let (point, upper) = try uncapped.minimum(parametrisation)
    return NodeCost(
      value: point.value, mu: point.mu, omega: point.omega, weightVariance: point.weightVariance,
      closedFormUpper: upper)
  }

  /// C = d/2 {log σ_0²/v − 1 + v/σ_0²} + B²/(2σ_0²), v = min(σ², σ_0²).
  private static func gaussian(_ node: ActiveNode, deviation: Double) -> NodeCost {
    let variance = min(node.squaredRadius, deviation * deviation)
    let ratio = node.rowNorm / deviation
    let cost = 0.5 * node.weightCount * exponentialExcess(log(variance) - 2 * log(deviation)) + 0.5 * ratio * ratio
    return NodeCost(value: cost, mu: nil, omega: nil, weightVariance: variance, closedFormUpper: cost)
  }

  private init(value: Double, mu: Double?, omega: Double?, weightVariance: Double, closedFormUpper: Double) {
    self.value = value
    self.mu = mu
    self.omega = omega
    self.weightVariance = weightVariance
    self.closedFormUpper = closedFormUpper
  }
}
