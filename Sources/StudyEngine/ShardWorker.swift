import Foundation

/// What one task of a cluster does: it works on its share of a submission, into a shard of its own.
///
/// A task that was stopped, killed or requeued goes on from the shards of its earlier runs.
package struct ShardWorker: Sendable {
  /// Between signs of life of a task whose cells take long.
  static let secondsBetweenSigns = 20.0

  package let folder: StudyFolder
  package let study: Study
  private let submission: Submission
  private let place: SubmissionFolder
  private let task: Int

  /// - Throws: `SubmissionError`, or `StudyFileError` if this program does not understand the submitted study.
  package init(folder: StudyFolder, submission number: Int, task: Int) throws {
    self.folder = folder
    self.task = task
    place = SubmissionFolder(study: folder, number: number)
    (submission, study) = try place.submissionWithStudy()
    guard (1...submission.shares.count).contains(task) else {
      throw SubmissionError.noTask(task, count: submission.shares.count)
    }
  }

  /// Runs the cells of the share that no earlier run of the task has recorded; blocks the calling thread.
  ///
  /// A cell under way when the interruption comes is not recorded; the next run goes on from its checkpoint.
  /// - Throws: `StudyStoreError` if a shard cannot be written.
  package func run(
    with runner: some CellRunning, workers: Int, interruption: Interruption = Interruption(),
    progress: @escaping @Sendable (ExecutionProgress) -> Void = { _ in }
  ) throws(StudyStoreError) -> ExecutionReport {
    let shard = try begin(workers: workers)
    let signs = DispatchSource.makeTimerSource(queue: .global())
    signs.schedule(deadline: .now() + Self.secondsBetweenSigns, repeating: Self.secondsBetweenSigns)
    signs.setEventHandler { shard.touch() }
    signs.resume()
    defer { signs.cancel() }
    do throws(StudyStoreError) {
      // A cell that failed in an earlier run of this submission would fail again: it follows from the cell alone.
      let report = try LocalExecutor(workers: workers, retriesFailedCells: false).run(
        study, with: runner, into: shard, only: CellFilter(indices: submission.shares[task - 1]),
        interruption: interruption, progress: progress)
      try shard.end(
        report.wasInterrupted ? .init(kind: .stopped, message: "asked to stop") : .init(kind: .finished, message: ""))
      return report
    } catch {
      // On a full disk this fails as well; then the task's silence has to speak.
      try? shard.end(.init(kind: .failed, message: error.description))
      throw error
    }
  }

  private func begin(workers: Int) throws(StudyStoreError) -> ShardWriter {
    let earlier = place.shards()[task] ?? []
    let entries = earlier.flatMap(\.entries)
    let states = (
      done: Set(entries.filter { $0.state != .failed }.map(\.contentHash)),
      failed: Set(entries.filter { $0.state == .failed }.map(\.contentHash))
    )
    var run = (earlier.last?.run ?? 0) + 1
    while true {
      let header = Shard.Header(
        format: Shard.format, task: task, run: run, host: ProcessInfo.processInfo.hostName,
        process: ProcessInfo.processInfo.processIdentifier, workers: workers,
        manifest: ProvenanceManifest(
          study: study, programVersion: ProgramVersion.current, gitCommit: ProgramVersion.commit(), commandLine: submission.commandLine))
      if let writer = try ShardWriter(creating: place.shard(task: task, run: run), in: folder, header, earlier: states) { return writer }
      run += 1
    }
  }
}
