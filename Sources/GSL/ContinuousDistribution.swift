import CGSL
import Foundation

/// A continuous distribution on the real line. Its parameters are checked once, when it is made.
///
/// Arguments outside of the support are no errors: there the density is 0 and the cdf 0 or 1.
public protocol ContinuousDistribution: Hashable, Sendable {
  /// The mean; ∞ where the integral diverges.
  var mean: Double { get }
  /// The variance; ∞ where the integral diverges.
  var variance: Double { get }

  /// log p(x); −∞ outside of the support.
  func logDensity(_ x: Double) -> Double
  /// p(x).
  func density(_ x: Double) -> Double
  /// P(X ≤ x).
  func cumulative(_ x: Double) throws(GSLError) -> Double
  /// P(X > x), accurate where it is small.
  func survival(_ x: Double) throws(GSLError) -> Double
  /// The x with P(X ≤ x) = p, 0 < p < 1.
  ///
  /// - Throws: `GSLError.domain` for other p; `GSLError.failure` where x is too small or large for a `Double`.
  func quantile(_ p: Double) throws(GSLError) -> Double
  /// The x with P(X > x) = p, 0 < p < 1. Throws as `quantile`.
  func upperQuantile(_ p: Double) throws(GSLError) -> Double

  /// One draw.
  func sample(using random: RandomGenerator) -> Double
}

extension ContinuousDistribution {
  public func density(_ x: Double) -> Double { exp(logDensity(x)) }
}

/// x = eˡ for a quantile l on the log scale.
func exponential(ofLogQuantile logX: Double) throws(GSLError) -> Double {
  let x = exp(logX)
  guard x >= .leastNormalMagnitude, x.isFinite else {
    throw .failure(
      function: "quantile", status: Int32(x < 1 ? GSL_EUNDRFLW : GSL_EOVRFLW),
      message: "its logarithm is \(logX), which a Double cannot hold as a number; ask for the log-quantile")
  }
  return x
}
