/// How well a posterior predictive distribution foretells targets that it has not seen, in the target's own units.
public struct TestScores: Sendable, Equatable, Codable {
  /// √(mean squared difference of target and predictive mean).
  public let rootMeanSquareError: Double
  /// Mean −log p(y | x), in nats a row.
  public let negativeLogLikelihood: Double
  /// The share of targets in the central 95 % predictive interval.
  public let coverage95: Double

  /// - Parameter targets: one a row of `predictive`, at least one.
  /// - Throws: `SimulationError` otherwise.
  public init(_ predictive: PosteriorPredictive, targets: [Double]) throws(SimulationError) {
    guard !targets.isEmpty, targets.count == predictive.rowCount else {
      throw SimulationError(
        name: "number of test targets", value: "\(targets.count)",
        needs: "at least 1 and one a row (\(predictive.rowCount) rows)")
    }
    var (squares, logDensity, covered) = (0.0, 0.0, 0)
    for (row, y) in targets.enumerated() {
      let error = y - predictive.mean(row: row)
      squares += error * error
      logDensity += predictive.logDensity(of: y, row: row)
      // The central interval holds y exactly where its distribution function is between α/2 and 1 − α/2.
      if (0.025...0.975).contains(predictive.cumulative(of: y, row: row)) { covered += 1 }
    }
    let count = Double(targets.count)
    rootMeanSquareError = (squares / count).squareRoot()
    negativeLogLikelihood = -logDensity / count
    coverage95 = Double(covered) / count
  }
}
