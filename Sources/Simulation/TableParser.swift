/// Turns the records of a file into the numbers of a table, and each defect into the error that names it.
struct TableParser {
  private let options: TableFile.Options
  private let name: String
  private let decimalMark: UInt8
  private var reader: CSVReader
  private var cells: [CSVReader.Cell] = []
  /// All names of the header, and which of these columns are read.
  private var header: [String] = []
  private var isRead: [Bool] = []
  private var targetIndex: Int?
  private var labelIndex: Int?
  private var missing: [(line: Int, column: Int, text: String)] = []

  /// In the column of labels a 0 until all rows are read.
  private(set) var values: [Double] = []
  private(set) var labels: [String] = []
  private var rowLabels: [String] = []
  private(set) var droppedLines: [Int] = []
  private(set) var droppedRows: [Int] = []

  /// The columns that are read.
  var columnNames: [String] { zip(header, isRead).filter { $0.1 }.map { $0.0 } }

  init(bytes: [UInt8], name: String, options: TableFile.Options) throws(TableError) {
    guard let separator = options.separator.asciiValue, !"\"\r\n.".utf8.contains(separator),
      !options.separator.isLetter, !options.separator.isNumber
    else {
      throw TableError(
        .badOptions, file: name, found: "the separator is \"\(options.separator)\"",
        expected: "one ASCII character that is no letter, digit, quotation mark or point",
        advice: "use , or ; or a tab")
    }
    guard !(options.decimalComma && separator == UInt8(ascii: ",")) else {
      throw TableError(
        .badOptions, file: name, found: "the comma is both separator and decimal mark", expected: "two characters",
        advice: "choose another separator, most often ;")
    }
    guard options.columns?.isEmpty != true else {
      throw TableError(
        .badOptions, file: name, found: "no column to read", expected: "at least one", advice: "name the columns")
    }
    guard !bytes.isEmpty else {
      throw TableError(
        .empty, file: name, found: "the file is empty (0 bytes)", expected: "a header line and rows of numbers",
        advice: "check how the file was written")
    }
    try Self.requireUTF8(bytes, name: name)
    self.options = options
    self.name = name
    decimalMark = UInt8(ascii: options.decimalComma ? "," : ".")
    reader = CSVReader(bytes: bytes, separator: separator, file: name)
  }

  mutating func readHeader() throws(TableError) {
    guard try reader.next(into: &cells), !(cells.count == 1 && cells[0].range.isEmpty) else {
      throw TableError(
        .unnamedColumn, file: name, line: 1, found: "the first line is empty", expected: "the names of the columns",
        advice: "delete the empty line or add a header")
    }
    try requireSeparator()
    if cells.allSatisfy({ DecimalNumber.parse(reader.bytes, in: $0.range, decimalMark: decimalMark) != nil }) {
      throw TableError(
        .headerOfNumbers, file: name, line: 1, found: "the first line holds numbers only",
        expected: "the names of the columns", advice: "add a header line")
    }
    for (index, cell) in cells.enumerated() {
      var cell = cell
      if !cell.isQuoted { cell.range = DecimalNumber.trim(reader.bytes, cell.range) }
      let column = reader.text(cell)
      guard !column.isEmpty else {
        throw TableError(
          .unnamedColumn, file: name, line: cell.line, column: .init(number: index + 1, name: nil),
          found: "the column has no name", expected: "a name for each column", advice: "name the column or delete it")
      }
      if let first = header.firstIndex(of: column) {
        throw TableError(
          .duplicateColumn, file: name, line: cell.line, column: .init(number: index + 1, name: column),
          found: "column name `\(column)` is used twice (columns \(first + 1) and \(index + 1))",
          expected: "a different name for each column", advice: "rename or delete one of them")
      }
      header.append(column)
    }
    if let target = options.target {
      targetIndex = try index(ofColumn: target)
    } else if options.columns == nil {
      targetIndex = header.count - 1
    }
    if let column = options.labelColumn { labelIndex = try index(ofColumn: column) }
    isRead = header.map { _ in options.columns == nil }
    for column in options.columns ?? [] { isRead[try index(ofColumn: column)] = true }
  }

  private func index(ofColumn column: String) throws(TableError) -> Int {
    guard let index = header.firstIndex(of: column) else {
      throw TableError.unknownColumn(column, among: header, file: name)
    }
    return index
  }

  mutating func readRows() throws(TableError) {
    var row = 0
    guard !reader.isAtEnd else { throw noRows(found: "a header but no data rows") }
    while !reader.isAtEnd, try reader.next(into: &cells) {
      try requireFullRow()
      let rowStart = values.count
      var isComplete = true
      var rowLabel: String?
      for index in cells.indices where isRead[index] {
        let number = DecimalNumber.parse(reader.bytes, in: cells[index].range, decimalMark: decimalMark)
        if number == nil, isMissing(cells[index]) {
          missing.append((cells[index].line, index, reader.text(cells[index])))
          isComplete = false
        } else if index == labelIndex {
          rowLabel = try label(cells[index], number: number)
          values.append(0)
        } else if let number {
          values.append(number)
        } else {
          throw notANumber(cells[index], column: index)
        }
      }
      if isComplete {
        if let rowLabel { rowLabels.append(rowLabel) }
      } else {
        droppedRows.append(row)
        values.removeSubrange(rowStart...)
        droppedLines.append(cells[0].line)
      }
      row += 1
    }
    guard missing.isEmpty || options.dropsRowsWithMissingCells else { throw missingCells() }
    guard !values.isEmpty else { throw noRows(found: "every row has a missing cell") }
    writePlacesOfLabels()
  }

  // MARK: Labels

  /// A whole number is the same label however it is written: 1, 1.0, 1e0.
  private func label(_ cell: CSVReader.Cell, number: Double?) throws(TableError) -> String {
    guard let number else {
      var cell = cell
      if !cell.isQuoted { cell.range = DecimalNumber.trim(reader.bytes, cell.range) }
      return reader.text(cell)
    }
    guard let whole = Int(exactly: number) else {
      let column = labelIndex.map { TableError.Column(number: $0 + 1, name: header[$0]) }
      throw TableError(
        .notALabel, file: name, line: cell.line, column: column,
        found: "label `\(column?.name ?? "")` is \(quoted(reader.text(cell))), a fraction",
        expected: "the name of a class, a text or a whole number",
        advice: "predict the number instead, without --likelihood")
    }
    return "\(whole)"
  }

  private mutating func writePlacesOfLabels() {
    guard let labelIndex, isRead[labelIndex] else { return }
    let different = Set(rowLabels)
    let numbers = different.compactMap { Int($0) }
    labels = numbers.count == different.count ? numbers.sorted().map { "\($0)" } : different.sorted()
    let places = Dictionary(uniqueKeysWithValues: labels.enumerated().map { ($1, Double($0)) })
    let width = columnNames.count
    let column = isRead[..<labelIndex].count { $0 }
    for (row, label) in rowLabels.enumerated() { values[row * width + column] = places[label] ?? 0 }
  }

  // MARK: What can be wrong

  /// A header that is one cell but has another separator in it was not written with ours.
  private func requireSeparator() throws(TableError) {
    guard cells.count == 1, !cells[0].isQuoted else { return }
    let header = reader.text(cells[0])
    let candidates: [(character: Character, name: String, flag: String)] = [
      (";", "semicolon", "';'"), ("\t", "tab", "$'\\t'"), ("|", "bar", "'|'"), (",", "comma", "','"),
    ]
    guard let other = candidates.first(where: { $0.character != options.separator && header.contains($0.character) })
    else { return }
    // The separator is known now, so a comma between two digits is a decimal comma.
    let bytes = reader.bytes
    let hasDecimalCommas =
      other.character != ","
      && bytes.indices.dropFirst().dropLast().contains {
        bytes[$0] == UInt8(ascii: ",") && (48...57).contains(bytes[$0 - 1]) && (48...57).contains(bytes[$0 + 1])
      }
    let flags = "--separator \(other.flag)" + (hasDecimalCommas ? " --decimal-comma" : "")
    throw TableError(
      .wrongSeparator, file: name, line: 1,
      found: "the header is one column, \"\(header.replacing("\t", with: " "))\": it looks \(other.name)-separated"
        + (hasDecimalCommas ? " with decimal commas" : ""),
      expected: "columns separated by \"\(options.separator)\"", advice: "read it with \(flags)")
  }

  private func requireFullRow() throws(TableError) {
    guard cells.count != header.count else { return }
    let isBlank = cells.count == 1 && cells[0].range.isEmpty
    throw TableError(
      .raggedRow, file: name, line: cells[0].line,
      found: isBlank ? "an empty line" : "the row has \(cells.count) cell\(cells.count == 1 ? "" : "s")",
      expected: "\(header.count), as in the header",
      advice: isBlank ? "delete it" : "complete the row or quote the cells that hold a separator")
  }

  private func isMissing(_ cell: CSVReader.Cell) -> Bool {
    let trimmed = DecimalNumber.trim(reader.bytes, cell.range)
    guard trimmed.count <= 5 else { return false }
    let text = String(decoding: reader.bytes[trimmed], as: UTF8.self).lowercased()
    return ["", "na", "n/a", "nan", "-nan", "+nan", "null", "none", "?", "."].contains(text)
  }

  private func missingCells() -> TableError {
    let first = missing[0]
    let all = missing.prefix(6).map { "line \($0.line) `\(header[$0.column])` \(quoted($0.text))" }
    let rest = missing.count > all.count ? " and \(missing.count - all.count) more" : ""
    let count = missing.count == 1 ? "1 cell is missing" : "\(missing.count) cells are missing"
    return TableError(
      .missingCells, file: name, line: first.line, column: .init(number: first.column + 1, name: header[first.column]),
      found: "\(count): \(all.joined(separator: ", "))\(rest)", expected: "a number in every cell",
      advice: "fill them in, or leave these rows out with --drop-missing")
  }

  private func notANumber(_ cell: CSVReader.Cell, column: Int) -> TableError {
    let text = reader.text(cell)
    let columnName = header[column]
    let isTarget = column == targetIndex
    let (doubt, advice) = diagnose(text, isTarget: isTarget)
    return TableError(
      .notANumber, file: name, line: cell.line, column: .init(number: column + 1, name: columnName),
      found: "\(isTarget ? "target" : "column") `\(columnName)` is \(quoted(text)), not a number\(doubt)",
      expected: "a finite decimal number, such as \(options.decimalComma ? "1234,5" : "1234.5")", advice: advice)
  }

  /// What the author of the cell may have meant.
  private func diagnose(_ text: String, isTarget: Bool) -> (doubt: String, advice: String) {
    let hasDigit = text.contains { $0.isASCII && $0.isNumber }
    let thousandsMarks: [Character] = [options.decimalComma ? "." : ",", "'", " ", "\u{A0}", "\u{202F}", "_"]
    let mark = text.first { thousandsMarks.contains($0) }
    if hasDigit, let mark, text.allSatisfy({ $0.isNumber || "+-.,'_ \u{A0}\u{202F}".contains($0) }) {
      let isDecimalComma = mark == "," && !text.contains(".") && text.split(separator: ",").last?.count != 3
      return isDecimalComma
        ? (" (decimal comma?)", "read it with --decimal-comma, or write it with a point")
        : (" (thousands separator?)", "write it without thousands separators")
    }
    if hasDigit, text.lowercased().contains("e"), text.allSatisfy({ $0.isNumber || "+-.,eE".contains($0) }) {
      return (" that fits into double precision", "rescale the column")
    }
    if text.lowercased().contains("inf") { return ("", "infinite values cannot be used; correct or delete the row") }
    return isTarget
      ? ("", "code the target as a number, or predict its class with --likelihood categorical or bernoulli")
      : ("", "code the column as numbers or delete it")
  }

  private func noRows(found: String) -> TableError {
    TableError(.noRows, file: name, found: found, expected: "at least one row of numbers", advice: "check the file")
  }

  private func quoted(_ text: String) -> String {
    "\"\(text.count > 40 ? text.prefix(40) + "…" : text)\""
  }

  private static func requireUTF8(_ bytes: [UInt8], name: String) throws(TableError) {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw TableError(
        .notUTF8, file: name, line: 1, found: "the file is encoded as UTF-16", expected: "UTF-8",
        advice: "save it as UTF-8")
    }
    // A file of ASCII, by far the most common, is not decoded.
    guard bytes.contains(where: { $0 >= 0x80 }) else { return }
    var parser = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var line = 1
    while true {
      switch parser.parseScalar(from: &iterator) {
      case .valid(let scalar): if scalar.first == UInt8(ascii: "\n") { line += 1 }
      case .emptyInput: return
      case .error:
        throw TableError(
          .notUTF8, file: name, line: line, found: "a byte that is not UTF-8", expected: "UTF-8",
          advice: "save it as UTF-8 (a spreadsheet may call it \"CSV UTF-8\")")
      }
    }
  }
}
