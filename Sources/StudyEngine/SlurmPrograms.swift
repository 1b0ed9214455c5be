import Foundation

/// Slurm's programs on the search path, and how they are called: own arguments, a clean environment, a time limit.
package struct SlurmPrograms: Sendable {
  private let searchPath: String?
  private let environment: [String: String]
  private let seconds: Double

  /// - Parameter seconds: that a program may take. sbatch repeats for ever what a full queue refuses.
  package init(environment: [String: String] = ProcessInfo.processInfo.environment, seconds: Double = 60) {
    searchPath = environment["PATH"]
    self.environment = Self.clean(environment)
    self.seconds = seconds
  }

  /// Without what a surrounding job or the user's habits would change: a task must not take the number of the job that it
  /// was submitted from, and answers must come in the form that we ask for.
  static func clean(_ environment: [String: String]) -> [String: String] {
    environment.filter { name, _ in
      name == "SLURM_CONF" || !["SLURM_", "SBATCH_", "SQUEUE_", "SCONTROL_"].contains { name.hasPrefix($0) }
    }
  }

  func require(_ name: String) throws(SlurmError) {
    guard ExternalProgram(name, searchPath: searchPath) != nil else { throw .missing(program: name) }
  }

  func run(_ name: String, _ arguments: [String]) throws(SlurmError) -> ExternalProgram.Output {
    guard let program = ExternalProgram(name, searchPath: searchPath) else { throw .missing(program: name) }
    do throws(ExternalProgram.Failure) {
      return try program.run(arguments, environment: environment, seconds: seconds)
    } catch {
      switch error {
      case .notStarted(let detail): throw .notStarted(program: name, detail: detail)
      case .noAnswer(let seconds): throw .noAnswer(program: name, seconds: seconds)
      }
    }
  }

  /// What it prints, if it ends well.
  func output(_ name: String, _ arguments: [String]) throws(SlurmError) -> String {
    let output = try run(name, arguments)
    guard output.status == 0 else { throw .refused(program: name, status: output.status, detail: output.error.replacing("\(name): error: ", with: "")) }
    return output.text
  }
}
