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
        slablab run Studies/rate-vs-n.yaml --until-precision 0.02
        slablab run Studies/rate-vs-n.yaml --executor slurm --tasks 50 --sbatch-option --time=2:00:00

      A study may grow: with more replicates, sample sizes, levels or factors, only the new cells run. Any other change
      is refused, unless --accept-changes keeps the old cells beside the new ones.

      With --executor slurm it submits and returns; 'slablab status' follows, 'slablab collect' brings in the results.

      Ctrl-C finishes the bookkeeping and says how to go on; a second Ctrl-C stops at once.
      """)

  @OptionGroup var options: StudyOptions
  @OptionGroup var cluster: ClusterOptions
  @Option(help: "The study's folder. (default: results/NAME)") var out: String?
  @Option(help: "Run this one cell again, in memory, and print its numbers.") var cell: Int?
  @Option(help: "KEY=VALUE[,VALUE]: run only cells with these values of a factor or of 'replicate'; of several, cells that meet all.")
  var only: [String] = []
  @Option(
    help: "Stop after so long, as 90s, 45m or 2h; cells done by then are published, those under way go on next time.",
    transform: ArgumentParsing.duration)
  var until: Double?
  @Option(
    help: "Add replicates until the standard error of every slope is at most so much, as 0.02. (the file's key precision)",
    transform: ArgumentParsing.number)
  var untilPrecision: Double?
  @Flag(help: "Run a study that has lost cells since the last run; what those gave stays in the store.")
  var acceptChanges = false
  @Flag(help: "Leave cells that failed as they are; by default they get another try.") var keepFailed = false
  @Flag(help: "No progress, no table.") var quiet = false
  @Flag(help: "Print one JSON document.") var json = false
  @Flag(name: [.customShort("n"), .long], help: "Print the plan and stop.") var dryRun = false

  func validate() throws {
    if untilPrecision != nil, !only.isEmpty || cell != nil {
      throw ArgumentError("--until-precision asks for whole replicates; leave out --only and --cell")
    }
    if let untilPrecision, !(untilPrecision > 0) {
      throw ArgumentError("--until-precision is \(untilPrecision); it must be above 0")
    }
    if cell != nil, cluster.isSlurm { throw ArgumentError("--cell runs one cell here; leave out --executor slurm") }
    if untilPrecision != nil, cluster.isSlurm {
      throw ArgumentError("--until-precision runs here; with --executor slurm give --set replicates=N, as 'slablab plan --precision' says")
    }
  }

  func run() throws {
    let start = ContinuousClock.now
    var study = try options.read(setting: untilPrecision.map { ["precision=\($0)"] } ?? [])
    if let cell {
      try runAlone(cell, of: study)
      return
    }
    let filter = try CellFilter(only, of: study)
    let folder = StudyOptions.folder(out, study)
    if let (replicates, precision) = try Self.earlier(folder, beyond: study) {
      StandardError.printLine("going on with the \(replicates) replicates that an earlier run came to for precision \(precision)")
      study = try again(study, replicates: replicates, precision: precision)
    }
    if dryRun {
      let workers = cluster.tasks.map { $0 * (options.workers ?? 1) } ?? options.workerCount
      print(PlanCommand.text(try PlanCommand.plan(study, only: filter, workers: workers)))
      return
    }
    if study.precision != nil, cluster.isSlurm || !only.isEmpty, !quiet {
      StandardError.printLine("no replicates are added for precision, as --only and --executor slurm run what there is")
    }
    if cluster.isSlurm {
      if until != nil { throw ArgumentError("--until is for runs here; with --executor slurm give --sbatch-option --time=2:00:00") }
      try ClusterRun(
        study: study, filter: filter, folder: folder, options: cluster, workers: options.workers,
        acceptsChanges: acceptChanges, keepsFailed: keepFailed, quiet: quiet, json: json
      ).run()
      return
    }
    if study.precision != nil, only.isEmpty, !StudyPrecision.canBeHad(of: study) {
      throw ArgumentError("precision is that of radii, and none is measured; add radius to the metrics of measure")
    }
    var store = try open(folder, study)
    try failingWithCode1 { try takeInShards(study, store) }
    let deadline = until.map { start + .seconds($0) }
    var (report, wasSignalled) = try failingWithCode1 { try execute(study, filter, store, deadline) }
    var shortfall: StudyPrecisionError?
    while let target = study.precision, only.isEmpty, !report.wasInterrupted {
      let precision = try failingWithCode1 {
        StudyPrecision(try StudyTable(study: study, store: store), replicates: study.replicates)
      }
      let next: Int?
      do throws(StudyPrecisionError) { next = try precision.replicates(for: target) } catch {
        shortfall = error
        break
      }
      guard let replicates = next else { break }
      if let deadline, deadline <= .now {
        StandardError.printLine("the time is up; to add replicates: \(Self.commandLine)")
        break
      }
      if let error = precision.worst?.standardError, !quiet {
        StandardError.printLine(
          "with \(study.replicates) replicates the largest standard error is \(NumberText.short(error)), not "
            + "\(NumberText.short(target)); \(replicates) replicates now")
      }
      store.close()
      study = try again(study, replicates: replicates, precision: target)
      store = try open(folder, study)
      // A cell that has failed in this run would fail again.
      let round = try failingWithCode1 { try execute(study, filter, store, deadline, retriesFailedCells: false) }
      report = report.followed(by: round.0)
      wasSignalled = round.wasSignalled
    }
    if report.wasInterrupted {
      StandardError.printLine("stopped with \(report.remaining) cells to go; to go on: \(Self.commandLine)")
    }
    if wasSignalled, report.wasInterrupted {
      store.close()
      throw ExitCode(130)
    }
    let tally = try failingWithCode1 {
      let tally = try Tally(study, store)
      if tally.remaining > 0 {
        StandardError.printLine("\(tally.remaining) of \(study.cells.count) cells have not run yet; the tables lack them")
      }
      // A run that only publishes again leaves what says how the results were made.
      if report.ran > 0 || !folder.hasManifest {
        try ProvenanceManifest(
          study: study, programVersion: ProgramVersion.current, gitCommit: ProgramVersion.commit(),
          effort: .init(cellsRun: report.ran, workers: options.workerCount, since: start)
        ).write(to: folder)
      }
      store.close()
      try publish(folder, report, tally)
      return tally
    }
    if let shortfall { StandardError.printError("\(shortfall)") }
    if tally.failed > 0 { StandardError.printLine("\(tally.failed) cells failed; 'slablab status \(folder.path)' lists them") }
    if shortfall != nil || tally.failed > 0 { throw ExitCode(1) }
  }

  /// The study with another number of replicates, from the text that was read at the start.
  private func again(_ study: Study, replicates: Int, precision: Double) throws(StudyFileError) -> Study {
    let overrides = options.overrides + ["precision=\(precision)", "replicates=\(replicates)"]
    return try StudyFile(text: study.source, path: options.study, overrides: overrides).study()
  }

  private func open(_ folder: StudyFolder, _ study: Study) throws(StudyStoreError) -> StudyStore {
    try StudyStore(folder: folder, study: study, programVersion: ProgramVersion.current, acceptsChanges: acceptChanges)
  }

  /// To how many replicates an earlier run has brought the study for precision, with the precision that is to hold now; nil
  /// unless they are more than the study has.
  private static func earlier(_ folder: StudyFolder, beyond study: Study) throws -> (replicates: Int, precision: Double)? {
    guard folder.hasStore else { return nil }
    let stored = try StudyStore(reading: folder).study()
    guard let precision = study.precision ?? stored.precision, stored.replicates > study.replicates else { return nil }
    return (stored.replicates, precision)
  }

  /// What a cluster has done of the study need not run again.
  private func takeInShards(_ study: Study, _ store: StudyStore) throws {
    _ = try ShardCollection(of: store.folder, study: study).merge(study, into: store)
    let status = ClusterStatus(of: store.folder, done: try store.states().done)
    if let problem = status?.problem { StandardError.printWarning(problem) }
    if let status, status.isAtWork {
      StandardError.printWarning("a cluster is at work on this study too (\(status.summary)); cells may be computed twice")
    }
  }

  /// What the whole study has, whatever of it ran now.
  struct Tally {
    let failed: Int
    let remaining: Int

    init(_ study: Study, _ store: StudyStore) throws {
      let states = try store.states()
      failed = study.cells.count { states.failed.contains($0.contentHash) }
      remaining = study.cells.count { !states.done.contains($0.contentHash) } - failed
    }
  }

  /// The command as a shell takes it.
  private static var commandLine: String { ShellWord.commandLine(CommandLine.arguments) }

  /// Also tells whether it was Ctrl-C or SIGTERM that stopped it.
  private func execute(
    _ study: Study, _ filter: CellFilter, _ store: StudyStore, _ deadline: ContinuousClock.Instant?,
    retriesFailedCells: Bool = true
  ) throws -> (ExecutionReport, wasSignalled: Bool) {
    let interruption = Interruption()
    let watch = InterruptionWatch(interruption)
    defer { watch.end() }
    if let deadline {
      let left = max(0, (deadline - .now) / .seconds(1))
      DispatchQueue.global().asyncAfter(deadline: .now() + left) { interruption.request() }
    }
    let progress = quiet ? nil : RunProgress()
    defer { progress?.end() }
    let report = try LocalExecutor(
      workers: options.workerCount, retriesFailedCells: retriesFailedCells && !keepFailed
    ).run(
      study, with: CellRunner(), into: store, only: filter, interruption: interruption
    ) { progress?.show($0) }
    return (report, watch.wasSignalled)
  }

  private func publish(
    _ folder: StudyFolder, _ report: ExecutionReport, _ tally: Tally
  ) throws(PublishingError) {
    let publisher = try StudyPublisher(folder: folder)
    if json {
      print(Self.document(publisher.findings, report, tally, folder).text())
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

  static func document(
    _ findings: StudyFindings, _ report: ExecutionReport, _ tally: Tally, _ folder: StudyFolder
  ) -> JSONText {
    let slopes = findings.slopes.rows.map { row in
      JSONText.object([
        "slab": .string(row.group.slab),
        "factors": .array(
          row.group.factors.map { .object(["name": .string($0.name), "value": .string($0.value)]) }),
        "metric": .string(row.metric), "slope": .number(row.slope?.slope),
        "std_error": .number(row.slope?.interval.standardError), "lower": .number(row.slope?.interval.lower),
        "upper": .number(row.slope?.interval.upper), "theory_slope": .number(row.theorySlope),
      ])
    }
    return .object([
      "study": .string(findings.study.name), "folder": .string(folder.path), "ran": .integer(report.ran),
      "skipped": .integer(report.skipped), "failed": .integer(tally.failed), "remaining": .integer(tally.remaining),
      "slopes": .array(slopes),
    ])
  }
}
