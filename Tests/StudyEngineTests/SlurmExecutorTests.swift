import Foundation
import TestSupport
import Testing

@testable import StudyEngine

@Suite("Submitting an array") struct SlurmExecutorTests {
  private static func executor(
    _ slurm: borrowing FakeSlurm, tasks: Int = 4, workers: Int? = nil, options: [String] = [],
    environment: [String: String] = [:], seconds: Double = 20
  ) throws -> SlurmExecutor {
    try SlurmExecutor(
      tasks: tasks, workers: workers, options: options, program: URL(filePath: "/opt/it's \"here\"/slablab"),
      programs: SlurmPrograms(environment: slurm.environment(environment), seconds: seconds))
  }

  private static func submit(_ url: URL, _ executor: SlurmExecutor) throws -> SlurmExecutor.Receipt? {
    let study = try StudyFileTests.study(LocalExecutorTests.text)
    let store = try StudyStore(folder: StudyFolder(url), study: study, programVersion: "test")
    return try executor.submit(study, from: store, with: FakeRunner(), commandLine: ["slablab", "run", "x.yaml"])
  }

  @Test("names and paths reach sbatch as arguments of their own; the script is the same for all") func arguments() throws {
    try TemporaryFolder.use { url in
      let slurm = try FakeSlurm()
      let options = ["--partition=a b", "--comment=$(touch pwned); 'x' \"y\"", "-t10"]
      let receipt = try Self.submit(url, Self.executor(slurm, workers: 3, options: options))
      #expect(receipt == .init(job: "17", tasks: 4, cells: 36, cut: nil))
      let place = url.appending(path: "shards/1").path
      #expect(
        try slurm.sbatchArguments() == [
          "--parsable", "--array=1-4", "--job-name=slablab-small", "--requeue", "--open-mode=append", "--signal=B:TERM@90",
          "--chdir=\(place)", "--output=task-%4a.log", "--cpus-per-task=3",
        ] + options + ["\(place)/job.sh", "/opt/it's \"here\"/slablab", url.path, "1"])
      #expect(
        try String(contentsOfFile: "\(place)/job.sh", encoding: .utf8) == """
          #!/bin/sh
          # One task of a study's array, as slablab submitted it.
          exec "$1" work "$2" --submission "$3" --task "$SLURM_ARRAY_TASK_ID"

          """)
    }
  }

  @Test("what a surrounding job and the user's habits set does not reach Slurm's programs, but its configuration does")
  func environment() throws {
    try TemporaryFolder.use { url in
      let slurm = try FakeSlurm()
      let set = [
        "SLURM_CONF": "/etc/here", "SLURM_ARRAY_TASK_ID": "9", "SLURM_RESTART_COUNT": "1", "SBATCH_REQUEUE": "1",
        "SQUEUE_FORMAT": "%i", "OTHER": "kept",
      ]
      _ = try Self.submit(url, Self.executor(slurm, environment: set))
      let seen = try slurm.sbatchEnvironment().filter { line in
        ["SLURM_", "SBATCH_", "SQUEUE_", "OTHER"].contains { line.hasPrefix($0) }
      }
      #expect(seen.sorted() == ["OTHER=kept", "SLURM_CONF=/etc/here"])
    }
  }

  @Test("an sbatch that fails, hangs or says nonsense is an error at once, and leaves no submission", arguments: [
    ("echo 'sbatch: error: Invalid account' >&2; exit 1",
      SlurmError.refused(program: "sbatch", status: 1, detail: "Invalid account")),
    ("exit 3", SlurmError.refused(program: "sbatch", status: 3, detail: "")),
    ("/bin/sleep 30", SlurmError.noAnswer(program: "sbatch", seconds: 1)),
    ("echo submitted", SlurmError.unreadable(program: "sbatch", answer: "submitted")),
  ])
  func failure(sbatch: String, error: SlurmError) throws {
    try TemporaryFolder.use { url in
      let slurm = try FakeSlurm(sbatch: sbatch)
      #expect(throws: error) { try Self.submit(url, Self.executor(slurm, seconds: 1)) }
      #expect(!error.description.contains("\n"))
      #expect(SubmissionFolder.all(of: StudyFolder(url)).isEmpty)
      #expect(ClusterStatus(of: StudyFolder(url)) == nil)
      // A kill between the making of a submission's folder and its file must not lock the study.
      try FileManager.default.createDirectory(at: url.appending(path: "shards/1"), withIntermediateDirectories: true)
      let status = try #require(ClusterStatus(of: StudyFolder(url)))
      #expect(status.problem?.contains("there is no such submission") == true && !status.isAtWork && status.tasks.isEmpty)
      // And the next one goes through.
      try slurm.write("sbatch", "echo '18;cluster'")
      #expect(try Self.submit(url, Self.executor(slurm))?.job == "18")
    }
  }

  @Test("an array is cut to what the cluster takes, and never larger than the study", arguments: [
    (tasks: 1000, arraySize: 1001, jobs: 10000, expected: 36, cut: nil as String?),
    (30, 11, 10000, 10, "MaxArraySize is 11"),
    (30, 1001, 20, 18, "MaxJobCount is 20, and 2 jobs are there"),
    (3, 1001, 20, 3, nil),
  ])
  func limits(tasks: Int, arraySize: Int, jobs: Int, expected: Int, cut: String?) throws {
    try TemporaryFolder.use { url in
      let slurm = try FakeSlurm(maxArraySize: arraySize, maxJobCount: jobs, squeue: "echo 1_1; echo 1_2")
      let receipt = try #require(try Self.submit(url, Self.executor(slurm, tasks: tasks)))
      #expect(receipt.tasks == expected && receipt.cut == cut && receipt.cells == 36)
      #expect(try slurm.sbatchArguments().contains("--array=1-\(expected)"))
      #expect(try SubmissionFolder.all(of: StudyFolder(url))[0].submission().shares.flatMap { $0 }.count == 36)
    }
  }

  @Test("a full cluster, and one whose limits cannot be read, are errors before sbatch") func noLimits() throws {
    try TemporaryFolder.use { url in
      let full = try FakeSlurm(maxJobCount: 2, squeue: "echo 1_1; echo 1_2")
      #expect(throws: SlurmError.noRoom("MaxJobCount is 2, and 2 jobs are there")) {
        try Self.submit(url, Self.executor(full))
      }
      let silent = try FakeSlurm()
      try silent.write("scontrol", "echo nothing")
      #expect(throws: SlurmError.unreadable(program: "scontrol show config", answer: "no MaxArraySize")) {
        try Self.submit(url, Self.executor(silent))
      }
      #expect(throws: (any Error).self) { try silent.sbatchArguments() }
    }
  }

  @Test("without Slurm, and with options that are none or not the user's, nothing begins") func refusals() throws {
    let programs = SlurmPrograms(environment: ["PATH": "/nowhere"])
    #expect(throws: SlurmError.missing(program: "sbatch")) {
      try SlurmExecutor(tasks: 1, program: URL(filePath: "/x"), programs: programs)
    }
    for option in ["partition=main", "-", "--", "", "--array=1-5", "--arr", "-a1", "--wrap=ls", "--wait", "-W", "--chdir=/", "-Mx"] {
      #expect(throws: SlurmError.self, "\(option)") { try SlurmJob.check([option]) }
    }
    #expect(throws: Never.self) {
      try SlurmJob.check(["--time=1:00", "-pmain", "--wait-all-nodes=1", "--no-requeue", "--account=x", "--comment=a=b", "--mem=1G"])
    }
  }

  @Test("a study whose tasks are at work is not submitted again; once they have left the queue, it is") func atWork() throws {
    try TemporaryFolder.use { url in
      let slurm = try FakeSlurm(squeue: "echo '1|RUNNING|None'; echo '2|PENDING|Resources'")
      let executor = try Self.executor(slurm)
      let folder = StudyFolder(url)
      try executor.requireRest(of: folder)
      _ = try Self.submit(url, executor)
      #expect(throws: SlurmError.atWork(folder: folder.path, job: "17", tasks: "4 tasks: 2 lost, 2 waiting")) {
        try executor.requireRest(of: folder)
      }
      try slurm.write("squeue", "echo 'slurm_load_jobs error: Invalid job id specified' >&2; exit 1")
      try executor.requireRest(of: folder)
      try slurm.write("squeue", "exit 1")
      #expect(throws: SlurmError.self) { try executor.requireRest(of: folder) }
    }
  }

  @Test("waiting ends when the task files say that all is over, and at an interruption") func waiting() throws {
    try TemporaryFolder.use { url in
      let slurm = try FakeSlurm(squeue: "for k in 1 2 3 4; do echo \"$k|RUNNING|None\"; done")
      let executor = try Self.executor(slurm)
      _ = try Self.submit(url, executor)
      let interruption = Interruption()
      var seen = [String]()
      executor.wait(for: StudyFolder(url), interruption: interruption) { status in
        seen.append(status.summary)
        interruption.request()
      }
      for task in 1...4 {
        _ = try ShardWorker(folder: StudyFolder(url), submission: 1, task: task).run(with: FakeRunner(), workers: 1)
      }
      executor.wait(for: StudyFolder(url), interruption: Interruption()) { seen.append($0.summary) }
      #expect(seen == ["4 tasks: 4 waiting", "4 tasks: 4 done"])
    }
  }
}
