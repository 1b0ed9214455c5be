import GRDB

/// The tables of a store, and how older ones are brought up to date.
enum StudyStoreSchema {
  /// `PRAGMA user_version`. A change of tables raises it and adds a case to `migrate`.
  static let version = 3
  /// `PRAGMA application_id`: the letters SLAB.
  static let applicationID = 0x534C_4142

  /// Brings the database to `version`, from nothing or from any older version, in the caller's transaction.
  /// - Throws: `StudyStoreError.newerSchema` or `.notAStore`; the database is then as it was.
  static func migrate(_ database: Database, file: String) throws {
    var current = try check(database, file: file)
    while current < version {
      switch current {
      case 0:
        try createTables(database)
        current = version
        continue
      case 1: try separateCellsFromOutcomes(database)
      case 2: try database.execute(sql: "ALTER TABLE traces ADD COLUMN effective_nodes REAL")
      default: break
      }
      current += 1
    }
    try database.execute(sql: "PRAGMA user_version = \(version)")
  }

  /// The version of a database that is ours; 0 for an empty one.
  @discardableResult
  static func check(_ database: Database, file: String) throws -> Int {
    let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    let application = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
    let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
    guard application == applicationID || (application == 0 && tables == 0) else {
      throw StudyStoreError.notAStore(file: file)
    }
    guard found <= version else { throw StudyStoreError.newerSchema(file: file, found: found, known: version) }
    return found
  }

  private static func createTables(_ database: Database) throws {
    try database.execute(sql: "PRAGMA application_id = \(applicationID)")
    try database.execute(
      sql: """
        CREATE TABLE study (
          id INTEGER PRIMARY KEY CHECK (id = 1),
          name TEXT NOT NULL,
          file_text TEXT NOT NULL,        -- verbatim
          overrides TEXT NOT NULL,        -- JSON array of KEY=VALUE
          canonical TEXT NOT NULL,        -- what the cells follow from, a line key=value each
          content_hash TEXT NOT NULL,
          seed TEXT NOT NULL,             -- 64 bits without sign, which SQLite's integers do not hold
          program_version TEXT NOT NULL
        ) STRICT;
        \(cells)
        CREATE TABLE outcomes (
          content_hash TEXT PRIMARY KEY,
          state TEXT NOT NULL CHECK (state IN ('done', 'failed')),
          error TEXT CHECK ((error IS NULL) = (state = 'done')),
          converged INTEGER CHECK ((converged IS NULL) = (state = 'failed'))
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE metrics (
          cell TEXT NOT NULL REFERENCES outcomes ON DELETE CASCADE,
          position INTEGER NOT NULL,
          metric TEXT NOT NULL,
          value REAL,                     -- NULL: undefined
          PRIMARY KEY (cell, metric)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE traces (
          cell TEXT NOT NULL REFERENCES outcomes ON DELETE CASCADE,
          step INTEGER NOT NULL,
          elbo REAL,
          log_likelihood REAL,
          kl REAL,
          effective_nodes REAL,           -- NULL: of a version of SlabLab that did not keep it
          PRIMARY KEY (cell, step)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE timings (
          cell TEXT PRIMARY KEY REFERENCES outcomes ON DELETE CASCADE,
          started_at REAL NOT NULL,       -- seconds since 1970
          seconds REAL NOT NULL           -- by the monotonic clock
        ) STRICT, WITHOUT ROWID;
        """)
  }

  /// All cells of the study as it was last run, whether they have run or not. An outcome may belong to none of them: a
  /// study that has been changed keeps the cells that it had.
  private static let cells = """
    CREATE TABLE cells (
      content_hash TEXT PRIMARY KEY,
      cell_index INTEGER NOT NULL,
      factors TEXT NOT NULL,          -- JSON array of {name, value}
      slab TEXT NOT NULL,             -- empty for a study without slabs
      sample_size INTEGER,            -- NULL where there are no data
      replicate INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    """

  /// Version 1 had one table of the cells that have run, their outcome beside their place in the study.
  private static func separateCellsFromOutcomes(_ database: Database) throws {
    let places = ["cell_index", "factors", "slab", "sample_size", "replicate"]
    try database.execute(
      sql: """
        ALTER TABLE cells RENAME TO outcomes;
        \(cells)
        INSERT INTO cells SELECT content_hash, \(places.joined(separator: ", ")) FROM outcomes;
        """)
    for column in places { try database.execute(sql: "ALTER TABLE outcomes DROP COLUMN \(column)") }
  }
}
