import Foundation
import GSL
import Priors

/// An effective strength x = B²/(k + 1) at which another slab gets the smaller θ (THEORY.md 6.4).
public struct StrengthCrossover: Sendable, Equatable {
  /// x at the crossing.
  public let effectiveStrength: Double
  /// The slab with the smaller θ just below it, and just above.
  public let below, above: SlabKind

  /// Where the g(x) of two of the slabs cross, rising in x; where they only touch is left out.
  ///
  /// With one σ₀, κ = ς²/d and t = c²:
  ///
  /// | pair | x/σ₀² |
  /// |---|---|
  /// | Gaussian, group lasso | (√κ ± √(κ − 1 − log κ))², between which the Gaussian slab is the cheaper |
  /// | Gaussian, capped horseshoe | t log t/(t − 1) if c < 1, above which the Gaussian slab is the cheaper |
  /// | group lasso, capped horseshoe | t (√Q + √(Q − 1 − log Q))², Q = κt, above which the lasso is the cheaper |
  ///
  /// The uncapped horseshoe crosses neither. A crossing at an x that a `Double` cannot hold is left out.
  /// - Parameters:
  ///   - slabs: hyperparameters of the slabs compared, with the same σ₀.
  ///   - groupSize: d = k + 1, weights and bias of one node.
  /// - Throws: `RateError` for slabs out of their domain or with different σ₀, or a group size below 1.
  public static func all(between slabs: [SlabPrior], groupSize d: Double) throws(RateError) -> [StrengthCrossover] {
    guard d >= 1, d.isFinite else { throw RateError(name: "the group size", value: "\(d)", needs: "1 or more") }
    for slab in slabs {
      try slab.requireRate()
      guard slab.standardDeviation == slabs[0].standardDeviation else {
        throw RateError(name: "σ₀", value: "\(slab.standardDeviation)", needs: "the same for every slab compared")
      }
    }
    var kappa: Double?
    var cap: Double?
    for slab in slabs {
      switch slab {
      case .gaussian: break
      case .groupLasso(_, let rate): kappa = rate.perWeight(groupSize: d)
      case .groupHorseshoe(_, _, _, let c): cap = c.value
      }
    }
    let hasGaussian = slabs.contains { $0.kind == .gaussian }
    let variance = slabs.first.map { $0.standardDeviation * $0.standardDeviation } ?? 1
    var crossovers: [StrengthCrossover] = []
    func add(_ x: Double, _ below: SlabKind, _ above: SlabKind) {
      let strength = variance * x
      guard strength >= .leastNormalMagnitude, strength.isFinite else { return }
      crossovers.append(StrengthCrossover(effectiveStrength: strength, below: below, above: above))
    }
    if hasGaussian, let kappa, kappa != 1 {
      let half = halfWindow(kappa)
      // √κ − half is (κ − half²)/(√κ + half), which does not cancel for a large κ; κ − half² = 1 + log κ.
      if 1 + log(kappa) > 0 {
        add(pow((1 + log(kappa)) / (kappa.squareRoot() + half), 2), .groupLasso, .gaussian)
      }
      add(pow(kappa.squareRoot() + half, 2), .gaussian, .groupLasso)
    }
    if let cap {
      let t = cap * cap
      if hasGaussian, cap < 1 { add(t * log(t) / (t - 1), .groupHorseshoe, .gaussian) }
      if let kappa { add(t * pow((kappa * t).squareRoot() + halfWindow(kappa * t), 2), .groupHorseshoe, .groupLasso) }
    }
    return crossovers.sorted { $0.effectiveStrength < $1.effectiveStrength }
  }

  /// √(q − 1 − log q).
  private static func halfWindow(_ q: Double) -> Double { exponentialExcess(log(q)).squareRoot() }
}
