import Foundation
import SparseNetworks

/// `make bench`: prints Markdown tables, and writes what it measured to `Benchmarks/results`.
///
///     Benchmarks                 everything
///     Benchmarks steps theory    only these parts, of steps, pieces, live, fit, theory, study, engine, compact;
///                                no file
///     Benchmarks steps a b       steps of these networks alone, of a, b, c128, c1024
///     Benchmarks profile a       nothing but steps of one network, for a profiler; after it, if not all nodes are to be
///                                on, the share of those that are, and the activation: c128 0.1 relu
///
/// Works from the project's root.
@main struct BenchmarkRun {
  private enum Part: String, CaseIterable { case steps, pieces, live, fit, theory, study, engine, compact }

  @MainActor static func main() throws {
    let words = Array(CommandLine.arguments.dropFirst())
    if words.first == "profile", let profile = ProfileRun(words.dropFirst()) {
      return try profile.run()
    }
    let (parts, networks) = (words.compactMap(Part.init), words.compactMap(StepCase.Network.init))
    guard parts.count + networks.count == words.count else {
      let names = (Part.allCases.map(\.rawValue) + StepCase.Network.allCases.map(\.rawValue)).joined(separator: ", ")
      Progress.show("unknown part in '\(words.joined(separator: " "))'; expected some of \(names)")
      exit(2)
    }
    if let refusal = CPULevel.refusal {
      Progress.show(refusal)
      exit(2)
    }
    do {
      try run(
        Set(parts.isEmpty ? Part.allCases : parts), networks.isEmpty ? StepCase.Network.allCases : networks,
        writes: words.isEmpty)
    } catch {
      Progress.show("\(error)")
      exit(1)
    }
  }

  @MainActor private static func run(_ parts: Set<Part>, _ networks: [StepCase.Network], writes: Bool) throws {
    BLAS.stopIdleThreads()
    let core = PinnedCore.last
    // The study first, while this process is small: `CommandRun.peakBytes`.
    let study = parts.contains(.study) ? try StudyBenchmark.rows() : []
    Progress.show("peaks of the machine")
    var report = BenchmarkReport(machine: .current(), peaks: core.run(MachinePeaks.measure))
    printMachine(report)
    report.study = study
    if !study.isEmpty {
      section(
        "A study", "From `slablab run` to its figures, by one worker and by two in turns; medians of three runs each.",
        StudyBenchmark.table(report.study))
    }
    if parts.contains(.engine) {
      report.engine = try EngineBenchmark.rows()
      section(
        "The study engine", "Cells that compute nothing, from the queue into the store.",
        EngineBenchmark.table(report.engine))
    }
    if parts.contains(.theory) {
      Progress.show("theory")
      report.theory = try TheoryBenchmark.rows() + LogNormalBenchmark.rows()
      section("Theory and commands", "Medians of rounds, on all cores.", TheoryRow.table(report.theory))
    }
    if parts.contains(.compact) {
      report.compactNetworks = try core.run(CompactNetworkBenchmark.rows)
      section(
        "Compact networks", "A pass, whole and compact in turns, on one thread.",
        CompactNetworkBenchmark.table(report.compactNetworks))
    }
    if parts.contains(.pieces) {
      report.pieces = try core.run(PieceBenchmark.rows)
      section("Pieces of a step", "Shares of its time, on one thread.", PieceBenchmark.table(report.pieces))
    }
    if parts.contains(.live) {
      report.liveNodes = try core.run { try LiveNodesBenchmark.rows(report.peaks) }
      section(
        "Nodes that are off", "The others are off in every draw; medians of rounds, on one thread.",
        LiveNodesBenchmark.table(report.liveNodes))
    }
    if parts.contains(.fit) {
      report.fits = try core.run(FitBenchmark.rows)
      section("A whole fit of a sparse teacher", FitBenchmark.note, FitBenchmark.table(report.fits))
    }
    if parts.contains(.steps) {
      let peers = try Peers.start(on: core)
      report.peers = peers?.versions
      let cases = StepCase.all.filter { networks.contains($0.network) }
      report.steps = try StepBenchmark.rows(cases, peaks: report.peaks, peers: peers, core: core)
      section("Training steps", stepsNote(peers?.versions), StepBenchmark.table(report.steps))
    }
    guard writes else { return }
    let file = URL(fileURLWithPath: "Benchmarks/results").appending(path: report.machine.fileName)
    try report.json.write(to: file)
    print("\nwritten: \(file.relativePath)")
  }

  private static func stepsNote(_ versions: Peers.Versions?) -> String {
    let text = "Medians of \(StepBenchmark.rounds(.a)) rounds in which the programs took turns, for c128 and c1024 of "
      + "\(StepBenchmark.rounds(.c128)); one thread, one core. Ratios are medians of each round's."
    guard let versions else {
      return text + " No peers: run make bench-peers. Without them there are no ratios, and no ratio is met."
    }
    return text + " Peers: JAX \(versions.jax), PyTorch \(versions.torch)."
  }

  private static func printMachine(_ report: BenchmarkReport) {
    let (machine, peaks) = (report.machine, report.peaks)
    print("# SlabLab \(machine.programVersion) (\(machine.commit ?? "no commit")), \(machine.date)\n")
    print("\(machine.cpu), \(machine.cores) cores, \(machine.level), OpenBLAS kernel \(machine.blasKernel).")
    let numbers = [
      peaks.sgemmGflops, peaks.memoryGigabytesPerSecond, peaks.cacheGigabytesPerSecond, peaks.normalNanoseconds,
    ].map(MarkdownTable.number)
    print(
      "One thread: sgemm \(numbers[0]) GFLOP/s, memory \(numbers[1]) GB/s, last cache \(numbers[2]) GB/s, "
        + "a normal \(numbers[3]) ns.")
  }

  private static func section(_ title: String, _ note: String, _ table: String) {
    print("\n## \(title)\n\n\(note)\n\n\(table)")
  }
}
