import Foundation
import StudyEngine
import Synchronization

/// What the study engine itself costs: 10,000 cells that compute nothing, each stored with as many numbers as a fit has, by
/// one worker and by two.
enum EngineBenchmark {
  struct Row: Encodable, Equatable {
    let workers, cells: Int
    /// From queue to store, a cell.
    let millisecondsPerCell: Double
    let target: Double
    let meetsTarget: Bool
    /// The memory that this process holds after a tenth of the cells, and after all.
    let megabytesAtTenth, megabytesAtEnd: Double
  }

  private static let cells = 10_000

  /// As much as a fit hands on, in no time.
  private final class Nothing: CellRunning {
    private let count = Atomic(0)
    let atTenth = Mutex(0.0)

    func estimatedSeconds(for cell: Cell) -> Double { Double(cell.sampleSize ?? 0) }

    func run(_ cell: Cell, progress: CellProgress) -> CellResult {
      if count.add(1, ordering: .relaxed).newValue == cells / 10 {
        atTenth.withLock { $0 = residentMegabytes() }
      }
      let value = Double(cell.index)
      return CellResult(
        metrics: (0..<30).map { .init(name: "metric_\($0)", value: value + Double($0)) },
        trace: (0..<60).map { .init(step: 100 * $0, elbo: -value, logLikelihood: -value, kl: 1) }, converged: true)
    }
  }

  static func rows() throws -> [Row] {
    let text = """
      study: engine
      factors: {slab: [gaussian, group-lasso, group-horseshoe, {kind: group-horseshoe, cap: none}], sample-size: [500, 1000, 2000, 4000, 8000]}
      replicates: \(cells / 20)
      """
    let study = try StudyFile(text: text, path: "engine.yaml").study()
    return try [1, 2].map { workers in
      Progress.show("\(cells) empty cells by \(workers) worker\(workers == 1 ? "" : "s")")
      let folder = FileManager.default.temporaryDirectory.appending(path: "slablab-engine-\(UUID().uuidString)")
      defer { try? FileManager.default.removeItem(at: folder) }
      let store = try StudyStore(folder: StudyFolder(folder), study: study, programVersion: ProgramVersion.current)
      defer { store.close() }
      let runner = Nothing()
      let seconds = try Stopwatch.seconds {
        _ = try LocalExecutor(workers: workers).run(study, with: runner, into: store)
      }
      let milliseconds = 1000 * seconds / Double(study.cells.count)
      return Row(
        workers: workers, cells: study.cells.count, millisecondsPerCell: milliseconds, target: 2,
        meetsTarget: milliseconds <= 2, megabytesAtTenth: runner.atTenth.withLock { $0 },
        megabytesAtEnd: residentMegabytes())
    }
  }

  /// 0 where the system has no `/proc`.
  private static func residentMegabytes() -> Double {
    let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")
    return Double(pages?.dropFirst().first ?? "") .map { $0 * Double(sysconf(Int32(_SC_PAGESIZE))) / 1e6 } ?? 0
  }

  static func table(_ rows: [Row]) -> String {
    var table = MarkdownTable(
      ["workers", "asked", "met", "cells", "ms a cell", "memory after a tenth (MB)", "at the end (MB)"], texts: 3)
    for row in rows {
      table.add([
        "\(row.workers)", "≤ \(MarkdownTable.number(row.target)) ms", MarkdownTable.verdict(row.meetsTarget), "\(row.cells)",
        MarkdownTable.number(row.millisecondsPerCell), MarkdownTable.number(row.megabytesAtTenth),
        MarkdownTable.number(row.megabytesAtEnd),
      ])
    }
    return table.text
  }
}
