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

  /// - Parameter more: overrides besides those of `--set`.
  func read(setting more: [String] = []) throws(StudyFileError) -> Study {
    try StudyFile(path: study, overrides: overrides + more).study()
  }

  /// The study's folder: `out`, or one of its name.
  static func folder(_ out: String?, _ study: Study) -> StudyFolder {
    StudyFolder(URL(fileURLWithPath: out ?? "results/\(study.name)"))
  }

  var workerCount: Int { workers ?? ProcessInfo.processInfo.activeProcessorCount }
}
