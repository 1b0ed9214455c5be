import ArgumentParser
import Foundation
import Publishing
import StudyEngine

/// `slablab run`: a study, from its file to its figures.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a study, from file to figures; the same command goes on with one that was stopped.",
    discussion: """
      Example:

        slablab run Studies/quickstart.yaml
        slablab run Studies/quickstart.yaml --set replicates=2 --set sample-size=500,1000 --out results/small

      Ctrl-C finishes the bookkeeping and says how to go on; a second Ctrl-C stops at once.
      """)

  @OptionGroup var options: StudyOptions
  @Option(help: "The study's folder. (default: results/NAME)") var out: String?
  @Option(help: "Run this one cell again, in memory, and print its numbers.") var cell: Int?
  @Flag(help: "No progress, no table.") var quiet = false
  @Flag(help: "Print one JSON document.") var json = false
  @Flag(name: [.customShort("n"), .long], help: "Print the plan and stop.") var dryRun = false

  func run() throws {
    if dryRun {
      print(PlanCommand.text(try PlanCommand.plan(options)))
      return
    }
    let study = try options.read()
    if let cell {
      try runAlone(cell, of: study)
      return
    }
    let folder = StudyFolder(URL(fileURLWithPath: out ?? "results/\(study.name)"))
    let store = try StudyStore(folder: folder, study: study, programVersion: ProgramVersion.current)
    let report = try failingWithCode1 { try execute(study, store) }
    if report.wasInterrupted {
      store.close()
      StandardError.printLine("stopped with \(report.remaining) cells to go; to go on: \(Self.commandLine)")
      throw ExitCode(130)
    }
    try failingWithCode1 {
      try ProvenanceManifest(study: study, programVersion: ProgramVersion.current).write(to: folder)
      store.close()
      try publish(folder, report)
    }
    if report.failed > 0 {
      StandardError.printLine("\(report.failed) cells failed; 'slablab status \(folder.path)' lists them")
      throw ExitCode(1)
    }
  }

  /// The command as a shell takes it.
  private static var commandLine: String {
    CommandLine.arguments.map { word in
      word.contains { !($0.isLetter || $0.isNumber || "-_./,:=+".contains($0)) }
        ? "'" + word.replacing("'", with: "'\\''") + "'" : word
    }.joined(separator: " ")
  }

  private func execute(_ study: Study, _ store: StudyStore) throws -> ExecutionReport {
    let interruption = Interruption()
    let watch = InterruptionWatch(interruption)
    defer { watch.end() }
    let progress = quiet ? nil : RunProgress()
    defer { progress?.end() }
    return try LocalExecutor(workers: options.workerCount).run(
      study, with: CellRunner(), into: store, interruption: interruption
    ) { progress?.show($0) }
  }

  private func publish(_ folder: StudyFolder, _ report: ExecutionReport) throws(PublishingError) {
    let publisher = try StudyPublisher(folder: folder)
    if json {
      print(Self.document(publisher.findings, report, folder).text())
    } else if !quiet {
      print(publisher.summary.text)
    }
    try publisher.publish()
    if !json, !quiet {
      let path = folder.url.appending(path: "report.html").relativePath
      print("\nreport: \(path); figures, tables and summary.md beside it")
    }
  }

  /// One cell, outside of any store, to look at.
  private func runAlone(_ index: Int, of study: Study) throws {
    guard study.cells.indices.contains(index) else {
      throw ArgumentError("--cell is \(index); \(study.name) has cells 0 to \(study.cells.count - 1)")
    }
    let cell = study.cells[index]
    let result = try failingWithCode1 { try CellRunner().run(cell, progress: CellProgress()) }
    if json {
      let metrics = result.metrics.map { JSONText.object(["metric": .string($0.name), "value": .number($0.value)]) }
      print(
        JSONText.object([
          "cell": .integer(index), "slab": .string(cell.slab),
          "sample_size": cell.sampleSize.map(JSONText.integer) ?? .number(nil),
          "replicate": .integer(cell.replicate), "metrics": .array(metrics),
        ]).text())
    } else {
      let parts =
        [cell.slab, cell.sampleSize.map { "n = \($0)" } ?? ""] + cell.factors.map { "\($0.name) = \($0.value)" }
        + (study.kind.isRandom ? ["replicate \(cell.replicate)"] : [])
      print("cell \(index): \(parts.filter { !$0.isEmpty }.joined(separator: ", "))")
      var table = TextTable(["metric", "value"])
      for metric in result.metrics { table.add([metric.name, metric.value.map { String($0) } ?? ""]) }
      print(table.text())
    }
  }

  private static func document(
    _ findings: StudyFindings, _ report: ExecutionReport, _ folder: StudyFolder
  ) -> JSONText {
    let slopes = findings.slopes.rows.map { row in
      JSONText.object([
        "slab": .string(row.group.slab),
        "factors": .array(
          row.group.factors.map { .object(["name": .string($0.name), "value": .string($0.value)]) }),
        "metric": .string(row.metric), "slope": .number(row.slope?.fit.slope),
        "std_error": .number(row.slope?.standardError), "lower": .number(row.slope?.lower),
        "upper": .number(row.slope?.upper), "theory_slope": .number(row.theorySlope),
      ])
    }
    return .object([
      "study": .string(findings.study.name), "folder": .string(folder.path), "ran": .integer(report.ran),
      "skipped": .integer(report.skipped), "failed": .integer(report.failed), "slopes": .array(slopes),
    ])
  }
}

/// Turns Ctrl-C and SIGTERM into a request to stop; a second Ctrl-C ends the process.
private final class InterruptionWatch {
  private var sources: [any DispatchSourceSignal] = []

  init(_ interruption: Interruption) {
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        if interruption.isRequested { _exit(130) }
        interruption.request()
      }
      source.resume()
      sources.append(source)
    }
  }

  func end() {
    for source in sources { source.cancel() }
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
  }
}
