import Foundation

/// One line on stderr that something is worth a look although the work goes on.
func printWarning(_ text: String) { FileHandle.standardError.write(Data("warning: \(text)\n".utf8)) }

/// A line on stderr that is written over again and again while work goes on; silent unless stderr is a terminal.
struct ProgressLine {
  private let isShown: Bool

  init(isQuiet: Bool) { isShown = !isQuiet && isatty(STDERR_FILENO) == 1 }

  func show(_ text: String) { write("\r\u{1B}[K" + text) }
  /// Leaves the line empty for what comes next.
  func clear() { write("\r\u{1B}[K") }

  private func write(_ text: String) {
    if isShown { FileHandle.standardError.write(Data(text.utf8)) }
  }
}
