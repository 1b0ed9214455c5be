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
        slablab run Studies/rate-vs-n.yaml --only slab=ghs --until 2h

      A study may grow: with more replicates, sample sizes, levels or factors, only the new cells run. Any other change
      is refused, unless --accept-changes keeps the old cells beside the new ones.

      Ctrl-C finishes the bookkeeping and says how to go on; a second Ctrl-C stops at once.
      """)

  @OptionGroup var options: StudyOptions
  @Option(help: "The study's folder. (default: results/NAME)") var out: String?
  @Option(help: "Run this one cell again, in memory, and print its numbers.") var cell: Int?
  @Option(help: "KEY=VALUE[,VALUE]: run only cells with these values of a factor or of 'replicate'. May be given several times.")
  var only: [String] = []
  @Option(
    help: "Stop after so long, as 90s, 45m or 2h; what is done by then is stored and published.",
    transform: ArgumentParsing.duration)
  var until: Double?
  @Flag(help: "Run a study that has lost cells since the last run; what those gave stays in the store.")
  var acceptChanges = false
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
    let filter = try CellFilter(only, of: study)
    let folder = StudyFolder(URL(fileURLWithPath: out ?? "results/\(study.name)"))
    let store = try StudyStore(
      folder: folder, study: study, programVersion: ProgramVersion.current, acceptsChanges: acceptChanges)
    let interruption = Interruption()
    let deadline = until.map { Deadline($0, interruption) }
    let report = try failingWithCode1 { try execute(study, filter, store, interruption) }
    if report.wasInterrupted {
      StandardError.printLine("stopped with \(report.remaining) cells to go; to go on: \(Self.commandLine)")
      guard deadline?.hasPassed ?? false else {
        store.close()
        throw ExitCode(130)
      }
    }
    try failingWithCode1 {
      let stored = Set(try store.cells().keys)
      let absent = study.cells.count { !stored.contains($0.contentHash) }
      if absent > report.remaining {
        StandardError.printLine("\(absent - report.remaining) cells that --only leaves out have not run yet")
      }
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

  private func execute(
    _ study: Study, _ filter: CellFilter, _ store: StudyStore, _ interruption: Interruption
  ) throws -> ExecutionReport {
    let watch = InterruptionWatch(interruption)
    defer { watch.end() }
    let progress = quiet ? nil : RunProgress()
    defer { progress?.end() }
    return try LocalExecutor(workers: options.workerCount).run(
      study, with: CellRunner(), into: store, only: filter, interruption: interruption
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

/// Asks the run to stop after a time, for `--until`.
private final class Deadline: Sendable {
  private let end: ContinuousClock.Instant

  init(_ seconds: Double, _ interruption: Interruption) {
    end = ContinuousClock.now + .seconds(seconds)
    DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { interruption.request() }
  }

  var hasPassed: Bool { ContinuousClock.now >= end }
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
