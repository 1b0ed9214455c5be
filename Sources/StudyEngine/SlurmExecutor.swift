import Foundation

/// Runs the cells of a study on a Slurm cluster, as one array of tasks.
///
///     let executor = try SlurmExecutor(tasks: 50, options: ["--time=2:00:00"], program: program)
///     let array = try executor.submit(study, from: store, only: filter, with: CellRunner())
///
/// Submitting is all that it does: the tasks (`ShardWorker`) write shards, `ShardCollection` brings them into the store.
package struct SlurmExecutor: Sendable {
  /// What was submitted.
  package struct Receipt: Sendable, Equatable {
    package let job: String
    package let tasks: Int
    package let cells: Int
    /// What made the array smaller than was asked for.
    package let cut: String?
  }

  private let tasks: Int
  private let workers: Int?
  private let options: [String]
  private let program: URL
  private let programs: SlurmPrograms

  /// - Parameters:
  ///   - workers: cells at a time in each task; nil for one, or what the options say.
  ///   - options: for sbatch, each an argument of its own.
  ///   - program: slablab, where the cluster's nodes find it too.
  /// - Throws: `SlurmError` if there is no Slurm here or an option cannot be given.
  package init(
    tasks: Int, workers: Int? = nil, options: [String] = [], program: URL, programs: SlurmPrograms = SlurmPrograms()
  ) throws(SlurmError) {
    try SlurmJob.check(options)
    for name in ["sbatch", "scontrol", "squeue"] { try programs.require(name) }
    self.tasks = tasks
    self.workers = workers
    self.options = options
    self.program = program
    self.programs = programs
  }

  /// Refuses a folder whose tasks are still at work: cells would run twice.
  /// - Throws: `SlurmError.atWork`.
  package func requireRest(of folder: StudyFolder) throws(SlurmError) {
    let status = ClusterStatus(of: folder, queue: { SlurmQueue(job: $0, programs) })
    if let status, let job = status.job, status.isAtWork {
      throw SlurmError.atWork(folder: folder.path, job: job, tasks: status.summary)
    }
  }

  /// Submits the cells that the store does not have as done; nil if there are none.
  ///
  /// Bring the shards of earlier submissions into the store first, or their cells run again.
  /// - Throws: `SlurmError` or `StudyStoreError`; nothing is submitted then.
  package func submit(
    _ study: Study, from store: StudyStore, only filter: CellFilter = .all, retryingFailedCells: Bool = true,
    with runner: some CellRunning, commandLine: [String] = CommandLine.arguments
  ) throws -> Receipt? {
    let folder = StudyFolder(store.folder.url.absoluteURL.standardizedFileURL)
    let states = try store.states()
    let done = retryingFailedCells ? states.done : states.done.union(states.failed)
    let cells = study.cells.filter { filter.includes($0) && !done.contains($0.contentHash) }
    guard !cells.isEmpty else { return nil }
    let (fitting, cut) = try SlurmLimits(asking: programs).fit(min(tasks, cells.count))
    let shares = WorkShares.deal(cells, tasks: fitting, runner)

    let place = try SubmissionFolder.create(in: folder)
    do {
      // All of it before sbatch: the first task may start at once.
      try place.write(Submission(study, shares: shares, commandLine: commandLine))
      try Self.write(SlurmJob.script, to: place.script)
      let job = SlurmJob(
        program: program, study: study, place: place, tasks: shares.count, workers: workers, options: options)
      // `JOB` or `JOB;CLUSTER`
      let answer = try programs.output("sbatch", job.arguments).trimmingCharacters(in: .whitespacesAndNewlines)
      let id = String(answer.prefix { $0 != ";" })
      guard !id.isEmpty, id.allSatisfy(\.isWholeNumber) else {
        throw SlurmError.unreadable(program: "sbatch", answer: answer)
      }
      try place.write(SubmittedJob(id: id))
      return Receipt(job: id, tasks: shares.count, cells: cells.count, cut: cut)
    } catch {
      // Should the queue have taken the array all the same, its tasks find no submission and end at once.
      place.remove()
      throw error
    }
  }

  private static func write(_ text: String, to file: URL) throws(StudyStoreError) {
    do { try Data(text.utf8).write(to: file) } catch {
      throw StudyStoreError(error, path: file.path(percentEncoded: false))
    }
  }

  /// Returns when the newest submission's tasks have all ended or are lost, or the interruption has come.
  ///
  /// sbatch's own `--wait` looks ever more rarely; this looks every two seconds at first, then every ten.
  /// - Parameter report: called whenever the state has changed.
  package func wait(
    for folder: StudyFolder, interruption: Interruption, report: (ClusterStatus) -> Void
  ) {
    let clock = ContinuousClock()
    let start = clock.now
    var endSeen: ContinuousClock.Instant?
    var last: ClusterStatus?
    while !interruption.isRequested {
      guard let status = ClusterStatus(of: folder, queue: { SlurmQueue(job: $0, programs) }) else { return }
      if status != last { report(status) }
      last = status
      if status.tasks.allSatisfy({ $0.state == .done || $0.state == .failed }) { return }
      if !status.isAtWork {
        // A shared file system may show the last lines of a shard some seconds after the queue has seen the end.
        let seen = endSeen ?? clock.now
        if clock.now - seen > .seconds(15) { return }
        endSeen = seen
      } else {
        endSeen = nil
      }
      let pause = clock.now - start < .seconds(60) ? 2.0 : 10
      let next = clock.now + .seconds(pause)
      while clock.now < next, !interruption.isRequested { usleep(50_000) }
    }
  }
}
