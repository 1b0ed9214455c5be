import Foundation
import Testing

@testable import StudyEngine

@Suite("The shard of a task") struct ShardTests {
  static let study = Result { try StudyFileTests.study(LocalExecutorTests.text) }

  static func header(_ run: Int = 1) throws -> Shard.Header {
    Shard.Header(
      format: Shard.format, task: 1, run: run, host: "node", process: 1, workers: 1,
      manifest: ProvenanceManifest(study: try study.get(), programVersion: "test", commandLine: ["slablab", "run"]))
  }

  /// Bits that a text does not keep by itself, and text that is no JSON.
  private static func outcomes() throws -> [CellOutcome] {
    let cells = try study.get().cells
    let numbers = [0.1, Double.leastNormalMagnitude / 3, -.pi, 1e300, .leastNonzeroMagnitude, 5, .ulpOfOne]
    let result = CellResult(
      metrics: numbers.enumerated().map { .init(name: "m\($0.offset)", value: $0.element) } + [.init(name: "u", value: nil)],
      trace: [
        .init(step: 10, elbo: -1 / 3, logLikelihood: .nan, kl: .infinity, effectiveNodes: 20 / 3),
        .init(step: 20, elbo: -.infinity, logLikelihood: 0.1 + 0.2, kl: 1),
      ],
      converged: false)
    return [
      CellOutcome(cell: cells[0], result: .success(result), startedAt: 1e9 + 0.1, seconds: 0.1),
      CellOutcome(
        cell: cells[1], result: .failure(CellFailure(message: "a \"quote\",\n\ta line \u{0} and ε_n")), startedAt: 0, seconds: 1e-7),
      CellOutcome(
        cell: cells[2], result: .success(CellResult(metrics: [], trace: [], converged: true)), startedAt: 2, seconds: 2),
    ]
  }

  @discardableResult
  private static func write(_ url: URL, ending: Bool = true) throws -> [CellOutcome] {
    let writer = try #require(try ShardWriter(creating: url, in: StudyFolder(url), header(), earlier: ([], [])))
    let outcomes = try outcomes()
    for outcome in outcomes { try writer.record(outcome) }
    if ending { try writer.end(.init(kind: .finished, message: "")) }
    return outcomes
  }

  private static func text(_ outcome: CellOutcome) -> String { "\(outcome.result) \(outcome.startedAt) \(outcome.seconds)" }

  @Test("what was recorded is read back, to the last bit") func roundTrip() throws {
    try TemporaryFolder.use { folder in
      let url = folder.appending(path: "task-0001-run-3.shard")
      let outcomes = try Self.write(url)
      let shard = try Shard(reading: url)
      #expect(try shard.header == Self.header())
      #expect(shard.run == 3 && shard.ending == .init(kind: .finished, message: "") && shard.damage == nil)
      #expect(shard.entries.map(\.state) == [.unconverged, .failed, .done])
      for (entry, outcome) in zip(shard.entries, outcomes) {
        #expect(entry.contentHash == outcome.cell.contentHash && entry.seconds == outcome.seconds)
        // As text: NaN is unlike itself, and the shortest decimals of different bits differ.
        #expect(try Self.text(#require(entry.outcome(of: outcome.cell))) == Self.text(outcome))
      }
      #expect(shard.entries[1].error == "a \"quote\",\n\ta line \u{0} and ε_n")
    }
  }

  @Test("a record of a version that kept no active nodes is read, without them") func earlierRecord() throws {
    try TemporaryFolder.use { folder in
      let url = folder.appending(path: "task-0001-run-1.shard")
      let cell = try Self.study.get().cells[0]
      let record = """
        {"converged":true,"metrics":[{"name":"m","value":2}],"startedAt":5,\
        "trace":{"elbo":[-3],"kl":[1],"logLikelihood":[-2],"steps":[50]}}
        """
      try Shard.line("cell \(cell.contentHash) done 1.5 \(record)").write(to: url)
      let outcome = try #require(try Shard(reading: url).entries.first?.outcome(of: cell))
      let trace = [CellResult.TracePoint(step: 50, elbo: -3, logLikelihood: -2, kl: 1)]
      let result = CellResult(metrics: [.init(name: "m", value: 2)], trace: trace, converged: true)
      #expect(try outcome.result.get() == result && outcome.startedAt == 5 && outcome.seconds == 1.5)
    }
  }

  @Test("a shard has one writer: where a file is there already, none begins") func oneWriter() throws {
    try TemporaryFolder.use { folder in
      let url = folder.appending(path: "task-0001-run-1.shard")
      try Self.write(url)
      let before = try Data(contentsOf: url)
      #expect(try ShardWriter(creating: url, in: StudyFolder(url), Self.header(), earlier: ([], [])) == nil)
      #expect(try Data(contentsOf: url) == before)
      #expect(throws: StudyStoreError.self) {
        try ShardWriter(creating: folder.appending(path: "none/x.shard"), in: StudyFolder(folder), Self.header(), earlier: ([], []))
      }
    }
  }

  @Test("cut at any byte, a shard gives the cells that are whole, and says that it is cut") func truncation() throws {
    try TemporaryFolder.use { folder in
      let url = folder.appending(path: "task-0001-run-1.shard")
      try Self.write(url)
      let bytes = try Data(contentsOf: url)
      let lineEnds = bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }
      #expect(lineEnds.count == 5)
      for length in 0..<bytes.count {
        try bytes.prefix(length).write(to: url)
        let shard = try Shard(reading: url)
        let lines = lineEnds.count { $0 < length }
        #expect(shard.entries.count == min(3, max(0, lines - 1)))
        #expect(shard.ending == nil && shard.damagedLines == 0)
        #expect(shard.isCut == (length > 0 && bytes[length - 1] != UInt8(ascii: "\n")))
        #expect((shard.header == nil) == (lines == 0) && (lines > 0 || shard.damage?.contains("beginning is lost") == true))
      }
    }
  }

  @Test("any changed byte costs its own line alone, and is told") func damage() throws {
    try TemporaryFolder.use { folder in
      let url = folder.appending(path: "task-0001-run-1.shard")
      try Self.write(url)
      let bytes = try Data(contentsOf: url)
      for index in stride(from: 0, to: bytes.count, by: 7) where bytes[index] != UInt8(ascii: "\n") {
        var changed = bytes
        changed[index] ^= 1
        // A changed byte may be a line feed, which makes two damaged lines of one.
        try changed.write(to: url)
        let shard = try Shard(reading: url)
        let whole = [shard.header != nil, shard.ending != nil].count { $0 } + shard.entries.count
        #expect(whole == 4 && (1...2).contains(shard.damagedLines) && shard.damage != nil)
      }
    }
  }
}
