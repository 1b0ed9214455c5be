import Foundation
import GSL
import Testing

@testable import Simulation

@Suite struct RegressionScoresTests {
  @Test("scores by hand: one draw at 0, σ 1, targets 0, 3 and −1")
  func byHand() throws {
    let predictive = try PosteriorPredictive(draws: [[0, 0, 0]], noiseStandardDeviation: 1)
    let scores = try RegressionScores(predictive, targets: [0, 3, -1])
    #expect(abs(scores.rootMeanSquareError - (10.0 / 3).squareRoot()) < 1e-15)
    let expected: Double = 5.0 / 3 + 0.5 * log(2 * Double.pi)
    #expect(abs(scores.negativeLogLikelihood - expected) < 1e-14)
    // Half-widths 0.67, 1.28, 1.64, 1.96, 2.58: 3 lies beyond all, −1 beyond the first.
    let (third, twoThirds) = (1.0 / 3, 2.0 / 3)
    #expect(scores.coverage.map(\.coverage) == [third, twoThirds, twoThirds, twoThirds, twoThirds])
    #expect(scores.coverage.map(\.level) == [0.5, 0.8, 0.9, 0.95, 0.99] && scores.coverage95 == twoThirds)
    #expect(throws: SimulationError.self) { try RegressionScores(predictive, targets: [0]) }
  }

  @Test("targets drawn from the predictive are covered as often as each level says")
  func calibrated() throws {
    // A mixture of three normals at every row; a share is off by 4.9 standard errors once in 10⁶ seeds.
    let random = RandomGenerator(key: StreamKey(seed: 21))
    let rows = 20_000
    let draws = (0..<3).map { _ in (0..<rows).map { _ in 2 * random.gaussian() } }
    let predictive = try PosteriorPredictive(draws: draws, noiseStandardDeviation: 0.7)
    let targets = (0..<rows).map { draws[random.index(below: 3)][$0] + 0.7 * random.gaussian() }
    for coverage in try RegressionScores(predictive, targets: targets).coverage {
      #expect(abs(coverage.coverage - coverage.level) < 4.9 * coverage.standardError)
      #expect(abs(coverage.standardError - (coverage.level * (1 - coverage.level) / 20_000).squareRoot()) < 1e-15)
    }
    // Of a predictive that claims too little noise, they are covered less often.
    let sure = try PosteriorPredictive(draws: draws, noiseStandardDeviation: 0.07)
    for coverage in try RegressionScores(sure, targets: targets).coverage.dropFirst() {
      #expect(coverage.coverage < coverage.level - 4.9 * coverage.standardError)
    }
  }

  @Test func refusals() {
    #expect(throws: SimulationError.self) { try IntervalCoverage(level: 1, cumulative: [0.5]) }
    #expect(throws: SimulationError.self) { try IntervalCoverage(level: 0.5, cumulative: []) }
  }
}
