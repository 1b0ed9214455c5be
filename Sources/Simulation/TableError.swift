/// Why a table was refused: where, what was found there, what was expected and what to do.
public struct TableError: Error, Equatable, CustomStringConvertible {
  public enum Kind: String, Sendable {
    case missingFile, directory, unreadable, empty, notUTF8, badOptions
    case malformedQuotes, bareCarriageReturn
    case wrongSeparator, unnamedColumn, duplicateColumn, headerOfNumbers, unknownColumn
    case noRows, raggedRow, missingCells, notANumber, notALabel, oneLabel
    case badSplit
  }

  /// One column: its number, counted from 1, and its name in the header, if it got that far.
  public struct Column: Equatable, Sendable {
    public let number: Int
    public let name: String?

    public init(number: Int, name: String?) {
      self.number = number
      self.name = name
    }
  }

  public let kind: Kind
  /// The file as the user named it.
  public let file: String
  /// The line of the file, counted from 1, header included; `nil` if the trouble is with the file as a whole.
  public let line: Int?
  public let column: Column?
  public let found: String
  public let expected: String
  public let advice: String

  public init(
    _ kind: Kind, file: String, line: Int? = nil, column: Column? = nil, found: String, expected: String, advice: String
  ) {
    self.kind = kind
    self.file = file
    self.line = line
    self.column = column
    self.found = found
    self.expected = expected
    self.advice = advice
  }

  /// One line, even where a name or a cell has several:
  /// `table.csv, line 2, column 4: target `risk` is "high", not a number; expected …; …`.
  public var description: String {
    let place = [file, line.map { "line \($0)" }, column.map { "column \($0.number)" }].compactMap { $0 }
    return onOneLine("\(place.joined(separator: ", ")): \(found); expected \(expected); \(advice)")
  }
}

/// The text with its line ends made visible.
func onOneLine(_ text: String) -> String { String(text.map { $0.isNewline ? "⏎" : $0 }) }
