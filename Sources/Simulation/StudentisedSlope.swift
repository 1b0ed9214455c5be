import Foundation
import GSL

/// The slope of y on log n by least squares in which every replicate counts the same, with an interval that neither asks
/// for equal variances nor estimates weights: Welch and Satterthwaite's t.
///
///     slope = Σ c ȳ,  c = r (x − x̄)/Σ r (x − x̄)²,  se² = Σ c² s²/r,  df = se⁴/Σ{(c² s²/r)²/(r − 1)}
///
/// over the sample sizes, with r replicates each, their mean ȳ and variance s². For differences of paired log radii it
/// is the difference of the two slopes that are fitted in this way. Weights 1/se² (`ReplicatedSlope`) would let a sample
/// size decide where two or three differences happen to agree.
public struct StudentisedSlope: Sendable, Equatable {
  /// The slope.
  public let interval: StudentInterval
  /// The line's value at log n = 0.
  public let intercept: Double

  public var slope: Double { interval.estimate }

  /// - Parameters:
  ///   - sampleSizes: n > 0, at least two different ones.
  ///   - values: for each sample size y of its replicates, at least two, not all the same.
  ///   - level: 1 − α of the interval, in (0, 1).
  /// - Throws: `LogLogSlopeError` naming what is wrong and where.
  public init(sampleSizes: [Double], values: [[Double]], level: Double = 0.95) throws(LogLogSlopeError) {
    guard level > 0, level < 1 else { throw .invalidOption(name: "level", value: level) }
    guard sampleSizes.count == values.count else {
      throw .lengthsDiffer(sampleSizes: sampleSizes.count, others: values.count)
    }
    try LogLogSlope.requireSampleSizes(sampleSizes)
    for (size, replicates) in zip(sampleSizes, values) {
      for y in replicates { try LogLogSlope.requireLogRadius(y, sampleSize: size) }
      guard replicates.count >= 2 else { throw .tooFewReplicates(sampleSize: size, count: replicates.count) }
    }
    let summaries = values.map { MeanAndVariance($0) }
    if let index = summaries.firstIndex(where: { !($0.varianceOfMean > 0) }) {
      throw .identicalReplicates(sampleSize: sampleSizes[index])
    }
    let x = sampleSizes.map { log($0) }
    let counts = values.map { Double($0.count) }
    let line = WeightedLine(x: x, y: summaries.map(\.mean), weights: counts)
    var (variance, freedom) = (0.0, 0.0)
    for i in x.indices {
      let coefficient = counts[i] * (x[i] - line.meanX) / line.spread
      let share = coefficient * coefficient * summaries[i].varianceOfMean
      variance += share
      freedom += share * share / (counts[i] - 1)
    }
    intercept = line.intercept
    do {
      interval = try StudentInterval(
        estimate: line.slope, standardError: variance.squareRoot(), degreesOfFreedom: variance * variance / freedom,
        level: level)
    } catch { throw .numerical(error) }
  }
}
