/// What the queue says of an array: it adds to what the task files say, and is never needed.
package struct SlurmQueue: Sendable, Equatable {
  struct Entry: Sendable, Equatable {
    let state: String
    let reason: String

    /// Whether the task runs or will run. COMPLETING is no end: a task may be requeued out of it.
    var isLive: Bool {
      ![
        "BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "NODE_FAIL", "OUT_OF_MEMORY", "PREEMPTED", "REVOKED",
        "TIMEOUT",
      ].contains(state)
    }
    var isPending: Bool { ["PENDING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "SPECIAL_EXIT"].contains(state) }
    /// Such as `JobHeldUser` or `launch failed requeued held`.
    var isHeld: Bool { isPending && reason.lowercased().contains("held") }
  }

  private let entries: [Int: Entry]

  init(entries: [Int: Entry]) { self.entries = entries }

  /// Asks squeue for the array; nil if it gives no answer.
  package init?(job: String, _ programs: SlurmPrograms = SlurmPrograms(seconds: 5)) {
    let arguments = ["--noheader", "--array", "--states=all", "--jobs=\(job)", "--format=%K|%T|%r"]
    guard let output = try? programs.run("squeue", arguments) else { return nil }
    if output.status != 0 {
      // The queue forgets jobs some minutes after their end.
      guard output.error.contains("Invalid job id") else { return nil }
    }
    self.init(answer: output.text)
  }

  init(answer: String) {
    var entries = [Int: Entry]()
    for line in answer.split(separator: "\n") {
      let fields = line.split(separator: "|", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3, let task = Int(fields[0]) else { continue }
      entries[task] = Entry(state: String(fields[1]), reason: String(fields[2]))
    }
    self.entries = entries
  }

  /// Nil for a task that the queue does not have.
  func entry(of task: Int) -> Entry? { entries[task] }
}
