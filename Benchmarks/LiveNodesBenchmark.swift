import NetworkShape
import Priors
import SparseNetworks

/// A step's time against the share of hidden nodes that are on: nodes that are off are left out of it, exactly.
enum LiveNodesBenchmark {
  struct Row: Encodable, Equatable {
    let `case`, activation: String
    let liveShare, microseconds: Double
    /// Of the step with every node on.
    let share: Double
    /// The largest share that is asked for; nil where none is.
    let target: Double?
    let meetsTarget: Bool?
    /// As of a whole step (`StepLimit`), without what nodes that are off save; and whether the step takes at most 1.5 × it.
    let limitMicroseconds, overLimit: Double
    let withinBound: Bool
  }

  private static let shares = [1, 0.5, 0.25, 0.1]
  /// With nine nodes in ten off. Where ψ'(0) = 0 nothing of a node that is off is needed.
  private static let targets: [(activation: Activation, target: Double)] = [(.relu, 0.4), (.silu, 0.6), (.tanh, 0.6)]

  static func rows(_ peaks: MachinePeaks) throws -> [Row] {
    let step = StepCase(network: .c128, slab: .groupHorseshoe, estimator: .weightSampling)
    return try targets.flatMap { activation, target in
      var timers = try shares.map { try StepTimer(step, activation: activation, liveShare: $0) }
      var rounds = shares.map { _ in Rounds() }
      var limits = rounds
      let limit = shares.map {
        StepLimit(step, liveShare: $0, offNodesAreWeighed: activation.derivative(at: 0) != 0)
      }
      for round in 0...StepBenchmark.rounds(step.network) {
        let now = peaks.again()
        for place in timers.indices {
          let time = try timers[place].microseconds(steps: step.steps(of: .ours))
          guard round > 0 else { continue }  // the first one warms up
          rounds[place].add(time)
          limits[place].add(limit[place].microseconds(at: now))
        }
      }
      return shares.indices.map { place in
        let (share, time) = (shares[place], rounds[place])
        let (ofWhole, overLimit) = (time.over(rounds[0]).median, time.over(limits[place]).median)
        let asked = share == shares.last ? target : nil
        return Row(
          case: step.name, activation: activation.rawValue, liveShare: share, microseconds: time.median, share: ofWhole,
          target: asked, meetsTarget: asked.map { ofWhole <= $0 }, limitMicroseconds: limits[place].median,
          overLimit: overLimit, withinBound: overLimit <= step.largestTimeOverLimit)
      }
    }
  }

  static func table(_ rows: [Row]) -> String {
    var table = MarkdownTable(
      [
        "case", "activation", "nodes on", "step (µs)", "of the whole step", "asked", "met", "limit (µs)", "step/limit",
        "≤ limit",
      ], texts: 2)
    for row in rows {
      table.add([
        row.case, row.activation, MarkdownTable.percent(row.liveShare), MarkdownTable.number(row.microseconds),
        MarkdownTable.percent(row.share), row.target.map { "≤ " + MarkdownTable.percent($0) } ?? "–",
        MarkdownTable.verdict(row.meetsTarget), MarkdownTable.number(row.limitMicroseconds),
        MarkdownTable.number(row.overLimit), MarkdownTable.verdict(row.withinBound),
      ])
    }
    return table.text
  }
}
