import ArgumentParser
import Foundation
import SparseNetworks
import StudyEngine

@main struct SlabLab: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "slablab", abstract: "Does my contraction theorem show in practice?",
    version: ProgramVersion.current,
    subcommands: [
      InitCommand.self, RunCommand.self, PlanCommand.self, StatusCommand.self, CollectCommand.self, CheckCommand.self,
      SchemaCommand.self, ExportCommand.self, RateCommand.self, PhaseMapCommand.self, LogNormalCommand.self, TrainCommand.self, PredictCommand.self,
      VerifyCommand.self, DoctorCommand.self, WorkCommand.self,
    ])

  /// Exit codes: 0 done, 1 the work failed, 2 the input is wrong. The argument parser's own code for a usage error is
  /// 64, and it adds the usage to its message; a script wants 2, a reader one line. So any error that reaches this
  /// place is bad input; a command whose work fails says so itself and throws `ExitCode(1)`.
  static func main() {
    BLAS.stopIdleThreads()
    do {
      if let refusal = CPULevel.refusal { throw ArgumentError(refusal) }
      var command = try parseAsRoot(ArgumentParsing.joiningNegativeNumbers(Array(CommandLine.arguments.dropFirst())))
      try command.run()
      try flushOutput()
    } catch {
      let code = exitCode(for: error)
      guard code != .success, !(error is ExitCode) else { exit(withError: error) }
      StandardError.printError(message(for: error))
      Foundation.exit(2)
    }
  }

  /// What was printed may still lie in a buffer: that the disk behind stdout is full shows only here.
  private static func flushOutput() throws(ArgumentError) {
    if fflush(nil) != 0 { throw ArgumentError("stdout: cannot be written: \(String(cString: strerror(errno)))") }
  }
}
