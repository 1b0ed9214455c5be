import Foundation
import Synchronization
import Testing

@testable import StudyEngine

@Suite("Running a study on this machine") struct LocalExecutorTests {
  static let text = """
    study: small
    factors: {slab: [ig, gl], data.noise: [0.1, 0.2], sample-size: [500, 1000, 2000]}
    replicates: 3
    """

  private static func open(_ url: URL) throws -> (study: Study, store: StudyStore) {
    let study = try StudyFileTests.study(text)
    return (study, try StudyStore(folder: StudyFolder(url), study: study, programVersion: "test"))
  }

  /// The table of an undisturbed run on one worker.
  private static func reference(failing: Set<Int> = []) throws -> StudyTable {
    try TemporaryFolder.use { url in
      let (study, store) = try open(url)
      _ = try LocalExecutor(workers: 1).run(study, with: FakeRunner(failing: failing), into: store)
      return try StudyTable(study: study, store: store)
    }
  }

  @Test("tables don't depend on the number of workers", arguments: [2, 3, 8])
  func workers(count: Int) throws {
    let table = try TemporaryFolder.use { url in
      let (study, store) = try Self.open(url)
      let runner = FakeRunner { _ in Thread.sleep(forTimeInterval: Double.random(in: 0...0.002)) }
      let report = try LocalExecutor(workers: count).run(study, with: runner, into: store)
      #expect(report == ExecutionReport(ran: 36, skipped: 0, failed: 0, remaining: 0))
      #expect(runner.cellsRun.sorted() == Array(0..<36))
      return try StudyTable(study: study, store: store)
    }
    #expect(try table == Self.reference())
    #expect(table.rows.count == 36 * 3)
    #expect(table.rows.map(\.cell) == table.rows.map(\.cell).sorted())
  }

  @Test("when a run returns, no worker holds its runner any more", arguments: 0..<60) func release(_: Int) throws {
    try TemporaryFolder.use { url in
      let (study, store) = try Self.open(url)
      var runner = FakeRunner()
      _ = try LocalExecutor(workers: 8).run(study, with: runner, into: store)
      #expect(isKnownUniquelyReferenced(&runner))
    }
  }

  @Test("long cells start first") func longestFirst() throws {
    try TemporaryFolder.use { url in
      let (study, store) = try Self.open(url)
      let runner = FakeRunner()
      _ = try LocalExecutor(workers: 1).run(study, with: runner, into: store)
      #expect(runner.cellsRun.map { study.cells[$0].size } == study.cells.map(\.size).sorted(by: >))
    }
  }

  @Test("an interrupted run goes on where it stopped and ends with the same table", arguments: [1, 2])
  func interruption(workers: Int) throws {
    let table = try TemporaryFolder.use { url in
      do {
        let (study, store) = try Self.open(url)
        let interruption = Interruption()
        let started = Atomic(0)
        let runner = FakeRunner { _ in
          // The 18th cell asks to stop and gives up; others in flight finish.
          guard started.add(1, ordering: .relaxed).newValue == 18 else { return }
          interruption.request()
          throw CellInterrupted()
        }
        let report = try LocalExecutor(workers: workers)
          .run(study, with: runner, into: store, interruption: interruption)
        #expect(report.wasInterrupted && report.ran >= 16 && report.remaining == 36 - report.ran)
        #expect(try store.cells().count == report.ran)
        store.close()
      }
      let (study, store) = try Self.open(url)
      let done = try store.cells().count
      let runner = FakeRunner()
      let report = try LocalExecutor(workers: workers).run(study, with: runner, into: store)
      #expect(report == ExecutionReport(ran: 36 - done, skipped: done, failed: 0, remaining: 0))
      #expect(runner.cellsRun.count == 36 - done)
      return try StudyTable(study: study, store: store)
    }
    #expect(try table == Self.reference())
  }

  @Test("a finished study that is given a replicate, a size and a slab runs the new cells alone, to the table of a fresh run")
  func growth() throws {
    let text = """
      study: small
      factors: {slab: [ig, ghs, gl], data.noise: [0.1, 0.2], sample-size: [250, 500, 1000, 2000]}
      replicates: 4
      """
    let grown = try StudyFileTests.study(text)
    func run(_ url: URL, _ study: Study) throws -> (report: ExecutionReport, table: StudyTable) {
      let store = try StudyStore(folder: StudyFolder(url), study: study, programVersion: "test")
      let report = try LocalExecutor(workers: 2).run(study, with: FakeRunner(), into: store)
      return (report, try StudyTable(study: study, store: store))
    }
    let fresh = try TemporaryFolder.use { try run($0, grown).table }
    try TemporaryFolder.use { url in
      _ = try run(url, StudyFileTests.study(Self.text))
      let (report, table) = try run(url, grown)
      #expect(report == ExecutionReport(ran: 96 - 36, skipped: 36, failed: 0, remaining: 0))
      // `FakeRunner`'s numbers follow from the cell's streams, not from its place.
      #expect(table == fresh)
    }
  }

  @Test("only the cells that are asked for run, and only they are counted") func filter() throws {
    try TemporaryFolder.use { url in
      let (study, store) = try Self.open(url)
      let runner = FakeRunner()
      let filter = try CellFilter(["slab=gl", "sample-size=500,2e3", "replicate=3"], of: study)
      let last = Mutex(ExecutionProgress())
      let report = try LocalExecutor(workers: 2).run(study, with: runner, into: store, only: filter) { progress in
        last.withLock { $0 = progress }
      }
      #expect(report == ExecutionReport(ran: 4, skipped: 0, failed: 0, remaining: 0))
      #expect(last.withLock { $0.total } == 4 && last.withLock { $0.done } == 4)
      let ran = runner.cellsRun.map { study.cells[$0] }
      #expect(ran.allSatisfy { $0.slab == "group-lasso" && [500, 2000].contains($0.size) && $0.replicate == 3 })
      #expect(Set(ran.map(\.factors)).count == 2)
    }
  }

  @Test("a cell that throws is stored with its error and stops nothing; the next run tries it again") func failure()
    throws
  {
    try TemporaryFolder.use { url in
      let (study, store) = try Self.open(url)
      let report = try LocalExecutor(workers: 2).run(study, with: FakeRunner(failing: [4, 30]), into: store)
      #expect(report == ExecutionReport(ran: 36, skipped: 0, failed: 2, remaining: 0))
      #expect(
        try store.cells()[study.cells[4].contentHash]?.error == "cell 4 diverged at step 3: the ELBO is NaN")
      #expect(try StudyTable(study: study, store: store) == Self.reference(failing: [4, 30]))

      let keeping = LocalExecutor(workers: 1, retriesFailedCells: false)
      #expect(
        try keeping.run(study, with: FakeRunner(), into: store)
          == ExecutionReport(ran: 0, skipped: 36, failed: 2, remaining: 0))
      let runner = FakeRunner()
      _ = try LocalExecutor(workers: 1).run(study, with: runner, into: store)
      #expect(runner.cellsRun.sorted() == [4, 30])
      #expect(try StudyTable(study: study, store: store) == Self.reference())
    }
  }

  @Test("a store that fails ends the run with its error, and no cell starts after it") func storeFailure() throws {
    try TemporaryFolder.use { url in
      do { _ = try Self.open(url) }
      let study = try StudyFileTests.study(Self.text)
      let reader = try StudyStore(reading: StudyFolder(url))
      let runner = FakeRunner()
      #expect(throws: StudyStoreError.self) { try LocalExecutor(workers: 2).run(study, with: runner, into: reader) }
      #expect(runner.cellsRun.count <= 2)
    }
  }

  @Test("what a kill leaves, a torn last write included, goes on to the same table", arguments: [0, 1, 700, 5000])
  func kill(bytesLost: Int) throws {
    let table = try TemporaryFolder.use { url in
      let live = url.appending(path: "live")
      let copy = url.appending(path: "copy")
      do {
        let (study, store) = try Self.open(live)
        let runs = Atomic(0)
        let runner = FakeRunner { _ in
          // The store as it lies on disk while the 20th cell runs: 19 cells, most of them in the write-ahead log.
          guard runs.add(1, ordering: .relaxed).newValue == 20 else { return }
          try FileManager.default.copyItem(at: live, to: copy)
        }
        _ = try LocalExecutor(workers: 1).run(study, with: runner, into: store)
      }
      let log = copy.appending(path: "store.sqlite-wal")
      let bytes = try Data(contentsOf: log)
      #expect(bytes.count > 5000)
      try bytes.dropLast(bytesLost).write(to: log)

      let (study, store) = try Self.open(copy)
      let kept = try store.cells().count
      #expect(bytesLost == 0 ? kept == 19 : (15...18).contains(kept))
      let report = try LocalExecutor(workers: 2).run(study, with: FakeRunner(), into: store)
      #expect(report == ExecutionReport(ran: 36 - kept, skipped: kept, failed: 0, remaining: 0))
      return try StudyTable(study: study, store: store)
    }
    #expect(try table == Self.reference())
  }

  @Test("status reads along while the study runs") func status() throws {
    try TemporaryFolder.use { url in
      let (study, store) = try Self.open(url)
      let during = Mutex<StudyStatus?>(nil)
      let runner = FakeRunner(failing: [0]) { cell in
        guard cell.index == 35 else { return }
        let status = try StudyStatus(reading: StudyFolder(url))
        during.withLock { $0 = status }
      }
      _ = try LocalExecutor(workers: 1).run(study, with: runner, into: store)
      let seen = try #require(during.withLock { $0 })
      #expect(seen.total == 36 && seen.done < 35 && seen.runner?.hasPrefix("process ") == true)
      store.close()
      let after = try StudyStatus(reading: StudyFolder(url))
      #expect(after.done == 35 && after.remaining == 0 && after.runner == nil && after.notConverged == 12)
      #expect(after.failures == [.init(cell: 0, message: "cell 0 diverged at step 3: the ELBO is NaN")])
      #expect(try #require(after.meanCellSeconds) >= 0)
    }
  }

  @Test("progress counts every cell once and ends with nothing left") func progress() throws {
    try TemporaryFolder.use { url in
      let (study, store) = try Self.open(url)
      let seen = Mutex([ExecutionProgress]())
      _ = try LocalExecutor(workers: 2).run(study, with: FakeRunner(failing: [0]), into: store) { progress in
        seen.withLock { $0.append(progress) }
      }
      let all = seen.withLock { $0 }
      // A report from inside each cell but the failing one, and one after each cell.
      #expect(all.count == 35 + 36)
      #expect(zip(all, all.dropFirst()).allSatisfy { $0.done + $0.failed <= $1.done + $1.failed })
      let last = try #require(all.last)
      #expect(last.done == 35 && last.failed == 1 && last.total == 36 && last.running == 0 && last.secondsLeft == 0)
      #expect(all.contains { $0.latest?.steps == 2 })
    }
  }

  @Test("a clock that jumps, back and far ahead, shows in the dates alone") func clock() throws {
    try TemporaryFolder.use { url in
      let (study, store) = try Self.open(url)
      let calls = Atomic(0)
      let executor = LocalExecutor(workers: 2) {
        let call = calls.add(1, ordering: .relaxed).newValue
        return [1.8e9, 0, -1e9, 4e9][call % 4]
      }
      let seen = Mutex([Double]())
      _ = try executor.run(study, with: FakeRunner(), into: store) { progress in
        seen.withLock { $0 += [progress.secondsLeft].compactMap { $0 } }
      }
      #expect(try StudyTable(study: study, store: store) == Self.reference())
      #expect(calls.load(ordering: .relaxed) == study.cells.count)
      #expect(seen.withLock { $0.count > 1 && $0.allSatisfy { $0 >= 0 } })
      #expect(try store.timings().values.allSatisfy { $0.seconds >= 0 })
      store.close()
      #expect(try #require(StudyStatus(reading: StudyFolder(url)).meanCellSeconds) >= 0)
    }
  }
}
