import Foundation
import Testing

@testable import StudyEngine

@Suite("Where a task is") struct TaskStatusTests {
  private enum ShardKind: String { case none, silent, stopped, failed, finished }

  /// A task of three cells, one of them recorded in one shard that last changed `age` seconds ago.
  private static func status(
    _ kind: ShardKind, age: Double = 0, queue: String? = nil, hasBegun: Bool = false, done: [Int] = []
  ) throws -> TaskStatus {
    try TemporaryFolder.use { folder in
      let cells = try ShardTests.study.get().cells
      let url = folder.appending(path: "task-0002-run-1.shard")
      var shards = [Shard]()
      if kind != .none {
        let writer = try #require(try ShardWriter(creating: url, in: StudyFolder(url), ShardTests.header(), earlier: ([], [])))
        try writer.record(
          CellOutcome(cell: cells[0], result: .success(CellResult(metrics: [], converged: true)), startedAt: 0, seconds: 1))
        if let ending = Shard.Ending.Kind(rawValue: kind.rawValue) { try writer.end(.init(kind: ending, message: "why")) }
        shards = [try Shard(reading: url)]
      }
      return TaskStatus(
        2, share: Array(cells[0..<3]), done: Set(done.map { cells[$0].contentHash }), shards: shards, hasBegun: hasBegun,
        queue: queue.map { SlurmQueue(answer: $0) }, now: (shards.first?.lastChange ?? Date()).addingTimeInterval(age))
    }
  }

  @Test("states are told apart by what the task wrote; the queue only tells whether a silent one will run again")
  func states() throws {
    typealias State = TaskStatus.State
    let gone = "", running = "2|RUNNING|None", pending = "2|PENDING|BeginTime", ended = "2|NODE_FAIL|None"
    let table: [(ShardKind, age: Double, queue: String?, State)] = [
      (.none, 0, nil, .waiting), (.none, 0, pending, .waiting), (.none, 0, running, .waiting), (.none, 0, gone, .lost),
      (.none, 0, "1|RUNNING|None", .lost), (.none, 0, ended, .lost),
      (.silent, 5, nil, .running), (.silent, 5, running, .running), (.silent, 5, gone, .running), (.silent, 5, ended, .lost),
      (.silent, 5, pending, .running), (.silent, 100, pending, .preempted), (.silent, 100, nil, .running),
      (.silent, 100, gone, .lost), (.silent, 1000, nil, .lost), (.silent, 1000, running, .running),
      (.silent, 1000, "2|COMPLETING|None", .running),
      (.stopped, 5, nil, .preempted), (.stopped, 5, pending, .preempted), (.stopped, 5, "2|COMPLETING|None", .preempted),
      (.stopped, 5, gone, .lost), (.stopped, 5, "2|CANCELLED|None", .lost),
      (.failed, 5, nil, .failed), (.failed, 5, running, .failed),
      (.finished, 5, nil, .lost),
    ]
    for (kind, age, queue, state) in table {
      let status = try Self.status(kind, age: age, queue: queue)
      #expect(status.state == state, "\(kind), \(age) s, \(queue ?? "no queue")")
      #expect(status.remaining.map(\.index) == (kind == .none ? [0, 1, 2] : [1, 2]))
    }
    #expect(try Self.status(.none, hasBegun: true).state == .lost)
    #expect(try Self.status(.failed).note == "why")
    #expect(try Self.status(.silent, age: 1000).note == "no sign of life for 16 min")
    #expect(try Self.status(.none, queue: "2|PENDING|JobHeldUser").note?.contains("scontrol release") == true)
  }

  @Test("cells that are done elsewhere need no shard, and a shard from the future is a living one") func clocks() throws {
    #expect(try Self.status(.none, queue: "", done: [0, 1, 2]).state == .done)
    #expect(try Self.status(.stopped, done: [1, 2]).state == .done)
    for age in [-1e9, -5, 0] {
      let status = try Self.status(.silent, age: age)
      #expect(status.state == .running && status.note == nil)
    }
  }

  @Test("an array's lines are read one by one, and what the queue has forgotten is no entry") func queue() throws {
    let queue = SlurmQueue(answer: "1|RUNNING|None\n2|PENDING|launch failed requeued held\n17|TIMEOUT|None\nN/A|RUNNING|None\n\n")
    #expect(queue.entry(of: 1)?.isLive == true && queue.entry(of: 17)?.isLive == false && queue.entry(of: 3) == nil)
    #expect(queue.entry(of: 2)?.isHeld == true)
  }
}
