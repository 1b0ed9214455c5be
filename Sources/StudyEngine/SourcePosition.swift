/// Where a value was written: a file with line and column, or a command-line option (no line).
package struct SourcePosition: Hashable, Sendable, CustomStringConvertible {
  /// The file's path as the user gave it, or the option, such as `--set training.steps=1`.
  package let source: String
  /// From 1; columns count Unicode scalars.
  package let line: Int?
  package let column: Int?

  package init(source: String, line: Int? = nil, column: Int? = nil) {
    self.source = source
    self.line = line
    self.column = column
  }

  package var description: String {
    [source, line.map(String.init), column.map(String.init)].compactMap { $0 }.joined(separator: ":")
  }
}
