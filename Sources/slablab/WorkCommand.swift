import ArgumentParser
import Foundation
import StudyEngine

/// `slablab work`: one task of a cluster's array. The script that `run --executor slurm` submits calls it; nobody else needs to.
struct WorkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "work",
    abstract: "One task of an array that 'slablab run --executor slurm' submitted.",
    discussion: """
      SIGTERM stops it cleanly; the same command goes on. Example, to do by hand what task 3 left:

        slablab work results/rate-vs-n --submission 1 --task 3
      """,
    shouldDisplay: false)

  @Argument(help: "The study's folder.") var folder: String
  @Option(help: "The number of the submission: the name of its folder in shards/.") var submission: Int
  @Option(help: "The task's number, from 1.") var task: Int
  @Option(help: "Cells at a time, one thread each. (default: SLURM_CPUS_PER_TASK, else 1)") var workers: Int?

  func run() throws {
    let worker = try ShardWorker(
      folder: StudyFolder(URL(fileURLWithPath: folder)), submission: submission, task: task)
    let workers = try workerCount()
    let interruption = Interruption()
    let watch = InterruptionWatch(interruption, endsAtSecond: false)
    let progress = RunProgress()
    let report = try failingWithCode1 {
      try worker.run(with: CellRunner(), workers: workers, interruption: interruption) { progress.show($0) }
    }
    progress.end()
    watch.end()
    StandardError.printLine(
      "task \(task): \(report.ran) cells run, \(report.skipped) done before, \(report.failed) failed, \(report.remaining) to go")
    if report.wasInterrupted { throw ExitCode(130) }
    if report.failed > 0 { throw ExitCode(1) }
  }

  private func workerCount() throws(ArgumentError) -> Int {
    if let workers {
      guard workers >= 1 else { throw ArgumentError("--workers is \(workers); it must be at least 1") }
      return workers
    }
    guard let text = ProcessInfo.processInfo.environment["SLURM_CPUS_PER_TASK"] else { return 1 }
    guard let count = Int(text), count >= 1 else { throw ArgumentError("SLURM_CPUS_PER_TASK is '\(text)'; expected a number") }
    return count
  }
}
