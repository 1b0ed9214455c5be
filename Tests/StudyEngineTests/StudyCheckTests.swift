import Foundation
import GRDB
import Testing

@testable import StudyEngine

@Suite("Whether a store can be believed") struct StudyCheckTests {
  /// A finished study of 36 cells.
  private static func finish(_ url: URL, failing: Set<Int> = []) throws -> StudyFolder {
    let study = try StudyFileTests.study(LocalExecutorTests.text)
    let store = try StudyStore(folder: StudyFolder(url), study: study, programVersion: "test")
    _ = try LocalExecutor(workers: 2).run(study, with: FakeRunner(failing: failing), into: store)
    return store.folder
  }

  private static func tamper(_ folder: StudyFolder, _ sql: String) throws {
    // Within a transaction foreign keys cannot be switched off.
    try DatabaseQueue(path: folder.store.path).writeWithoutTransaction {
      try $0.execute(sql: "PRAGMA foreign_keys = OFF; " + sql)
    }
  }

  @Test("a sound store is sound, and the sample is of cells that are done") func sound() throws {
    try TemporaryFolder.use { url in
      let folder = try Self.finish(url, failing: [3, 4])
      let check = try StudyCheck(of: folder, recomputing: 10, with: FakeRunner())
      #expect(check.problems == [] && check.done == 34 && check.recomputed.count == 10)
      #expect(Set(check.recomputed).isDisjoint(with: [3, 4]) && check.recomputed == check.recomputed.sorted())
      #expect(try StudyCheck(of: folder, recomputing: 10, with: FakeRunner()).recomputed == check.recomputed)
      #expect(try StudyCheck(of: folder, recomputing: 10, seed: 2, with: FakeRunner()).recomputed != check.recomputed)
      #expect(try StudyCheck(of: folder, recomputing: 99, with: FakeRunner()).recomputed.count == 34)
      #expect(try StudyCheck(of: folder, recomputing: 0, with: FakeRunner()).problems == [])
    }
  }

  @Test("one bit of one number is found") func bit() throws {
    try TemporaryFolder.use { url in
      let folder = try Self.finish(url)
      try Self.tamper(
        folder,
        """
        UPDATE metrics SET value = value * (1 + 2.3e-16) WHERE metric = 'elbo'
          AND cell = (SELECT content_hash FROM cells WHERE cell_index = 7)
        """)
      let problems = try StudyCheck(of: folder, recomputing: 36, with: FakeRunner()).problems
      #expect(problems.count == 1 && problems[0].hasPrefix("cell 7: elbo is "), "\(problems)")
    }
  }

  @Test("a table of cells that is not the study's is found, and outcomes of other cells are counted") func strays() throws {
    try TemporaryFolder.use { url in
      let folder = try Self.finish(url)
      for (table, key) in [("outcomes", "content_hash"), ("metrics", "cell"), ("traces", "cell"), ("timings", "cell")] {
        try Self.tamper(
          folder,
          "UPDATE \(table) SET \(key) = 'x' WHERE \(key) = (SELECT content_hash FROM cells WHERE cell_index = 2)")
      }
      let check = try StudyCheck(of: folder, recomputing: 0, with: FakeRunner())
      #expect(check.strays == 1 && check.done == 35 && check.problems == [])
      try Self.tamper(folder, "DELETE FROM cells WHERE cell_index = 2")
      #expect(
        try StudyCheck(of: folder, recomputing: 0, with: FakeRunner()).problems
          == ["the store's table of cells is not the one that its study file gives"])
    }
  }

  @Test("cells from before there were certificates are counted, and all else of them is checked") func earlier() throws {
    /// What `FakeRunner` gives, and a certificate.
    struct Newer: CellRunning {
      let earlier = FakeRunner()
      func estimatedSeconds(for cell: Cell) -> Double { 1 }
      func run(_ cell: Cell, progress: CellProgress) throws -> CellResult {
        let result = try earlier.run(cell, progress: progress)
        let certificate = ["certificate", "certificate_gap"].map { CellResult.Metric(name: $0, value: 1) }
        return CellResult(
          metrics: result.metrics.prefix(2) + certificate + result.metrics.dropFirst(2), trace: result.trace,
          converged: result.converged)
      }
    }
    try TemporaryFolder.use { url in
      let folder = try Self.finish(url)
      let check = try StudyCheck(of: folder, recomputing: 36, with: Newer())
      #expect(check.problems == [] && check.beforeCertificates == 36)
      try Self.tamper(
        folder, "DELETE FROM metrics WHERE metric = 'elbo' AND cell = (SELECT cell FROM metrics LIMIT 1)")
      #expect(try StudyCheck(of: folder, recomputing: 36, with: Newer()).problems.count == 1)
    }
  }

  @Test("a point of a trace, a cell that fails now, and outcomes without numbers are found") func others() throws {
    try TemporaryFolder.use { url in
      let folder = try Self.finish(url)
      try Self.tamper(
        folder,
        "UPDATE traces SET kl = 2 WHERE step = 0 AND cell = (SELECT content_hash FROM cells WHERE cell_index = 5)")
      let problems = try StudyCheck(of: folder, recomputing: 36, with: FakeRunner(failing: [9])).problems
      #expect(problems.count == 2 && problems[0].hasPrefix("cell 5: the same metrics, but another trace"))
      #expect(problems.last?.hasPrefix("cell 9: done in the store, but fails now: ") ?? false)
      try Self.tamper(
        folder, "DELETE FROM metrics WHERE cell = (SELECT content_hash FROM cells WHERE cell_index = 5)")
      try Self.tamper(
        folder, "DELETE FROM outcomes WHERE content_hash = (SELECT content_hash FROM cells WHERE cell_index = 6)")
      let damage = try StudyCheck(of: folder, recomputing: 36, with: FakeRunner()).problems
      #expect(damage.contains { $0.hasSuffix("is done but has no metrics") })
      #expect(damage.contains("table metrics has rows of a cell without an outcome"))
    }
  }
}
