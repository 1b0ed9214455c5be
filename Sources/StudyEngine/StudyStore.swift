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
  /// - Throws: `StudyStoreError`; `.otherStudy` if the folder holds cells of another study. A store that was there is
  ///   then left as it was.
  package init(folder: StudyFolder, study: Study, programVersion: String) throws(StudyStoreError) {
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
      if FileManager.default.fileExists(atPath: path) { try Self.inspect(folder, study) }
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
        try database.execute(sql: "DELETE FROM cells WHERE content_hash = ?", arguments: [cell.contentHash])
        let (result, error): (CellResult?, String?) =
          switch outcome.result {
          case .success(let result): (result, nil)
          case .failure(let failure): (nil, failure.message)
          }
        try database.execute(
          sql: "INSERT INTO cells VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
          arguments: [
            cell.contentHash, cell.index, try Self.json(cell.factors), cell.slab, cell.sampleSize, cell.replicate,
            result == nil ? "failed" : "done", error, result?.converged,
          ])
        for (position, metric) in (result?.metrics ?? []).enumerated() {
          try database.execute(
            sql: "INSERT INTO metrics VALUES (?, ?, ?, ?)",
            arguments: [cell.contentHash, position, metric.name, metric.value])
        }
        for point in result?.trace ?? [] {
          try database.execute(
            sql: "INSERT INTO traces VALUES (?, ?, ?, ?, ?)",
            arguments: [cell.contentHash, point.step, point.elbo, point.logLikelihood, point.kl])
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
        let cells = try Row.fetchAll(database, sql: "SELECT content_hash, error, converged FROM cells")
        return Dictionary(
          uniqueKeysWithValues: cells.map { row in
            let hash: String = row["content_hash"]
            return (
              hash, StoredCell(error: row["error"], converged: row["converged"], metrics: metrics[hash] ?? [])
            )
          })
      }
    }
  }

  /// The content hashes of the cells that are done, or failed.
  package func states() throws(StudyStoreError) -> (done: Set<String>, failed: Set<String>) {
    try translatingErrors {
      try database.read { database in
        let sql = "SELECT content_hash FROM cells WHERE state = ?"
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
            kl: row["kl"] ?? .nan)
        }
      }
    }
  }

  /// When each cell started and how many seconds it took.
  package func timings() throws(StudyStoreError) -> [String: (startedAt: Double, seconds: Double)] {
    try translatingErrors {
      try database.read { database in
        let rows = try Row.fetchAll(database, sql: "SELECT cell, started_at, seconds FROM timings")
        return Dictionary(uniqueKeysWithValues: rows.map { ($0["cell"], ($0["started_at"], $0["seconds"])) })
      }
    }
  }

  /// The study file and the `--set` options that the store was made with: enough to have the `Study` again.
  package func studyFile() throws(StudyStoreError) -> (text: String, overrides: [String]) {
    try translatingErrors {
      try database.read { database in
        guard let row = try Row.fetchOne(database, sql: "SELECT file_text, overrides FROM study") else {
          throw StudyStoreError.missing(folder: folder.path)
        }
        return (
          row["file_text"], try JSONDecoder().decode([String].self, from: Data((row["overrides"] as String).utf8))
        )
      }
    }
  }

  // MARK: Opening

  private static func readOnly(_ folder: StudyFolder) throws(StudyStoreError) -> DatabaseQueue {
    let path = folder.store.path(percentEncoded: false)
    guard FileManager.default.fileExists(atPath: path) else { throw .missing(folder: folder.path) }
    do {
      do { return try open(path, readOnly: true) } catch let error as DatabaseError
        where error.resultCode == .SQLITE_READONLY
      {
        // A process killed while it closed the store leaves a rollback journal, which only a writer can play back.
        try open(path, readOnly: false).close()
        return try open(path, readOnly: true)
      }
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

  /// Refuses a store that is not ours, is damaged, or holds another study, without touching it.
  private static func inspect(_ folder: StudyFolder, _ study: Study) throws {
    try readOnly(folder).read { database in
      guard try database.tableExists("study"),
        let canonical = try String.fetchOne(database, sql: "SELECT canonical FROM study")
      else { return }
      let differences = differences(from: canonical, to: study.canonicalText)
      guard differences.isEmpty else { throw StudyStoreError.otherStudy(folder: folder.path, differences: differences) }
    }
  }

  private static func recordStudy(_ study: Study, _ programVersion: String, in database: Database) throws {
    try database.execute(
      sql: "INSERT OR REPLACE INTO study VALUES (1, ?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        study.name, study.source, try json(study.overrides), study.canonicalText, study.contentHash,
        String(study.seed), programVersion,
      ])
  }

  /// `key: old there, new here`, a line of the canonical texts each.
  private static func differences(from old: String, to new: String) -> [String] {
    func lines(_ text: String) -> [(key: String, value: String)] {
      text.split(separator: "\n").map { line in
        let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        return (parts[0], parts.count > 1 ? parts[1] : "")
      }
    }
    let there = lines(old)
    let here = lines(new)
    let oldValues = Dictionary(there, uniquingKeysWith: { first, _ in first })
    let newValues = Dictionary(here, uniquingKeysWith: { first, _ in first })
    let keys = there.map(\.key) + here.map(\.key).filter { oldValues[$0] == nil }
    let differing = keys.filter { oldValues[$0] != newValues[$0] }
    let isFactor = { (key: String) in key.hasPrefix("factors.") }
    // A key that is a factor on one side only stands as a value of its own on the other; the factor's line says it all.
    let spoken =
      differing.contains(where: isFactor)
      ? differing.filter { isFactor($0) || (oldValues[$0] != nil && newValues[$0] != nil) } : differing
    let changed = spoken.map { key in
      "\(key) is \(oldValues[key] ?? "absent") there, \(newValues[key] ?? "absent") here"
    }
    // Same values in another order of factors: other cell numbers, other tables.
    return changed.isEmpty && old != new ? ["the factors come in another order"] : changed
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
