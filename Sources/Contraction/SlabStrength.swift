import Foundation
import Priors

extension SlabPrior {
  /// g(x) of θ_l = g(x_l) + Λ_l: what the slab charges a weight for its strength (THEORY.md 6.3).
  ///
  /// | slab | g(x) |
  /// |---|---|
  /// | Gaussian | x/σ₀² + log σ₀² |
  /// | group lasso, κ = ς²/d | log(σ₀²/κ) + 2 √(κx)/σ₀ − 1 |
  /// | group horseshoe, no cap, or x ≤ c²σ₀² | 1 + log x |
  /// | group horseshoe, x > c²σ₀² | x/(c²σ₀²) + log(c²σ₀²) |
  ///
  /// - Parameters:
  ///   - x: the effective strength B²/d, positive.
  ///   - groupSize: d = k + 1, weights and bias of one node.
  package func strengthCost(effectiveStrength x: Double, groupSize: Double) -> Double {
    let variance = standardDeviation * standardDeviation  // σ₀²
    switch self {
    case .gaussian:
      return x / variance + log(variance)
    case .groupLasso(_, let rate):
      let kappa = rate.perWeight(groupSize: groupSize)
      return log(variance / kappa) + 2 * (kappa * x).squareRoot() / standardDeviation - 1
    case .groupHorseshoe(_, _, _, let cap):
      guard let cap = cap.value, x > cap * cap * variance else { return 1 + log(x) }
      let cappedVariance = cap * cap * variance
      return x / cappedVariance + log(cappedVariance)
    }
  }

  /// - Throws: `RateError` for a prior with a parameter out of range, or a random cap, of which no rate is known.
  func requireRate() throws(RateError) {
    do { try validate() } catch { throw RateError(error) }
    if case .groupHorseshoe(_, _, _, let cap) = self, cap.isRandom {
      throw RateError(name: "the cap of the horseshoe", value: "random", needs: "a number or none")
    }
  }

  /// c²σ₀² of a capped horseshoe: the largest variance that its slab can give to a weight.
  package var cappedVariance: Double? {
    guard case .groupHorseshoe(let sd, _, _, .fixed(let cap)) = self else { return nil }
    return cap * cap * sd * sd
  }
}
