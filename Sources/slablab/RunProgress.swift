import Foundation
import StudyEngine
import Synchronization

/// The progress of a run on stderr: one live line on a terminal, one line a minute elsewhere.
final class RunProgress: Sendable {
  private let lastShown = Mutex<ContinuousClock.Instant?>(nil)

  /// Shows the state, unless it was shown a moment ago.
  func show(_ progress: ExecutionProgress) {
    let interval: Duration = StandardError.isTerminal ? .milliseconds(200) : .seconds(60)
    let now = ContinuousClock.now
    let isDue = lastShown.withLock { last in
      // The first line elsewhere comes after a minute: shorter runs need none.
      guard let then = last ?? (StandardError.isTerminal ? now - interval : nil) else {
        last = now
        return false
      }
      guard now - then >= interval else { return false }
      last = now
      return true
    }
    guard isDue else { return }
    let line = Self.line(progress)
    if StandardError.isTerminal { StandardError.rewriteLine(line) } else { StandardError.printLine(line) }
  }

  /// Clears the live line.
  func end() { if StandardError.isTerminal { StandardError.rewriteLine("") } }

  static func line(_ progress: ExecutionProgress) -> String {
    var parts = ["\(progress.done)/\(progress.total) cells"]
    if progress.failed > 0 { parts.append("\(progress.failed) failed") }
    if let seconds = progress.secondsLeft { parts.append("\(roughDuration(seconds)) left") }
    if let step = progress.latest {
      // A bound on its way to divergence has no Int.
      parts.append(String(format: "cell %d: step %d, ELBO %.0f", step.cell, step.step, step.elbo))
    }
    return parts.joined(separator: " · ")
  }
}
