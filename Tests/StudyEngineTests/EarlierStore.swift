import GRDB

@testable import StudyEngine

/// Stores of `StudyStoreTests.text` as earlier versions made them, with one cell done.
enum EarlierStore {
  /// Version 1 had cells and outcomes in one table.
  static func makeVersion1(_ folder: StudyFolder, done cell: Cell) throws {
    let study = try StudyFileTests.study(StudyStoreTests.text)
    let database = try DatabaseQueue(path: folder.store.path)
    try database.write { database in
      try database.execute(
        sql: """
          PRAGMA application_id = \(StudyStoreSchema.applicationID);
          PRAGMA user_version = 1;
          CREATE TABLE study (
            id INTEGER PRIMARY KEY CHECK (id = 1), name TEXT NOT NULL, file_text TEXT NOT NULL, overrides TEXT NOT NULL,
            canonical TEXT NOT NULL, content_hash TEXT NOT NULL, seed TEXT NOT NULL, program_version TEXT NOT NULL
          ) STRICT;
          CREATE TABLE cells (
            content_hash TEXT PRIMARY KEY, cell_index INTEGER NOT NULL, factors TEXT NOT NULL, slab TEXT NOT NULL,
            sample_size INTEGER, replicate INTEGER NOT NULL, state TEXT NOT NULL CHECK (state IN ('done', 'failed')),
            error TEXT CHECK ((error IS NULL) = (state = 'done')),
            converged INTEGER CHECK ((converged IS NULL) = (state = 'failed'))
          ) STRICT, WITHOUT ROWID;
          CREATE TABLE metrics (
            cell TEXT NOT NULL REFERENCES cells ON DELETE CASCADE, position INTEGER NOT NULL, metric TEXT NOT NULL,
            value REAL, PRIMARY KEY (cell, metric)
          ) STRICT, WITHOUT ROWID;
          CREATE TABLE traces (
            cell TEXT NOT NULL REFERENCES cells ON DELETE CASCADE, step INTEGER NOT NULL, elbo REAL,
            log_likelihood REAL, kl REAL, PRIMARY KEY (cell, step)
          ) STRICT, WITHOUT ROWID;
          CREATE TABLE timings (
            cell TEXT PRIMARY KEY REFERENCES cells ON DELETE CASCADE, started_at REAL NOT NULL, seconds REAL NOT NULL
          ) STRICT, WITHOUT ROWID;
          """)
      try database.execute(
        sql: "INSERT INTO study VALUES (1, 'small', ?, '[]', ?, ?, '1', '0.0.1')",
        arguments: [StudyStoreTests.text, study.canonicalText, study.contentHash])
      try database.execute(
        sql: "INSERT INTO cells VALUES (?, ?, '[]', ?, ?, ?, 'done', NULL, 1)",
        arguments: [cell.contentHash, cell.index, cell.slab, cell.sampleSize, cell.replicate])
      try database.execute(sql: "INSERT INTO metrics VALUES (?, 0, 'a', 0.5)", arguments: [cell.contentHash])
      try database.execute(sql: "INSERT INTO traces VALUES (?, 5, -1, -0.5, 0.5)", arguments: [cell.contentHash])
      try database.execute(sql: "INSERT INTO timings VALUES (?, 1e9, 2)", arguments: [cell.contentHash])
    }
    try database.close()
  }

  /// Version 2 kept no expected number of active nodes along training.
  static func makeVersion2(_ folder: StudyFolder, done cell: Cell) throws {
    let study = try StudyFileTests.study(StudyStoreTests.text)
    let database = try DatabaseQueue(path: folder.store.path)
    try database.write { database in
      try database.execute(
        sql: """
          PRAGMA application_id = \(StudyStoreSchema.applicationID);
          PRAGMA user_version = 2;
          CREATE TABLE study (
            id INTEGER PRIMARY KEY CHECK (id = 1), name TEXT NOT NULL, file_text TEXT NOT NULL, overrides TEXT NOT NULL,
            canonical TEXT NOT NULL, content_hash TEXT NOT NULL, seed TEXT NOT NULL, program_version TEXT NOT NULL
          ) STRICT;
          CREATE TABLE cells (
            content_hash TEXT PRIMARY KEY, cell_index INTEGER NOT NULL, factors TEXT NOT NULL, slab TEXT NOT NULL,
            sample_size INTEGER, replicate INTEGER NOT NULL
          ) STRICT, WITHOUT ROWID;
          CREATE TABLE outcomes (
            content_hash TEXT PRIMARY KEY, state TEXT NOT NULL CHECK (state IN ('done', 'failed')),
            error TEXT CHECK ((error IS NULL) = (state = 'done')),
            converged INTEGER CHECK ((converged IS NULL) = (state = 'failed'))
          ) STRICT, WITHOUT ROWID;
          CREATE TABLE metrics (
            cell TEXT NOT NULL REFERENCES outcomes ON DELETE CASCADE, position INTEGER NOT NULL, metric TEXT NOT NULL,
            value REAL, PRIMARY KEY (cell, metric)
          ) STRICT, WITHOUT ROWID;
          CREATE TABLE traces (
            cell TEXT NOT NULL REFERENCES outcomes ON DELETE CASCADE, step INTEGER NOT NULL, elbo REAL,
            log_likelihood REAL, kl REAL, PRIMARY KEY (cell, step)
          ) STRICT, WITHOUT ROWID;
          CREATE TABLE timings (
            cell TEXT PRIMARY KEY REFERENCES outcomes ON DELETE CASCADE, started_at REAL NOT NULL, seconds REAL NOT NULL
          ) STRICT, WITHOUT ROWID;
          """)
      try database.execute(
        sql: "INSERT INTO study VALUES (1, 'small', ?, '[]', ?, ?, '1', '0.0.2')",
        arguments: [StudyStoreTests.text, study.canonicalText, study.contentHash])
      for cell in study.cells {
        try database.execute(
          sql: "INSERT INTO cells VALUES (?, ?, '[]', ?, ?, ?)",
          arguments: [cell.contentHash, cell.index, cell.slab, cell.sampleSize, cell.replicate])
      }
      try database.execute(sql: "INSERT INTO outcomes VALUES (?, 'done', NULL, 1)", arguments: [cell.contentHash])
      try database.execute(sql: "INSERT INTO metrics VALUES (?, 0, 'a', 0.5)", arguments: [cell.contentHash])
      try database.execute(sql: "INSERT INTO traces VALUES (?, 5, -1, -0.5, 0.5)", arguments: [cell.contentHash])
      try database.execute(sql: "INSERT INTO timings VALUES (?, 1e9, 2)", arguments: [cell.contentHash])
    }
    try database.close()
  }
}
