import Foundation

/// A study of 600 fits of network (a), from its file to its figures, by one worker and by two.
///
/// In the order 1, 2, 2, 1, 1, 2: the machine's speed wanders, so that only neighbours compare.
enum StudyBenchmark {
  struct Row: Encodable, Equatable {
    let workers, cells: Int
    /// The median of its runs.
    let seconds, cellsPerHour: Double
    /// Against one worker: the median over runs beside each other.
    let ratio: Double
    /// The same of steps on as many threads that share nothing, timed before each run: what the machine lets them gain.
    let machineRatio: Double
    /// Processor time over workers × seconds: how busy they are, from the first cell's start to the last figure.
    let busy: Double
    let meetsBusyTarget: Bool
    /// The largest memory that the process held; nil where `CommandRun` can't tell.
    let peakMegabytes: Double?
    let target: Double?
    let meetsTarget: Bool?
  }

  private static let cells = 600
  private static let study = """
    study: benchmark
    title: 600 fits of network (a)
    seed: 1
    data:
      teacher: {kind: sparse-network, inputs: 20, active: [5, 5], activation: tanh}
    model: {hidden: [20, 20], activation: silu}
    training: {steps: 500, batch: 64, estimator: weight-sampling, tune-steps: 100, search-rounds: 1, confirmations: 1}
    factors:
      slab: [gaussian, group-lasso, group-horseshoe]
      sample-size: [500, 1000, 2000, 4000, 8000]
    replicates: 40
    measure: {posterior-draws: 50, points: 1024}
    """

  static func rows() throws -> [Row] {
    let folder = FileManager.default.temporaryDirectory.appending(path: "slablab-benchmark-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "benchmark.yaml")
    try Data(study.utf8).write(to: file)
    let counts = [1, 2].filter { $0 <= ProcessInfo.processInfo.processorCount }
    var runs = [Int: [CommandRun]]()
    var gains = Rounds()
    for (turn, workers) in (counts + counts.reversed() + counts).enumerated() {
      Progress.show("a study of \(cells) cells by \(workers) worker\(workers == 1 ? "" : "s"), turn \(turn + 1)")
      let out = folder.appending(path: "turn-\(turn)").path
      if counts.count > 1 { gains.add(2 * secondsOfSteps(threads: 1) / secondsOfSteps(threads: 2)) }
      let run = try CommandRun(["run", file.path, "--out", out, "--workers", "\(workers)", "--quiet"])
      runs[workers, default: []].append(run)
    }
    return counts.map { workers in
      row(workers: workers, runs: runs[workers, default: []], byOne: runs[1, default: []], gain: gains.median)
    }
  }

  /// Half a second of steps of network (a), on each of some threads at once.
  private static func secondsOfSteps(threads: Int) -> Double {
    Stopwatch.seconds {
      DispatchQueue.concurrentPerform(iterations: threads) { _ in
        do {
          var timer = try StepTimer(StepCase(network: .a, slab: .groupHorseshoe, estimator: .weightSampling))
          _ = try timer.microseconds(steps: 30_000)
        } catch {
          fatalError("a step of network (a): \(error)")
        }
      }
    }
  }

  /// - Parameter byOne: what one worker took, each run beside the one in the same place of `runs`.
  private static func row(workers: Int, runs: [CommandRun], byOne: [CommandRun], gain: Double) -> Row {
    let seconds = Rounds(values: runs.map(\.seconds)).median
    let ratio = Rounds(values: zip(byOne, runs).map { $0.seconds / $1.seconds }).median
    let busy = Rounds(values: runs.map { $0.processorSeconds / Double(workers) / $0.seconds }).median
    let target = workers == 2 ? 1.9 : nil
    return Row(
      workers: workers, cells: cells, seconds: seconds, cellsPerHour: 3600 * Double(cells) / seconds, ratio: ratio,
      machineRatio: workers == 1 ? 1 : gain, busy: busy, meetsBusyTarget: busy >= 0.95,
      peakMegabytes: runs.compactMap(\.peakBytes).max().map { $0 / 1e6 }, target: target,
      meetsTarget: target.map { ratio >= $0 })
  }

  static func table(_ rows: [Row]) -> String {
    var table = MarkdownTable(
      [
        "workers", "asked", "met", "cells", "seconds", "cells an hour", "× one worker", "bare steps × one",
        "cores busy (asked: 95 %)", "peak memory (MB)",
      ], texts: 3)
    for row in rows {
      table.add([
        "\(row.workers)", row.target.map { "≥ \($0) ×" } ?? "–", MarkdownTable.verdict(row.meetsTarget),
        "\(row.cells)", MarkdownTable.number(row.seconds), MarkdownTable.number(row.cellsPerHour),
        MarkdownTable.number(row.ratio), MarkdownTable.number(row.machineRatio),
        "\(MarkdownTable.number(100 * row.busy)) %\(row.meetsBusyTarget ? "" : ", not met")",
        MarkdownTable.number(row.peakMegabytes),
      ])
    }
    return table.text
  }
}
