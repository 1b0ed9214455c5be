import Foundation

/// InvGamma(a, b), shape a and **scale** b, on x > 0: the law of 1/Y for Y ~ Gamma(a, rate b).
///
///     p(x) = bᵃ x^{−a−1} e^{−b/x} / Γ(a)
public struct InverseGammaDistribution: ContinuousDistribution {
  public let shape, scale: Double
  private let reciprocal: GammaDistribution

  /// - Throws: `GSLError.domain` unless both are positive and finite.
  public init(shape: Double, scale: Double) throws(GSLError) {
    try requirePositive(shape, "shape of an inverse Gamma")
    try requirePositive(scale, "scale of an inverse Gamma")
    self.shape = shape
    self.scale = scale
    reciprocal = try GammaDistribution(shape: shape, rate: scale)
  }

  // MARK: Statistics

  public var mean: Double { shape > 1 ? scale / (shape - 1) : .infinity }
  public var variance: Double { shape > 2 ? mean * mean / (shape - 2) : .infinity }
  /// E log X = log b − ψ(a).
  public func meanLog() throws(GSLError) -> Double { try -reciprocal.meanLog() }

  // MARK: Evaluation

  public func logDensity(_ x: Double) -> Double {
    guard x > 0, x < .infinity else { return -.infinity }
    // The density of Y at 1/x, times |dy/dx| = x⁻²; 1/x may overflow, where the density is 0.
    return 1 / x < .infinity ? reciprocal.logDensity(1 / x) - 2 * log(x) : -.infinity
  }

  public func cumulative(_ x: Double) throws(GSLError) -> Double { x > 0 ? try reciprocal.survival(1 / x) : 0 }

  public func survival(_ x: Double) throws(GSLError) -> Double { x > 0 ? try reciprocal.cumulative(1 / x) : 1 }

  /// log P(X ≤ eˡ), l = `logX`.
  public func logCumulative(atLog logX: Double) throws(GSLError) -> Double {
    try reciprocal.logSurvival(atLog: -logX)
  }

  /// log P(X > eˡ), l = `logX`.
  public func logSurvival(atLog logX: Double) throws(GSLError) -> Double {
    try reciprocal.logCumulative(atLog: -logX)
  }

  public func quantile(_ p: Double) throws(GSLError) -> Double {
    try exponential(ofLogQuantile: logQuantile(p))
  }

  public func upperQuantile(_ p: Double) throws(GSLError) -> Double {
    try exponential(ofLogQuantile: upperLogQuantile(p))
  }

  /// log of `quantile(p)`.
  public func logQuantile(_ p: Double) throws(GSLError) -> Double { try -reciprocal.upperLogQuantile(p) }

  /// log of `upperQuantile(p)`.
  public func upperLogQuantile(_ p: Double) throws(GSLError) -> Double { try -reciprocal.logQuantile(p) }

  // MARK: Sampling

  /// One draw; ∞ where it overflows (small shapes). `logSample` never does.
  public func sample(using random: RandomGenerator) -> Double { exp(logSample(using: random)) }

  /// The logarithm of one draw.
  public func logSample(using random: RandomGenerator) -> Double { -reciprocal.logSample(using: random) }
}
