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
    case .gamma(let a):
      if let log = try logTail(shape: a, v, upper: false) { return log }
      return try logLowerGammaRatio(a, atLog: v + log(a))
    case .halfCauchySquared: return Self.logArctangent(0.5 * v)
    }
  }

  /// log P(V > v).
  func logSurvival(_ v: Double) throws(GSLError) -> Double {
    switch self {
    case .gamma(let a):
      if let log = try logTail(shape: a, v, upper: true) { return log }
      return try logUpperGammaRatio(a, atLog: v + log(a))
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
      case .gamma(let a) where a < Self.leastLargeShape:
        let law = try GammaDistribution(shape: a, rate: a)
        return try upper ? law.upperLogQuantile(p) : law.logQuantile(p)
      case .gamma(let a):
        // Either tail's smaller probability, for its digits; the potential of the root is at most about −log of it.
        let smaller = min(p, 1 - p)
        let isUpper = (p <= 0.5) == upper
        let height = (10 - log(smaller)) / a
        return try root(in: Self.leftReach(height)...Self.rightReach(height), absoluteTolerance: 1e-17) {
          try (isUpper ? logSurvival($0) : logCumulative($0)) - log(smaller)
        }
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

  // MARK: Large shapes

  /// From here on Temme's expansion serves the middle of a Gamma: GSL's P and Q give out at shapes of 10⁶.
  private static let leastLargeShape = 1e3

  /// log of P or Q(a, a eᵛ) by Temme's uniform expansion (DLMF 8.12.3–8.12.11), to a relative 10⁻¹²; nil where it does
  /// not serve.
  ///
  ///     Q = Φ(−y) + φ(y)/√a · (c₀ + c₁/a + c₂/a² + …),   ½η² = eᵛ − 1 − v,   y = η√a
  private func logTail(shape a: Double, _ v: Double, upper: Bool) throws(GSLError) -> Double? {
    let size = (2 * exponentialExcess(v)).squareRoot()
    guard a >= Self.leastLargeShape, size < 0.2 else { return nil }
    let eta = v < 0 ? -size : size
    let c0 = Self.polynomial(
      [-1 / 3, 1 / 12, -2 / 135, 1 / 864, 1 / 2835, -139 / 777_600, 1 / 25_515, -571 / 261_273_600], eta)
    let c1 = Self.polynomial([-1 / 540, -1 / 288, 1 / 378, -77 / 77_760, 1 / 4860, -1 / 2_488_320], eta)
    let c2 = Self.polynomial([25 / 6048, -139 / 51_840, 1 / 1296], eta)
    let correction = (c0 + (c1 + c2 / a) / a) / a.squareRoot()
    let y = eta * a.squareRoot()
    let logNormal = try logNormalCumulative(upper ? -y : y)
    let hazard = exp(-0.5 * y * y - 0.5 * log(2 * .pi) - logNormal)
    return logNormal + log1p((upper ? correction : -correction) * hazard)
  }

  private static func polynomial(_ coefficients: [Double], _ x: Double) -> Double {
    coefficients.reversed().reduce(0) { $0 * x + $1 }
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
      let points = heights.flatMap { [Self.leftReach($0 / (a + r)), Self.rightReach($0 / (a + r))] }
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

  /// A v < 0 with eᵛ − 1 − v ≥ h, and not much above it.
  private static func leftReach(_ h: Double) -> Double { -(h + (2 * h).squareRoot()) }

  /// A v > 0 with eᵛ − 1 − v ≥ h, and not much above it: eᵛ = 1 + √(2h) + h, and log of that is at most √(2h).
  private static func rightReach(_ h: Double) -> Double { log1p(h + (2 * h).squareRoot()) }
}
