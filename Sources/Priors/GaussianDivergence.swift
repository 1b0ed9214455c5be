import Foundation
import GSL

/// KL(N(m, ρ²) ‖ N(0, σ_0²)) of one standardised weight (THEORY.md 3.5).
///
///     log(σ_0/ρ) + (ρ² + m²)/(2σ_0²) − ½
public struct GaussianDivergence: Equatable, Sendable {
  public let value: Double
  /// ∂m, ∂ρ and ∂σ_0 of the value.
  public let dMean, dStandardDeviation, dPriorStandardDeviation: Double

  /// - Throws: `GSLError.domain` unless m is finite and both standard deviations are positive and finite.
  public init(
    mean m: Double, standardDeviation rho: Double, priorStandardDeviation sigma0: Double
  ) throws(GSLError) {
    try requireFinite(m, "mean of a weight")
    try requirePositive(rho, "standard deviation of a weight")
    try requirePositive(sigma0, "prior standard deviation of a weight")
    let ratio = rho / sigma0
    let z = m / sigma0
    // With y = 2 log(ρ/σ_0) the part without m is ½(e^y − 1 − y): no cancellation near ρ = σ_0.
    value = 0.5 * (exponentialExcess(2 * log(ratio)) + z * z)
    dMean = z / sigma0
    dStandardDeviation = ratio / sigma0 - 1 / rho
    dPriorStandardDeviation = (1 - ratio * ratio - z * z) / sigma0
  }
}
