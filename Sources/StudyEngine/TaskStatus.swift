import Foundation

/// Where one task of a submission is.
///
/// What the task wrote is the truth; the queue, where there is one, only tells what files cannot: whether a task that is
/// silent or has not begun will still run.
package struct TaskStatus: Sendable, Equatable {
  package enum State: String, Sendable, CaseIterable {
    /// All of its share is recorded.
    case done
    /// It could not go on, and said so.
    case failed
    /// It was stopped and is in the queue: it will run again.
    case preempted
    /// It will not run again, and has not done all of its share.
    case lost
    case running
    case waiting
  }

  /// A living task shows itself three times in so many seconds.
  static let freshSeconds = 3 * ShardWorker.secondsBetweenSigns
  /// Without a queue to ask, so long a silence means lost: shared file systems may show changes a minute late.
  static let silentSeconds = 300.0

  package let number: Int
  package let state: State
  /// Its cells.
  package let cells: Int
  /// Its cells without an outcome.
  package let remaining: [Cell]
  /// The number of its newest run.
  package let runs: Int
  /// Cells at a time.
  let workers: Int
  /// Where its last run is or was.
  package let host: String?
  /// What there is to say beyond the state.
  package let note: String?
  /// What is wrong with its shards, as far as cells are missing for it; nil if nothing is.
  package let damage: String?

  /// - Parameters:
  ///   - share: its cells.
  ///   - done: content hashes of cells that need not run any more, whatever its shards have.
  ///   - shards: of the task's runs, in order.
  ///   - hasBegun: whether a run of it has printed something or was about to.
  ///   - queue: of the whole array; nil if there was no answer. To be asked before the shards are read: what has left the
  ///     queue by then has written all that it ever will.
  init(
    _ number: Int, share: [Cell], done: Set<String>, shards: [Shard], hasBegun: Bool, queue: SlurmQueue?,
    now: Date = Date()
  ) {
    self.number = number
    cells = share.count
    let recorded = done.union(shards.flatMap(\.entries).map(\.contentHash))
    remaining = share.filter { !recorded.contains($0.contentHash) }
    runs = shards.last?.run ?? 0
    host = shards.last?.header?.host
    workers = shards.last?.header?.workers ?? 1
    // Clocks differ between hosts: a shard from the future is as fresh as can be.
    let silence = shards.last.map { max(0, now.timeIntervalSince($0.lastChange)) }
    (state, note) =
      if remaining.isEmpty {
        (shards.last.map { $0.ending == nil && (silence ?? 0) < Self.freshSeconds } ?? false ? .running : .done, nil)
      } else if let last = shards.last, let silence {
        Self.unfinished(last, silence, queue?.entry(of: number), queueAnswered: queue != nil)
      } else {
        Self.withoutShard(queue?.entry(of: number), hasBegun: hasBegun, queueAnswered: queue != nil)
      }
    damage = remaining.isEmpty ? nil : Self.damage(shards, isWriting: state == .running)
  }

  private static func withoutShard(
    _ entry: SlurmQueue.Entry?, hasBegun: Bool, queueAnswered: Bool
  ) -> (State, String?) {
    if let entry, entry.isLive { return (.waiting, held(entry)) }
    if hasBegun { return (.lost, "has begun, but there is no shard of it") }
    return queueAnswered ? (.lost, "has left the queue without a shard") : (.waiting, nil)
  }

  private static func unfinished(
    _ last: Shard, _ silence: Double, _ entry: SlurmQueue.Entry?, queueAnswered: Bool
  ) -> (State, String?) {
    let isQueued = entry?.isLive ?? false
    let leftQueue = queueAnswered && !isQueued
    switch last.ending?.kind {
    case .failed: return (.failed, last.ending?.message)
    // Its own word, against shards that lack cells.
    case .finished: return (.lost, "has finished, but its shards lack cells")
    case .stopped: return leftQueue ? (.lost, "was stopped, and has left the queue") : (.preempted, held(entry))
    case nil: break
    }
    // A task that the queue no longer has at all may be another queue's.
    if silence < freshSeconds, entry.map(\.isLive) ?? true { return (.running, nil) }
    if leftQueue { return (.lost, "ended without a word, and has left the queue") }
    if let entry, entry.isPending { return (.preempted, held(entry)) }
    if silence < silentSeconds { return (.running, nil) }
    let silent = "no sign of life for \(Int(silence / 60)) min"
    return isQueued ? (.running, silent) : (.lost, silent)
  }

  private static func held(_ entry: SlurmQueue.Entry?) -> String? {
    entry.flatMap { $0.isHeld ? "held in the queue (\($0.reason)); scontrol release lets it go" : nil }
  }

  private static func damage(_ shards: [Shard], isWriting: Bool) -> String? {
    guard let last = shards.last else { return nil }
    let runs = Set(shards.map(\.run))
    let missing = (1...max(1, last.run)).filter { !runs.contains($0) }.map { "the shard of run \($0) is missing" }
    let damaged = shards.compactMap { shard in
      // A line that is being written is not whole either.
      isWriting && shard.url == last.url ? nil : shard.damage.map { "\(shard.url.lastPathComponent): \($0)" }
    }
    let parts = missing + damaged
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  /// Whether it will do more by itself.
  package var isAtWork: Bool { [.running, .waiting, .preempted].contains(state) }
}
