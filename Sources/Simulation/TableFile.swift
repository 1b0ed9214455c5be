import Foundation
import SparseNetworks

/// A table of numbers read from a CSV file (RFC 4180, UTF-8), with a header line and nothing guessed.
///
///     let table = try TableFile(path: "diabetes.csv")
///     let data = try table.dataset(target: "target")
///
/// Every cell that is read must be a finite decimal number, but for a column of labels: texts and whole numbers that
/// name classes. "NaN", "NA" and the like are missing cells, never numbers or labels: the table is refused, or the rows are
/// dropped if the options say so, and counted. Accepted are LF and CRLF line
/// ends, a byte-order mark, quoted cells with newlines in them, blanks around numbers, and empty lines at the end.
public struct TableFile: Sendable, Equatable {
  public struct Options: Sendable, Equatable {
    /// One ASCII character: `,`, `;`, a tab, `|`.
    public var separator: Character
    /// Whether the decimal mark is a comma.
    public var decimalComma: Bool
    /// Whether rows with missing cells are left out; otherwise such a table is refused.
    public var dropsRowsWithMissingCells: Bool
    /// The column that error messages call the target; by default the last one if all columns are read.
    public var target: String?
    /// The only columns to read, whatever the others hold; by default all.
    public var columns: [String]?
    /// The one column that holds the names of classes instead of numbers, if there is one.
    public var labelColumn: String?

    public init(
      separator: Character = ",", decimalComma: Bool = false, dropsRowsWithMissingCells: Bool = false,
      target: String? = nil, columns: [String]? = nil, labelColumn: String? = nil
    ) {
      self.separator = separator
      self.decimalComma = decimalComma
      self.dropsRowsWithMissingCells = dropsRowsWithMissingCells
      self.target = target
      self.columns = columns
      self.labelColumn = labelColumn
    }
  }

  /// The file as the user named it.
  public let name: String
  /// The columns that were read, in the file's order.
  public let columnNames: [String]
  /// Row-major, `columnNames.count` numbers a row; in the column of labels their places in `labels`.
  public let values: [Double]
  /// The different labels, whole numbers by size, otherwise by the alphabet; empty without a column of them.
  public let labels: [String]
  /// The lines of the file whose rows were left out because a cell was missing.
  public let droppedLines: [Int]
  /// The same rows by their zero-based numbers among the file's data rows.
  public let droppedRows: [Int]
  private let labelColumn: String?

  public var rowCount: Int { values.count / columnNames.count }

  /// The rows that were not left out, by their zero-based numbers among the file's data rows.
  public var keptRows: [Int] {
    let dropped = Set(droppedRows)
    return (0..<(rowCount + dropped.count)).filter { !dropped.contains($0) }
  }

  /// Reads a file.
  ///
  /// - Throws: `TableError`, also if there is no such file or it cannot be read.
  public init(path: String, options: Options = Options()) throws(TableError) {
    try self.init(bytes: readBytes(ofFile: path), name: path, options: options)
  }

  /// Reads the bytes of a file called `name` in error messages.
  public init(bytes: [UInt8], name: String, options: Options = Options()) throws(TableError) {
    var parser = try TableParser(bytes: bytes, name: name, options: options)
    try parser.readHeader()
    try parser.readRows()
    self.name = name
    columnNames = parser.columnNames
    values = parser.values
    labels = parser.labels
    labelColumn = options.labelColumn
    droppedLines = parser.droppedLines
    droppedRows = parser.droppedRows
  }

  /// The named columns, row-major, in the order of the names.
  ///
  /// - Throws: `TableError` if the table has no such column.
  public func values(ofColumns names: [String]) throws(TableError) -> [Double] {
    var indices: [Int] = []
    for column in names { indices.append(try index(ofColumn: column)) }
    var selected: [Double] = []
    selected.reserveCapacity(rowCount * indices.count)
    for row in 0..<rowCount {
      for index in indices { selected.append(values[row * columnNames.count + index]) }
    }
    return selected
  }

  /// The names of the columns that are inputs when `target` is the target.
  public func inputNames(target: String) -> [String] { columnNames.filter { $0 != target } }

  /// The target column against all others, in the table's order; its targets are classes if it is the column of labels.
  ///
  /// - Throws: `TableError` if the table has no such column, or no other, or if there is only one label.
  public func dataset(target: String) throws(TableError) -> Dataset {
    let targets = try values(ofColumns: [target])
    let inputs = inputNames(target: target)
    guard !inputs.isEmpty else {
      throw TableError(
        .unknownColumn, file: name, line: 1, found: "no column but the target `\(target)`",
        expected: "at least one input column", advice: "add the inputs to the table")
    }
    guard target != labelColumn || labels.count >= 2 else {
      throw TableError(
        .oneLabel, file: name, found: "every row of target `\(target)` is \"\(labels.first ?? "")\"",
        expected: "at least two classes", advice: "add rows of another class")
    }
    return Dataset(
      unchecked: try values(ofColumns: inputs), inputCount: inputs.count,
      targets: target == labelColumn
        ? .classes(targets.map { Int($0) }, classes: labels.count) : .real(targets, outputs: 1))
  }

  private func index(ofColumn column: String) throws(TableError) -> Int {
    guard let index = columnNames.firstIndex(of: column) else {
      throw TableError.unknownColumn(column, among: columnNames, file: name)
    }
    return index
  }
}

extension TableError {
  static func unknownColumn(_ column: String, among names: [String], file: String) -> TableError {
    TableError(
      .unknownColumn, file: file, line: 1, found: "no column `\(column)`",
      expected: "one of \(names.map { "`\($0)`" }.joined(separator: ", "))", advice: "check the spelling")
  }
}

/// The bytes of a file.
///
/// - Throws: `TableError` if there is none, if it is a folder or if it may not be read.
func readBytes(ofFile path: String) throws(TableError) -> [UInt8] {
  var isDirectory: ObjCBool = false
  guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
    throw TableError(.missingFile, file: path, found: "no such file", expected: "a file", advice: "check the path")
  }
  guard !isDirectory.boolValue else {
    throw TableError(
      .directory, file: path, found: "a folder", expected: "a file", advice: "name a file in that folder")
  }
  do {
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  } catch {
    throw TableError(
      .unreadable, file: path, found: "the file cannot be read", expected: "a file that this user may read",
      advice: "check its permissions")
  }
}
