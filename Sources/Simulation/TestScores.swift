/// How well a fitted model foretells rows that it has not seen.
public enum TestScores: Sendable, Equatable, Codable {
  case regression(RegressionScores)
  case classification(ClassificationScores)

  /// Mean −log p(y | x), in nats a row.
  public var negativeLogLikelihood: Double {
    switch self {
    case .regression(let scores): scores.negativeLogLikelihood
    case .classification(let scores): scores.negativeLogLikelihood
    }
  }

  static func requireTargets(_ count: Int, rows: Int) throws(SimulationError) {
    guard count > 0, count == rows else {
      throw SimulationError(
        name: "number of test targets", value: "\(count)", needs: "at least 1 and one a row (\(rows) rows)")
    }
  }
}
