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
  /// - Throws: `LogNormalFitError.noFit` for `moments` of a law without a variance (an inverse Gamma with shape ≤ 2, a
  ///   squared half-Cauchy, a horseshoe conditional with a cap or fewer than four weights), and for `product` of any
  ///   law but a squared half-Cauchy; `.numerical` for parameters outside of their domain and a search that fails;
  ///   `.inaccurate` for moments beyond a `Double`.
  public static func fit(_ kind: Kind, to law: ScaleLaw) throws(LogNormalFitError) -> LogNormalFit {
    let fit = try centredFit(kind, to: law)
    return LogNormalFit(mu: law.logCentre + fit.mu, omega: fit.omega, divergence: fit.divergence)
  }

  /// The same with μ less the law's `logCentre`, which would round it.
  static func centredFit(_ kind: Kind, to law: ScaleLaw) throws(LogNormalFitError) -> LogNormalFit {
    try LogNormalFitError.from {
      try law.requireValid()
      guard let fit = try possibleCentredFit(kind, to: law) else {
        throw LogNormalFitError.noFit(kind: kind, law: law, needs: needs(of: kind, law))
      }
      return fit
    }
  }

  private static func possibleCentredFit(_ kind: Kind, to law: ScaleLaw) throws -> LogNormalFit? {
    switch law {
    case .gamma(let a, _):
      switch kind {
      case .reverse: return try reverse(gammaShape: a, rate: a)
      case .forward: return try forward(gammaShape: a, rate: a)
      case .moments: return try moments(gammaShape: a)
      case .product: return nil
      }
    case .inverseGamma(let a, _):
      switch kind {
      case .reverse: return try reverse(inverseGammaShape: a, scale: a)
      case .forward: return try forward(inverseGammaShape: a, scale: a)
      case .moments: return a > 2 ? try moments(inverseGammaShape: a) : nil
      case .product: return nil
      }
    case .halfCauchySquared:
      switch kind {
      case .reverse: return try reverse(halfCauchyScale: 1)
      case .forward: return try forward(halfCauchyScale: 1)
      case .moments: return nil
      case .product: return try productOfHalfCauchy()
      }
    case .generalisedInverseGaussian(let law): return try law.density.fit(kind)
    case .horseshoeConditional(let law): return try law.density.fit(kind)
    }
  }

  /// What a law would need for a kind that it has not.
  private static func needs(of kind: Kind, _ law: ScaleLaw) -> String {
    switch (kind, law) {
    case (.product, _): "a squared half-Cauchy"
    case (_, .inverseGamma): "a variance, so a shape above 2"
    case (_, .horseshoeConditional): "a variance, so no cap and four weights or more"
    default: "a mean and a variance"
    }
  }

  // MARK: Mean and variance of X

  /// For Gamma(a, a): Var X / (E X)² = e^{ω²} − 1 is 1/a, and the mean e^{μ + ω²/2} is 1.
  private static func moments(gammaShape a: Double) throws(GSLError) -> LogNormalFit {
    let variance = log1p(1 / a)
    let (mu, omega) = (-0.5 * variance, variance.squareRoot())
    let kl = try LogNormalGammaDivergence(mu: mu, omega: omega, shape: a, rate: a)
    return LogNormalFit(mu: mu, omega: omega, divergence: kl.value)
  }

  /// The same for InvGamma(a, a), a > 2: 1/(a − 2) and a/(a − 1).
  private static func moments(inverseGammaShape a: Double) throws(GSLError) -> LogNormalFit {
    let variance = log1p(1 / (a - 2))
    let (mu, omega) = (-log1p(-1 / a) - 0.5 * variance, variance.squareRoot())
    let kl = try LogNormalInverseGammaDivergence(mu: mu, omega: omega, shape: a, scale: a)
    return LogNormalFit(mu: mu, omega: omega, divergence: kl.value)
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

  /// The product of the two factors' reverse fits, each with ω² = 2, for A = 1.
  private static func productOfHalfCauchy() throws(GSLError) -> LogNormalFit {
    LogNormalFit(mu: 0, omega: 2, divergence: try HalfCauchySquaredDivergence(mu: 0, omega: 2, scale: 1).value)
  }
}
