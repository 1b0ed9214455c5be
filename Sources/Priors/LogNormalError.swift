import Foundation
import GSL

/// How far a log-normal LN(μ, ω²) is from the scale law that it stands in for (THEORY.md 4).
///
///     let law = ScaleLaw.gamma(shape: 51, rate: 1)
///     let error = try LogNormalError(of: law, by: .reverse)
///     error.klReverse                // 0.0016: close
///     error.upperTailRatios.last     // 1.79 times too much beyond the 99.9% point
///
/// Divergences, `totalVariation`, `hellinger` and `kolmogorov` are the same for X and any power of X, and do not depend
/// on the law's scale; the Wasserstein distances do.
public struct LogNormalError: Equatable, Sendable {
  public let law: ScaleLaw
  public let mu, omega: Double
  /// KL(LN ‖ law) and KL(law ‖ LN), in nats; sums over a trapezoid rule where there is no closed form.
  public let klReverse, klForward: Double
  /// ½ ∫ |f − g|; (½ ∫ (√f − √g)²)^½; max |F − G|.
  public let totalVariation, hellinger, kolmogorov: Double
  /// Where the two densities are equal, as log x, ascending.
  public let densityCrossings: [Double]
  /// W₁ of X and of √X; nil where it is infinite, or e^{700} and more.
  public let wasserstein, wassersteinOfSquareRoot: Double?
  /// W₁ of log X.
  public let wassersteinOfLog: Double
  /// Where tails and quantiles are compared.
  public let tailProbabilities, quantileProbabilities: [Double]
  /// P_LN(X > q)/p and P_LN(X < q)/p for the q that the law exceeds, or stays below, with each `tailProbabilities`.
  public let upperTailRatios, lowerTailRatios: [Double]
  /// log of the log-normal's quantile less log of the law's, at each of the `quantileProbabilities`.
  public let quantileLogErrors: [Double]
  /// The largest bound of the absolute error of an integral, among those of the three distances and of each W₁ in its
  /// own unit. Relative to their values, integrals are good to about 10⁻¹⁰, and to 10⁻⁶ at least where rounding leaves
  /// no more of a law that is very narrow or near to its log-normal.
  public let absoluteError: Double

  /// The tail probabilities and those of the quantiles that are reported unless others are asked for.
  public static let defaultTailProbabilities = [0.1, 0.01, 0.001]
  public static let defaultQuantileProbabilities = [0.01, 0.1, 0.5, 0.9, 0.99]

  /// The error of the best log-normal of a kind. Shapes were checked from 10⁻⁶ to 10⁸.
  ///
  /// - Throws: `LogNormalFitError`: `.noFit` where the law has none of the kind; `.numerical` for parameters or
  ///   probabilities outside of their domain; `.inaccurate` for a result that would have less than six digits.
  public init(
    of law: ScaleLaw, by kind: LogNormalFit.Kind, tailProbabilities: [Double] = defaultTailProbabilities,
    quantileProbabilities: [Double] = defaultQuantileProbabilities
  ) throws(LogNormalFitError) {
    let fit = try LogNormalFit.centredFit(kind, to: law)
    try self.init(
      of: law, offset: fit.mu, omega: fit.omega, tailProbabilities: tailProbabilities,
      quantileProbabilities: quantileProbabilities)
  }

  /// The error of any LN(μ, ω²). Throws as for a fit.
  public init(
    of law: ScaleLaw, mu: Double, omega: Double, tailProbabilities: [Double] = defaultTailProbabilities,
    quantileProbabilities: [Double] = defaultQuantileProbabilities
  ) throws(LogNormalFitError) {
    try self.init(
      of: law, offset: mu - law.logCentre, omega: omega, tailProbabilities: tailProbabilities,
      quantileProbabilities: quantileProbabilities)
  }

  private init(
    of law: ScaleLaw, offset: Double, omega: Double, tailProbabilities: [Double], quantileProbabilities: [Double]
  ) throws(LogNormalFitError) {
    self = try LogNormalFitError.from {
      try law.requireValid()
      // On the axis of the standard law an inverse Gamma is a Gamma: −1 turns back.
      let sign = law.isReflected ? -1.0 : 1.0
      let ratio = try LogDensityRatio(law: law.standard, offset: sign * offset, omega: omega)
      let error = try LogNormalError(
        law: law, sign: sign, ratio: ratio, tailProbabilities: tailProbabilities,
        quantileProbabilities: quantileProbabilities)
      try error.requireFinite()
      return error
    }
  }

  private init(
    law: ScaleLaw, sign: Double, ratio: LogDensityRatio, tailProbabilities: [Double], quantileProbabilities: [Double]
  ) throws {
    self.law = law
    (self.tailProbabilities, self.quantileProbabilities) = (tailProbabilities, quantileProbabilities)
    let (centre, standard) = (law.logCentre, law.standard)
    mu = centre + sign * ratio.offset
    omega = ratio.omega
    (klReverse, klForward) = try (ratio.klReverse(), ratio.klForward())

    var distances = try LogNormalDistances(ratio)
    totalVariation = distances.totalVariation
    hellinger = distances.hellinger
    kolmogorov = distances.kolmogorov
    densityCrossings = distances.crossings.map { centre + sign * $0 }.sorted()
    wassersteinOfLog = distances.wassersteinOfLog
    wasserstein = try distances.wasserstein(power: sign, centre: sign * centre)
    wassersteinOfSquareRoot = try distances.wasserstein(power: 0.5 * sign, centre: sign * centre)
    absoluteError = distances.absoluteError

    let (delta, omega) = (ratio.offset, ratio.omega)
    let upper = try tailProbabilities.map { p in
      try exp(logNormalCumulative((delta - standard.upperQuantile(p)) / omega) - log(p))
    }
    let lower = try tailProbabilities.map { p in
      try exp(logNormalCumulative((standard.quantile(p) - delta) / omega) - log(p))
    }
    (upperTailRatios, lowerTailRatios) = law.isReflected ? (lower, upper) : (upper, lower)
    quantileLogErrors = try quantileProbabilities.map { p in
      let quantile = try law.isReflected ? -standard.upperQuantile(p) : standard.quantile(p)
      return sign * delta + omega * (try normalQuantile(p)) - quantile
    }
  }

  /// Nothing that is not a number leaves this type.
  private func requireFinite() throws(LogNormalFitError) {
    let quantities: [(String, [Double])] = [
      ("KL(LN ‖ law)", [klReverse]), ("KL(law ‖ LN)", [klForward]), ("the total variation", [totalVariation]),
      ("the Hellinger distance", [hellinger]), ("the Kolmogorov distance", [kolmogorov]),
      ("a crossing of the densities", densityCrossings), ("the Wasserstein distance of log X", [wassersteinOfLog]),
      ("a Wasserstein distance", [wasserstein, wassersteinOfSquareRoot].compactMap { $0 }),
      ("a tail ratio", upperTailRatios + lowerTailRatios), ("the error of a quantile", quantileLogErrors),
      ("the bound of an integral's error", [absoluteError]),
    ]
    for (name, values) in quantities {
      for value in values where !value.isFinite { throw .inaccurate(quantity: name, value: value) }
    }
  }
}

extension ScaleLaw {
  /// KL(LN(μ, ω²) ‖ this), in nats; ∞ where it is beyond a `Double`.
  ///
  /// - Throws: `LogNormalFitError.numerical` for parameters outside of their domain.
  public func divergence(ofLogNormal mu: Double, omega: Double) throws(LogNormalFitError) -> Double {
    try LogNormalFitError.from {
      try requireValid()
      let offset = isReflected ? logCentre - mu : mu - logCentre
      return try LogDensityRatio(law: standard, offset: offset, omega: omega).klReverse()
    }
  }
}

extension LogDensityRatio {
  /// KL(g ‖ f), THEORY.md 3.6 and 3.7.
  fileprivate func klReverse() throws(GSLError) -> Double {
    switch law {
    case .gamma(let a): try LogNormalGammaDivergence(mu: offset, omega: omega, shape: a, rate: a).value
    case .halfCauchySquared: try HalfCauchySquaredDivergence(mu: offset, omega: omega, scale: 1).value
    case .numerical(let density): try density.klReverse(mu: offset, omega: omega)
    }
  }

  /// KL(f ‖ g): what the best normal costs, ½ (s − 1 − log s) for another variance, s their ratio, and m²/(2ω²) for a
  /// mean m away. That is THEORY.md 4.3 and 4.5 in parts none of which is negative.
  fileprivate func klForward() throws(GSLError) -> Double {
    let best =
      switch law {
      case .gamma(let a): try LogNormalFit.forward(gammaShape: a, rate: a)
      case .halfCauchySquared: try LogNormalFit.forward(halfCauchyScale: 1)
      case .numerical(let density): try density.forwardFit()
      }
    let m = (best.mu - offset) / omega
    return best.divergence + 0.5 * exponentialExcess(2 * log(best.omega / omega)) + 0.5 * m * m
  }
}
