import Foundation
import StudyEngine
import Synchronization

/// The progress of a run on stderr: one live line on a terminal, one line a minute elsewhere.
final class RunProgress: Sendable {
  private let isTerminal = isatty(FileHandle.standardError.fileDescriptor) == 1
  private let lastShown = Mutex<ContinuousClock.Instant?>(nil)

  /// Shows the state, unless it was shown a moment ago.
  func show(_ progress: ExecutionProgress) {
    let interval: Duration = isTerminal ? .milliseconds(200) : .seconds(60)
    let now = ContinuousClock.now
    let isDue = lastShown.withLock { last in
      // The first line elsewhere comes after a minute: shorter runs need none.
      guard let then = last ?? (isTerminal ? now - interval : nil) else {
        last = now
        return false
      }
      guard now - then >= interval else { return false }
      last = now
      return true
    }
    guard isDue else { return }
    write(isTerminal ? "\r\u{1B}[K\(Self.line(progress))" : Self.line(progress) + "\n")
  }

  /// Clears the live line.
  func end() { if isTerminal { write("\r\u{1B}[K") } }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }

  private static func line(_ progress: ExecutionProgress) -> String {
    var parts = ["\(progress.done)/\(progress.total) cells"]
    if progress.failed > 0 { parts.append("\(progress.failed) failed") }
    if let seconds = progress.secondsLeft { parts.append("\(Duration.seconds(seconds).rough) left") }
    if let step = progress.latest {
      parts.append("cell \(step.cell): step \(step.step), ELBO \(Int(step.elbo.rounded()))")
    }
    return parts.joined(separator: " · ")
  }
}
