/// Why nothing was submitted, and what to do.
package enum SlurmError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A program of Slurm is not on the search path.
  case missing(program: String)
  case notStarted(program: String, detail: String)
  case noAnswer(program: String, seconds: Double)
  case refused(program: String, status: Int32, detail: String)
  /// It answered with something else than it should.
  case unreadable(program: String, answer: String)
  case badOption(String, reason: String)
  /// The cluster's limits leave no room for a single task.
  case noRoom(String)
  /// An earlier submission of the study has tasks that run or will run.
  case atWork(folder: String, job: String, tasks: String)

  package var description: String {
    switch self {
    case .missing(let program):
      "\(program) is not on the PATH; submit from a login node of a Slurm cluster, or run without --executor slurm"
    case .notStarted(let program, let detail): "\(program) cannot be started: \(detail)"
    case .noAnswer(let program, let seconds):
      "\(program) gave no answer within \(Int(seconds.rounded(.up))) s; see by squeue whether it took the array all the same (then scancel it), and whether the cluster is well; then try again"
    case .refused(let program, let status, let detail):
      "\(program) failed with status \(status)\(detail.isEmpty ? "" : ": \(detail)"); nothing was submitted"
    case .unreadable(let program, let answer): "\(program) gave an answer that is not understood: '\(answer)'"
    case .badOption(let option, let reason): "--sbatch-option '\(option)': \(reason)"
    case .noRoom(let limit): "\(limit); the cluster takes no array now; wait, or run without --executor slurm"
    case .atWork(let folder, let job, let tasks):
      "\(folder): array \(job) is still at work on this study (\(tasks)); wait for it, or cancel it: scancel \(job)"
    }
  }
}
