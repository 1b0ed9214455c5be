import Foundation
import GSL

/// KL of τ² = ab for τ ~ C⁺(0, A): a ~ Gamma(½, 1/A²), b ~ InvGamma(½, 1), each with its own log-normal
/// LN(μ_a, ω_a²), LN(μ_b, ω_b²) under q (THEORY.md 3.7).
public struct HalfCauchyPairDivergence: Equatable, Sendable {
  /// The sum of the two parts, and the parts.
  public let value, gammaValue, inverseGammaValue: Double
  /// ∂μ_a, ∂ω_a, ∂μ_b, ∂ω_b and ∂A of the value.
  public let dMuA, dOmegaA, dMuB, dOmegaB, dScale: Double
  /// τ² ~ LN(`productMu`, `productOmega`²) under q; log τ has half of both.
  public let productMu, productOmega: Double

  /// - Throws: `GSLError.domain` unless both mu are finite and the others positive and finite.
  public init(muA: Double, omegaA: Double, muB: Double, omegaB: Double, scale: Double) throws(GSLError) {
    try requirePositive(scale, "scale of a half-Cauchy")
    let a = try LogNormalGammaDivergence(mu: muA, omega: omegaA, shape: .half, logRate: -2 * log(scale))
    let b = try LogNormalInverseGammaDivergence(mu: muB, omega: omegaB, shape: .half, scale: 1)
    gammaValue = a.value
    inverseGammaValue = b.value
    value = a.value + b.value
    (dMuA, dOmegaA, dMuB, dOmegaB) = (a.dMu, a.dOmega, b.dMu, b.dOmega)
    // ∂A log(rate) = −2/A, and log(rate) enters a.value as μ_a does: by their sum.
    dScale = -2 * a.dMu / scale
    productMu = muA + muB
    productOmega = hypot(omegaA, omegaB)
  }

  /// The pair of least KL among those with μ_a + μ_b = `mu`: e^{μ_a} = A²/(E_a + E_b e^{−ν}), E = e^{ω²/2},
  /// ν = μ − 2 log A.
  public static func bestSplit(
    mu: Double, omegaA: Double, omegaB: Double, scale: Double
  ) throws(GSLError) -> HalfCauchyPairDivergence {
    try requireFinite(mu, "mu of a log-normal")
    try requirePositive(scale, "scale of a half-Cauchy")
    let nu = mu - 2 * log(scale)
    let muA = 2 * log(scale) - logSumExp([0.5 * omegaA * omegaA, 0.5 * omegaB * omegaB - nu])
    return try HalfCauchyPairDivergence(muA: muA, omegaA: omegaA, muB: mu - muA, omegaB: omegaB, scale: scale)
  }
}

/// The best pair with tied widths ω_a = ω_b = ω/√2, as a function of the law LN(μ, ω²) of τ² alone (THEORY.md 3.7):
///
///     S(ν, ω) = log cosh(ν/2) + ω²/4 − log(ω²/2),   ν = μ − 2 log A
///
/// Its minimum, at ν = 0 and ω = 2, is 2R(½) = 1 − log 2.
public struct TiedHalfCauchyDivergence: Equatable, Sendable {
  public let value: Double
  /// ∂ν (which is ∂μ) and ∂ω of the value.
  public let dNu, dOmega: Double

  /// - Throws: `GSLError.domain` unless ν is finite and ω positive and finite.
  public init(nu: Double, omega: Double) throws(GSLError) {
    try requireFinite(nu, "nu of a half-Cauchy's log-normal")
    try requirePositive(omega, "omega of a log-normal")
    value = logCosh(0.5 * nu) + 0.25 * omega * omega - 2 * log(omega) + log(2)
    dNu = 0.5 * tanh(0.5 * nu)
    dOmega = 0.5 * omega - 2 / omega
  }
}
