/// Which nodes a posterior selects, against those that are active in the truth (THEORY.md 9).
///
/// Hidden nodes are identified only up to permutation and scaling, so that a node-by-node comparison means something
/// for the screening of inputs, or once nodes have been matched; otherwise compare `selected` with `active`, per layer.
public struct NodeRecovery: Sendable, Equatable {
  /// Nodes whose inclusion probability is at least the threshold.
  public let selected: Int
  /// Nodes that are active in the truth.
  public let active: Int
  public let truePositives: Int
  /// Σ_{z=1}(1 − γ) + Σ_{z=0} γ: the expected Hamming distance when nodes are on with probability γ.
  public let expectedHammingDistance: Double

  public var falsePositives: Int { selected - truePositives }
  public var falseNegatives: Int { active - truePositives }
  /// `nil` if nothing is selected.
  public var precision: Double? { selected > 0 ? Double(truePositives) / Double(selected) : nil }
  /// `nil` if nothing is active.
  public var recall: Double? { active > 0 ? Double(truePositives) / Double(active) : nil }
  /// 2tp/(2tp + fp + fn); `nil` if nothing is selected or active.
  public var f1: Double? {
    selected + active > 0 ? Double(2 * truePositives) / Double(selected + active) : nil
  }
  /// fp + fn.
  public var hammingDistance: Int { falsePositives + falseNegatives }
  public var isExact: Bool { hammingDistance == 0 }

  /// - Parameters:
  ///   - inclusionProbabilities: γ, one a node, in [0, 1].
  ///   - truth: whether the node is active, one a node.
  /// - Throws: `SimulationError` if the lengths differ or a γ is no probability.
  public init(
    inclusionProbabilities: [Double], truth: [Bool], threshold: Double = 0.5
  ) throws(SimulationError) {
    guard inclusionProbabilities.count == truth.count else {
      throw SimulationError(
        name: "number of inclusion probabilities", value: "\(inclusionProbabilities.count)",
        needs: "\(truth.count), one a node")
    }
    if let bad = inclusionProbabilities.first(where: { !(0...1).contains($0) }) {
      throw SimulationError(name: "inclusion probability", value: "\(bad)", needs: "between 0 and 1")
    }
    var selected = 0
    var truePositives = 0
    var expected = 0.0
    for (gamma, isActive) in zip(inclusionProbabilities, truth) {
      if gamma >= threshold {
        selected += 1
        if isActive { truePositives += 1 }
      }
      expected += isActive ? 1 - gamma : gamma
    }
    self.selected = selected
    self.truePositives = truePositives
    active = truth.count { $0 }
    expectedHammingDistance = expected
  }
}
