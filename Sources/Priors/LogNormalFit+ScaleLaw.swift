import Foundation
import GSL

extension LogNormalFit {
  /// What a log-normal LN(μ, ω²) shares with the law it stands in for (THEORY.md 4).
  public enum Kind: String, CaseIterable, Hashable, Sendable {
    /// The least KL(LN ‖ law), the direction of an ELBO.
    case reverse
    /// The least KL(law ‖ LN): mean and variance of log X.
    case forward
    /// Mean and variance of X, where it has them.
    case moments
    /// The law of ab for the reverse fits of a ~ Gamma(½, 1/A²) and b ~ InvGamma(½, 1), whose product is a squared
    /// half-Cauchy: μ = 2 log A, ω = 2.
    case product
  }

  /// The log-normal of that kind for `law`.
  ///
  /// Of the kinds only `reverse` and `forward` minimise a KL to the law; for `moments` and `product`, `divergence` is
  /// their KL(LN ‖ law), that of an ELBO.
  ///
  /// - Throws: `LogNormalFitError.noFit` for `moments` of an inverse Gamma with shape ≤ 2 or of a squared half-Cauchy,
  ///   and for `product` of any other law than that; `.numerical` for parameters outside of their domain.
  public static func fit(_ kind: Kind, to law: ScaleLaw) throws(LogNormalFitError) -> LogNormalFit {
    try LogNormalFitError.from {
      try law.requireValid()
      switch law {
      case .gamma(let shape, let rate):
        switch kind {
        case .reverse: return try reverse(gammaShape: shape, rate: rate)
        case .forward: return try forward(gammaShape: shape, rate: rate)
        case .moments: return try moments(gammaShape: shape, rate: rate)
        case .product: throw LogNormalFitError.noFit(kind: kind, law: law, needs: "a squared half-Cauchy")
        }
      case .inverseGamma(let shape, let scale):
        switch kind {
        case .reverse: return try reverse(inverseGammaShape: shape, scale: scale)
        case .forward: return try forward(inverseGammaShape: shape, scale: scale)
        case .moments:
          guard shape > 2 else {
            throw LogNormalFitError.noFit(kind: kind, law: law, needs: "a variance, so a shape above 2")
          }
          return try moments(inverseGammaShape: shape, scale: scale)
        case .product: throw LogNormalFitError.noFit(kind: kind, law: law, needs: "a squared half-Cauchy")
        }
      case .halfCauchySquared(let scale):
        switch kind {
        case .reverse: return try reverse(halfCauchyScale: scale)
        case .forward: return try forward(halfCauchyScale: scale)
        case .moments: throw LogNormalFitError.noFit(kind: kind, law: law, needs: "a mean and a variance")
        case .product: return try product(halfCauchyScale: scale)
        }
      }
    }
  }

  // MARK: Mean and variance of X

  /// Var X / (E X)² = e^{ω²} − 1 is 1/a for Gamma(a, b), and the mean e^{μ + ω²/2} is a/b.
  private static func moments(gammaShape a: Double, rate b: Double) throws(GSLError) -> LogNormalFit {
    let variance = log1p(1 / a)
    let (mu, omega) = (log(a) - log(b) - 0.5 * variance, variance.squareRoot())
    // At rate a, so that log b cannot cost digits of the KL.
    let kl = try LogNormalGammaDivergence(mu: -0.5 * variance, omega: omega, shape: a, rate: a)
    return LogNormalFit(mu: mu, omega: omega, divergence: kl.value)
  }

  /// The same for InvGamma(a, b), a > 2: 1/(a − 2) and b/(a − 1).
  private static func moments(inverseGammaShape a: Double, scale b: Double) throws(GSLError) -> LogNormalFit {
    let variance = log1p(1 / (a - 2))
    let omega = variance.squareRoot()
    let offset = -log1p(-1 / a) - 0.5 * variance
    let kl = try LogNormalInverseGammaDivergence(mu: offset, omega: omega, shape: a, scale: a)
    return LogNormalFit(mu: log(b) - log(a) + offset, omega: omega, divergence: kl.value)
  }

  // MARK: Squared half-Cauchy (THEORY.md 4.5)

  /// min KL(LN ‖ C⁺(0, A)²): μ = 2 log A, and ω⁻² = ¼ E sech²(ωZ/2), whatever A is.
  public static func reverse(halfCauchyScale scale: Double) throws(LogNormalFitError) -> LogNormalFit {
    try LogNormalFitError.from {
      try requirePositive(scale, "scale of a half-Cauchy")
      // The derivative along ω crosses 0 once: −½ at ω → 0 is below, and at the forward fit's π it is above.
      let omega = try root(in: 2...Double.pi) {
        try HalfCauchySquaredDivergence(mu: 0, omega: $0, scale: 1).dOmega
      }
      let kl = try HalfCauchySquaredDivergence(mu: 0, omega: omega, scale: 1)
      return LogNormalFit(mu: 2 * log(scale), omega: omega, divergence: kl.value)
    }
  }

  /// min KL(C⁺(0, A)² ‖ LN): log X has mean 2 log A and variance π²; the KL is ½ log(2πe) − log 4.
  public static func forward(halfCauchyScale scale: Double) throws(GSLError) -> LogNormalFit {
    try requirePositive(scale, "scale of a half-Cauchy")
    return LogNormalFit(mu: 2 * log(scale), omega: .pi, divergence: 0.5 * (log(2 * .pi) + 1) - log(4))
  }

  /// The product of the two factors' reverse fits, each with ω² = 2.
  private static func product(halfCauchyScale scale: Double) throws(GSLError) -> LogNormalFit {
    let kl = try HalfCauchySquaredDivergence(mu: 0, omega: 2, scale: 1)
    return LogNormalFit(mu: 2 * log(scale), omega: 2, divergence: kl.value)
  }
}
