import ArgumentParser
import StudyEngine

/// Where `run` runs the cells.
struct ClusterOptions: ParsableArguments {
  enum Executor: String, CaseIterable, ExpressibleByArgument { case local, slurm }

  @Option(help: "Where the cells run: here, or as an array of tasks on a Slurm cluster.") var executor = Executor.local
  @Option(help: "slurm: how many tasks share the cells.") var tasks: Int?
  @Option(
    name: .customLong("sbatch-option"), parsing: .unconditionalSingleValue,
    help: "slurm: an option for sbatch in one word, as --time=2:00:00. May be given several times.")
  var sbatchOptions: [String] = []
  @Flag(help: "slurm: wait for the tasks to end, then collect.") var wait = false

  var isSlurm: Bool { executor == .slurm }

  func validate() throws {
    if isSlurm {
      guard let tasks else { throw ArgumentError("--executor slurm needs --tasks: how many tasks share the cells") }
      if tasks < 1 { throw ArgumentError("--tasks is \(tasks); it must be at least 1") }
    } else if let name = tasks != nil ? "--tasks" : !sbatchOptions.isEmpty ? "--sbatch-option" : wait ? "--wait" : nil {
      throw ArgumentError("\(name) needs --executor slurm")
    }
  }
}
