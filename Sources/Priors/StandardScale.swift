import Foundation
import GSL

/// The law of v = log X − centre for a scale X at unit scale, where only its form is left (THEORY.md 4.1).
///
/// The mode of v is 0 or near it. Every density is e^{−potential(v)} over its normaliser, and the potential is 0 at or
/// near the mode: so nothing cancels as a law gets narrow, where a log X − bX as written loses all digits of v² from
/// a = 10¹⁰ on.
enum StandardScale: Sendable {
  /// X ~ Gamma(a, a); the potential is a (eᵛ − 1 − v).
  case gamma(shape: Double)
  /// X = T² for T ~ C⁺(0, 1); the potential is log cosh(v/2).
  case halfCauchySquared
  /// A law known up to its integral; the potential is −ℓ(v).
  case numerical(TrapezoidDensity)

  // MARK: Density

  /// −log f(v), but for `logHeight`.
  func potential(_ v: Double) -> Double {
    switch self {
    case .gamma(let a): a * exponentialExcess(v)
    case .halfCauchySquared: logCosh(0.5 * v)
    case .numerical(let density): -density.kernel(v)
    }
  }

  /// The derivative of `potential`.
  func slope(_ v: Double) -> Double {
    switch self {
    case .gamma(let a): a * expm1(v)
    case .halfCauchySquared: 0.5 * tanh(0.5 * v)
    case .numerical(let density): -density.kernel.slope(v)
    }
  }

  /// The h of the normal density of variance 1/h that the law is near to, if it is narrow.
  var peakCurvature: Double {
    switch self {
    case .gamma(let a): a
    case .halfCauchySquared: 0.25
    case .numerical(let density): density.kernel.peakCurvature
    }
  }

  /// R with f(v) = √(h/2π) e^{−R − potential(v)}.
  var remainder: Double {
    switch self {
    case .gamma(let a): stirlingRemainder(a)
    case .halfCauchySquared: 0.5 * log(0.5 * .pi)
    case .numerical(let density): density.remainder
    }
  }

  /// log f(v) + potential(v).
  var logHeight: Double { 0.5 * log(peakCurvature / (2 * .pi)) - remainder }

  /// Which tails are heavier than any log-normal's; the others are lighter than any.
  var heavyTails: (lower: Bool, upper: Bool) {
    switch self {
    case .gamma: (true, false)
    case .halfCauchySquared: (true, true)
    case .numerical(let density): density.kernel.heavyTails
    }
  }

  /// Where the second derivative of `potential` is `curvature`, ascending.
  func inflections(curvature: Double) throws -> [Double] {
    switch self {
    case .gamma(let a): return [log(curvature) - log(a)]
    case .halfCauchySquared:  // ¼ sech²(v/2)
      guard curvature < 0.25 else { return [] }
      let v = 2 * acosh(0.5 / curvature.squareRoot())
      return [-v, v]
    case .numerical(let density): return try density.inflections(curvature: curvature)
    }
  }

  /// log E e^{rv} for a multiple r of ½; nil where it is infinite.
  func logMean(power r: Double) throws(GSLError) -> Double? {
    switch self {
    case .gamma(let a): a + r > 0 ? try logGamma(a + r) - logGamma(a) - r * log(a) : nil
    case .halfCauchySquared: nil
    case .numerical(let density): density.tilted(by: r).map { $0.logIntegral - density.logIntegral }
    }
  }

  // MARK: Tails

  /// log P(V ≤ v).
  func logCumulative(_ v: Double) throws -> Double { try logTail(v, upper: false) }

  /// log P(V > v).
  func logSurvival(_ v: Double) throws -> Double { try logTail(v, upper: true) }

  private func logTail(_ v: Double, upper: Bool) throws -> Double {
    switch self {
    case .gamma(let a):
      return try upper ? logUpperGammaRatio(a, atLogRatio: v) : logLowerGammaRatio(a, atLogRatio: v)
    case .halfCauchySquared: return Self.logArctangent(upper ? -0.5 * v : 0.5 * v)
    case .numerical(let density): return try density.logTail(v, upper: upper)
    }
  }

  /// The v with P(V ≤ v) = p.
  func quantile(_ p: Double) throws(LogNormalFitError) -> Double { try quantile(p, upper: false) }

  /// The v with P(V > v) = p.
  func upperQuantile(_ p: Double) throws(LogNormalFitError) -> Double { try quantile(p, upper: true) }

  private func quantile(_ p: Double, upper: Bool) throws(LogNormalFitError) -> Double {
    try LogNormalFitError.from {
      try requireProbability(p)
      switch self {
      case .gamma(let a):
        let law = try GammaDistribution(shape: a, rate: a)
        return try upper ? law.upperLogQuantile(p) : law.logQuantile(p)
      case .halfCauchySquared:
        // tan(πp/2) = 1/tan(π(1 − p)/2).
        let lower = p <= 0.5 ? 2 * log(tan(0.5 * .pi * p)) : -2 * log(tan(0.5 * .pi * (1 - p)))
        return upper ? -lower : lower
      case .numerical(let density):
        // 1 − p is exact from ½ on.
        return try p <= 0.5 ? density.quantile(p, upper: upper) : density.quantile(1 - p, upper: !upper)
      }
    }
  }

  /// log(2/π · arctan eʷ), also where eʷ underflows or arctan is nearly π/2.
  private static func logArctangent(_ w: Double) -> Double {
    if w > 0 { return log1p(-2 / .pi * atan(exp(-w))) }
    return w < -20 ? log(2 / .pi) + w : log(2 / .pi * atan(exp(w)))  // arctan x = x (1 − x²/3 + …)
  }

  // MARK: Extent

  /// Points of v that cut the density into pieces over each of which √(2 · potential) grows by about 1.5, up to 9: what
  /// lies outside has a probability of about 10⁻¹⁸.
  ///
  /// - Parameter power: r, for the density tilted by e^{rv}, whose `logMean` is finite.
  func landmarks(power r: Double = 0) -> [Double] {
    let heights = (1...6).map { 0.5 * pow(1.5 * Double($0), 2) }
    switch self {
    case .gamma(let a):
      let mode = log1p(r / a)
      let points = heights.map { exponentialExcessRange($0 / (a + r)) }.flatMap { [$0.lowerBound, $0.upperBound] }
      // The left of a small shape is long and straight; from −40 on eᵛ bends it.
      let bend = points.contains { $0 < -40 } ? [-40.0] : []
      return ([0] + bend + points).map { mode + $0 }
    case .halfCauchySquared:
      return [0] + heights.flatMap { height in
        let reach = 2 * (height + log1p((-expm1(-2 * height)).squareRoot()))
        return [-reach, reach]
      }
    case .numerical(let density): return density.tilted(by: r)?.landmarks ?? []
    }
  }
}
