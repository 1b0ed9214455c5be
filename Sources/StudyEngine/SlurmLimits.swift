/// How large an array the cluster takes.
struct SlurmLimits: Sendable, Equatable {
  /// One more than the highest index.
  let maxArraySize: Int
  /// Jobs that the controller holds, tasks counted one by one.
  let maxJobCount: Int
  /// Jobs that it holds now, as far as we may see them.
  let jobCount: Int

  init(maxArraySize: Int, maxJobCount: Int, jobCount: Int) {
    (self.maxArraySize, self.maxJobCount, self.jobCount) = (maxArraySize, maxJobCount, jobCount)
  }

  init(asking programs: SlurmPrograms) throws(SlurmError) {
    let config = try programs.output("scontrol", ["show", "config"])
    maxArraySize = try Self.value("MaxArraySize", config)
    maxJobCount = try Self.value("MaxJobCount", config)
    jobCount = try programs.output("squeue", ["--noheader", "--array", "--states=all", "--format=%i"])
      .split(separator: "\n").count
  }

  private static func value(_ key: String, _ config: String) throws(SlurmError) -> Int {
    for line in config.split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      if parts.count == 2, parts[0] == key, let value = Int(parts[1]) { return value }
    }
    throw .unreadable(program: "scontrol show config", answer: "no \(key)")
  }

  /// The number of tasks that fits, and what cut it; tasks are numbered from 1.
  func fit(_ tasks: Int) throws(SlurmError) -> (tasks: Int, cut: String?) {
    let (array, jobs) = (maxArraySize - 1, maxJobCount - jobCount)
    let fitting = min(tasks, array, jobs)
    if fitting == tasks { return (tasks, nil) }
    let reason = array <= jobs ? "MaxArraySize is \(maxArraySize)" : "MaxJobCount is \(maxJobCount), and \(jobCount) jobs are there"
    guard fitting > 0 else { throw .noRoom(reason) }
    return (fitting, reason)
  }
}
