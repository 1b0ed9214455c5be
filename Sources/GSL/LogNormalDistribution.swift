import Foundation

/// LN(μ, ω²), the law of X > 0 with log X ~ N(μ, ω²).
///
///     p(x) = exp(−(log x − μ)²/(2ω²)) / (x ω √2π)
public struct LogNormalDistribution: ContinuousDistribution {
  public let mu, omega: Double
  private let logarithm: GaussianDistribution

  /// - Throws: `GSLError.domain` unless μ is finite and ω positive and finite.
  public init(mu: Double, omega: Double) throws(GSLError) {
    try requireFinite(mu, "mu of a log-normal")
    try requirePositive(omega, "omega of a log-normal")
    self.mu = mu
    self.omega = omega
    logarithm = try GaussianDistribution(mean: mu, standardDeviation: omega)
  }

  // MARK: Statistics

  public var mean: Double { exp(mu + 0.5 * omega * omega) }
  public var variance: Double { expm1(omega * omega) * exp(2 * mu + omega * omega) }

  // MARK: Evaluation

  public func logDensity(_ x: Double) -> Double {
    guard x > 0, x < .infinity else { return -.infinity }
    return logarithm.logDensity(log(x)) - log(x)
  }

  public func cumulative(_ x: Double) -> Double { x > 0 ? logarithm.cumulative(log(x)) : 0 }

  public func survival(_ x: Double) -> Double { x > 0 ? logarithm.survival(log(x)) : 1 }

  public func quantile(_ p: Double) throws(GSLError) -> Double {
    try exponential(ofLogQuantile: logQuantile(p))
  }

  public func upperQuantile(_ p: Double) throws(GSLError) -> Double {
    try exponential(ofLogQuantile: upperLogQuantile(p))
  }

  /// log of `quantile(p)`.
  public func logQuantile(_ p: Double) throws(GSLError) -> Double { try logarithm.quantile(p) }

  /// log of `upperQuantile(p)`.
  public func upperLogQuantile(_ p: Double) throws(GSLError) -> Double { try logarithm.upperQuantile(p) }

  // MARK: Sampling

  public func sample(using random: RandomGenerator) -> Double { exp(logSample(using: random)) }

  /// The logarithm of one draw.
  public func logSample(using random: RandomGenerator) -> Double { logarithm.sample(using: random) }
}
