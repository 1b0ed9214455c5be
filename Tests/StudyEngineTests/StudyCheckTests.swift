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

  /// What `FakeRunner` gives, with metrics put before its last.
  private struct Adding: CellRunning {
    let names: [String]
    func estimatedSeconds(for cell: Cell) -> Double { 1 }
    func run(_ cell: Cell, progress: CellProgress) throws -> CellResult {
      let result = try FakeRunner().run(cell, progress: progress)
      let added = names.map { CellResult.Metric(name: $0, value: 1) }
      return CellResult(
        metrics: result.metrics.dropLast() + added + result.metrics.suffix(1), trace: result.trace,
        converged: result.converged)
    }
  }

  private static let additions: [(companion: [String], added: [String])] = [
    ([], ["certificate", "certificate_gap"]),
    (["certificate", "coverage_ball"], ["credible_ball_radius", "distance_to_mean"]),
    (["coverage_ball"], ["certificate", "credible_ball_radius", "distance_to_mean"]),
  ]

  @Test("cells from before a metric was added are counted, and all else of them is checked", arguments: additions)
  func earlier(companion: [String], added: [String]) throws {
    try TemporaryFolder.use { url in
      let study = try StudyFileTests.study(LocalExecutorTests.text)
      let newer = Adding(names: companion + added)
      do {
        let store = try StudyStore(folder: StudyFolder(url), study: study, programVersion: "test")
        _ = try LocalExecutor(workers: 2).run(study, with: Adding(names: companion), into: store)
      }
      let folder = StudyFolder(url)
      let check = try StudyCheck(of: folder, recomputing: 36, with: newer)
      #expect(check.problems == [] && check.ofEarlierVersions == 36)
      // What the metrics were added to is no addition.
      let old = companion.last ?? "elbo"
      try Self.tamper(
        folder, "DELETE FROM metrics WHERE metric = '\(old)' AND cell = (SELECT cell FROM metrics LIMIT 1)")
      #expect(try StudyCheck(of: folder, recomputing: 36, with: newer).problems.count == 1)
    }
  }

  @Test("of metrics that came together, one alone is no result of before") func halfAnAddition() throws {
    try TemporaryFolder.use { url in
      let names = ["certificate", "coverage_ball", "credible_ball_radius", "distance_to_mean"]
      let study = try StudyFileTests.study(LocalExecutorTests.text)
      let folder = StudyFolder(url)
      do {
        let store = try StudyStore(folder: folder, study: study, programVersion: "test")
        _ = try LocalExecutor(workers: 2).run(study, with: Adding(names: names), into: store)
      }
      let check = try StudyCheck(of: folder, recomputing: 36, with: Adding(names: names))
      #expect(check.problems == [] && check.ofEarlierVersions == 0)
      try Self.tamper(
        folder,
        """
        DELETE FROM metrics WHERE metric = 'distance_to_mean'
          AND cell = (SELECT content_hash FROM cells WHERE cell_index = 7)
        """)
      #expect(
        try StudyCheck(of: folder, recomputing: 36, with: Adding(names: names)).problems
          == ["cell 7: has other metrics now"])
    }
  }

  @Test("a trace of before active nodes were kept is no difference; one number of another trace is")
  func nodes() throws {
    try TemporaryFolder.use { url in
      let folder = try Self.finish(url)
      func cell(_ index: Int) -> String { "cell = (SELECT content_hash FROM cells WHERE cell_index = \(index))" }
      // A certificate, so that nothing but the trace can be of an earlier version.
      try Self.tamper(folder, "INSERT INTO metrics SELECT cell, 3, 'certificate', 1 FROM metrics WHERE metric = 'elbo'")
      try Self.tamper(folder, "UPDATE metrics SET position = 4 WHERE metric = 'false_positives'")
      try Self.tamper(folder, "UPDATE traces SET effective_nodes = NULL WHERE \(cell(5))")
      let runner = Adding(names: ["certificate"])
      let check = try StudyCheck(of: folder, recomputing: 36, with: runner)
      #expect(check.problems == [] && check.ofEarlierVersions == 1)
      try Self.tamper(folder, "UPDATE traces SET effective_nodes = 4.5 WHERE step = 10 AND \(cell(6))")
      try Self.tamper(folder, "UPDATE traces SET effective_nodes = NULL WHERE step = 10 AND \(cell(7))")
      let problems = try StudyCheck(of: folder, recomputing: 36, with: runner).problems
      let text = "the same metrics, but another trace or verdict of convergence"
      #expect(problems == ["cell 6: \(text)", "cell 7: \(text)"])
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
