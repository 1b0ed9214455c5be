/// How far a study is, read from its folder without disturbing the run.
package struct StudyStatus: Sendable, Equatable {
  /// A cell that failed, with its error.
  package struct Failure: Sendable, Equatable {
    package let cell: Int
    package let message: String
  }

  package let name: String
  package let total: Int
  package let done: Int
  /// Done, but flagged as not converged.
  package let notConverged: Int
  /// In the order of the study.
  package let failures: [Failure]
  /// Who runs the study now, such as `process 123 on host`; nil if nobody does.
  package let runner: String?
  /// Of the cells through so far; nil if there is none.
  package let meanCellSeconds: Double?

  package var remaining: Int { total - done - failures.count }

  /// - Throws: `StudyStoreError`, or `StudyFileError` if the stored study file is of a newer version.
  package init(reading folder: StudyFolder) throws {
    let store = try StudyStore(reading: folder)
    let file = try store.studyFile()
    let study = try StudyFile(text: file.text, path: "study.yaml", overrides: file.overrides).study()
    let cells = try store.cells()
    let stored = study.cells.map { (cell: $0, stored: cells[$0.contentHash]) }
    let timings = try store.timings()
    let seconds = study.cells.compactMap { timings[$0.contentHash]?.seconds }
    name = study.name
    total = study.cells.count
    done = stored.count { $0.stored.map { $0.error == nil } ?? false }
    notConverged = stored.count { $0.stored?.converged == false }
    failures = stored.compactMap { cell, stored in
      stored?.error.map { Failure(cell: cell.index, message: $0) }
    }
    runner = RunLock.currentHolder(folder)
    meanCellSeconds = Estimate(meanOf: seconds)?.value
  }
}
