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
  /// The study's newest submission to a cluster; nil if there is none. What its shards hold is counted above.
  package let cluster: ClusterStatus?
  /// The cells without an outcome by what becomes of them there.
  package let clusterCells: ClusterStatus.Cells?

  package var remaining: Int { total - done - failures.count }

  /// - Parameter queue: asks a cluster's queue for an array.
  /// - Throws: `StudyStoreError`, or `StudyFileError` if the stored study file is of a newer version.
  package init(reading folder: StudyFolder, queue: (String) -> SlurmQueue? = { SlurmQueue(job: $0) }) throws {
    let store = try StudyStore(reading: folder)
    let study = try store.study()
    var outcomes = try store.cells().mapValues { Outcome(error: $0.error, converged: $0.converged ?? true) }
    var seconds = try store.timings().mapValues(\.seconds)
    let cluster = ClusterStatus(of: folder, done: Set(outcomes.filter { $0.value.error == nil }.keys), queue: queue)
    // A cell that failed and was submitted again is on its way until that submission says otherwise.
    let again = Set(cluster?.tasks.filter(\.isAtWork).flatMap(\.remaining).map(\.contentHash) ?? [])
    for hash in again { outcomes[hash] = nil }
    for entry in ShardCollection(of: folder, study: study).entries where !again.contains(entry.contentHash) {
      if let there = outcomes[entry.contentHash], there.error == nil || entry.state == .failed { continue }
      outcomes[entry.contentHash] = Outcome(
        error: entry.state == .failed ? entry.error ?? "unknown" : nil, converged: entry.state != .unconverged)
      seconds[entry.contentHash] = entry.seconds
    }
    let found = study.cells.map { (cell: $0, outcome: outcomes[$0.contentHash]) }
    self.cluster = cluster
    clusterCells = cluster?.cells(except: Set(outcomes.keys))
    name = study.name
    total = study.cells.count
    done = found.count { $0.outcome.map { $0.error == nil } ?? false }
    notConverged = found.count { $0.outcome.map { $0.error == nil && !$0.converged } ?? false }
    failures = found.compactMap { cell, outcome in
      outcome?.error.map { Failure(cell: cell.index, message: $0) }
    }
    runner = RunLock.currentHolder(folder)
    meanCellSeconds = Estimate(meanOf: study.cells.compactMap { seconds[$0.contentHash] })?.value
  }

  private struct Outcome {
    let error: String?
    let converged: Bool
  }
}
