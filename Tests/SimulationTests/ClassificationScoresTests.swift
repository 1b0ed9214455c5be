import Foundation
import GSL
import Testing

@testable import Simulation

@Suite struct ClassificationScoresTests {
  /// One draw whose probabilities are these.
  private func predictive(_ probabilities: [[Double]]) throws -> CategoricalPredictive {
    try CategoricalPredictive(draws: [probabilities.flatMap { $0.map { log($0) } }], classCount: probabilities[0].count)
  }

  @Test("scores by hand: three rows, one of them wrong")
  func byHand() throws {
    let predictive = try predictive([[0.8, 0.1, 0.1], [0.25, 0.45, 0.3], [0.15, 0.05, 0.8]])
    let scores = try ClassificationScores(predictive, classes: [0, 2, 2])
    #expect(scores.accuracy == 2.0 / 3)
    #expect(abs(scores.negativeLogLikelihood + (log(0.8) + log(0.3) + log(0.8)) / 3) < 1e-15)
    let squares = (0.04 + 0.01 + 0.01) + (0.0625 + 0.2025 + 0.49) + (0.0225 + 0.0025 + 0.04)
    #expect(abs(scores.brierScore - squares / 3) < 1e-15)
    // Bins 12 and 7 of 15: two hits at confidence 0.8, a miss at 0.45.
    #expect(abs(scores.expectedCalibrationError - (2 * 0.2 + 0.45) / 3) < 1e-14)
  }

  @Test("within a bin overconfidence and underconfidence cancel, across bins they add up")
  func bins() throws {
    // 0.81 and 0.86 are in bin 13, (0.8, 0.8667]; 0.79 is in the bin below, 0.87 in the one above.
    let together = try ClassificationScores(predictive([[0.81, 0.19], [0.86, 0.14]]), classes: [0, 1])
    #expect(abs(together.expectedCalibrationError - abs(0.19 - 0.86) / 2) < 1e-14)
    let below = try ClassificationScores(predictive([[0.79, 0.21], [0.81, 0.19]]), classes: [0, 1])
    #expect(abs(below.expectedCalibrationError - (0.21 + 0.81) / 2) < 1e-14)
    let above = try ClassificationScores(predictive([[0.86, 0.14], [0.87, 0.13]]), classes: [0, 1])
    #expect(abs(above.expectedCalibrationError - (0.14 + 0.87) / 2) < 1e-14)
  }

  @Test("classes drawn from their probabilities have a small calibration error, and those of a boaster a large one")
  func calibrated() throws {
    let random = RandomGenerator(key: StreamKey(seed: 9))
    let rows = 20_000
    let scores = (0..<rows).map { _ in 3 * random.gaussian() }
    let classes = scores.map { random.uniform() < 1 / (1 + exp(-$0)) ? 1 : 0 }
    func error(_ factor: Double) throws -> Double {
      let predictive = try CategoricalPredictive(draws: [scores.flatMap { [0, factor * $0] }], classCount: 2)
      return try ClassificationScores(predictive, classes: classes).expectedCalibrationError
    }
    // Σ_b √(n_b)/(2N) over the 8 bins from ½ to 1 is at most √8/(2√N) = 0.01.
    #expect(try error(1) < 0.01)
    #expect(try error(3) > 0.04)
    #expect(try error(0.3) > 0.04)
  }

  @Test func refusals() throws {
    let predictive = try predictive([[0.5, 0.5]])
    #expect(throws: SimulationError.self) { try ClassificationScores(predictive, classes: [2]) }
    #expect(throws: SimulationError.self) { try ClassificationScores(predictive, classes: [-1]) }
    #expect(throws: SimulationError.self) { try ClassificationScores(predictive, classes: []) }
  }
}
