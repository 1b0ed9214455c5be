import Foundation
import GSL

/// D = log f − log g for a law f at unit scale and g = N(δ, ω²), on the axis v of `StandardScale` (THEORY.md 4.4).
struct LogDensityRatio: Sendable {
  let law: StandardScale
  /// δ, the mean of g; as a distance from the mode of f it is exact where μ itself would be rounded.
  let offset: Double
  let omega: Double
  /// log f at potential 0, log g at its mean, and their difference, without what grows as f gets narrow.
  private let lawLogHeight, normalLogHeight, heightRatio: Double

  /// - Throws: `GSLError.domain` unless δ is finite and ω positive and finite.
  init(law: StandardScale, offset: Double, omega: Double) throws(GSLError) {
    try requireFinite(offset, "mu of a log-normal, less the mode of log X,")
    try requirePositive(omega, "omega of a log-normal")
    (self.law, self.offset, self.omega) = (law, offset, omega)
    lawLogHeight = law.logHeight
    normalLogHeight = -log(omega) - 0.5 * log(2 * .pi)
    heightRatio = 0.5 * log(law.peakCurvature * omega * omega) - law.remainder
  }

  private func logLawDensity(_ v: Double) -> Double { lawLogHeight - law.potential(v) }

  private func logNormalDensity(_ v: Double) -> Double {
    let z = (v - offset) / omega
    return normalLogHeight - 0.5 * z * z
  }

  /// D(v).
  func value(_ v: Double) -> Double {
    let z = (v - offset) / omega
    return 0.5 * z * z - law.potential(v) + heightRatio
  }

  /// The zeros of D, ascending: 1 or 3 for a Gamma, 2 or 4 for a squared half-Cauchy, or none of those where f and g
  /// merely touch.
  func crossings() throws -> [Double] {
    // D′ is monotone between the zeros of D″ = ω⁻² − potential″, and D between the zeros of D′. The mean is there to
    // have a point at all.
    let (left, right) = signsAtInfinity
    let inflections = try law.inflections(curvature: 1 / (omega * omega))
    let stationary = try monotoneRoots(
      between: (inflections + [offset]).sorted(), signAtLeft: -left, signAtRight: right, firstStep: omega
    ) { ($0 - offset) / omega / omega - law.slope($0) }
    return try monotoneRoots(
      between: stationary.isEmpty ? [offset] : stationary, signAtLeft: left, signAtRight: right, firstStep: omega,
      of: value)
  }

  /// The signs of D far out to the left and right.
  var signsAtInfinity: (left: Double, right: Double) {
    (law.heavyTails.lower ? 1 : -1, law.heavyTails.upper ? 1 : -1)
  }

  // MARK: Tails

  /// A number with the sign of F − G at v: log F − log G in the lower tail, log(1 − G) − log(1 − F) in the upper; and
  /// the logarithm of that tail of the law.
  func logTailRatio(_ v: Double) throws -> (value: Double, logTail: Double) {
    let z = (v - offset) / omega
    let lower = try law.logCumulative(v)
    if lower < -log(2) { return (try lower - logNormalCumulative(z), lower) }
    let upper = try law.logSurvival(v)
    return (try logNormalCumulative(-z) - upper, upper)
  }

  // MARK: Quadrature

  /// Points that cut the axis into pieces over each of which f and g, tilted by e^{rv} too if `power` is given, are
  /// smooth; outside of them is nothing.
  func landmarks(power r: Double? = nil) -> [Double] {
    [0, r].compactMap { $0 }.flatMap { r in
      law.landmarks(power: r) + (-6...6).map { offset + r * omega * omega + 1.5 * Double($0) * omega }
    }
  }

  /// e^{w} (f − g) at v, without cancellation where f and g are nearly equal and without overflow where they are not.
  func difference(_ v: Double, logWeight w: Double = 0) -> Double {
    let ratio = value(v)
    return ratio > 0 ? -exp(w + logLawDensity(v)) * expm1(-ratio) : exp(w + logNormalDensity(v)) * expm1(ratio)
  }

  /// ½(√f − √g)² at v.
  func squaredHellingerDensity(_ v: Double) -> Double {
    let ratio = value(v)
    let part = expm1(-0.5 * abs(ratio))
    return 0.5 * exp(ratio > 0 ? logLawDensity(v) : logNormalDensity(v)) * part * part
  }

  /// f log(f/g) − f + g ≥ 0 at v.
  func forwardDivergenceDensity(_ v: Double) -> Double {
    let ratio = value(v)
    if ratio == -.infinity { return exp(logNormalDensity(v)) }
    return ratio > -1
      ? exp(logLawDensity(v)) * exponentialExcess(-ratio)
      : exp(logNormalDensity(v)) - exp(logLawDensity(v)) * (1 - ratio)
  }
}
