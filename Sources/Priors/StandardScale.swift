import Foundation
import GSL

/// The law of v = log X − centre for a scale X at unit scale, where only its form is left (THEORY.md 4.1).
///
/// The mode of v is 0. Every density is e^{−potential(v)} over its normaliser, and the potential is 0 at the mode: so
/// nothing cancels as a law gets narrow, where a log X − bX as written loses all digits of v² from a = 10¹⁰ on.
enum StandardScale: Hashable, Sendable {
  /// X ~ Gamma(a, a); the potential is a (eᵛ − 1 − v).
  case gamma(shape: Double)
  /// X = T² for T ~ C⁺(0, 1); the potential is log cosh(v/2).
  case halfCauchySquared

  // MARK: Density

  /// −log f(v) + log f(0) ≥ 0.
  func potential(_ v: Double) -> Double {
    switch self {
    case .gamma(let a): a * exponentialExcess(v)
    case .halfCauchySquared: logCosh(0.5 * v)
    }
  }

  /// log f(0), the same as a log a − a − log Γ(a) for a Gamma.
  var logHeight: Double {
    switch self {
    case .gamma(let a): 0.5 * log(a / (2 * .pi)) - stirlingRemainder(a)
    case .halfCauchySquared: -log(2 * .pi)
    }
  }

  // MARK: Tails

  /// log P(V ≤ v).
  func logCumulative(_ v: Double) throws(GSLError) -> Double {
    switch self {
    case .gamma(let a): return try logLowerGammaRatio(a, atLogRatio: v)
    case .halfCauchySquared: return Self.logArctangent(0.5 * v)
    }
  }

  /// log P(V > v).
  func logSurvival(_ v: Double) throws(GSLError) -> Double {
    switch self {
    case .gamma(let a): return try logUpperGammaRatio(a, atLogRatio: v)
    case .halfCauchySquared: return Self.logArctangent(-0.5 * v)
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
      }
    }
  }

  /// log(2/π · arctan eʷ), also where eʷ underflows or arctan is nearly π/2.
  private static func logArctangent(_ w: Double) -> Double {
    if w > 0 { return log1p(-2 / .pi * atan(exp(-w))) }
    return w < -20 ? log(2 / .pi) + w : log(2 / .pi * atan(exp(w)))  // arctan x = x (1 − x²/3 + …)
  }

  // MARK: Extent

  /// Points of v that cut the density into pieces over each of which √(2 · potential) grows by 1.5, up to 9: what lies
  /// outside has a probability of about 10⁻¹⁸.
  ///
  /// - Parameter power: r, for the density tilted by e^{rv}; a Gamma of shape a turns into that of a + r > 0.
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
    }
  }
}
