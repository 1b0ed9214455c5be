import Foundation

/// What is going on, on stderr: tables on stdout stay clean.
enum Progress {
  static func show(_ text: String) { FileHandle.standardError.write(Data("bench: \(text)\n".utf8)) }
}
