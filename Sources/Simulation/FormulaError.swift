/// What is wrong with a formula, and where.
public struct FormulaError: Error, Equatable, CustomStringConvertible {
  /// From 1, in Unicode scalars.
  public let column: Int
  public let what: String
  public let expected: String
  /// What to write instead, where that is plain.
  public let suggestion: String?
  /// A name that is not known, and the names that may have been meant.
  public let name: String?
  public let candidates: [String]

  init(
    column: Int, what: String, expected: String, suggestion: String? = nil, name: String? = nil,
    candidates: [String] = []
  ) {
    self.column = column
    self.what = what
    self.expected = expected
    self.suggestion = suggestion
    self.name = name
    self.candidates = candidates
  }

  public var description: String { "\(what) at column \(column); expected \(expected)" }
}
