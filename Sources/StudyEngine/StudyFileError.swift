/// What is wrong with a study file (or a `--set` option), where, what was expected, and the likeliest intention.
package struct StudyFileError: Error, Hashable, Sendable, CustomStringConvertible {
  package let position: SourcePosition
  package let what: String
  package let expected: String?
  package let suggestion: String?

  package init(at position: SourcePosition, _ what: String, expected: String? = nil, suggestion: String? = nil) {
    self.position = position
    self.what = what
    self.expected = expected
    self.suggestion = suggestion
  }

  /// One line: `file:line:column: what; expected …; did you mean …?`
  package var description: String {
    var line = "\(position): \(what)"
    if let expected { line += "; expected \(expected)" }
    if let suggestion { line += "; did you mean \(suggestion)?" }
    // Names and values are quoted as they were written, and may hold line breaks.
    return line.unicodeScalars.map { scalar in
      scalar.properties.generalCategory == .control ? scalar.escaped(asASCII: false) : String(scalar)
    }.joined()
  }
}
