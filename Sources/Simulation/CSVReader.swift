/// Splits the bytes of a file into records by RFC 4180: quoted cells may hold separators, newlines and doubled quotes.
///
/// Lines end in LF or CRLF. Works on bytes, which UTF-8 allows since every delimiter is ASCII.
struct CSVReader {
  struct Cell {
    /// Where the text of the cell lies, without its outer quotes.
    var range: Range<Int>
    /// The line on which the cell begins, counted from 1.
    var line: Int
    var isQuoted: Bool
    /// Whether the text has doubled quotes, each of which stands for one.
    var hasDoubledQuotes: Bool
  }

  let bytes: [UInt8]
  let separator: UInt8
  let file: String
  private var position: Int
  private(set) var line = 1

  init(bytes: [UInt8], separator: UInt8, file: String) {
    self.bytes = bytes
    self.separator = separator
    self.file = file
    position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// Whether only line ends are left.
  var isAtEnd: Bool { !bytes[position...].contains { $0 != lineFeed && $0 != carriageReturn } }

  /// Reads one record into `cells`, replacing what they held; false at the end of the file.
  mutating func next(into cells: inout [Cell]) throws(TableError) -> Bool {
    cells.removeAll(keepingCapacity: true)
    guard position < bytes.count else { return false }
    while true {
      cells.append(try nextCell())
      guard position < bytes.count else { return true }
      if bytes[position] == separator {
        position += 1
        continue
      }
      try endLine()
      return true
    }
  }

  /// The text of a cell, doubled quotes made one.
  func text(_ cell: Cell) -> String {
    guard cell.hasDoubledQuotes else { return String(decoding: bytes[cell.range], as: UTF8.self) }
    var isSecond = false
    let single = bytes[cell.range].filter { byte in
      isSecond = byte == quote && !isSecond
      return byte != quote || isSecond
    }
    return String(decoding: single, as: UTF8.self)
  }

  private mutating func nextCell() throws(TableError) -> Cell {
    if position < bytes.count, bytes[position] == quote { return try nextQuotedCell() }
    let start = position
    while position < bytes.count {
      let byte = bytes[position]
      if byte == separator || byte == lineFeed || byte == carriageReturn { break }
      if byte == quote {
        throw TableError(
          .malformedQuotes, file: file, line: line,
          found: "a quotation mark inside a cell that does not begin with one",
          expected: "cells with quotation marks to be quoted whole", advice: "write \"say \"\"so\"\"\" for say \"so\"")
      }
      position += 1
    }
    return Cell(range: start..<position, line: line, isQuoted: false, hasDoubledQuotes: false)
  }

  private mutating func nextQuotedCell() throws(TableError) -> Cell {
    let start = position + 1
    let firstLine = line
    var hasDoubledQuotes = false
    position = start
    while position < bytes.count {
      switch bytes[position] {
      case quote where position + 1 < bytes.count && bytes[position + 1] == quote:
        hasDoubledQuotes = true
        position += 2
      case quote:
        let cell = Cell(range: start..<position, line: firstLine, isQuoted: true, hasDoubledQuotes: hasDoubledQuotes)
        position += 1
        guard position == bytes.count || [separator, lineFeed, carriageReturn].contains(bytes[position]) else {
          throw TableError(
            .malformedQuotes, file: file, line: line, found: "text after the closing quotation mark of a cell",
            expected: "a separator or the end of the line there",
            advice: "double the quotation marks inside a quoted cell")
        }
        return cell
      case lineFeed:
        line += 1
        position += 1
      default:
        position += 1
      }
    }
    throw TableError(
      .malformedQuotes, file: file, line: firstLine, found: "a quoted cell that never ends",
      expected: "a closing quotation mark", advice: "close it, or double the quotation marks inside the cell")
  }

  /// Steps over LF or CRLF.
  private mutating func endLine() throws(TableError) {
    if bytes[position] == carriageReturn {
      guard position + 1 < bytes.count, bytes[position + 1] == lineFeed else {
        throw TableError(
          .bareCarriageReturn, file: file, line: line, found: "a carriage return without a line feed",
          expected: "lines that end in LF or CRLF", advice: "save the file with Unix or Windows line ends")
      }
      position += 1
    }
    position += 1
    line += 1
  }
}

private let quote = UInt8(ascii: "\"")
private let lineFeed = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")
