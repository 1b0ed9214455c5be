import Foundation
import GRDB
import Synchronization

/// The results of a study: a SQLite database (write-ahead log) in the study's folder.
///
///     let store = try StudyStore(folder: folder, study: study, programVersion: "1.0.0")
///     try store.record(outcome)       // one transaction: all of the cell or nothing
///     let table = try store.cells()
///
/// After a crash the store holds exactly the cells whose `record` had returned, and perhaps the one in flight, whole.
/// Running the study again in the same folder goes on from there. Opened for writing, the store holds the folder's
/// run lock until it is closed; reading never waits for a run.
package final class StudyStore: Sendable {
  package let folder: StudyFolder
  private let database: DatabaseQueue
  /// nil for a reader, and once closed.
  private let lock: Mutex<RunLock?>

  /// Opens the folder's store to run `study`, making folder and store where there is none.
  ///
  /// The study that the folder has may have grown: replicates, sample sizes, levels or factors were added, and all the
  /// cells that it had are cells of `study` too. What they gave is used again, as it follows from a cell's identity alone.
  /// - Parameter acceptsChanges: whether any other study will do. Outcomes of cells that it lacks stay in the store,
  ///   and are used again should a later study have these cells.
  /// - Throws: `StudyStoreError`; `.otherStudy` if the folder's study has cells that `study` lacks. A store that was
  ///   there is then left as it was.
  package init(
    folder: StudyFolder, study: Study, programVersion: String, acceptsChanges: Bool = false
  ) throws(StudyStoreError) {
    self.folder = folder
    let path = folder.store.path(percentEncoded: false)
    do { try FileManager.default.createDirectory(at: folder.url, withIntermediateDirectories: true) } catch {
      if let obstacle = folder.obstacle { throw .obstructed(folder: folder.path, by: obstacle) }
      throw StudyStoreError(error, path: folder.path)
    }
    lock = Mutex(try RunLock(folder))
    do {
      var configuration = Configuration()
      configuration.busyMode = .timeout(10)
      configuration.label = "study store"
      // The first look is read-only, so that a file that is not ours is not even given a write-ahead log.
      if FileManager.default.fileExists(atPath: path) {
        try Self.readOnly(folder, migrating: false).read { database in
          if !acceptsChanges { try Self.requireGrowth(to: study, folder, database) }
        }
      }
      configuration.journalMode = .wal
      // GRDB's WAL syncs at checkpoints, not at each commit: a killed process loses nothing, a power cut perhaps the
      // last cells, which then run again.
      database = try DatabaseQueue(path: path, configuration: configuration)
      try database.write { database in
        try StudyStoreSchema.migrate(database, file: path)
        try Self.recordStudy(study, programVersion, in: database)
      }
      try WholeFile.write(Data(study.source.utf8), to: folder.studyFile)
    } catch {
      throw StudyStoreError(error, path: path)
    }
  }

  /// Opens an existing store to read it, while another process may be writing.
  package init(reading folder: StudyFolder) throws(StudyStoreError) {
    self.folder = folder
    lock = Mutex(nil)
    database = try Self.readOnly(folder)
  }

  deinit { close() }

  /// Ends the use of the store and lets the next run have the folder; without it, that happens when the last
  /// reference goes.
  package func close() {
    let held = lock.withLock { lock in
      defer { lock = nil }
      return lock
    }
    guard let held else { return }
    // Even a reader makes write-ahead files beside a store in WAL mode, which a read-only disk refuses. A store at
    // rest is one plain file; while another process is reading, it stays in WAL mode, which is as good.
    try? database.writeWithoutTransaction {
      try $0.execute(sql: "PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE")
    }
    try? database.close()
    withExtendedLifetime(held) {}
  }

  // MARK: Writing

  /// Stores a cell with all that belongs to it, in one transaction; replaces a failed attempt of the same cell.
  /// - Throws: `StudyStoreError`; nothing of the cell is stored then.
  package func record(_ outcome: CellOutcome) throws(StudyStoreError) {
    try translatingErrors {
      try database.write { database in
        let cell = outcome.cell
        try database.execute(sql: "DELETE FROM outcomes WHERE content_hash = ?", arguments: [cell.contentHash])
        let (result, error): (CellResult?, String?) =
          switch outcome.result {
          case .success(let result): (result, nil)
          case .failure(let failure): (nil, failure.message)
          }
        try database.execute(
          sql: "INSERT INTO outcomes VALUES (?, ?, ?, ?)",
          arguments: [cell.contentHash, result == nil ? "failed" : "done", error, result?.converged])
        // Prepared once for all rows of all cells.
        let metrics = try database.cachedStatement(sql: "INSERT INTO metrics VALUES (?, ?, ?, ?)")
        for (position, metric) in (result?.metrics ?? []).enumerated() {
          try metrics.execute(arguments: [cell.contentHash, position, metric.name, metric.value])
        }
        let traces = try database.cachedStatement(sql: "INSERT INTO traces VALUES (?, ?, ?, ?, ?, ?)")
        for point in result?.trace ?? [] {
          try traces.execute(arguments: [
            cell.contentHash, point.step, point.elbo, point.logLikelihood, point.kl, point.effectiveNodes,
          ])
        }
        try database.execute(
          sql: "INSERT INTO timings VALUES (?, ?, ?)",
          arguments: [cell.contentHash, outcome.startedAt, outcome.seconds])
      }
    }
  }

  // MARK: Reading

  /// The cells that have run, by content hash.
  package func cells() throws(StudyStoreError) -> [String: StoredCell] {
    try translatingErrors {
      try database.read { database in
        var metrics = [String: [CellResult.Metric]]()
        let rows = try Row.fetchCursor(database, sql: "SELECT cell, metric, value FROM metrics ORDER BY cell, position")
        while let row = try rows.next() {
          metrics[row["cell"], default: []].append(CellResult.Metric(name: row["metric"], value: row["value"]))
        }
        let cells = try Row.fetchAll(database, sql: "SELECT content_hash, error, converged FROM outcomes")
        // A damaged index may give a row twice.
        return Dictionary(
          cells.map { row in
            let hash: String = row["content_hash"]
            return (
              hash, StoredCell(error: row["error"], converged: row["converged"], metrics: metrics[hash] ?? [])
            )
          }, uniquingKeysWith: { first, _ in first })
      }
    }
  }

  /// The content hashes of the cells that are done, or failed.
  package func states() throws(StudyStoreError) -> (done: Set<String>, failed: Set<String>) {
    try translatingErrors {
      try database.read { database in
        let sql = "SELECT content_hash FROM outcomes WHERE state = ?"
        return (
          try String.fetchSet(database, sql: sql, arguments: ["done"]),
          try String.fetchSet(database, sql: sql, arguments: ["failed"])
        )
      }
    }
  }

  /// The ELBO trace of one cell, step by step.
  package func trace(of cell: Cell) throws(StudyStoreError) -> [CellResult.TracePoint] {
    try translatingErrors {
      try database.read { database in
        try Row.fetchAll(
          database, sql: "SELECT * FROM traces WHERE cell = ? ORDER BY step", arguments: [cell.contentHash]
        ).map { row in
          // SQLite stores NaN as NULL.
          CellResult.TracePoint(
            step: row["step"], elbo: row["elbo"] ?? .nan, logLikelihood: row["log_likelihood"] ?? .nan,
            kl: row["kl"] ?? .nan, effectiveNodes: row["effective_nodes"])
        }
      }
    }
  }

  /// The content hashes of cells that have a trace, but one of a version that kept no expected number of active nodes.
  func cellsWithoutEffectiveNodes() throws(StudyStoreError) -> Set<String> {
    try translatingErrors {
      try database.read {
        try String.fetchSet($0, sql: "SELECT cell FROM traces GROUP BY cell HAVING count(effective_nodes) = 0")
      }
    }
  }

  /// When each cell started and how many seconds it took.
  package func timings() throws(StudyStoreError) -> [String: (startedAt: Double, seconds: Double)] {
    try translatingErrors {
      try database.read { database in
        let rows = try Row.fetchAll(database, sql: "SELECT cell, started_at, seconds FROM timings")
        return Dictionary(
          rows.map { ($0["cell"], ($0["started_at"], $0["seconds"])) }, uniquingKeysWith: { first, _ in first })
      }
    }
  }

  /// The content hashes of the study's cells, as it was last run, in order.
  package func plannedCells() throws(StudyStoreError) -> [String] {
    try translatingErrors {
      try database.read { try String.fetchAll($0, sql: "SELECT content_hash FROM cells ORDER BY cell_index") }
    }
  }

  /// The study file and the `--set` options that the study was last run with: enough to have the `Study` again.
  package func studyFile() throws(StudyStoreError) -> (text: String, overrides: [String], name: String) {
    try translatingErrors {
      try database.read { database in
        guard let row = try Row.fetchOne(database, sql: "SELECT file_text, overrides, name FROM study") else {
          throw StudyStoreError.missing(folder: folder.path)
        }
        return (
          row["file_text"], try JSONDecoder().decode([String].self, from: Data((row["overrides"] as String).utf8)),
          row["name"]
        )
      }
    }
  }

  /// What SQLite finds wrong with the file and with references between tables, a line each; empty for a sound store.
  package func damage() throws(StudyStoreError) -> [String] {
    try translatingErrors {
      try database.read { database in
        let pages = try String.fetchAll(database, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
        let orphans = try Row.fetchAll(database, sql: "PRAGMA foreign_key_check").map { row in
          "table \(row["table"] ?? "?") has rows of a cell without an outcome"
        }
        let empty = try String.fetchAll(
          database,
          sql: """
            SELECT content_hash FROM outcomes
            WHERE state = 'done' AND NOT EXISTS (SELECT 1 FROM metrics WHERE cell = content_hash)
            """)
        return pages + Array(Set(orphans)).sorted() + empty.map { "cell \($0.prefix(12))… is done but has no metrics" }
      }
    }
  }

  // MARK: Opening

  /// - Parameter migrating: whether a store of an older version is brought up to date first, which only a writer can do.
  private static func readOnly(
    _ folder: StudyFolder, migrating: Bool = true
  ) throws(StudyStoreError) -> DatabaseQueue {
    let path = folder.store.path(percentEncoded: false)
    guard FileManager.default.fileExists(atPath: path) else { throw .missing(folder: folder.path) }
    do {
      var database: DatabaseQueue
      do { database = try open(path, readOnly: true) } catch let error as DatabaseError
        where error.resultCode == .SQLITE_READONLY
      {
        // A process killed while it closed the store leaves a rollback journal, which only a writer can play back.
        try open(path, readOnly: false).close()
        database = try open(path, readOnly: true)
      }
      if migrating, try database.read({ try StudyStoreSchema.check($0, file: path) }) < StudyStoreSchema.version {
        try database.close()
        let lock = try RunLock(folder)
        let writer = try open(path, readOnly: false)
        try writer.write { try StudyStoreSchema.migrate($0, file: path) }
        try writer.close()
        database = try open(path, readOnly: true)
        withExtendedLifetime(lock) {}
      }
      return database
    } catch {
      throw StudyStoreError(error, path: path)
    }
  }

  /// The database, once its schema is known to be ours.
  private static func open(_ path: String, readOnly: Bool) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.readonly = readOnly
    configuration.busyMode = .timeout(10)
    let database = try DatabaseQueue(path: path, configuration: configuration)
    _ = try database.read { database in
      try StudyStoreSchema.check(database, file: path)
    }
    return database
  }

  private static func recordStudy(_ study: Study, _ programVersion: String, in database: Database) throws {
    try database.execute(
      sql: "INSERT OR REPLACE INTO study VALUES (1, ?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        study.name, study.source, try json(study.overrides), study.canonicalText, study.contentHash,
        String(study.seed), programVersion,
      ])
    let planned = try String.fetchAll(database, sql: "SELECT content_hash FROM cells ORDER BY cell_index")
    guard planned != study.cells.map(\.contentHash) else { return }
    try database.execute(sql: "DELETE FROM cells")
    let insertion = try database.makeStatement(sql: "INSERT INTO cells VALUES (?, ?, ?, ?, ?, ?)")
    for cell in study.cells {
      try insertion.execute(arguments: [
        cell.contentHash, cell.index, try json(cell.factors), cell.slab, cell.sampleSize, cell.replicate,
      ])
    }
  }

  private static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  private func translatingErrors<Value>(_ body: () throws -> Value) throws(StudyStoreError) -> Value {
    do { return try body() } catch { throw StudyStoreError(error, path: folder.store.path(percentEncoded: false)) }
  }
}
