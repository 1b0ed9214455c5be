import Foundation
import GSL
import NetworkShape
import Priors
import Simulation
import SparseNetworks

/// A whole fit of a wide network to data of a sparse teacher, from its start to its last evidence bound, skipping nodes
/// that are off and with the whole network.
///
/// By `Trainer`, so with every stage: open gates, gates that learn, the search on frozen ones, confirmation. The two
/// kinds of fit alternate: the machine's speed wanders, so that only neighbours compare.
enum FitBenchmark {
  struct Row: Encodable, Equatable {
    let activation: String
    let widths: [Int]
    /// Hidden nodes of the teacher, layer by layer.
    let teacherActive: [Int]
    let steps, stepsWhole: Int
    /// Medians over the pairs.
    let seconds, secondsWhole: Double
    /// The median over pairs of the whole network's time over the time without nodes that are off.
    let ratio: Double
    /// Nodes on at the end, layer by layer.
    let active, activeWhole: [Int]
    let evidenceBound, evidenceBoundWhole: Double
    /// Of the evidence bounds: |difference| over the larger standard error.
    let differenceInStandardErrors: Double
  }

  static let note =
    "From the start to the last evidence bound, skipping nodes that are off and with the whole network, in turns: "
    + "medians of \(pairs) pairs, on one thread. \(rowCount) rows, minibatches of \(recipe(.silu).batch), group "
    + "horseshoe. Two values where the two fits differ."

  private static let widths = [50, 400, 1]
  private static let teacherActive = [5]
  private static let rowCount = 4000
  private static let noise = 0.1
  private static let pairs = 3

  static func rows() throws -> [Row] {
    try [Activation.relu, .silu].map { activation in
      let key = StreamKey(seed: 1)
      let data = try dataset(activation, key: key.child("data"))
      var skipping = Trainer(model: try model(activation), recipe: recipe(activation))
      var whole = skipping
      skipping.skipsNodesThatAreOff = true
      whole.skipsNodesThatAreOff = false
      let fits = try (1...pairs).map { pair in
        Progress.show("whole fits, \(activation.rawValue), pair \(pair) of \(pairs)")
        return (skipping: try timed(skipping, data, key.child("fit")), whole: try timed(whole, data, key.child("fit")))
      }
      // The same key gives the same fit, so that pairs differ in nothing but their times.
      let (fit, wholeFit) = (fits[0].skipping.fit, fits[0].whole.fit)
      let (bound, wholeBound) = (fit.evidenceBound, wholeFit.evidenceBound)
      return Row(
        activation: activation.rawValue, widths: widths, teacherActive: teacherActive, steps: fit.steps,
        stepsWhole: wholeFit.steps, seconds: Rounds(values: fits.map(\.skipping.seconds)).median,
        secondsWhole: Rounds(values: fits.map(\.whole.seconds)).median,
        ratio: Rounds(values: fits.map { $0.whole.seconds / $0.skipping.seconds }).median,
        active: fit.posterior.activeNodeCounts, activeWhole: wholeFit.posterior.activeNodeCounts,
        evidenceBound: bound.value, evidenceBoundWhole: wholeBound.value,
        differenceInStandardErrors: abs(bound.value - wholeBound.value)
          / max(bound.standardError, wholeBound.standardError, .leastNormalMagnitude))
    }
  }

  static func table(_ rows: [Row]) -> String {
    var table = MarkdownTable(
      [
        "activation", "widths", "teacher's nodes", "steps", "skipping (s)", "whole (s)", "whole / skipping",
        "nodes on at the end", "evidence bound", "difference (standard errors)",
      ], texts: 3)
    for row in rows {
      table.add([
        row.activation, list(row.widths), list(row.teacherActive), both(row.steps, row.stepsWhole) { "\($0)" },
        MarkdownTable.number(row.seconds), MarkdownTable.number(row.secondsWhole), MarkdownTable.number(row.ratio),
        both(row.active, row.activeWhole, list),
        both(row.evidenceBound, row.evidenceBoundWhole) { String(format: "%.1f", $0) },
        MarkdownTable.number(row.differenceInStandardErrors),
      ])
    }
    return table.text
  }

  /// Of the fit that skips and the whole one's; once where they are the same.
  private static func both<Value>(_ skipping: Value, _ whole: Value, _ text: (Value) -> String) -> String {
    text(skipping) == text(whole) ? text(whole) : text(skipping) + "; " + text(whole)
  }

  private static func list(_ counts: [Int]) -> String { counts.map(String.init).joined(separator: "-") }

  private static func timed(
    _ trainer: Trainer, _ data: Dataset, _ key: StreamKey
  ) throws -> (fit: Trainer.Fit, seconds: Double) {
    let start = ContinuousClock.now
    let fit = try trainer.fit(data, key: key)
    return (fit, start.duration(to: .now) / .seconds(1))
  }

  /// The default but for the search: more rounds, of which each takes off one node at most, and shorter ones.
  private static func recipe(_ activation: Activation) -> TrainingRecipe {
    var recipe = TrainingRecipe()
    recipe.batch = 128
    recipe.relaxation = .suited(to: activation)
    recipe.tuneSteps = 250
    recipe.searchRounds = 32
    recipe.confirmations = 1
    return recipe
  }

  /// Rows of weights as long as in a network of nothing but the active nodes, at strength 1: B_l² = k_l + 1.
  private static func dataset(_ activation: Activation, key: StreamKey) throws -> Dataset {
    let topology = try Topology(widths: widths)
    let rowNorms = ([widths[0]] + teacherActive).map { Double($0 + 1).squareRoot() }
    let teacher = try SparseNetworkTeacher(
      topology: topology,
      bounds: WeightBounds(hiddenActiveNodes: teacherActive, rowNorms: rowNorms, topology: topology),
      activation: activation, key: key.child("teacher"))
    return try DataGenerator(teacher: teacher, design: .uniform, noiseStandardDeviation: noise)
      .sample(rowCount: rowCount, key: key).dataset
  }

  private static func model(_ activation: Activation) throws -> NetworkModel {
    try NetworkModel(
      topology: Topology(widths: widths), activation: activation, slab: .groupHorseshoe(),
      spike: .node(negativeLog: teacherActive.map { _ in 20 }),
      likelihood: .gaussian(noise: .known(standardDeviation: noise)))
  }
}
