import ArgumentParser
import Foundation
import Publishing
import StudyEngine

/// `slablab collect`: the shards of a cluster run into the store, and the store into tables, figures and report.
struct CollectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "collect",
    abstract: "Bring what a cluster's tasks have done into a study's store; make tables, figures and report.",
    discussion: """
      May be done at any time and again: what is done so far is published, what is missing is told. Example:

        slablab run Studies/rate-vs-n.yaml --executor slurm --tasks 50
        slablab collect results/rate-vs-n
      """)

  @Argument(help: "The study's folder.") var folder: String
  @Flag(help: "No table.") var quiet = false
  @Flag(help: "Print one JSON document.") var json = false

  func run() throws {
    try Self.collect(StudyFolder(URL(fileURLWithPath: folder)), quiet: quiet, json: json)
  }

  /// - Parameter requiringAllTasks: whether a task that will not do the rest of its share is a failure.
  static func collect(_ folder: StudyFolder, quiet: Bool, json: Bool, requiringAllTasks: Bool = false) throws {
    let (study, store) = try StudyStore.reopen(folder)
    let shards = ShardCollection(of: folder, study: study)
    guard shards.hasSubmissions else {
      throw ArgumentError("\(folder.path): nothing to collect: this study was not submitted to a cluster")
    }
    let (tally, status) = try failingWithCode1 {
      let before = try RunCommand.Tally(study, store)
      let merged = try shards.merge(study, into: store)
      let tally = try RunCommand.Tally(study, store)
      let status = ClusterStatus(of: folder, done: try store.states().done)
      if let status { tell(status, tally, folder, study) }
      try writeManifest(shards, folder, study)
      store.close()
      try publish(
        folder,
        ExecutionReport(
          ran: merged, skipped: study.cells.count - before.remaining, failed: tally.failed, remaining: tally.remaining),
        tally, quiet: quiet, json: json)
      return (tally, status)
    }
    if tally.failed > 0 {
      StandardError.printLine("\(tally.failed) cells failed; 'slablab status \(folder.path)' lists them")
    }
    let isShort = requiringAllTasks && status?.tasks.contains { !$0.remaining.isEmpty } ?? false
    if tally.failed > 0 || isShort { throw ExitCode(1) }
  }

  /// What is missing, and why.
  private static func tell(_ status: ClusterStatus, _ tally: RunCommand.Tally, _ folder: StudyFolder, _ study: Study) {
    for line in StatusCommand.taskLines(status) { StandardError.printLine(line) }
    guard tally.remaining > 0 else { return }
    StandardError.printLine("\(tally.remaining) of \(study.cells.count) cells have not run yet; the tables lack them")
    if !status.isAtWork, status.problem == nil {
      StandardError.printLine(
        "to run them, on the cluster or without --executor slurm here: \(ShellWord.commandLine(status.commandLine))")
    }
  }

  /// The manifest of the machine that computed, not of this one.
  private static func writeManifest(_ shards: ShardCollection, _ folder: StudyFolder, _ study: Study) throws {
    let manifests = shards.manifests
    let manifest = manifests.first ?? ProvenanceManifest(study: study, programVersion: ProgramVersion.current)
    try manifest.write(to: folder)
    let differences = Set(manifests.dropFirst().flatMap { $0.differences(from: manifest) }).sorted()
    if !differences.isEmpty {
      StandardError.printWarning(
        "the tasks ran on different machines, where last bits may differ: \(differences.joined(separator: "; "))")
    }
  }

  private static func publish(
    _ folder: StudyFolder, _ report: ExecutionReport, _ tally: RunCommand.Tally, quiet: Bool, json: Bool
  ) throws {
    let publisher = try StudyPublisher(folder: folder)
    if json {
      print(RunCommand.document(publisher.findings, report, tally, folder).text())
    } else if !quiet {
      print(publisher.summary.text)
    }
    try publisher.publish()
    if !json, !quiet {
      print("\nreport: \(folder.url.appending(path: "report.html").relativePath); figures, tables and summary.md beside it")
    }
  }
}
