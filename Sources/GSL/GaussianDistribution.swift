import CGSL
import Foundation

/// N(m, s²), mean m and standard deviation s, on the real line.
///
///     p(x) = exp(−(x − m)²/(2s²)) / (s √2π)
public struct GaussianDistribution: ContinuousDistribution {
  public let mean, standardDeviation: Double

  /// - Throws: `GSLError.domain` unless the mean is finite and the standard deviation positive and finite.
  public init(mean: Double, standardDeviation: Double) throws(GSLError) {
    try requireFinite(mean, "mean of a Gaussian")
    try requirePositive(standardDeviation, "standard deviation of a Gaussian")
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  // MARK: Statistics

  public var variance: Double { standardDeviation * standardDeviation }

  // MARK: Evaluation

  public func logDensity(_ x: Double) -> Double {
    let z = standardised(x)
    return -0.5 * z * z - log(standardDeviation) - 0.5 * log(2 * .pi)
  }

  public func cumulative(_ x: Double) -> Double { normalCumulative(standardised(x)) }

  public func survival(_ x: Double) -> Double { normalCumulative(-standardised(x)) }

  public func quantile(_ p: Double) throws(GSLError) -> Double {
    mean + standardDeviation * (try normalQuantile(p))
  }

  public func upperQuantile(_ p: Double) throws(GSLError) -> Double {
    mean - standardDeviation * (try normalQuantile(p))
  }

  private func standardised(_ x: Double) -> Double { (x - mean) / standardDeviation }

  // MARK: Sampling

  public func sample(using random: RandomGenerator) -> Double { mean + standardDeviation * random.gaussian() }
}
