import Foundation
import GSL
import Testing

@testable import Simulation

@Suite struct CategoricalPredictiveTests {
  private static let third = log(3.0)

  /// Two draws at two rows of two classes: (¾, ¼) and (¼, ¾) at the first, (½, ½) twice at the second.
  private func twoDraws() throws -> CategoricalPredictive {
    try CategoricalPredictive(draws: [[Self.third, 0, 5, 5], [0, Self.third, -2, -2]], classCount: 2)
  }

  @Test("by hand: draws that contradict each other give the same probabilities as draws that are unsure, but not why")
  func byHand() throws {
    let predictive = try twoDraws()
    let unsure = -0.75 * log(0.75) - 0.25 * log(0.25)
    for row in 0..<2 {
      #expect(predictive.probabilities(row: row).allSatisfy { abs($0 - 0.5) < 1e-15 })
      #expect(abs(predictive.entropy(row: row) - log(2)) < 1e-15)
    }
    #expect(abs(predictive.expectedEntropy(row: 0) - unsure) < 1e-15)
    #expect(abs(predictive.mutualInformation(row: 0) - (log(2) - unsure)) < 1e-15)
    #expect(abs(predictive.expectedEntropy(row: 1) - log(2)) < 1e-15)
    #expect(predictive.mutualInformation(row: 1) < 1e-15)
  }

  @Test("probabilities add up to 1, and the mutual information is the draws' mean KL to their mean")
  func identities() throws {
    let random = RandomGenerator(key: StreamKey(seed: 4))
    let (rows, classes, count) = (6, 5, 9)
    let draws = (0..<count).map { _ in (0..<(rows * classes)).map { _ in 4 * random.gaussian() } }
    let predictive = try CategoricalPredictive(draws: draws, classCount: classes)
    #expect(predictive.rowCount == rows && predictive.drawCount == count)
    for row in 0..<rows {
      let mean = predictive.probabilities(row: row)
      #expect(abs(mean.reduce(0, +) - 1) < 1e-14)
      var (direct, divergence) = ([Double](repeating: 0, count: classes), 0.0)
      for draw in draws {
        let weights = draw[(row * classes)..<((row + 1) * classes)].map { exp($0) }
        for (index, weight) in weights.enumerated() {
          let p = weight / weights.reduce(0, +)
          direct[index] += p / Double(count)
          divergence += p * log(p / mean[index]) / Double(count)
        }
      }
      #expect(zip(direct, mean).allSatisfy { abs($0 - $1) < 1e-14 })
      #expect(abs(predictive.mutualInformation(row: row) - divergence) < 1e-13)
      #expect(predictive.mostProbableClass(row: row) == mean.firstIndex(of: mean.max() ?? 0))
    }
  }

  @Test("a class that is all but ruled out keeps a finite log-probability, and adds no entropy")
  func extremes() throws {
    let predictive = try CategoricalPredictive(draws: [[0, 2000], [0, 1000]], classCount: 2)
    #expect(abs(predictive.logProbability(of: 0, row: 0) - (-1000 - log(2))) < 1e-9)
    #expect(predictive.entropy(row: 0) == 0 && predictive.mutualInformation(row: 0) == 0)
    #expect(predictive.probabilities(row: 0) == [0, 1])
  }

  @Test func refusals() {
    #expect(throws: SimulationError.self) { try CategoricalPredictive(draws: [], classCount: 2) }
    #expect(throws: SimulationError.self) { try CategoricalPredictive(draws: [[1, 2]], classCount: 1) }
    #expect(throws: SimulationError.self) { try CategoricalPredictive(draws: [[1, 2, 3]], classCount: 2) }
    #expect(throws: SimulationError.self) { try CategoricalPredictive(draws: [[1, 2], [1]], classCount: 2) }
    #expect(throws: SimulationError.self) { try CategoricalPredictive(draws: [[1, .nan]], classCount: 2) }
  }
}
