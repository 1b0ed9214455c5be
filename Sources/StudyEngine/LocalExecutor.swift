import Foundation
import Synchronization

/// Runs the cells of a study on this machine, a thread a worker, one single-threaded network each.
///
/// Long cells go first, so that none is left over at the end; results are stored as they come. Tables don't depend on
/// either: they are read from the store in the order of the study.
package struct LocalExecutor: Sendable {
  package let workers: Int
  /// Whether cells that failed in an earlier run get another try.
  package let retriesFailedCells: Bool
  /// Seconds since 1970: when cells started, for people. Everything else goes by the monotonic clock, so that a clock that is
  /// set while a study runs changes nothing.
  private let now: @Sendable () -> Double

  package init(
    workers: Int = ProcessInfo.processInfo.activeProcessorCount, retriesFailedCells: Bool = true,
    now: @escaping @Sendable () -> Double = { Date().timeIntervalSince1970 }
  ) {
    self.workers = max(1, workers)
    self.retriesFailedCells = retriesFailedCells
    self.now = now
  }

  /// Runs every cell that the store does not have, and returns when all are through or the interruption has been
  /// honoured; blocks the calling thread.
  ///
  /// A cell that throws is stored as failed with its error, and the others go on. A cell that gives up because of the
  /// interruption is not stored; the same call runs it again.
  /// - Parameters:
  ///   - filter: which cells are meant; the others are left as they are, and not counted.
  ///   - progress: called by the workers, one call at a time; should be quick.
  /// - Throws: `StudyStoreError` if an outcome cannot be stored; work stops then, and what was stored stays.
  package func run(
    _ study: Study, with runner: some CellRunning, into store: some OutcomeStore, only filter: CellFilter = .all,
    interruption: Interruption = Interruption(), progress: @escaping @Sendable (ExecutionProgress) -> Void = { _ in }
  ) throws(StudyStoreError) -> ExecutionReport {
    let states = try store.states()
    let finished = retriesFailedCells ? states.done : states.done.union(states.failed)
    let cells = study.cells.filter(filter.includes)
    let pending = Self.longestFirst(cells.filter { !finished.contains($0.contentHash) }, runner)
    let hashes = cells.map(\.contentHash)
    var start = ExecutionProgress()
    start.total = cells.count
    start.done = hashes.count { states.done.contains($0) }
    start.failed = hashes.count { !states.done.contains($0) && finished.contains($0) }

    let run = Run(pending: pending, progress: start, store: store, interruption: interruption, report: progress)
    WorkerThreads.run(min(workers, pending.count)) {
      while let cell = run.next() { run.finish(cell, outcome(of: cell.cell, runner, run)) }
    }
    return try run.report(skipped: cells.count - pending.count)
  }

  private static func longestFirst(_ cells: [Cell], _ runner: some CellRunning) -> [PendingCell] {
    cells.map { PendingCell(cell: $0, estimatedSeconds: max(0, runner.estimatedSeconds(for: $0))) }
      .sorted { ($1.estimatedSeconds, $0.cell.index) < ($0.estimatedSeconds, $1.cell.index) }
  }

  /// What became of the cell; nil if it gave up for the interruption.
  private func outcome(of cell: Cell, _ runner: some CellRunning, _ run: Run) -> CellOutcome? {
    let startedAt = now()
    let clock = ContinuousClock()
    let start = clock.now
    let result: Result<CellResult, CellFailure>
    do {
      result = .success(try runner.run(cell, progress: run.progress(of: cell)))
    } catch is CellInterrupted {
      return nil
    } catch {
      result = .failure(CellFailure(message: "\(error)"))
    }
    let seconds = (clock.now - start) / .seconds(1)
    return CellOutcome(cell: cell, result: result, startedAt: startedAt, seconds: seconds)
  }
}

private struct PendingCell: Sendable {
  let cell: Cell
  let estimatedSeconds: Double
}

/// One run's queue and tally, shared by its workers.
private final class Run: Sendable {
  private struct State {
    var nextIndex = 0
    var progress: ExecutionProgress
    var ran = 0
    var costDone = 0.0
    var storeError: StudyStoreError?
  }

  private let pending: [PendingCell]
  private let totalCost: Double
  private let store: any OutcomeStore
  private let interruption: Interruption
  private let report: @Sendable (ExecutionProgress) -> Void
  private let start = ContinuousClock.now
  private let state: Mutex<State>

  init(
    pending: [PendingCell], progress: ExecutionProgress, store: any OutcomeStore, interruption: Interruption,
    report: @escaping @Sendable (ExecutionProgress) -> Void
  ) {
    self.pending = pending
    totalCost = pending.reduce(0) { $0 + $1.estimatedSeconds }
    self.store = store
    self.interruption = interruption
    self.report = report
    state = Mutex(State(progress: progress))
  }

  /// The next cell, unless there is none, the run is interrupted, or the store has failed.
  func next() -> PendingCell? {
    state.withLock { state in
      guard state.storeError == nil, !interruption.isRequested, state.nextIndex < pending.count else { return nil }
      defer { state.nextIndex += 1 }
      state.progress.running += 1
      return pending[state.nextIndex]
    }
  }

  /// Stores the outcome; under the lock, so that the store has one writer and progress never goes back.
  func finish(_ cell: PendingCell, _ outcome: CellOutcome?) {
    state.withLock { state in
      state.progress.running -= 1
      guard let outcome, state.storeError == nil else { return }
      do throws(StudyStoreError) { try store.record(outcome) } catch {
        state.storeError = error
        return
      }
      CellCheckpoint(cell.cell, in: store.folder).remove()
      state.ran += 1
      state.costDone += cell.estimatedSeconds
      switch outcome.result {
      case .success: state.progress.done += 1
      case .failure: state.progress.failed += 1
      }
      let elapsed = (ContinuousClock.now - start) / .seconds(1)
      state.progress.secondsLeft = state.costDone > 0 ? elapsed * (totalCost / state.costDone - 1) : nil
      report(state.progress)
    }
  }

  func progress(of cell: Cell) -> CellProgress {
    CellProgress(
      report: { [self] step, steps, elbo in
        state.withLock { state in
          state.progress.latest = .init(cell: cell.index, step: step, steps: steps, elbo: elbo)
          report(state.progress)
        }
      },
      isInterrupted: { [self] in interruption.isRequested }, checkpoint: CellCheckpoint(cell, in: store.folder))
  }

  func report(skipped: Int) throws(StudyStoreError) -> ExecutionReport {
    let state = state.withLock { $0 }
    if let error = state.storeError { throw error }
    return ExecutionReport(
      ran: state.ran, skipped: skipped, failed: state.progress.failed, remaining: pending.count - state.ran)
  }
}
