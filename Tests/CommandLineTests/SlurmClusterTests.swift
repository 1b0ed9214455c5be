import Foundation
import Testing

/// A study on a real Slurm cluster on this machine; `make test-slurm` installs it.
@Suite(
  "On a real cluster", .serialized,
  .enabled(if: ProcessInfo.processInfo.environment["SLABLAB_TEST_SLURM"] != nil, "make test-slurm runs these"))
struct SlurmClusterTests {
  /// Two nodes of one processor.
  private struct Cluster: ~Copyable {
    private static let script = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Scripts/local-slurm").standardizedFileURL.path

    private let folder = "/tmp/slablab-\(UUID().uuidString.prefix(8))"
    let environment: [String: String]

    init() throws {
      let up = try Self.run(Self.script, ["up", folder])
      let prefix = "export SLURM_CONF="
      try #require(up.hasPrefix(prefix), "\(up)")
      let configuration = up.dropFirst(prefix.count).trimmingCharacters(in: .newlines)
      environment = ProcessInfo.processInfo.environment.merging(["SLURM_CONF": configuration]) { $1 }
    }

    deinit { _ = try? Self.run(Self.script, ["down", folder]) }

    func kill(node: String) throws { _ = try Self.run(Self.script, ["kill-node", folder, node]) }

    /// What a program of Slurm prints.
    func ask(_ program: String, _ arguments: String...) throws -> String {
      try Self.run("/usr/bin/env", [program] + arguments, environment)
    }

    private static func run(
      _ program: String, _ arguments: [String], _ environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> String {
      let process = Process()
      process.executableURL = URL(filePath: program)
      process.arguments = arguments
      process.environment = environment
      // A file: daemons would hold a pipe open.
      let file = FileManager.default.temporaryDirectory.appending(path: "slurm-output-\(UUID().uuidString)")
      try Data().write(to: file)
      defer { try? FileManager.default.removeItem(at: file) }
      process.standardOutput = try FileHandle(forWritingTo: file)
      try process.run()
      process.waitUntilExit()
      return String(decoding: try Data(contentsOf: file), as: UTF8.self)
    }
  }

  /// Tasks that take some seconds each.
  private static let size = ["--set", "replicates=30", "--set", "training.steps=6000"]

  /// Submits an array of four and waits for it; does something to it meanwhile, once a task has recorded a cell.
  private static func run(
    _ place: borrowing StudyPlace, _ cluster: borrowing Cluster, meanwhile: (borrowing Cluster) throws -> Void
  ) throws -> Int32 {
    let process = try SlabLabProcess.start(
      ["run", place.file, "--out", place.path("cluster"), "--executor", "slurm", "--tasks", "4", "--wait"]
        + ["--sbatch-option", "--comment=it's \"$HOME\""] + size, environment: cluster.environment)
    var hasBegun = false
    for _ in 0..<300 where !hasBegun {
      usleep(100_000)
      let status = try SlabLabProcess(["status", place.path("cluster"), "--json"], environment: cluster.environment)
      hasBegun = status.output.contains("\"state\": \"running\"") && !status.output.contains("\"done\": 0,")
    }
    try #require(hasBegun)
    try meanwhile(cluster)
    #expect(process.waitUntilExit(seconds: 240))
    if process.isRunning { process.terminate() }
    return process.terminationStatus
  }

  private static func expectLocalTables(_ place: borrowing StudyPlace) throws {
    let local = try SlabLabProcess(["run", place.file, "--out", place.path("local"), "--quiet"] + size)
    #expect(local.status == 0)
    let tables = try place.tables("local")
    #expect(tables.count >= 4)
    #expect(try place.tables("cluster") == tables)
  }

  @Test("an array of four, a task of it requeued: the tables are those of a local run, byte for byte") func requeue() throws {
    let place = try StudyPlace()
    let cluster = try Cluster()
    let status = try Self.run(place, cluster) { cluster in
      let running = try cluster.ask("squeue", "--noheader", "--states=R", "--format=%i")
      let task = try #require(running.split(separator: "\n").first.map(String.init))
      _ = try cluster.ask("scontrol", "requeue", task)
    }
    #expect(status == 0)
    let files = try FileManager.default.contentsOfDirectory(atPath: place.path("cluster/shards/1"))
    #expect(files.count { $0.hasSuffix("-run-1.shard") } == 4 && files.count { $0.hasSuffix("-run-2.shard") } == 1)
    try Self.expectLocalTables(place)
  }

  @Test("a node that dies: its task runs again on another, and the tables are the same") func lostNode() throws {
    let place = try StudyPlace()
    let cluster = try Cluster()
    let status = try Self.run(place, cluster) { try $0.kill(node: "n2") }
    #expect(status == 0)
    let files = try FileManager.default.contentsOfDirectory(atPath: place.path("cluster/shards/1"))
    #expect(files.contains { $0.hasSuffix("-run-2.shard") })
    try Self.expectLocalTables(place)
  }
}
