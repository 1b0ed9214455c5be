import ArgumentParser
import Foundation
import StudyEngine

/// What every command on a study file takes.
struct StudyOptions: ParsableArguments {
  @Argument(help: "The study file (YAML).") var study: String

  @Option(
    name: .customLong("set"),
    help: "KEY=VALUE in place of what the file says; recorded with the study. May be given several times.")
  var overrides: [String] = []

  @Option(help: "Cells at a time, one thread each. (default: the number of cores)") var workers: Int?

  func validate() throws {
    if let workers, workers < 1 { throw ArgumentError("--workers is \(workers); it must be at least 1") }
  }

  func read() throws(StudyFileError) -> Study {
    try StudyFile(path: study, overrides: overrides).study()
  }

  var workerCount: Int { workers ?? ProcessInfo.processInfo.activeProcessorCount }
}
