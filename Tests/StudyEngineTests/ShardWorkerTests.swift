import Foundation
import Synchronization
import TestSupport
import Testing

@testable import StudyEngine

@Suite("A study's tasks on a cluster") struct ShardWorkerTests {
  private static func reference(failing: Set<Int> = []) throws -> StudyTable {
    try TemporaryFolder.use { url in
      let study = try StudyFileTests.study(LocalExecutorTests.text)
      let store = try StudyStore(folder: StudyFolder(url), study: study, programVersion: "test")
      _ = try LocalExecutor(workers: 1).run(study, with: FakeRunner(failing: failing), into: store)
      return try StudyTable(study: study, store: store)
    }
  }

  /// Submits what the folder's store lacks to a queue that only says yes.
  @discardableResult
  private static func submit(_ url: URL, tasks: Int = 4) throws -> (folder: StudyFolder, receipt: SlurmExecutor.Receipt?) {
    let slurm = try FakeSlurm()
    let study = try StudyFileTests.study(LocalExecutorTests.text)
    let store = try StudyStore(folder: StudyFolder(url), study: study, programVersion: "test")
    let executor = try SlurmExecutor(
      tasks: tasks, program: URL(filePath: "/bin/slablab"), programs: SlurmPrograms(environment: slurm.environment()))
    return (store.folder, try executor.submit(study, from: store, with: FakeRunner()))
  }

  private static func work(
    _ folder: StudyFolder, _ tasks: some Sequence<Int>, _ runner: FakeRunner = FakeRunner(), submission: Int = 1
  ) throws {
    for task in tasks {
      _ = try ShardWorker(folder: folder, submission: submission, task: task).run(with: runner, workers: 1)
    }
  }

  private static func collect(_ folder: StudyFolder) throws -> (merged: Int, table: StudyTable) {
    let (study, store) = try StudyStore.reopen(folder)
    let merged = try ShardCollection(of: folder, study: study).merge(study, into: store)
    return (merged, try StudyTable(study: study, store: store))
  }

  private static func shard(_ folder: StudyFolder, task: Int, run: Int = 1) -> URL {
    SubmissionFolder(study: folder, number: 1).shard(task: task, run: run)
  }

  private static func status(_ folder: StudyFolder, queue: String? = nil) throws -> StudyStatus {
    try StudyStatus(reading: folder) { _ in queue.map { SlurmQueue(answer: $0) } }
  }

  @Test("collected, the tasks' cells are the table of a local run; collected again, nothing changes", arguments: [1, 3, 4])
  func sameTable(tasks: Int) throws {
    try TemporaryFolder.use { url in
      let folder = try Self.submit(url, tasks: tasks).folder
      try Self.work(folder, (1...tasks).reversed(), FakeRunner(failing: [3]))
      let before = try Self.status(folder)
      #expect(before.done == 35 && before.failures.map(\.cell) == [3] && before.remaining == 0 && before.notConverged == 12)
      let (merged, table) = try Self.collect(folder)
      #expect(try merged == 36 && table == Self.reference(failing: [3]))
      let stored = try StudyStore(reading: folder).cells()
      let again = try Self.collect(folder)
      #expect(again.merged == 0 && again.table == table)
      #expect(try StudyStore(reading: folder).cells() == stored && stored.count == 36)
      #expect(try Self.status(folder) == before)
    }
  }

  @Test("a task that is stopped goes on in its next run, and runs no cell twice") func requeue() throws {
    try TemporaryFolder.use { url in
      let folder = try Self.submit(url).folder
      let interruption = Interruption()
      let started = Atomic(0)
      let runner = FakeRunner { _ in
        guard started.add(1, ordering: .relaxed).newValue == 4 else { return }
        interruption.request()
        throw CellInterrupted()
      }
      let worker = try ShardWorker(folder: folder, submission: 1, task: 2)
      let report = try worker.run(with: runner, workers: 1, interruption: interruption)
      #expect(report == ExecutionReport(ran: 3, skipped: 0, failed: 0, remaining: 6))
      #expect(try Self.status(folder).cluster?.tasks[1].state == .preempted)
      #expect(try Self.status(folder, queue: "").cluster?.tasks[1].state == .lost)
      #expect(try Self.status(folder).clusterCells?.preempted == 6)
      let next = FakeRunner()
      #expect(
        try worker.run(with: next, workers: 2) == ExecutionReport(ran: 6, skipped: 3, failed: 0, remaining: 0))
      #expect(Set(next.cellsRun).isDisjoint(with: runner.cellsRun.prefix(3)))
      #expect(FileManager.default.fileExists(atPath: Self.shard(folder, task: 2, run: 2).path))
      let status = try #require(try Self.status(folder).cluster)
      #expect(status.tasks[1].state == .done && status.tasks[1].runs == 2 && status.count(.waiting) == 3)
      try Self.work(folder, [1, 3, 4])
      #expect(try Self.collect(folder).table == Self.reference())
    }
  }

  @Test("two processes that run one task at once, as after a lost node that lives, do no harm") func twoWriters() throws {
    try TemporaryFolder.use { url in
      let folder = try Self.submit(url, tasks: 1).folder
      let started = Atomic(0)
      let other = Mutex<ExecutionReport?>(nil)
      let runner = FakeRunner { _ in
        guard started.add(1, ordering: .relaxed).newValue == 5 else { return }
        let report = try ShardWorker(folder: folder, submission: 1, task: 1).run(with: FakeRunner(), workers: 1)
        other.withLock { $0 = report }
      }
      try Self.work(folder, [1], runner)
      #expect(other.withLock { $0?.ran } == 32 && runner.cellsRun.count == 36)
      let (merged, table) = try Self.collect(folder)
      #expect(try merged == 36 && table == Self.reference())
    }
  }

  @Test("of a shard that is cut the whole cells count, a missing one is named, and another submission does the rest")
  func lostShards() throws {
    try TemporaryFolder.use { url in
      let folder = try Self.submit(url).folder
      try Self.work(folder, 1...4)
      try FileManager.default.removeItem(at: Self.shard(folder, task: 1))
      let cut = Self.shard(folder, task: 3)
      let bytes = try Data(contentsOf: cut)
      let lineEnds = bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }
      try bytes.prefix(lineEnds[4] + 100).write(to: cut)
      #expect(try Self.collect(folder).merged == 9 + 4 + 9)

      let status = try #require(try Self.status(folder, queue: "").cluster)
      #expect(status.tasks.map(\.state) == [.lost, .done, .running, .done])
      #expect(status.tasks[0].note == "has left the queue without a shard" && status.tasks[0].remaining.count == 9)
      #expect(status.tasks[2].remaining.count == 5)
      let ended = try #require(try Self.status(folder, queue: "3|FAILED|NonZeroExitCode").cluster?.tasks[2])
      #expect(ended.state == .lost && ended.damage == "task-0003-run-1.shard: it is cut off within a record")

      let second = try Self.submit(url, tasks: 2)
      #expect(second.receipt == .init(job: "17", tasks: 2, cells: 14, cut: nil))
      let runner = FakeRunner()
      try Self.work(folder, 1...2, runner, submission: 2)
      #expect(runner.cellsRun.count == 14)
      #expect(try Self.status(folder).remaining == 0)
      let (merged, table) = try Self.collect(folder)
      #expect(try merged == 14 && table == Self.reference())
      #expect(try Self.submit(url).receipt == nil)
    }
  }

  @Test("a local run on the folder does the rest as well, and a cell that failed is tried again") func localRest() throws {
    try TemporaryFolder.use { url in
      let folder = try Self.submit(url).folder
      try Self.work(folder, [1, 4], FakeRunner(failing: Set(0..<36)))
      try Self.work(folder, [2])
      let (study, store) = try StudyStore.reopen(folder)
      #expect(try ShardCollection(of: folder, study: study).merge(study, into: store) == 27)
      let runner = FakeRunner()
      _ = try LocalExecutor(workers: 2).run(study, with: runner, into: store)
      #expect(runner.cellsRun.count == 27)
      // Old failures do not come back over what is done.
      #expect(try ShardCollection(of: folder, study: study).merge(study, into: store) == 0)
      #expect(try StudyTable(study: study, store: store) == Self.reference())
    }
  }

  @Test("a failed cell that is submitted again is waiting, not failed") func failedAgain() throws {
    try TemporaryFolder.use { url in
      let folder = try Self.submit(url).folder
      try Self.work(folder, 1...4, FakeRunner(failing: [7]))
      _ = try Self.collect(folder)
      #expect(try Self.submit(url).receipt?.cells == 1)
      let status = try Self.status(folder)
      #expect(status.failures.isEmpty && status.remaining == 1 && status.clusterCells?.waiting == 1)
      try Self.work(folder, [1], submission: 2)
      #expect(try Self.collect(folder).table == Self.reference())
    }
  }

  @Test("a clock that jumps changes no result and makes no time negative") func clockJump() throws {
    try TemporaryFolder.use { url in
      let folder = try Self.submit(url).folder
      try Self.work(folder, 1...3)
      for (task, date) in [(1, Date.distantFuture), (2, Date(timeIntervalSince1970: 0)), (3, Date() + 7200)] {
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: Self.shard(folder, task: task).path)
      }
      let status = try Self.status(folder)
      #expect(status.done == 27 && status.cluster?.tasks.map(\.state) == [.done, .done, .done, .waiting])
      #expect(try #require(status.meanCellSeconds) >= 0)
      try Self.work(folder, [4])
      #expect(try Self.collect(folder).table == Self.reference())
    }
  }

  @Test("a shard that cannot be written ends the task with its error") func notWritable() throws {
    try TemporaryFolder.use { url in
      let folder = try Self.submit(url).folder
      let place = SubmissionFolder(study: folder, number: 1)
      let worker = try ShardWorker(folder: folder, submission: 1, task: 1)
      try FileManager.default.removeItem(at: place.url)
      #expect(throws: StudyStoreError.self) { try worker.run(with: FakeRunner(), workers: 1) }
      #expect(throws: SubmissionError.missing(file: place.url.appending(path: "submission.json").path)) {
        try ShardWorker(folder: folder, submission: 1, task: 1)
      }
    }
  }

  @Test("a task that there is not, and cells that this program does not have, are refused") func refusals() throws {
    try TemporaryFolder.use { url in
      let folder = try Self.submit(url).folder
      #expect(throws: SubmissionError.noTask(5, count: 4)) { try ShardWorker(folder: folder, submission: 1, task: 5) }
      #expect(throws: SubmissionError.noTask(0, count: 4)) { try ShardWorker(folder: folder, submission: 1, task: 0) }
      let file = SubmissionFolder(study: folder, number: 1).url.appending(path: "submission.json")
      let text = try String(contentsOf: file, encoding: .utf8)
      try Data(text.replacing("replicates: 3", with: "replicates: 4").utf8).write(to: file)
      #expect(throws: SubmissionError.otherCells(folder: folder.path, version: ProgramVersion.current)) {
        try ShardWorker(folder: folder, submission: 1, task: 1)
      }
      try Data(text.dropLast(20).utf8).write(to: file)
      #expect(throws: SubmissionError.unreadable(file: file.path)) {
        try ShardWorker(folder: folder, submission: 1, task: 1)
      }
    }
  }
}
