import Foundation
import TestSupport
import Testing

/// A study submitted to a queue that only says yes, its tasks run by hand.
@Suite struct CollectCommandTests {
  private static func submit(
    _ place: borrowing StudyPlace, _ slurm: borrowing FakeSlurm, out: String = "out", _ flags: String...
  ) throws -> SlabLabProcess {
    try SlabLabProcess(
      ["run", place.file, "--out", place.path(out), "--executor", "slurm", "--tasks", "4"] + flags,
      environment: slurm.environment())
  }

  private static func work(_ place: borrowing StudyPlace, _ task: Int, submission: Int = 1) throws -> SlabLabProcess {
    try SlabLabProcess(["work", place.path("out"), "--submission", "\(submission)", "--task", "\(task)"])
  }

  @Test("collected tables are those of a local run, byte for byte, and stay so when collected again") func sameBytes() throws {
    let place = try StudyPlace()
    let slurm = try FakeSlurm()
    let submitted = try Self.submit(place, slurm)
    #expect(submitted.status == 0 && submitted.output.hasPrefix("submitted: array 17, 4 tasks for 27 cells\n"))
    // As a shell takes it.
    let quoted = "'" + place.path("out").replacing("'", with: "'\\''") + "'"
    #expect(submitted.output.contains("slablab collect \(quoted)\n"), "\(submitted.output)")
    for task in 1...4 { #expect(try Self.work(place, task).status == 0) }
    let status = try SlabLabProcess(["status", place.path("out"), "--json"])
    #expect(status.output.contains("\"done\": 27") && status.output.contains("\"state\": \"done\""), "\(status.output)")
    let collected = try SlabLabProcess(["collect", place.path("out"), "--json"])
    #expect(collected.status == 0 && collected.output.contains("\"ran\": 27") && collected.errors.isEmpty, "\(collected.errors)")
    let local = try SlabLabProcess(["run", place.file, "--out", place.path("local")])
    #expect(try place.tables("out") == place.tables("local"))
    let again = try SlabLabProcess(["collect", place.path("out")])
    #expect(again.status == 0 && again.output.prefix(500) == local.output.prefix(500))
    #expect(try place.tables("out") == place.tables("local"))
    #expect(try SlabLabProcess(["check", place.path("out")]).output.contains("every bit the same"))
    let nothing = try Self.submit(place, slurm)
    #expect(nothing.errors.hasPrefix("every cell is done; nothing was submitted\n"), "\(nothing.errors)")
  }

  @Test("a part of the tasks is published with what is missing told; a run here does the rest") func parts() throws {
    let place = try StudyPlace()
    _ = try Self.submit(place, FakeSlurm())
    for task in [1, 3] { #expect(try Self.work(place, task).status == 0) }
    let shard = URL(filePath: place.path("out/shards/1/task-0003-run-1.shard"))
    try Data(contentsOf: shard).dropLast(3000).write(to: shard)
    let nobody = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""]
    let collected = try SlabLabProcess(["collect", place.path("out"), "--quiet"], environment: nobody)
    #expect(collected.status == 0 && collected.output.isEmpty)
    #expect(collected.errors.contains(" of 27 cells have not run yet; the tables lack them\n"), "\(collected.errors)")
    let run = try SlabLabProcess(["run", place.file, "--out", place.path("out"), "--json"], environment: nobody)
    #expect(run.status == 0 && run.errors.contains("warning: a cluster is at work on this study too"), "\(run.errors)")
    _ = try SlabLabProcess(["run", place.file, "--out", place.path("local"), "--quiet"])
    #expect(try place.tables("out") == place.tables("local"))
  }

  @Test("SIGTERM stops a task cleanly, and its next run goes on") func preemption() throws {
    let place = try StudyPlace()
    _ = try Self.submit(place, FakeSlurm(), "--set", "replicates=60", "--tasks", "1")
    let process = try #require(
      try SlabLabProcess.startAndHold(
        ["work", place.path("out"), "--submission", "1", "--task", "1"],
        once: place.path("out/shards/1/task-0001-run-1.shard"), has: 50_000))
    // A cluster sends more than one.
    process.terminate()
    process.goOn()
    usleep(1000)
    process.terminate()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130 && process.terminationReason == .exit)
    let stopped = try SlabLabProcess(["status", place.path("out"), "--json"])
    #expect(stopped.output.contains("\"state\": \"preempted\"") && !stopped.output.contains("\"done\": 0"), "\(stopped.output)")
    let next = try Self.work(place, 1)
    #expect(next.status == 0 && next.errors.contains(" 0 to go") && !next.errors.contains(", 0 done before"), "\(next.errors)")
  }

  @Test("what cannot be submitted is one line and a code: 2 for the input, 1 for a cluster that refuses") func refusals() throws {
    let place = try StudyPlace()
    let slurm = try FakeSlurm(sbatch: "echo 'sbatch: error: Batch job submission failed: Invalid partition' >&2; exit 1")
    let run = ["run", place.file, "--out", place.path("out")]
    let table: [([String], Int32, String)] = [
      (["--executor", "slurm"], 2, "error: --executor slurm needs --tasks"),
      (["--executor", "slurm", "--tasks", "0"], 2, "error: --tasks is 0"),
      (["--tasks", "4"], 2, "error: --tasks needs --executor slurm"),
      (["--wait"], 2, "error: --wait needs --executor slurm"),
      (["--executor", "pbs", "--tasks", "4"], 2, "error: "),
      (["--executor", "slurm", "--tasks", "4", "--until", "1h"], 2, "error: --until is for runs here"),
      (["--executor", "slurm", "--tasks", "4", "--sbatch-option", "main"], 2, "error: --sbatch-option 'main': not an option"),
      (["--executor", "slurm", "--tasks", "4", "--sbatch-option", "--array=1-9"], 2, "error: --sbatch-option '--array=1-9': "),
    ]
    for (flags, code, message) in table {
      let refused = try SlabLabProcess(run + flags, environment: slurm.environment())
      #expect(refused.status == code && refused.errors.hasPrefix(message), "\(flags): \(refused.errors)")
      #expect(refused.errors.split(separator: "\n").count == 1 && refused.output.isEmpty)
      #expect(!FileManager.default.fileExists(atPath: place.path("out")))
    }
    let slurmless = try SlabLabProcess(run + ["--executor", "slurm", "--tasks", "4"], environment: ["PATH": "/nowhere"])
    #expect(slurmless.status == 2 && slurmless.errors.hasPrefix("error: sbatch is not on the PATH; "), "\(slurmless.errors)")
    #expect(!FileManager.default.fileExists(atPath: place.path("out")))
    let failed = try Self.submit(place, slurm)
    #expect(
      failed.status == 1 && failed.errors
        == "error: sbatch failed with status 1: Batch job submission failed: Invalid partition; nothing was submitted\n",
      "\(failed.errors)")
    for arguments in [
      ["collect", place.path("out")], ["collect", place.path("none")],
      ["work", place.path("out"), "--submission", "1", "--task", "1"],
    ] {
      let refused = try SlabLabProcess(arguments)
      #expect(refused.status == 2 && refused.errors.split(separator: "\n").count == 1, "\(refused.errors)")
    }
    let cut = try FakeSlurm(maxArraySize: 3)
    let submitted = try Self.submit(place, cut, "--json")
    #expect(submitted.errors == "warning: the array was cut to 2 tasks: MaxArraySize is 3\n")
    #expect(submitted.output.contains("\"tasks\": 2"))
    for (number, value) in [("1", "many"), ("3", "1")] {
      let refused = try SlabLabProcess(
        ["work", place.path("out"), "--submission", "1", "--task", number], environment: ["SLURM_CPUS_PER_TASK": value])
      #expect(refused.status == 2 && refused.errors.split(separator: "\n").count == 1, "\(refused.errors)")
    }
  }

  @Test("the help tells of collect, and not of the tasks' own command") func help() throws {
    let help = try SlabLabProcess(["--help"]).output
    #expect(help.contains("  collect ") && !help.contains("  work "))
    #expect(try SlabLabProcess(["collect", "--help"]).output.contains("slablab collect results/"))
    #expect(try SlabLabProcess(["work", "--help"]).output.contains("--submission"))
  }
}
