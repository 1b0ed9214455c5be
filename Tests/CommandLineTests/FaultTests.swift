import Foundation
import GSL
import TestSupport
import Testing

/// What a study must survive: whatever happens to its run, the tables end as those of a run that nothing happened to.
@Suite struct FaultTests {
  private static let study = """
    study: small
    seed: 7
    data: {teacher: {kind: sparse-network, inputs: 4, active: [2], strength: 1}, noise: 0.1}
    model: {hidden: [4]}
    training: {steps: 600, batch: 64, tune-steps: 100, search-rounds: 2, confirmations: 1, evidence-draws: 8}
    factors: {slab: [gaussian, group-horseshoe], sample-size: [60, 120, 240]}
    replicates: 15
    measure: {posterior-draws: 20, points: 64}
    """

  /// Every table's bytes, by name.
  private typealias Tables = [String: Data]

  /// A folder of its own with the study file in it.
  private struct Workplace: ~Copyable {
    let folder: URL

    init() throws {
      folder = FileManager.default.temporaryDirectory.appending(path: "fault \(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(FaultTests.study.utf8).write(to: folder.appending(path: "small.yaml"))
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    func arguments(_ out: String) -> [String] { ["run", path("small.yaml"), "--out", path(out), "--quiet"] }

    func run(_ out: String) throws -> SlabLabProcess { try SlabLabProcess(arguments(out)) }

    func heldRun(_ out: String) throws -> Process {
      try SlabLabProcess.startAndHold(arguments(out), out: path(out))
    }

    func tables(_ out: String) throws -> Tables {
      var bytes = Tables()
      for name in try FileManager.default.contentsOfDirectory(atPath: path("\(out)/tables")) {
        bytes[name] = try Data(contentsOf: folder.appending(path: "\(out)/tables/\(name)"))
      }
      return bytes
    }
  }

  /// The tables of a run that nothing happens to.
  private static let undisturbed: Result<Tables, any Error> = Result {
    let place = try Workplace()
    let run = try place.run("out")
    #expect(run.status == 0, "\(run.errors)")
    return try place.tables("out")
  }

  @Test("kill -9 at 20 random moments, before, between and after cells") func kills() throws {
    let place = try Workplace()
    let random = RandomGenerator(key: StreamKey(seed: 20).child("kills"))
    for _ in 0..<20 {
      let process = try SlabLabProcess.start(place.arguments("out"))
      usleep(UInt32(5000 + 350_000 * random.uniform()))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    let last = try place.run("out")
    #expect(last.status == 0, "\(last.errors)")
    #expect(try place.tables("out") == Self.undisturbed.get())
    // Once all is done a run publishes again: killed there too.
    for _ in 0..<5 {
      let process = try SlabLabProcess.start(place.arguments("out"))
      usleep(UInt32(5000 + 300_000 * random.uniform()))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    #expect(try place.run("out").status == 0)
    #expect(try place.tables("out") == Self.undisturbed.get())
  }

  @Test("SIGTERM stores what is done and exits with 130; the same command does the rest") func termination() throws {
    let place = try Workplace()
    let process = try place.heldRun("out")
    process.terminate()
    process.goOn()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    #expect(try place.run("out").status == 0)
    #expect(try place.tables("out") == Self.undisturbed.get())
  }

  @Test("two runs of one study at once: the second is refused and changes nothing") func twoRuns() throws {
    let place = try Workplace()
    let first = try place.heldRun("out")
    let second: SlabLabProcess
    do {
      defer { first.goOn() }
      second = try place.run("out")
    }
    #expect(second.status == 2 && second.errors.contains("is being run by process \(first.processIdentifier)"), "\(second.errors)")
    #expect(second.errors.split(separator: "\n").count == 1)
    first.waitUntilExit()
    #expect(first.terminationStatus == 0)
    #expect(try place.tables("out") == Self.undisturbed.get())
  }

  @Test("a corrupted store is one clear error, and not a byte of it changes") func corruption() throws {
    let place = try Workplace()
    #expect(try place.run("out").status == 0)
    let store = place.folder.appending(path: "out/store.sqlite")
    var bytes = try Data(contentsOf: store)
    // The header stays: it still looks like a database.
    bytes.replaceSubrange(4096..<12288, with: Data(repeating: 0xA5, count: 8192))
    try bytes.write(to: store)
    for arguments in [place.arguments("out"), ["status", place.path("out")], ["check", place.path("out")]] {
      let process = try SlabLabProcess(arguments)
      #expect(process.status != 0 && process.errors.split(separator: "\n").count <= 1, "\(process.errors)")
      #expect((process.errors + process.output).contains("store.sqlite"), "\(process.errors)")
      #expect(try Data(contentsOf: store) == bytes)
    }
  }

  /// Runs a shell script in which a file system of its own may be mounted.
  private static func inMounts(_ script: String, _ place: borrowing Workplace) throws -> (status: Int32, text: String) {
    let products = try #require(Bundle.main.executableURL).deletingLastPathComponent()
    let run = try ProgramRun(
      "unshare",
      (getuid() == 0 ? ["--mount"] : ["--user", "--map-root-user", "--mount"])
        + ["bash", "-c", script, products.appending(path: "slablab").path, place.folder.path], withErrors: true)
    return (run.status, run.output)
  }

  /// Whether this system lets a test mount a small disk of its own.
  private static let canMount: Bool = {
    guard let place = try? Workplace() else { return false }
    return (try? inMounts("mount -t tmpfs -o size=100k none \"$1\"", place).status) == 0
  }()

  @Test("a full disk is one clear error; with room again, the same command does the rest", .enabled(if: canMount))
  func fullDisk() throws {
    let place = try Workplace()
    let script = """
      mkdir "$1/disk" && mount -t tmpfs -o size=200k none "$1/disk" || exit 99
      "$0" run "$1/small.yaml" --out "$1/disk/out" --quiet; echo "full: $?"
      "$0" status "$1/disk/out"
      mount -o remount,size=64m "$1/disk"
      "$0" run "$1/small.yaml" --out "$1/disk/out" --quiet; echo "room: $?"
      cp -r "$1/disk/out" "$1/out"
      """
    let (status, text) = try Self.inMounts(script, place)
    #expect(status == 0 && text.contains("full: 1\n") && text.contains("room: 0\n"), "\(text)")
    let errors = text.split(separator: "\n").filter { $0.hasPrefix("error: ") }
    #expect(errors.count == 1 && errors[0].contains("the disk is full"), "\(text)")
    #expect(text.contains(" of 90 cells done, "), "\(text)")
    #expect(try place.tables("out") == Self.undisturbed.get())
  }

  @Test("a read-only folder is one clear error; status and check still read it", .enabled(if: canMount))
  func readOnlyFolder() throws {
    let place = try Workplace()
    #expect(try place.run("out").status == 0)
    let script = """
      mount --bind "$1/out" "$1/out" && mount -o remount,ro,bind "$1/out" || exit 99
      "$0" run "$1/small.yaml" --out "$1/out" --quiet; echo "run: $?"
      "$0" status "$1/out"; echo "status: $?"
      "$0" check "$1/out" --sample 1; echo "check: $?"
      """
    let (status, text) = try Self.inMounts(script, place)
    #expect(status == 0 && text.contains("run: 2\n") && text.contains("status: 0\n") && text.contains("check: 0\n"), "\(text)")
    let errors = text.split(separator: "\n").filter { $0.hasPrefix("error: ") }
    #expect(errors.count == 1 && errors[0].contains("cannot be written"), "\(text)")
    #expect(try place.tables("out") == Self.undisturbed.get())
  }
}
