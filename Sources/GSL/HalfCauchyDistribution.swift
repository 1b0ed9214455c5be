import CGSL
import Foundation

/// C⁺(0, A), the half-Cauchy of scale A, on x ≥ 0.
///
///     p(x) = 2 / {π A (1 + x²/A²)}
public struct HalfCauchyDistribution: ContinuousDistribution {
  public let scale: Double

  /// - Throws: `GSLError.domain` unless the scale is positive and finite.
  public init(scale: Double) throws(GSLError) {
    try requirePositive(scale, "scale of a half-Cauchy")
    self.scale = scale
  }

  // MARK: Statistics

  public var mean: Double { .infinity }
  public var variance: Double { .infinity }

  // MARK: Evaluation

  public func logDensity(_ x: Double) -> Double {
    guard x >= 0, x < .infinity else { return -.infinity }
    // log(1 + r²) = softplus(2 log r): r² overflows from 1e154 on.
    return log(2 / .pi) - log(scale) - softplus(2 * (log(x) - log(scale)))
  }

  public func cumulative(_ x: Double) -> Double { x > 0 ? 2 / .pi * atan2(x, scale) : 0 }

  public func survival(_ x: Double) -> Double { x > 0 ? 2 / .pi * atan2(scale, x) : 1 }

  public func quantile(_ p: Double) throws(GSLError) -> Double {
    try requireProbability(p)
    return try representable(p <= 0.5 ? scale * tan(0.5 * .pi * p) : scale / tan(0.5 * .pi * (1 - p)))
  }

  public func upperQuantile(_ p: Double) throws(GSLError) -> Double {
    try requireProbability(p)
    return try representable(p <= 0.5 ? scale / tan(0.5 * .pi * p) : scale * tan(0.5 * .pi * (1 - p)))
  }

  private func representable(_ x: Double) throws(GSLError) -> Double {
    guard x >= .leastNormalMagnitude, x.isFinite else {
      throw .failure(
        function: "quantile of a half-Cauchy", status: Int32(x < 1 ? GSL_EUNDRFLW : GSL_EOVRFLW),
        message: "it is beyond what a Double can hold")
    }
    return x
  }

  // MARK: Sampling

  public func sample(using random: RandomGenerator) -> Double { scale * tan(0.5 * .pi * random.positiveUniform()) }
}
