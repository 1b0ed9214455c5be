import Foundation

/// Where the newest submission of a study is.
package struct ClusterStatus: Sendable, Equatable {
  /// 1 for the study's first submission.
  package let submission: Int
  /// The array's id in the queue; nil if the queue never took it.
  package let job: String?
  /// Whether the queue was asked and answered.
  package let queueAnswered: Bool
  package let tasks: [TaskStatus]
  /// Why nothing is known of the tasks, where the submission cannot be read; nil otherwise.
  package let problem: String?
  /// The command that submitted it.
  package let commandLine: [String]

  /// Nil for a study without a submission.
  /// - Parameters:
  ///   - done: the content hashes of cells that are done, whatever the shards have.
  ///   - queue: asks the queue for an array.
  package init?(
    of folder: StudyFolder, done: Set<String> = [], queue: (String) -> SlurmQueue? = { SlurmQueue(job: $0) }
  ) {
    guard let place = SubmissionFolder.all(of: folder).last else { return nil }
    self.submission = place.number
    job = place.job?.id
    let (submission, study): (Submission, Study)
    do { (submission, study) = try place.submissionWithStudy() } catch {
      (problem, queueAnswered, tasks, commandLine) = ("\(error)", false, [], [])
      return
    }
    problem = nil
    // Before the shards: see `TaskStatus`.
    let answer = job.flatMap(queue)
    let shards = place.shards()
    queueAnswered = answer != nil
    commandLine = submission.commandLine
    tasks = submission.shares.enumerated().map { index, share in
      let number = index + 1
      let log = place.log(task: number).path(percentEncoded: false)
      return TaskStatus(
        number, share: share.map { study.cells[$0] }, done: done, shards: shards[number] ?? [],
        hasBegun: FileManager.default.fileExists(atPath: log), queue: answer)
    }
  }

  package func count(_ state: TaskStatus.State) -> Int { tasks.count { $0.state == state } }

  package var isAtWork: Bool { tasks.contains(where: \.isAtWork) }

  /// Cells without an outcome by what becomes of them; those of no task are not among them.
  package struct Cells: Sendable, Equatable {
    package var running = 0
    package var preempted = 0
    package var lost = 0
    package var waiting = 0

    package init() {}
  }

  /// - Parameter others: content hashes that are not to be counted.
  func cells(except others: Set<String>) -> Cells {
    var cells = Cells()
    for task in tasks {
      let count = task.remaining.count { !others.contains($0.contentHash) }
      switch task.state {
      case .running:
        cells.running += min(count, task.workers)
        cells.waiting += max(0, count - task.workers)
      case .preempted: cells.preempted += count
      case .waiting: cells.waiting += count
      case .lost, .failed: cells.lost += count
      case .done: break
      }
    }
    return cells
  }

  /// `2 tasks running, 1 waiting`
  package var summary: String {
    let parts = TaskStatus.State.allCases.compactMap { state in
      let count = count(state)
      return count > 0 ? "\(count) \(state.rawValue)" : nil
    }
    return "\(tasks.count) task\(tasks.count == 1 ? "" : "s")\(parts.isEmpty ? "" : ": " + parts.joined(separator: ", "))"
  }
}
