import Foundation

/// How well a posterior predictive distribution foretells classes that it has not seen.
public struct ClassificationScores: Sendable, Equatable, Codable {
  /// The share of rows whose most probable class is theirs.
  public let accuracy: Double
  /// Mean −log p̄(y | x), in nats a row.
  public let negativeLogLikelihood: Double
  /// Brier's score: the mean of Σ_c (p̄(c | x) − 1{y = c})², from 0 to 2.
  public let brierScore: Double
  /// Σ_b (n_b/N) |accuracy_b − confidence_b| over 15 bins of equal width, ((b − 1)/15, b/15], of the confidence, which
  /// is p̄ of the most probable class (Guo et al. 2017). Small samples raise it: it is above 0 for a calibrated model.
  public let expectedCalibrationError: Double

  static let calibrationBins = 15

  /// - Parameter classes: one a row of `predictive`, from 0 to its number of classes − 1, at least one.
  /// - Throws: `SimulationError` otherwise.
  public init(_ predictive: CategoricalPredictive, classes: [Int]) throws(SimulationError) {
    try TestScores.requireTargets(classes.count, rows: predictive.rowCount)
    if let bad = classes.first(where: { !(0..<predictive.classCount).contains($0) }) {
      throw SimulationError(name: "class", value: "\(bad)", needs: "from 0 to \(predictive.classCount - 1)")
    }
    var (logProbability, squares, hits) = (0.0, 0.0, 0)
    // Σ (1{hit} − confidence) of each bin: n_b (accuracy_b − confidence_b).
    var excess = [Double](repeating: 0, count: Self.calibrationBins)
    for (row, truth) in classes.enumerated() {
      let probabilities = predictive.probabilities(row: row)
      logProbability += predictive.logProbability(of: truth, row: row)
      for (index, p) in probabilities.enumerated() {
        let difference = p - (index == truth ? 1 : 0)
        squares += difference * difference
      }
      let guess = predictive.mostProbableClass(row: row)
      let confidence = probabilities[guess]
      let bin = Int((confidence * Double(Self.calibrationBins)).rounded(.up)) - 1
      excess[min(max(bin, 0), Self.calibrationBins - 1)] += (guess == truth ? 1 : 0) - confidence
      if guess == truth { hits += 1 }
    }
    let count = Double(classes.count)
    accuracy = Double(hits) / count
    negativeLogLikelihood = -logProbability / count
    brierScore = squares / count
    expectedCalibrationError = excess.reduce(0) { $0 + abs($1) } / count
  }
}
