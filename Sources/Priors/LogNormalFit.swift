import Foundation
import GSL

/// The log-normal LN(μ, ω²) nearest to a law of a scale, and how near it is (THEORY.md 4).
public struct LogNormalFit: Equatable, Sendable {
  public let mu, omega: Double
  /// The KL that the fit minimises, in nats; for a Gamma or inverse Gamma it depends on the shape only.
  public let divergence: Double

  /// min KL(LN ‖ Gamma(a, b)), the direction of an ELBO: μ = log(a/b) − 1/(2a), ω² = 1/a, KL = R(a).
  public static func reverse(gammaShape a: Double, rate b: Double) throws(GSLError) -> LogNormalFit {
    try requirePositive(a, "shape of a Gamma")
    try requirePositive(b, "rate of a Gamma")
    return LogNormalFit(
      mu: log(a) - log(b) - 0.5 / a, omega: 1 / a.squareRoot(), divergence: stirlingRemainder(a))
  }

  /// min KL(Gamma(a, b) ‖ LN), the match of moments of log X: μ = ψ(a) − log b, ω² = ψ₁(a).
  public static func forward(gammaShape a: Double, rate b: Double) throws(GSLError) -> LogNormalFit {
    try requirePositive(a, "shape of a Gamma")
    try requirePositive(b, "rate of a Gamma")
    let (psi, psi1) = (try digamma(a), try trigamma(a))
    // a ψ(a) − a − log Γ(a) + ½ log(2πe ψ₁(a)) cancels as a grows; with Stirling's series taken out of each term it is
    // ½ log(a ψ₁) − a (log a − 1/(2a) − ψ) − R(a).
    let mu, divergence: Double
    if a < 16 {
      mu = psi - log(b)
      divergence = try a * psi - a - logGamma(a) + 0.5 * (log(2 * .pi * psi1) + 1)
    } else {
      let x = 1 / (a * a)
      let psi1Excess = 0.5 / a + x * (1 / 6 - x * (1 / 30 - x * (1 / 42 - x / 30)))
      let psiDeficit = x * (1 / 12 - x * (1 / 120 - x * (1 / 252 - x * (1 / 240 - x / 132))))
      mu = log(a) - log(b) - 0.5 / a - psiDeficit  // exact to the last digit of −1/(2a) where the rate is a
      divergence = 0.5 * log1p(psi1Excess) - a * psiDeficit - stirlingRemainder(a)
    }
    return LogNormalFit(mu: mu, omega: psi1.squareRoot(), divergence: divergence)
  }

  /// `reverse` for InvGamma(a, b), scale b: the law of 1/X turns μ into −μ.
  public static func reverse(inverseGammaShape a: Double, scale b: Double) throws(GSLError) -> LogNormalFit {
    try reverse(gammaShape: a, rate: b).reciprocal
  }

  /// `forward` for InvGamma(a, b), scale b.
  public static func forward(inverseGammaShape a: Double, scale b: Double) throws(GSLError) -> LogNormalFit {
    try forward(gammaShape: a, rate: b).reciprocal
  }

  private var reciprocal: LogNormalFit { LogNormalFit(mu: -mu, omega: omega, divergence: divergence) }
}
