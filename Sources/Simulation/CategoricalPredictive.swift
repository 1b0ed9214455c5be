import Foundation
import GSL

/// The posterior predictive distribution of a class at given rows: at each the mean, over posterior draws, of
/// softmax f_θ(x).
///
///     p̄(c | x) = 1/m Σ_i p_i(c | x),  p_i = softmax f_i(x)
///
/// Its entropy, in nats, has two parts: the mean entropy of the p_i is what every draw is unsure of (aleatoric), the
/// rest, the mutual information of class and θ, is what the draws disagree on (epistemic).
///
///     H(p̄) = 1/m Σ_i H(p_i) + 1/m Σ_i KL(p_i ‖ p̄)
public struct CategoricalPredictive: Sendable, Equatable {
  public let classCount: Int
  public let rowCount: Int
  public let drawCount: Int
  /// rows × classes, row-major: log p̄.
  private let logProbabilities: [Double]
  /// One a row: the mean of H(p_i).
  private let expectedEntropies: [Double]

  /// - Parameters:
  ///   - draws: m ≥ 1 draws of scores before the softmax, each rows × classes, row-major, at the same rows.
  ///   - classCount: at least 2.
  /// - Throws: `SimulationError` if the shapes differ or a score is not finite.
  public init(draws: [[Double]], classCount: Int) throws(SimulationError) {
    guard let first = draws.first else {
      throw SimulationError(name: "number of draws", value: "0", needs: "at least 1")
    }
    guard classCount >= 2, first.count.isMultiple(of: classCount) else {
      throw SimulationError(
        name: "number of classes", value: "\(classCount)", needs: "at least 2, a divisor of \(first.count) scores")
    }
    for (index, draw) in draws.enumerated() { try requireDraw(draw, index: index, points: first.count) }
    self.classCount = classCount
    rowCount = first.count / classCount
    drawCount = draws.count
    let count = Double(draws.count)
    var logProbabilities: [Double] = []
    logProbabilities.reserveCapacity(first.count)
    var expectedEntropies: [Double] = []
    for row in 0..<rowCount {
      let places = (row * classCount)..<((row + 1) * classCount)
      let ofDraws = draws.map { Self.logSoftmax($0[places]) }
      // Over logarithms, so that a class that every draw all but rules out keeps a finite one.
      for index in 0..<classCount {
        logProbabilities.append(logSumExp(ofDraws.map { $0[index] }) - log(count))
      }
      expectedEntropies.append(ofDraws.reduce(0) { $0 + Self.entropy($1) } / count)
    }
    self.logProbabilities = logProbabilities
    self.expectedEntropies = expectedEntropies
  }

  /// p̄, a number a class; they add up to 1.
  public func probabilities(row: Int) -> [Double] { self[row].map { exp($0) } }

  /// log p̄(c | x), finite.
  public func logProbability(of index: Int, row: Int) -> Double { logProbabilities[row * classCount + index] }

  /// The class of the largest p̄, the first of equals.
  public func mostProbableClass(row: Int) -> Int {
    (1..<classCount).reduce(0) { logProbability(of: $1, row: row) > logProbability(of: $0, row: row) ? $1 : $0 }
  }

  /// H(p̄), in nats: from 0 to log(number of classes).
  public func entropy(row: Int) -> Double { Self.entropy(self[row]) }

  /// The aleatoric part of it: the mean entropy of the draws' distributions.
  public func expectedEntropy(row: Int) -> Double { expectedEntropies[row] }

  /// The epistemic part of it, at least 0: the mutual information of the class and θ.
  public func mutualInformation(row: Int) -> Double { max(0, entropy(row: row) - expectedEntropies[row]) }

  private subscript(row: Int) -> ArraySlice<Double> {
    logProbabilities[(row * classCount)..<((row + 1) * classCount)]
  }

  private static func logSoftmax(_ scores: ArraySlice<Double>) -> [Double] {
    let normaliser = logSumExp(scores)
    return scores.map { $0 - normaliser }
  }

  /// −Σ p log p of log-probabilities; p log p is 0 where p underflows.
  private static func entropy(_ logarithms: some Sequence<Double>) -> Double {
    logarithms.reduce(0) { $0 - exp($1) * $1 }
  }
}
