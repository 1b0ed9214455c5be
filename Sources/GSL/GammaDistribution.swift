import CGSL
import Foundation

/// Gamma(a, b), shape a and **rate** b, on x > 0.
///
///     p(x) = bᵃ xᵃ⁻¹ e^{−bx} / Γ(a)
///
/// Checked for shapes from 0.001 to 10⁸.
public struct GammaDistribution: ContinuousDistribution {
  public let shape, rate: Double
  private let logNormaliser: Double

  /// - Throws: `GSLError.domain` unless both are positive and finite.
  public init(shape: Double, rate: Double) throws(GSLError) {
    try requirePositive(shape, "shape of a Gamma")
    try requirePositive(rate, "rate of a Gamma")
    self.shape = shape
    self.rate = rate
    logNormaliser = try shape * log(rate) - logGamma(shape)
  }

  // MARK: Statistics

  public var mean: Double { shape / rate }
  public var variance: Double { shape / rate / rate }
  /// E log X = ψ(a) − log b.
  public func meanLog() throws(GSLError) -> Double { try digamma(shape) - log(rate) }

  // MARK: Evaluation

  public func logDensity(_ x: Double) -> Double {
    if x > 0, x < .infinity { return logNormaliser + (shape - 1) * log(x) - rate * x }
    guard x == 0 else { return -.infinity }
    return shape < 1 ? .infinity : shape == 1 ? logNormaliser : -.infinity
  }

  public func cumulative(_ x: Double) throws(GSLError) -> Double { try lowerGammaRatio(shape, rate * max(x, 0)) }

  public func survival(_ x: Double) throws(GSLError) -> Double { try upperGammaRatio(shape, rate * max(x, 0)) }

  /// log P(X ≤ eˡ), l = `logX`: exact where x or the probability underflows.
  public func logCumulative(atLog logX: Double) throws(GSLError) -> Double {
    try logLowerGammaRatio(shape, atLog: logX + log(rate))
  }

  /// log P(X > eˡ), l = `logX`.
  public func logSurvival(atLog logX: Double) throws(GSLError) -> Double {
    try logUpperGammaRatio(shape, atLog: logX + log(rate))
  }

  public func quantile(_ p: Double) throws(GSLError) -> Double {
    try exponential(ofLogQuantile: logQuantile(p))
  }

  public func upperQuantile(_ p: Double) throws(GSLError) -> Double {
    try exponential(ofLogQuantile: upperLogQuantile(p))
  }

  /// log of `quantile(p)`, finite however small the shape.
  public func logQuantile(_ p: Double) throws(GSLError) -> Double {
    try requireProbability(p)
    return try p <= 0.5 ? lowerRoot(log(p)) : upperRoot(log1p(-p))
  }

  /// log of `upperQuantile(p)`, finite however small the shape.
  public func upperLogQuantile(_ p: Double) throws(GSLError) -> Double {
    try requireProbability(p)
    return try p <= 0.5 ? upperRoot(log(p)) : lowerRoot(log1p(-p))
  }

  // `gsl_cdf_gamma_Pinv` gives NaN, and no status, for small shapes and extreme p. In v = log(X/mean) the
  // log-probability is concave and nearly straight in its tail, so that a bracketing method is safe and fast; and by
  // Chernoff's bound it is at most −a (eᵛ − 1 − v) in either tail. Up to v = 0 there is more than half of the mass.

  /// The l with log P(X ≤ eˡ) = `logP` ≤ log ½.
  private func lowerRoot(_ logP: Double) throws(GSLError) -> Double {
    let left = exponentialExcessRange(-logP / shape).lowerBound
    return try logRoot(in: left...0, of: logP, logLowerGammaRatio(_:atLogRatio:))
  }

  /// The l with log P(X > eˡ) = `logQ` ≤ log ½.
  private func upperRoot(_ logQ: Double) throws(GSLError) -> Double {
    let left = exponentialExcessRange(log(2) / shape).lowerBound
    let right = exponentialExcessRange(-logQ / shape).upperBound
    return try logRoot(in: left...right, of: logQ, logUpperGammaRatio(_:atLogRatio:))
  }

  private func logRoot(
    in bracket: ClosedRange<Double>, of target: Double,
    _ logRatio: (_ shape: Double, _ atLogRatio: Double) throws(GSLError) -> Double
  ) throws(GSLError) -> Double {
    do {
      // 10⁻¹⁷ is below the last digit of X itself.
      let v = try root(in: bracket, absoluteTolerance: 1e-17) { try logRatio(shape, $0) - target }
      return v + (log(shape) - log(rate))
    } catch let error as GSLError {
      throw error
    } catch {
      throw .failure(function: "quantile of a Gamma", status: Int32(GSL_EFAILED), message: "\(error)")
    }
  }

  // MARK: Sampling

  /// One draw; 0 where it underflows, as it does every other time at shape 0.001. `logSample` never does.
  public func sample(using random: RandomGenerator) -> Double { exp(logSample(using: random)) }

  /// The logarithm of one draw.
  public func logSample(using random: RandomGenerator) -> Double {
    if shape >= 1 { return log(gsl_ran_gamma(random.pointer, shape, 1)) - log(rate) }
    // X = G U^{1/a} with G ~ Gamma(a + 1) (Marsaglia & Tsang 2000, section 6).
    return log(gsl_ran_gamma(random.pointer, shape + 1, 1)) + log(random.positiveUniform()) / shape - log(rate)
  }
}
