import Foundation
import GRDB
import Testing

@testable import StudyEngine

@Suite("The store of a study") struct StudyStoreTests {
  static let text = "study: small\nfactors: {slab: [ig, gl, ghs], sample-size: [500, 1000]}\nreplicates: 2\n"

  private static func outcome(_ cell: Cell, _ result: Result<CellResult, CellFailure>) -> CellOutcome {
    CellOutcome(cell: cell, result: result, startedAt: 1e9, seconds: 0.5)
  }

  private static func open(_ url: URL, _ text: String = text, _ overrides: [String] = []) throws -> StudyStore {
    try StudyStore(
      folder: StudyFolder(url), study: StudyFileTests.study(text, overrides), programVersion: "0.0.0-test")
  }

  /// The names and contents of a folder, to show that a refusal changed nothing.
  private static func contents(_ url: URL) throws -> [String: Data] {
    let names = try FileManager.default.contentsOfDirectory(atPath: url.path(percentEncoded: false))
    return try Dictionary(uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: url.appending(path: $0))) })
  }

  @Test("what was recorded is read back, failures with their error") func roundTrip() throws {
    try TemporaryFolder.use { url in
      let store = try Self.open(url)
      let cells = try StudyFileTests.study(Self.text).cells
      let result = CellResult(
        metrics: [.init(name: "b", value: 0.1), .init(name: "a", value: nil), .init(name: "c", value: .infinity)],
        trace: [
          .init(step: 5, elbo: -1, logLikelihood: -0.5, kl: 0.5, effectiveNodes: 7.25),
          .init(step: 10, elbo: -1, logLikelihood: -0.5, kl: 0.5),
        ], converged: false)
      try store.record(Self.outcome(cells[0], .success(result)))
      try store.record(Self.outcome(cells[1], .failure(CellFailure(message: "the ELBO is NaN"))))
      let stored = try store.cells()
      #expect(stored.count == 2)
      #expect(
        stored[cells[0].contentHash] == StoredCell(error: nil, converged: false, metrics: result.metrics))
      #expect(stored[cells[0].contentHash]?.metrics.map(\.value) == [0.1, nil, nil])
      #expect(stored[cells[1].contentHash] == StoredCell(error: "the ELBO is NaN", converged: nil, metrics: []))
      #expect(try store.trace(of: cells[0]) == result.trace)
      #expect(try store.timings()[cells[0].contentHash]?.seconds == 0.5)
      let states = try store.states()
      #expect(states.done == [cells[0].contentHash] && states.failed == [cells[1].contentHash])

      // A second try replaces the failure.
      try store.record(Self.outcome(cells[1], .success(result)))
      #expect(try store.states().failed.isEmpty)
      #expect(try store.cells()[cells[1].contentHash]?.metrics == result.metrics)
    }
  }

  @Test("a process killed while it closed the store leaves one that opens, with all that was recorded")
  func hotJournal() throws {
    try TemporaryFolder.use { url in
      let folder = StudyFolder(url.appending(path: "study"))
      let cells = try StudyFileTests.study(Self.text).cells
      do {
        let store = try Self.open(folder.url)
        try store.record(Self.outcome(cells[0], .success(CellResult(metrics: [], trace: [], converged: true))))
        store.close()
      }
      // A transaction under way, as a kill leaves it: its pages are in the file, the old ones in the journal.
      let killed = StudyFolder(url.appending(path: "killed"))
      let database = try DatabaseQueue(path: folder.store.path)
      try database.inDatabase { database in
        try database.execute(sql: "PRAGMA cache_size = 1; BEGIN; DELETE FROM outcomes; UPDATE study SET name = 'other'")
        try database.execute(sql: "CREATE TABLE filler AS SELECT randomblob(100000)")
        try FileManager.default.copyItem(at: folder.url, to: killed.url)
        try database.execute(sql: "ROLLBACK")
      }
      #expect(FileManager.default.fileExists(atPath: killed.store.path + "-journal"))
      #expect(try StudyStore(reading: killed).states().done == [cells[0].contentHash])
      #expect(!FileManager.default.fileExists(atPath: killed.store.path + "-journal"))
      #expect(try Self.open(killed.url).states().done == [cells[0].contentHash])
    }
  }

  @Test("the study file and its overrides are kept verbatim") func studyFile() throws {
    try TemporaryFolder.use { url in
      let store = try Self.open(url, "# Größe, \"quoted\"\n" + Self.text, ["training.steps=10"])
      let kept = try store.studyFile()
      #expect(kept.text == "# Größe, \"quoted\"\n" + Self.text && kept.overrides == ["training.steps=10"])
      #expect(try String(contentsOf: store.folder.studyFile, encoding: .utf8) == kept.text)
    }
  }

  @Test("a cell that cannot be stored whole is not stored at all") func atomicity() throws {
    try TemporaryFolder.use { url in
      let store = try Self.open(url)
      let cell = try StudyFileTests.study(Self.text).cells[0]
      let twice = CellResult(metrics: [.init(name: "a", value: 1), .init(name: "a", value: 2)], converged: true)
      #expect(throws: StudyStoreError.self) { try store.record(Self.outcome(cell, .success(twice))) }
      #expect(try store.cells().isEmpty && store.timings().isEmpty)
    }
  }

  @Test(
    "another study in the folder is refused with what differs; the folder stays as it was",
    arguments: [
      (
        Self.text.replacingOccurrences(of: "replicates: 2", with: "replicates: 3\ntraining: {steps: 10}"),
        ["training.steps is 6000 there, 10 here", "replicates is 2 there, 3 here"]
      ),
      (
        Self.text.replacingOccurrences(of: "[500, 1000]", with: "[500, 2000]"),
        ["factors.sample-size is [500, 1000] there, [500, 2000] here"]
      ),
      (
        "study: small\nseed: 7\n",
        [
          "seed is 1 there, 7 here", "factors.slab is [gaussian, group-lasso, group-horseshoe] there, absent here",
          "factors.sample-size is [500, 1000] there, absent here", "replicates is 2 there, 5 here",
        ]
      ),
    ])
  func otherStudy(text: String, differences: [String]) throws {
    try TemporaryFolder.use { url in
      do { _ = try Self.open(url) }
      let before = try Self.contents(url)
      let folder = StudyFolder(url)
      #expect(throws: StudyStoreError.otherStudy(folder: folder.path, differences: differences)) {
        try Self.open(url, text)
      }
      var after = try Self.contents(url)
      after["run.lock"] = before["run.lock"]
      #expect(after == before)
    }
  }

  @Test(
    "a study that has grown, or whose factors stand in another order, keeps all that it has",
    arguments: [
      "study: small\nfactors: {slab: [ig, gl, ghs], sample-size: [250, 500, 1000]}\nreplicates: 3\n",
      "study: small\nfactors: {sample-size: [500, 1000], slab: [ghs, ig, gl]}\nreplicates: 2\n",
      "study: small\nfactors: {slab: [ig, gl, ghs], sample-size: [500, 1000], data.noise: [0.1, 0.2]}\nreplicates: 2\n",
    ])
  func growth(text: String) throws {
    try TemporaryFolder.use { url in
      let cells = try StudyFileTests.study(Self.text).cells
      do {
        let store = try Self.open(url)
        for cell in cells {
          let result = CellResult(metrics: [.init(name: "index", value: Double(cell.index))], converged: true)
          try store.record(Self.outcome(cell, .success(result)))
        }
      }
      let store = try Self.open(url, text)
      let stored = try store.cells()
      #expect(stored.count == cells.count)
      for cell in cells { #expect(stored[cell.contentHash]?.value(of: "index") == Double(cell.index)) }
      // The table of cells is the grown study's.
      let grown = try StudyFileTests.study(text).cells
      let planned = try DatabaseQueue(path: StudyFolder(url).store.path).read { database in
        try String.fetchAll(database, sql: "SELECT content_hash FROM cells ORDER BY cell_index")
      }
      #expect(planned == grown.map(\.contentHash))
      // From now on the larger study is the one that is held against others.
      store.close()
      if grown.count > cells.count { #expect(throws: StudyStoreError.self) { try Self.open(url) } }
    }
  }

  @Test("a changed study is taken where that is asked for, and its old cells are there when they are wanted again")
  func acceptedChange() throws {
    try TemporaryFolder.use { url in
      let cell = try StudyFileTests.study(Self.text).cells[0]
      let result = CellResult(metrics: [.init(name: "a", value: 1)], converged: true)
      do { try Self.open(url).record(Self.outcome(cell, .success(result))) }
      let other = try StudyFileTests.study(Self.text, ["data.noise=0.3"])
      #expect(!other.cells.map(\.contentHash).contains(cell.contentHash))
      do {
        let store = try StudyStore(
          folder: StudyFolder(url), study: other, programVersion: "test", acceptsChanges: true)
        #expect(try store.cells()[cell.contentHash]?.metrics == result.metrics)
        #expect(try StudyTable(study: other, store: store).rows.isEmpty)
      }
      // The other way round it is a change, too; both together are growth.
      #expect(throws: StudyStoreError.self) { try Self.open(url) }
      let both = try StudyFileTests.study(Self.text, ["factors.data.noise=0.1,0.3"])
      let store = try StudyStore(folder: StudyFolder(url), study: both, programVersion: "test")
      #expect(try StudyTable(study: both, store: store).rows.count == 1)
    }
  }

  @Test("a store of version 1 is brought up to date, by a run or by a reader") func migration() throws {
    let cells = try StudyFileTests.study(Self.text).cells
    for byReader in [true, false] {
      try TemporaryFolder.use { url in
        try EarlierStore.makeVersion1(StudyFolder(url), done: cells[3])
        if byReader {
          let store = try StudyStore(reading: StudyFolder(url))
          #expect(try store.cells()[cells[3].contentHash]?.value(of: "a") == 0.5)
          #expect(try store.damage() == [])
        }
        let other = try StudyFileTests.study(Self.text, ["data.noise=0.3"])
        #expect(throws: StudyStoreError.self) {
          try StudyStore(folder: StudyFolder(url), study: other, programVersion: "test")
        }
        let store = try Self.open(url)
        #expect(try store.states().done == [cells[3].contentHash])
        #expect(try store.cells()[cells[3].contentHash]?.value(of: "a") == 0.5)
        #expect(try store.trace(of: cells[3]) == [.init(step: 5, elbo: -1, logLikelihood: -0.5, kl: 0.5)])
        try store.record(Self.outcome(cells[3], .failure(CellFailure(message: "x"))))
        #expect(try store.cells()[cells[3].contentHash]?.metrics == [])
        #expect(try store.damage() == [])
      }
    }
  }

  @Test("a store of version 2, whose traces have no active nodes, is brought up to date, by a run or by a reader")
  func nodesMigration() throws {
    let cells = try StudyFileTests.study(Self.text).cells
    let point = CellResult.TracePoint(step: 5, elbo: -1, logLikelihood: -0.5, kl: 0.5)
    for byReader in [true, false] {
      try TemporaryFolder.use { url in
        let folder = StudyFolder(url)
        try EarlierStore.makeVersion2(folder, done: cells[3])
        if byReader {
          let store = try StudyStore(reading: folder)
          #expect(try store.trace(of: cells[3]) == [point] && store.damage() == [])
          #expect(try store.cells()[cells[3].contentHash]?.value(of: "a") == 0.5)
          #expect(try store.plannedCells() == cells.map(\.contentHash))
        }
        let store = try Self.open(url)
        #expect(try store.states().done == [cells[3].contentHash] && store.trace(of: cells[3]) == [point])
        #expect(try store.cellsWithoutEffectiveNodes() == [cells[3].contentHash])
        let newer = CellResult.TracePoint(step: 5, elbo: -1, logLikelihood: -0.5, kl: 0.5, effectiveNodes: 0)
        for cell in cells[3...4] {
          try store.record(Self.outcome(cell, .success(CellResult(metrics: [], trace: [newer], converged: true))))
          #expect(try store.trace(of: cell) == [newer])
        }
        #expect(try store.cellsWithoutEffectiveNodes().isEmpty)
      }
    }
  }

  @Test("a store brought up to date from any version has the tables of a new one") func migratedTables() throws {
    func columns(_ url: URL) throws -> [String] {
      try DatabaseQueue(path: StudyFolder(url).store.path).read { database in
        #expect(try Int.fetchOne(database, sql: "PRAGMA user_version") == StudyStoreSchema.version)
        return try String.fetchAll(
          database,
          sql: """
            SELECT t.name || '.' || c.name || ' ' || c.type FROM sqlite_master t, pragma_table_info(t.name) c
            WHERE t.type = 'table' ORDER BY t.name, c.cid
            """)
      }
    }
    let cell = try StudyFileTests.study(Self.text).cells[0]
    let new = try TemporaryFolder.use { url in
      do { _ = try Self.open(url) }
      return try columns(url)
    }
    #expect(new.contains("traces.effective_nodes REAL"))
    for make in [EarlierStore.makeVersion1, EarlierStore.makeVersion2] {
      try TemporaryFolder.use { url in
        try make(StudyFolder(url), cell)
        do { _ = try StudyStore(reading: StudyFolder(url)) }
        #expect(try columns(url) == new)
      }
    }
  }

  @Test("another value behind the same name of a level is another study, and said to be") func namedLevel() throws {
    try TemporaryFolder.use { url in
      let text = "study: small\nfactors: {model.slab.cap: {low: 1, high: 4}}\nreplicates: 1\n"
      do { _ = try Self.open(url, text) }
      let differences = ["levels of its factors have the same names, but other values"]
      #expect(throws: StudyStoreError.otherStudy(folder: StudyFolder(url).path, differences: differences)) {
        try Self.open(url, text.replacing("high: 4", with: "high: 5"))
      }
    }
  }

  @Test("the theorem's constant is part of the study where λ is the theorem's") func inclusionConstant() throws {
    try TemporaryFolder.use { url in
      let text = "model: {inclusion: theorem}\n" + Self.text
      do { _ = try Self.open(url, text) }
      let difference = "theory.inclusion-constant is 1 there, 2 here"
      #expect(throws: StudyStoreError.otherStudy(folder: StudyFolder(url).path, differences: [difference])) {
        try Self.open(url, text + "theory: {inclusion-constant: 2}\n")
      }
    }
  }

  @Test("title, comments and theory may change") func sameStudy() throws {
    try TemporaryFolder.use { url in
      do { _ = try Self.open(url) }
      let text = "# now with a title\ntitle: a title\ntheory: {rate: false}\n" + Self.text
      #expect(try Self.open(url, text).studyFile().text == text)
    }
  }

  @Test("one run at a time; reading goes on meanwhile") func locking() throws {
    try TemporaryFolder.use { url in
      let store = try Self.open(url)
      let error = #expect(throws: StudyStoreError.self) { try Self.open(url) }
      guard case .alreadyRunning(_, let holder) = error else { throw TestFailure("\(String(describing: error))") }
      #expect(holder.hasPrefix("process \(ProcessInfo.processInfo.processIdentifier) on "))
      let cell = try StudyFileTests.study(Self.text).cells[0]
      try store.record(Self.outcome(cell, .failure(CellFailure(message: "x"))))
      #expect(try StudyStore(reading: StudyFolder(url)).states().failed == [cell.contentHash])
    }
    try TemporaryFolder.use { url in
      do { _ = try Self.open(url) }
      _ = try Self.open(url)
    }
  }

  @Test("a reader writes nothing") func readOnly() throws {
    try TemporaryFolder.use { url in
      do { _ = try Self.open(url) }
      let reader = try StudyStore(reading: StudyFolder(url))
      let cell = try StudyFileTests.study(Self.text).cells[0]
      let error = #expect(throws: StudyStoreError.self) {
        try reader.record(Self.outcome(cell, .failure(CellFailure(message: "x"))))
      }
      guard case .notWritable = error else { throw TestFailure("\(String(describing: error))") }
    }
  }

  @Test("a folder without store, a text file, a foreign database and a newer store are told apart") func foreign()
    throws
  {
    try TemporaryFolder.use { url in
      let folder = StudyFolder(url)
      let path = folder.store.path(percentEncoded: false)
      #expect(throws: StudyStoreError.missing(folder: folder.path)) { try StudyStore(reading: folder) }

      try Data("this is text, long enough to be taken for a header of a database file, and longer\n".utf8)
        .write(to: folder.store)
      let before = try Data(contentsOf: folder.store)
      #expect(throws: StudyStoreError.notAStore(file: path)) { try StudyStore(reading: folder) }
      #expect(throws: StudyStoreError.notAStore(file: path)) { try Self.open(url) }
      #expect(try Data(contentsOf: folder.store) == before)

      try FileManager.default.removeItem(at: folder.store)
      try DatabaseQueue(path: path).write { try $0.execute(sql: "CREATE TABLE notes (x)") }
      #expect(throws: StudyStoreError.notAStore(file: path)) { try Self.open(url) }

      try FileManager.default.removeItem(at: folder.store)
      do { _ = try Self.open(url) }
      try DatabaseQueue(path: path).write { try $0.execute(sql: "PRAGMA user_version = 99") }
      let newer = StudyStoreError.newerSchema(file: path, found: 99, known: StudyStoreSchema.version)
      #expect(throws: newer) { try Self.open(url) }
      #expect(throws: newer) { try StudyStore(reading: folder) }
    }
  }

  @Test("a damaged store is named and left alone") func corrupted() throws {
    try TemporaryFolder.use { url in
      let folder = StudyFolder(url)
      do {
        let store = try Self.open(url)
        for cell in try StudyFileTests.study(Self.text).cells {
          let metrics = (0..<50).map { CellResult.Metric(name: "metric_\($0)", value: 1) }
          try store.record(Self.outcome(cell, .success(CellResult(metrics: metrics, converged: true))))
        }
      }
      // Every page but the first, which holds header and schema.
      var bytes = try Data(contentsOf: folder.store)
      for index in 4096..<bytes.count { bytes[index] = 0xA5 }
      try bytes.write(to: folder.store)
      let error = #expect(throws: StudyStoreError.self) { try Self.open(url) }
      guard case .corrupted(let file, _) = error else { throw TestFailure("\(String(describing: error))") }
      #expect(file == folder.store.path(percentEncoded: false))
      #expect(try Data(contentsOf: folder.store) == bytes)
    }
  }

  @Test("a folder that cannot be made is one clear error") func unwritable() throws {
    try TemporaryFolder.use { url in
      let file = url.appending(path: "file")
      try Data().write(to: file)
      let error = #expect(throws: StudyStoreError.self) { try Self.open(file.appending(path: "results")) }
      let results = file.appending(path: "results").path(percentEncoded: false)
      #expect(error == .obstructed(folder: results, by: file.path))
      #expect(error?.description.contains("\n") == false)
    }
  }

  @Test("SQLite's own failures map to the case that says what to do") func mapping() throws {
    func error(_ code: ResultCode) -> StudyStoreError {
      StudyStoreError(DatabaseError(resultCode: code, message: "detail"), path: "p")
    }
    #expect(error(.SQLITE_FULL) == .diskFull(file: "p"))
    #expect(error(.SQLITE_READONLY) == .notWritable(path: "p", detail: "detail"))
    #expect(error(.SQLITE_CANTOPEN) == .cannotOpen(path: "p", detail: "detail"))
    #expect(error(.SQLITE_CORRUPT) == .corrupted(file: "p", detail: "detail"))
    #expect(error(.SQLITE_NOTADB) == .notAStore(file: "p"))
    #expect(error(.SQLITE_BUSY) == .busy(file: "p"))
  }
}

struct TestFailure: Error {
  let message: String
  init(_ message: String) { self.message = message }
}
