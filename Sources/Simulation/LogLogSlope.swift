import Foundation
import GSL

/// The weighted least-squares line of log radius against log n (THEORY.md 9).
///
/// With x = log n, weights w = 1/se² and weighted means x̄, ȳ, the slope is Σw(x − x̄)(y − ȳ)/S with S = Σw(x − x̄)².
/// Compare minus the slope with the theory's *local* slope over the same n, not with its exponent: the logarithms in
/// the rate matter at every n that a computer can reach.
public struct LogLogSlope: Sendable, Equatable {
  public let slope: Double
  /// The line's value at log n = 0.
  public let intercept: Double
  /// S^−½, which takes the standard errors as known.
  public let standardError: Double
  /// Σw(y − ŷ)²: large if the points do not lie on a line.
  public let chiSquared: Double
  /// Points − 2.
  public let degreesOfFreedom: Int
  /// P(χ²_df ≥ `chiSquared`); `nil` for two points, which always lie on a line.
  public let lackOfFitPValue: Double?

  /// - Parameters:
  ///   - sampleSizes: n > 0, at least two different ones, in any order.
  ///   - logRadii: y, one a sample size.
  ///   - standardErrors: of y, positive.
  /// - Throws: `LogLogSlopeError` naming what is wrong.
  public init(sampleSizes: [Double], logRadii: [Double], standardErrors: [Double]) throws(LogLogSlopeError) {
    guard sampleSizes.count == logRadii.count, sampleSizes.count == standardErrors.count else {
      let others = sampleSizes.count == logRadii.count ? standardErrors.count : logRadii.count
      throw .lengthsDiffer(sampleSizes: sampleSizes.count, others: others)
    }
    try Self.requireSampleSizes(sampleSizes)
    for (size, y) in zip(sampleSizes, logRadii) { try Self.requireLogRadius(y, sampleSize: size) }
    let weights = standardErrors.map { 1 / ($0 * $0) }
    for index in weights.indices where !(weights[index] > 0 && weights[index].isFinite && standardErrors[index] > 0) {
      throw .invalidStandardError(sampleSize: sampleSizes[index], value: standardErrors[index])
    }
    let line = WeightedLine(x: sampleSizes.map { log($0) }, y: logRadii, weights: weights)
    slope = line.slope
    intercept = line.intercept
    standardError = 1 / line.spread.squareRoot()
    chiSquared = line.chiSquared
    degreesOfFreedom = sampleSizes.count - 2
    guard degreesOfFreedom > 0 else {
      lackOfFitPValue = nil
      return
    }
    do {
      lackOfFitPValue = try upperGammaRatio(Double(degreesOfFreedom) / 2, line.chiSquared / 2)
    } catch { throw .numerical(error) }
  }

  static func requireSampleSizes(_ sizes: [Double]) throws(LogLogSlopeError) {
    if let bad = sizes.first(where: { !($0 > 0 && $0.isFinite) }) { throw .invalidSampleSize(bad) }
    let different = Set(sizes).count
    guard different >= 2 else { throw .tooFewSampleSizes(different) }
  }

  static func requireLogRadius(_ y: Double, sampleSize: Double) throws(LogLogSlopeError) {
    guard y != -.infinity else { throw .zeroRadius(sampleSize: sampleSize) }
    guard y.isFinite else { throw .notFinite(sampleSize: sampleSize) }
  }
}

/// The line itself, for arguments that have been checked.
struct WeightedLine {
  let slope: Double
  let intercept: Double
  /// S = Σw(x − x̄)².
  let spread: Double
  let chiSquared: Double
  /// Σw.
  let totalWeight: Double
  /// x̄, weighted.
  let meanX: Double

  init(x: [Double], y: [Double], weights: [Double]) {
    let total = weights.reduce(0, +)
    let meanX = zip(weights, x).reduce(0) { $0 + $1.0 * $1.1 } / total
    let meanY = zip(weights, y).reduce(0) { $0 + $1.0 * $1.1 } / total
    var spread = 0.0
    var covariation = 0.0
    for i in x.indices {
      spread += weights[i] * (x[i] - meanX) * (x[i] - meanX)
      covariation += weights[i] * (x[i] - meanX) * (y[i] - meanY)
    }
    let slope = covariation / spread
    // Residuals from the means, where the intercept's rounding does not enter.
    chiSquared = x.indices.reduce(0) { sum, i in
      let residual = y[i] - meanY - slope * (x[i] - meanX)
      return sum + weights[i] * residual * residual
    }
    totalWeight = total
    self.meanX = meanX
    self.spread = spread
    self.slope = slope
    intercept = meanY - slope * meanX
  }
}
