import Foundation
import GSL

/// How well a posterior predictive distribution foretells real targets that it has not seen, in the target's own units.
public struct RegressionScores: Sendable, Equatable, Codable {
  /// √(mean squared difference of target and predictive mean).
  public let rootMeanSquareError: Double
  /// Mean −log p(y | x), in nats a row.
  public let negativeLogLikelihood: Double
  /// Of the central predictive intervals, at `IntervalCoverage.standardLevels`.
  public let coverage: [IntervalCoverage]

  /// The share of targets in the central 95 % predictive interval.
  public var coverage95: Double? { coverage.first { $0.level == 0.95 }?.coverage }

  /// - Parameter targets: one a row of `predictive`, at least one.
  /// - Throws: `SimulationError` otherwise.
  public init(_ predictive: PosteriorPredictive, targets: [Double]) throws(SimulationError) {
    try TestScores.requireTargets(targets.count, rows: predictive.rowCount)
    var (squares, logDensity) = (0.0, 0.0)
    for (row, y) in targets.enumerated() {
      let error = y - predictive.mean(row: row)
      squares += error * error
      logDensity += predictive.logDensity(of: y, row: row)
    }
    let count = Double(targets.count)
    rootMeanSquareError = (squares / count).squareRoot()
    negativeLogLikelihood = -logDensity / count
    let cumulative = targets.enumerated().map { predictive.cumulative(of: $1, row: $0) }
    var coverage: [IntervalCoverage] = []
    for level in IntervalCoverage.standardLevels {
      coverage.append(try IntervalCoverage(level: level, cumulative: cumulative))
    }
    self.coverage = coverage
  }
}
