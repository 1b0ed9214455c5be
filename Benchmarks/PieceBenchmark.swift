import Priors
import SparseNetworks

/// Where the time of a step goes, piece by piece.
enum PieceBenchmark {
  struct Row: Encodable, Equatable {
    let `case`, slab, estimator: String
    let microseconds: Double
    /// Shares of it: minibatch, draws and weights; forward with the likelihood; backward; KL; Adam.
    let noise, forward, backward, divergence, adam: Double
  }

  static func rows() throws -> [Row] {
    try StepCase.all.filter { $0.networks == 1 && $0.slab == .groupHorseshoe }.map { step in
      var timer = try StepTimer(step)
      let (steps, rounds) = (step.steps(of: .ours), StepBenchmark.rounds(step.network))
      _ = try timer.microseconds(steps: steps)
      var pieces = StepRun.Pieces()
      for _ in 0..<rounds { pieces += try timer.pieces(steps: steps) }
      let total = pieces.total
      return Row(
        case: step.name, slab: step.slab.rawValue, estimator: step.estimator.rawValue,
        microseconds: total / Double(steps * rounds) * 1e6, noise: pieces.noise / total,
        forward: pieces.forward / total, backward: pieces.backward / total,
        divergence: pieces.divergence / total, adam: pieces.adam / total)
    }
  }

  static func table(_ rows: [Row]) -> String {
    var table = MarkdownTable(
      ["case", "slab", "estimator", "step (µs)", "noise", "forward", "backward", "divergence", "Adam"], texts: 3)
    for row in rows {
      table.add(
        [row.case, row.slab, row.estimator, MarkdownTable.number(row.microseconds)]
          + [row.noise, row.forward, row.backward, row.divergence, row.adam].map(MarkdownTable.percent))
    }
    return table.text
  }
}
