import Foundation
import GSL
import Testing

@testable import Simulation

@Suite struct PosteriorPredictiveTests {
  /// Three draws at two rows.
  private let draws = [[0.0, 5], [1, 5], [4, 5]]

  @Test("with equal draws it is a normal distribution")
  func normal() throws {
    let predictive = try PosteriorPredictive(draws: draws, noiseStandardDeviation: 2)
    #expect(predictive.mean(row: 1) == 5 && predictive.standardDeviation(row: 1) == 2)
    #expect(abs(predictive.logDensity(of: 7, row: 1) - (-0.5 - log(2) - 0.5 * log(2 * .pi))) < 1e-14)
    #expect(abs(try predictive.quantile(0.975, row: 1) - (5 + 2 * 1.959963984540054)) < 1e-8)
  }

  @Test("mean and variance are the mixture's: 5/3, and 26/9 + σ² by hand")
  func moments() throws {
    let predictive = try PosteriorPredictive(draws: draws, noiseStandardDeviation: 0.5)
    #expect(abs(predictive.mean(row: 0) - 5.0 / 3) < 1e-15)
    #expect(abs(predictive.standardDeviation(row: 0) - (26.0 / 9 + 0.25).squareRoot()) < 1e-14)
  }

  @Test(
    "the distribution function is the integral of the density, the quantile its inverse", arguments: [0.01, 0.3, 0.9])
  func consistency(p: Double) throws {
    let predictive = try PosteriorPredictive(draws: draws, noiseStandardDeviation: 0.5)
    let y = try predictive.quantile(p, row: 0)
    #expect(abs(predictive.cumulative(of: y, row: 0) - p) < 1e-8)
    // Midpoint rule from far in the lower tail.
    let (start, steps) = (-6.0, 20_000)
    let width = (y - start) / Double(steps)
    let integral = (0..<steps).reduce(0.0) {
      $0 + width * exp(predictive.logDensity(of: start + (Double($1) + 0.5) * width, row: 0))
    }
    #expect(abs(integral - p) < 1e-6)
  }

  @Test("far from every draw the log density stays finite")
  func farAway() throws {
    let predictive = try PosteriorPredictive(draws: draws, noiseStandardDeviation: 0.01)
    #expect(predictive.logDensity(of: 1e6, row: 0) < -1e15 && predictive.logDensity(of: 1e6, row: 0).isFinite)
  }

  @Test func refusals() {
    #expect(throws: SimulationError.self) { try PosteriorPredictive(draws: [], noiseStandardDeviation: 1) }
    #expect(throws: SimulationError.self) { try PosteriorPredictive(draws: [[1], [1, 2]], noiseStandardDeviation: 1) }
    #expect(throws: SimulationError.self) { try PosteriorPredictive(draws: draws, noiseStandardDeviation: 0) }
    #expect(throws: SimulationError.self) { try PosteriorPredictive(draws: [[.nan]], noiseStandardDeviation: 1) }
  }

  @Test("variance splits into noise and spread of the draws: 1/4 and 26/9 by hand")
  func variances() throws {
    let predictive = try PosteriorPredictive(draws: draws, noiseStandardDeviation: 0.5)
    #expect(predictive.aleatoricVariance == 0.25 && abs(predictive.epistemicVariance(row: 0) - 26.0 / 9) < 1e-14)
    #expect(predictive.epistemicVariance(row: 1) == 0)
    let total = predictive.standardDeviation(row: 0) * predictive.standardDeviation(row: 0)
    #expect(abs(total - predictive.aleatoricVariance - predictive.epistemicVariance(row: 0)) < 1e-14)
  }
}
