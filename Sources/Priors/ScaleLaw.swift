import Foundation
import GSL

/// The law of a squared scale X = τ² > 0 that a log-normal is to stand in for (THEORY.md 4), on the axis u = log X.
///
/// Laws far out in a tail or with a small shape leave the range of `Double` in X, not in u. Parameters of the first
/// three are checked by what is computed from them: every member throws `GSLError.domain`, as such or inside of
/// `LogNormalFitError`, unless they are positive and finite.
public enum ScaleLaw: Hashable, Sendable, CustomStringConvertible {
  /// Gamma(a, b), shape a and **rate** b.
  case gamma(shape: Double, rate: Double)
  /// InvGamma(a, b), shape a and **scale** b: the law of 1/X for X ~ Gamma(a, b).
  case inverseGamma(shape: Double, scale: Double)
  /// τ² for τ ~ C⁺(0, A).
  case halfCauchySquared(scale: Double)
  /// The exact law of a group lasso's τ² given the weights of its node (THEORY.md 4.6).
  case generalisedInverseGaussian(GeneralisedInverseGaussian)
  /// The exact law of a horseshoe's t² given the weights of its node (THEORY.md 4.7).
  case horseshoeConditional(HorseshoeConditional)

  public var description: String {
    switch self {
    case .gamma(let shape, let rate): "Gamma(shape \(shape), rate \(rate))"
    case .inverseGamma(let shape, let scale): "InvGamma(shape \(shape), scale \(scale))"
    case .halfCauchySquared(let scale): "C⁺(0, \(scale))²"
    case .generalisedInverseGaussian(let law):
      "generalised inverse Gaussian(order \(law.order), alpha \(law.alpha), beta \(law.beta))"
    case .horseshoeConditional(let law):
      """
      horseshoe conditional(dimension \(law.dimension), squared norm \(law.squaredNorm), local scale \
      \(law.localScale), global scale \(law.globalScale), \(law.cap.map { "cap \($0)" } ?? "no cap"))
      """
    }
  }

  // MARK: Evaluation

  /// The log density of u = log X.
  public func logDensity(atLog u: Double) throws(GSLError) -> Double {
    let v = try standardised(u)
    return standard.logHeight - standard.potential(v)
  }

  /// log P(X ≤ eᵘ), however small.
  public func logCumulative(atLog u: Double) throws(LogNormalFitError) -> Double {
    try LogNormalFitError.from {
      let v = try standardised(u)
      return try isReflected ? standard.logSurvival(v) : standard.logCumulative(v)
    }
  }

  /// log P(X > eᵘ), however small.
  public func logSurvival(atLog u: Double) throws(LogNormalFitError) -> Double {
    try LogNormalFitError.from {
      let v = try standardised(u)
      return try isReflected ? standard.logCumulative(v) : standard.logSurvival(v)
    }
  }

  /// The u with P(X ≤ eᵘ) = p, 0 < p < 1.
  public func logQuantile(_ p: Double) throws(LogNormalFitError) -> Double {
    let centre = try checkedLogCentre()
    return try centre + (isReflected ? -standard.upperQuantile(p) : standard.quantile(p))
  }

  /// The u with P(X > eᵘ) = p, 0 < p < 1.
  public func upperLogQuantile(_ p: Double) throws(LogNormalFitError) -> Double {
    let centre = try checkedLogCentre()
    return try centre + (isReflected ? -standard.quantile(p) : standard.upperQuantile(p))
  }

  // MARK: Standard form

  /// The mode of u, log(a/b), log(b/a) or 2 log A, or a point near it; the `standard` law is that of u less it.
  public var logCentre: Double {
    switch self {
    case .gamma(let a, let b): log(a) - log(b)
    case .inverseGamma(let a, let b): log(b) - log(a)
    case .halfCauchySquared(let scale): 2 * log(scale)
    case .generalisedInverseGaussian(let law): law.mode
    case .horseshoeConditional(let law): law.centre
    }
  }

  /// The law of ±(u − `logCentre`), the minus where `isReflected`.
  var standard: StandardScale {
    switch self {
    case .gamma(let a, _), .inverseGamma(let a, _): .gamma(shape: a)
    case .halfCauchySquared: .halfCauchySquared
    case .generalisedInverseGaussian(let law): .numerical(law.density)
    case .horseshoeConditional(let law): .numerical(law.density)
    }
  }

  /// Whether 1/X is what has the `standard` law.
  var isReflected: Bool {
    if case .inverseGamma = self { true } else { false }
  }

  func requireValid() throws(GSLError) {
    switch self {
    case .gamma(let shape, let rate):
      try requirePositive(shape, "shape of a Gamma")
      try requirePositive(rate, "rate of a Gamma")
    case .inverseGamma(let shape, let scale):
      try requirePositive(shape, "shape of an inverse Gamma")
      try requirePositive(scale, "scale of an inverse Gamma")
    case .halfCauchySquared(let scale): try requirePositive(scale, "scale of a half-Cauchy")
    case .generalisedInverseGaussian, .horseshoeConditional: break  // checked when they were made
    }
  }

  private func standardised(_ u: Double) throws(GSLError) -> Double {
    try requireValid()
    try requireFinite(u, "log x")
    return isReflected ? logCentre - u : u - logCentre
  }

  private func checkedLogCentre() throws(LogNormalFitError) -> Double {
    do throws(GSLError) { try requireValid() } catch { throw .numerical(error) }
    return logCentre
  }
}
