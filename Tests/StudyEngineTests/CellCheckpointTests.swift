import Foundation
import Synchronization
import Testing

@testable import StudyEngine

@Suite("What a cell under way leaves behind") struct CellCheckpointTests {
  private static let text = """
    seed: 7
    data: {teacher: {kind: sparse-network, inputs: 4, active: [2], strength: 1}, noise: 0.1, sample-size: 120}
    model: {hidden: [4]}
    training: {steps: 600, batch: 64, tune-steps: 100, search-rounds: 2, confirmations: 1, evidence-draws: 8, restarts: 2}
    factors: {slab: [ghs]}
    replicates: 1
    measure: {posterior-draws: 20, points: 64}
    """

  /// Runs the cell until it has told of `last` steps.
  /// - Returns: its result, nil if it gave up; and the first step that it told of.
  private static func run(
    _ cell: Cell, _ folder: StudyFolder, until last: Int = .max
  ) throws -> (result: CellResult?, firstStep: Int) {
    let steps = Mutex([Int]())
    let progress = CellProgress(
      report: { step, _, _ in steps.withLock { $0.append(step) } },
      isInterrupted: { steps.withLock { ($0.last ?? 0) >= last } }, checkpoint: CellCheckpoint(cell, in: folder))
    let result: CellResult?
    do { result = try CellRunner().run(cell, progress: progress) } catch is CellInterrupted { result = nil }
    return (result, steps.withLock { $0.first ?? 0 })
  }

  @Test("a cell that gave up goes on from there, twice, to the same bits") func resumption() throws {
    try TemporaryFolder.use { url in
      let cell = try StudyFileTests.study(Self.text).cells[0]
      let folder = StudyFolder(url)
      let whole = try CellRunner().run(cell, progress: CellProgress())
      #expect(try Self.run(cell, folder, until: 400).result == nil)
      // In the second start, too.
      let second = try Self.run(cell, folder, until: 1200)
      #expect(second.result == nil && second.firstStep >= 400)
      let last = try Self.run(cell, folder)
      #expect(last.firstStep >= 1200 && last.result == whole)
      #expect(!whole.metrics.isEmpty && !whole.trace.isEmpty)
    }
  }

  @Test("a fit from the teacher has a state of its own") func teacherStart() throws {
    try TemporaryFolder.use { url in
      let cell = try StudyFileTests.study(Self.text, ["measure.teacher-start=true"]).cells[0]
      let folder = StudyFolder(url)
      let steps = Mutex([Int]())
      let whole = try CellRunner().run(
        cell, progress: CellProgress(report: { step, _, _ in steps.withLock { $0.append(step) } }))
      // The last steps are those of the fit from the teacher.
      let last = try #require(steps.withLock { $0.last })
      #expect(try Self.run(cell, folder, until: last).result == nil)
      let file = folder.checkpoints.appending(path: cell.contentHash + "-teacher")
      #expect(FileManager.default.fileExists(atPath: file.path))
      #expect(try Self.run(cell, folder).result == whole)
      CellCheckpoint(cell, in: folder).remove()
      #expect(!FileManager.default.fileExists(atPath: folder.checkpoints.path))
    }
  }

  @Test("a damaged checkpoint, or another cell's, is nothing to go on from") func damage() throws {
    try TemporaryFolder.use { url in
      let study = try StudyFileTests.study(Self.text, ["replicates=2"])
      let folder = StudyFolder(url)
      #expect(try Self.run(study.cells[0], folder, until: 400).result == nil)
      let file = folder.checkpoints.appending(path: study.cells[0].contentHash)
      var bytes = try Data(contentsOf: file)
      try bytes.write(to: folder.checkpoints.appending(path: study.cells[1].contentHash))
      let other = try Self.run(study.cells[1], folder)
      #expect(other.firstStep <= 100)
      #expect(try other.result == CellRunner().run(study.cells[1], progress: CellProgress()))
      bytes[bytes.count / 2] ^= 1
      try bytes.write(to: file)
      #expect(try Self.run(study.cells[0], folder).firstStep <= 100)
    }
  }

  @Test("a cell with an outcome has none") func removal() throws {
    try TemporaryFolder.use { url in
      let study = try StudyFileTests.study(Self.text)
      let folder = StudyFolder(url)
      #expect(try Self.run(study.cells[0], folder, until: 400).result == nil)
      let store = try StudyStore(folder: folder, study: study, programVersion: "test")
      let report = try LocalExecutor(workers: 1).run(study, with: CellRunner(), into: store)
      #expect(report.ran == 1 && !FileManager.default.fileExists(atPath: folder.checkpoints.path))
    }
  }
}
