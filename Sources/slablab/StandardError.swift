import ArgumentParser
import Foundation

/// What goes to stderr: errors, warnings and progress; results alone go to stdout.
enum StandardError {
  static let isTerminal = isatty(STDERR_FILENO) == 1

  static func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }

  static func printLine(_ text: String) { write(text + "\n") }

  /// One line that something is worth a look although the work goes on.
  static func printWarning(_ text: String) { printLine("warning: \(text)") }

  static func printError(_ text: String) { printLine("error: \(text)") }

  /// Writes over the terminal's last line, which `text` leaves to be written over.
  static func rewriteLine(_ text: String) { write("\r\u{1B}[K" + text) }
}

/// Work whose input has been found right: what it throws is told here and ends the program with exit code 1, not with
/// the 2 of bad input.
func failingWithCode1<Value>(_ work: () throws -> Value) throws -> Value {
  do {
    return try work()
  } catch let code as ExitCode {
    throw code
  } catch {
    StandardError.printError("\(error)")
    throw ExitCode(1)
  }
}
