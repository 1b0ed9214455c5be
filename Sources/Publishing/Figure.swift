import Foundation

/// A figure before it is drawn: gnuplot commands that depend on no file and no terminal.
struct Figure: Sendable, Equatable {
  /// Of its files, without extension: letters, digits, `-`, `.`.
  let name: String
  let caption: String
  /// Inches.
  let width: Double
  let height: Double
  let commands: String

  /// `base`, or for one of several combinations of factors a name that says which, safe on any file system.
  static func name(_ base: String, _ index: Int, of count: Int, _ label: String) -> String {
    guard count > 1 else { return base }
    let safe = label.unicodeScalars.map { scalar -> Character in
      scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == ".")
        ? Character(scalar) : "-"
    }
    let words = String(safe).split(separator: "-").joined(separator: "-").prefix(60)
    return "\(base)-\(index + 1)-\(words)".trimmingCharacters(in: CharacterSet(charactersIn: "-."))
  }

  /// 1, 2 or 5 times a power of ten that gives about four ticks.
  static func tickStep(_ span: Double) -> Double {
    let rough = span / 4
    let magnitude = pow(10, floor(log10(rough)))
    return ([1, 2, 5].first { $0 * magnitude >= rough } ?? 10) * magnitude
  }

  /// Text that gnuplot takes as it is: in single quotes nothing but the quote itself has a meaning.
  static func quoted(_ text: String) -> String { "'\(oneLine(text).replacing("'", with: "''"))'" }

  /// A named block of inline data; rows of numbers only; an empty row parts lines.
  static func data(_ name: String, _ rows: [[Double]]) -> String {
    let lines = rows.map { row in row.map { "\($0)" }.joined(separator: " ") }
    return "$\(name) << EOD\n\(lines.joined(separator: "\n"))\nEOD\n"
  }
}

extension LogAxis {
  /// The commands for range and ticks of axis `x` or `y`.
  func commands(_ axis: String) -> String {
    let ticks =
      major.map { "\(Figure.quoted($0.label)) \($0.position)" } + minor.map { "'' \($0) 1" }
    return """
      set \(axis)range [\(lower):\(upper)]
      set \(axis)tics scale 0.8,0.4 nomirror (\(ticks.joined(separator: ", ")))

      """
  }
}
