import Foundation
import GRDB
import Testing

/// `slablab run` as a user runs it, on a study that takes a second or two.
@Suite struct RunCommandTests {
  static let study = """
    study: small
    seed: 7
    data: {teacher: {kind: sparse-network, inputs: 4, active: [2], strength: 1}, noise: 0.1}
    model: {hidden: [4]}
    training: {steps: 600, batch: 64, tune-steps: 100, search-rounds: 2, confirmations: 1, evidence-draws: 8}
    factors:
      slab: [gaussian, group-lasso, group-horseshoe]
      sample-size: [60, 120, 240]
    replicates: 3
    measure: {posterior-draws: 20, points: 64}
    """

  /// A folder of its own with the study file in it.
  private struct Workplace: ~Copyable {
    let folder: URL

    init(_ text: String = RunCommandTests.study) throws {
      folder = FileManager.default.temporaryDirectory.appending(path: "run \(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: folder.appending(path: "small.yaml"))
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    var file: String { folder.appending(path: "small.yaml").path }
    func path(_ name: String) -> String { folder.appending(path: name).path }

    func run(_ out: String, _ flags: String...) throws -> SlabLabProcess {
      try SlabLabProcess(["run", file, "--out", path(out)] + flags)
    }

    /// Every table's bytes, by name.
    func tables(_ out: String) throws -> [String: Data] {
      let tables = folder.appending(path: "\(out)/tables")
      var bytes: [String: Data] = [:]
      for name in try FileManager.default.contentsOfDirectory(atPath: tables.path) {
        bytes[name] = try Data(contentsOf: tables.appending(path: name))
      }
      return bytes
    }
  }

  @Test("tables are the same bytes with 1 worker, with 2, and after kill -9 at several moments")
  func sameBytes() throws {
    let place = try Workplace()
    #expect(try place.run("one", "--workers", "1", "--quiet").status == 0)
    #expect(try place.run("two", "--workers", "2", "--quiet").status == 0)
    // Killed again and again, each time a little later, until a run gets through: the first time in the midst of its cells.
    let arguments = ["run", place.file, "--out", place.path("killed"), "--quiet"]
    var process = try SlabLabProcess.startAndHold(arguments, out: place.path("killed"))
    for moment in 1... {
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      process = try SlabLabProcess.start(arguments)
      if process.waitUntilExit(seconds: 0.1 * Double(moment)) { break }
    }
    #expect(process.terminationStatus == 0)
    let tables = try place.tables("one")
    #expect(Set(tables.keys).isSuperset(of: ["metrics.csv", "summary.csv", "slopes.csv"]))
    #expect(try place.tables("two") == tables)
    #expect(try place.tables("killed") == tables)
  }

  @Test("a run ends with the rate table, and leaves what the contract lists")
  func contract() throws {
    let place = try Workplace()
    let run = try place.run("out")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("theory slope") && run.output.contains("group-horseshoe"))
    for name in [
      "study.yaml", "store.sqlite", "manifest.json", "timings.csv", "summary.md", "report.html",
      "tables/metrics.csv", "tables/summary.csv", "tables/slopes.csv", "figures/contraction.svg",
      "figures/contraction.pdf",
    ] {
      #expect(FileManager.default.fileExists(atPath: place.path("out/\(name)")), "\(name) is missing")
    }
    let header = try #require(place.tables("out")["metrics.csv"].map { String(decoding: $0.prefix(60), as: UTF8.self) })
    #expect(header.hasPrefix("cell,slab,sample_size,replicate,metric,value\n"))
    // The same command again runs nothing and says the same.
    #expect(try place.run("out").output == run.output)
    let status = try SlabLabProcess(["status", place.path("out"), "--json"])
    #expect(status.output.contains("\"done\": 27") && status.output.contains("\"remaining\": 0"))
  }

  @Test("without gnuplot all but the figures is written, and the work has failed, not the input")
  func noGnuplot() throws {
    let place = try Workplace()
    let arguments = ["run", place.file, "--out", place.path("out"), "--quiet", "--set", "replicates=1"]
    let run = try SlabLabProcess(arguments, environment: ["PATH": "/nowhere"])
    #expect(run.status == 1 && run.errors.hasPrefix("error: no figures: gnuplot was not found"), "\(run.errors)")
    #expect(FileManager.default.fileExists(atPath: place.path("out/report.html")))
    #expect(!FileManager.default.fileExists(atPath: place.path("out/figures")))
  }

  @Test("a cell that diverges, run alone, is work that failed")
  func divergence() throws {
    let place = try Workplace(Self.study.replacingOccurrences(of: "steps: 600", with: "learning-rate: [1e30, 1e30]"))
    let run = try SlabLabProcess(["run", place.file, "--cell", "0"])
    #expect(run.status == 1 && run.output.isEmpty && run.errors.contains("lower the learning rate"), "\(run.errors)")
  }

  @Test("one cell again, in memory, gives the numbers of the table")
  func oneCell() throws {
    let place = try Workplace()
    #expect(try place.run("out", "--quiet").status == 0)
    let cell = try SlabLabProcess(["run", place.file, "--cell", "13", "--json"])
    // Digit by digit, so as text.
    let radius = try #require(
      try Regex(#""metric": "radius_median", "value": ([0-9.e-]+)"#).firstMatch(in: cell.output)?.output[1].substring)
    let table = String(decoding: try #require(try place.tables("out")["metrics.csv"]), as: UTF8.self)
    #expect(table.contains("13,group-lasso,120,2,radius_median,\(radius)\n"))
  }

  @Test("Ctrl-C stores what is done, says how to go on and exits with 130")
  func interruption() throws {
    let place = try Workplace()
    let arguments = ["run", place.file, "--out", place.path("out"), "--set", "replicates=40"]
    let process = try SlabLabProcess.startAndHold(arguments, out: place.path("out"))
    process.interrupt()
    process.goOn()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    let status = try SlabLabProcess(["status", place.path("out"), "--json"])
    #expect(status.status == 0 && !status.output.contains("\"remaining\": 0"))
  }

  @Test("a study that grows keeps its cells, and ends with the bytes of a fresh run")
  func growth() throws {
    let place = try Workplace()
    #expect(try place.run("out", "--quiet", "--set", "slab=gaussian,ghs", "--set", "replicates=2").status == 0)
    let grown = try place.run("out", "--json")
    #expect(grown.status == 0 && grown.output.contains("\"ran\": 15") && grown.output.contains("\"skipped\": 12"))
    #expect(try place.run("fresh", "--quiet").status == 0)
    #expect(try place.tables("out") == place.tables("fresh"))
  }

  @Test("--only and --until publish what there is and say what is missing; the same command goes on")
  func parts() throws {
    let place = try Workplace()
    let some = try place.run("out", "--only", "slab=ghs", "--only", "sample-size=60,120")
    #expect(some.status == 0 && some.errors.contains("21 of 27 cells have not run yet"), "\(some.errors)")
    let metrics = String(decoding: try #require(try place.tables("out")["metrics.csv"]), as: UTF8.self)
    #expect(metrics.contains("group-horseshoe,120,3,radius_median,") && !metrics.contains("gaussian"))
    let plan = try place.run("out", "--only", "slab=ghs", "--dry-run")
    #expect(plan.output.contains("\n9 cells"), "\(plan.output)")
    let wrong = try place.run("out", "--only", "slab=horshoe")
    #expect(wrong.status == 2 && wrong.errors.contains("did you mean 'group-horseshoe'?"), "\(wrong.errors)")

    let stopped = try place.run("out", "--until", "0.2s", "--workers", "1", "--set", "replicates=60")
    #expect(stopped.status == 0 && stopped.errors.contains("cells to go; to go on: "), "\(stopped.errors)")
    #expect(try place.run("out", "--until", "soon").status == 2)
    // Ctrl-C is Ctrl-C, whatever else would have stopped the run.
    let process = try SlabLabProcess.startAndHold(
      ["run", place.file, "--out", place.path("other"), "--until", "1h", "--set", "replicates=60"], out: place.path("other"))
    process.interrupt()
    process.goOn()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
  }

  @Test("--until-precision adds replicates until slopes are exact enough, and says by which rule; plan foretells how many")
  func precision() throws {
    let text = Self.study.replacing("[gaussian, group-lasso, group-horseshoe]", with: "[gaussian]")
      .replacing("[60, 120, 240]", with: "[60, 240]")
    let place = try Workplace(text)
    #expect(try place.run("out", "--until-precision", "0").status == 2)
    #expect(try place.run("out", "--until-precision", "0.2", "--only", "replicate=1").status == 2)
    #expect(try SlabLabProcess(["plan", place.file, "--precision", "0.1", "--out", place.path("out")]).status == 2)
    #expect(try place.run("out", "--quiet").status == 0)
    let plan = try SlabLabProcess(["plan", place.file, "--precision", "0.11", "--out", place.path("out"), "--json"])
    #expect(plan.status == 0 && plan.output.contains("\"replicates_needed\": "), "\(plan.errors)")
    let run = try place.run("out", "--until-precision", "0.11")
    #expect(run.status == 0 && run.errors.contains("the largest standard error is "), "\(run.errors)")
    let summary = String(decoding: try Data(contentsOf: place.folder.appending(path: "out/summary.md")), as: UTF8.self)
    #expect(summary.contains("Replicates were added until the standard error of every group's slope of radius\\_median was at most 0.11"))
    #expect(summary.contains("That is met with "), "\(summary)")
    let found = try #require(summary.firstMatch(of: /That is met with (\d+) replicates/)).output.1
    #expect(try #require(Int(found)) > 5)
    // It starts from where it was, and ends with what so many replicates give at once.
    let again = try place.run("out", "--until-precision", "0.11", "--json")
    #expect(again.status == 0 && again.output.contains("\"ran\": 0,"), "\(again.errors)")
    // The plain command goes on with what the folder has.
    let plain = try place.run("out", "--json")
    #expect(plain.status == 0 && plain.output.contains("\"ran\": 0,") && plain.errors.contains("replicates that an earlier run"))
    let tooMuch = try place.run("out", "--until-precision", "1e-9")
    #expect(tooMuch.status == 1 && tooMuch.errors.contains("wish for less"), "\(tooMuch.errors)")
    let interim = String(decoding: try Data(contentsOf: place.folder.appending(path: "out/summary.md")), as: UTF8.self)
    #expect(interim.contains("Replicates are to be added"))
    let unmeasured = try place.run("none", "--until-precision", "0.1", "--set", "measure.metrics=[elbo]")
    #expect(unmeasured.status == 2 && unmeasured.errors.contains("none is measured"), "\(unmeasured.errors)")
    #expect(try place.run("fresh", "--quiet", "--set", "replicates=\(found)").status == 0)
    #expect(try place.tables("out") == place.tables("fresh"))
  }

  @Test("a store is checked bit by bit, and a number that was changed is found")
  func check() throws {
    let place = try Workplace()
    #expect(try place.run("out", "--quiet", "--set", "replicates=1").status == 0)
    let sound = try SlabLabProcess(["check", place.path("out"), "--sample", "9"])
    #expect(sound.status == 0 && sound.output.contains("every bit the same"), "\(sound.output)")
    let store = try DatabaseQueue(path: place.path("out/store.sqlite"))
    try store.write { try $0.execute(sql: "UPDATE metrics SET value = value + 1e-9 WHERE metric = 'elbo'") }
    try store.close()
    let changed = try SlabLabProcess(["check", place.path("out"), "--json"])
    #expect(changed.status == 1 && changed.output.contains(": elbo is "), "\(changed.output)")
    #expect(try SlabLabProcess(["check", place.path("nowhere")]).status == 2)
  }

  @Test("init writes a file that plan takes, and never over another")
  func start() throws {
    let place = try Workplace()
    let name = place.path("mine")  // a slash is no part of a name
    #expect(try SlabLabProcess(["init", name]).status == 2)
    let made = try SlabLabProcess(["init", "mine"], folder: place.folder)
    #expect(made.status == 0 && made.output.contains("mine.yaml"), "\(made.errors)")
    let plan = try SlabLabProcess(["plan", place.path("mine.yaml")])
    #expect(plan.status == 0 && plan.output.contains("60 cells"), "\(plan.errors)")
    let before = try Data(contentsOf: place.folder.appending(path: "mine.yaml"))
    let again = try SlabLabProcess(["init", "mine", "--kind", "theory"], folder: place.folder)
    #expect(again.status == 2 && again.errors.contains("is there already"), "\(again.errors)")
    #expect(try Data(contentsOf: place.folder.appending(path: "mine.yaml")) == before)
  }

  @Test("a folder with another study is refused and left as it was")
  func otherStudy() throws {
    let place = try Workplace()
    #expect(try place.run("out", "--quiet").status == 0)
    let before = try Data(contentsOf: place.folder.appending(path: "out/store.sqlite"))
    let other = try place.run("out", "--set", "data.noise=0.2")
    #expect(other.errors.contains("--accept-changes"))
    #expect(other.status == 2)
    #expect(other.errors.split(separator: "\n").count == 1 && other.errors.contains("data.noise"), "\(other.errors)")
    #expect(try Data(contentsOf: place.folder.appending(path: "out/store.sqlite")) == before)
    let accepted = try place.run("out", "--set", "data.noise=0.2", "--set", "replicates=1", "--json", "--accept-changes")
    #expect(accepted.status == 0 && accepted.output.contains("\"ran\": 9"), "\(accepted.errors)")
    let back = try place.run("out", "--json", "--accept-changes")
    #expect(back.status == 0 && back.output.contains("\"ran\": 0"), "\(back.errors)")
  }

  @Test(
    "bad input is one line that names file, line and key, exit code 2, and nothing written",
    arguments: [
      ("replicates: 3", "replicates: -3", "small.yaml:9:13: "),
      ("  slab: [gaussian, group-lasso, group-horseshoe]", "  slab: [gaussian, horshoe]", "small.yaml:7:20: "),
      ("seed: 7", "sede: 7", "small.yaml:2:1: "),
      ("noise: 0.1", "noise: .nan", "small.yaml:3:85: data.noise"),
      ("model: {hidden: [4]}", "model: {hidden: []}", "small.yaml:4:17: "),
    ])
  func badInput(good: String, bad: String, place prefix: String) throws {
    let place = try Workplace(Self.study.replacingOccurrences(of: good, with: bad))
    let run = try place.run("out")
    #expect(run.status == 2)
    #expect(run.errors.split(separator: "\n").count == 1 && run.errors.contains(prefix), "\(run.errors)")
    #expect(run.output.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: place.path("out")))
  }

  @Test("a missing file, a directory, and a folder that cannot be made are told in one line")
  func badPaths() throws {
    let place = try Workplace()
    for arguments in [
      ["run", place.path("none.yaml")], ["run", place.folder.path],
      ["run", place.file, "--out", "/proc/results"], ["status", place.path("none")],
      ["run", place.file, "--cell", "99"],
    ] {
      let run = try SlabLabProcess(arguments)
      #expect(run.status == 2, "\(arguments)")
      #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
    }
    for out in ["small.yaml", "small.yaml/x", "small.yaml/x/y"] {
      #expect(
        try place.run(out).errors
          == "error: \(place.path(out)): cannot be made: \(place.file) is not a folder; choose another folder\n")
    }
  }
}

extension Process {
  /// Whether the process ended within that time.
  func waitUntilExit(seconds: Double) -> Bool {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    while isRunning, clock.now < end { usleep(5000) }
    return !isRunning
  }
}
