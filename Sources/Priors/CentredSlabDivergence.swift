import Foundation
import GSL

/// KL of one weight in the centred form: q(w) = N(m, ρ²) against N(0, σ_0² t̃²), averaged over the scale's
/// u = log t² ~ N(μ, ω²), 1/t̃² = 1/t² + 1/c² (THEORY.md 3.8).
///
///     log(σ_0/ρ) + ½ E log t̃² − ½ + (ρ² + m²)/(2σ_0²) E t̃⁻²
///
/// Without a cap (c = ∞) this serves the group lasso, t = τ, as well as the uncapped horseshoe.
public struct CentredSlabDivergence: Equatable, Sendable {
  public let value: Double
  /// ∂m, ∂ρ, ∂μ and ∂ω of the value.
  public let dMean, dStandardDeviation, dMu, dOmega: Double

  /// - Parameter cap: c; nil stands for ∞.
  /// - Throws: `GSLError.domain` unless m and μ are finite, the others positive and finite, and ω ≤ 10⁴ with a cap.
  public init(
    mean m: Double, standardDeviation rho: Double, priorStandardDeviation sigma0: Double, mu: Double, omega: Double,
    cap: Double?
  ) throws(GSLError) {
    try requireFinite(m, "mean of a weight")
    try requirePositive(rho, "standard deviation of a weight")
    try requirePositive(sigma0, "prior standard deviation of a weight")
    try requireFinite(mu, "mu of a log-normal")
    try requirePositive(omega, "omega of a log-normal")
    var meanLogScale = mu  // E log t̃²
    var meanLogScaleByMu = 1.0
    var meanLogScaleByOmega = 0.0
    let meanPrecision = exp(-mu + 0.5 * omega * omega)  // E t⁻²
    var meanCappedPrecision = meanPrecision  // E t̃⁻²
    if let cap {
      try requirePositive(cap, "cap of a horseshoe")
      let expectation = try GaussianExpectation(mu: mu - 2 * log(cap), omega: omega)
      meanLogScale -= expectation(softplus)
      meanLogScaleByMu -= expectation(sigmoid)
      meanLogScaleByOmega -= expectation.timesZ(sigmoid)
      meanCappedPrecision += 1 / (cap * cap)
    }
    let halfSquare = 0.5 * ((rho / sigma0) * (rho / sigma0) + (m / sigma0) * (m / sigma0))
    value = log(sigma0 / rho) + 0.5 * (meanLogScale - 1) + halfSquare * meanCappedPrecision
    dMean = m / sigma0 / sigma0 * meanCappedPrecision
    dStandardDeviation = rho / sigma0 / sigma0 * meanCappedPrecision - 1 / rho
    dMu = 0.5 * meanLogScaleByMu - halfSquare * meanPrecision
    dOmega = 0.5 * meanLogScaleByOmega + omega * halfSquare * meanPrecision
  }
}
