import GSL
import SparseNetworks

/// Which rows of a table train and which test, both in ascending order.
public struct TrainTestSplit: Sendable, Equatable {
  public let training: [Int]
  public let test: [Int]

  /// A random hold-out: the nearest whole number of rows to `testFraction` · `rowCount`, without replacement.
  ///
  /// - Throws: `SimulationError` unless both sides get a row.
  public init(rowCount: Int, testFraction: Double, key: StreamKey) throws(SimulationError) {
    guard testFraction > 0, testFraction < 1 else {
      throw SimulationError(name: "test fraction", value: "\(testFraction)", needs: "between 0 and 1, excluded")
    }
    let testCount = Int((testFraction * Double(rowCount)).rounded())
    guard testCount >= 1, testCount < rowCount else {
      throw SimulationError(
        name: "number of test rows", value: "\(testCount) of \(rowCount)",
        needs: "at least 1, with a row left to train on")
    }
    // The first steps of a Fisher–Yates shuffle.
    var rows = Array(0..<rowCount)
    let random = RandomGenerator(key: key)
    for index in 0..<testCount { rows.swapAt(index, index + random.index(below: rowCount - index)) }
    test = rows[..<testCount].sorted()
    training = rows[testCount...].sorted()
  }

  /// The listed rows test, all others train.
  ///
  /// - Parameter testRows: zero-based, each at most once, in any order.
  /// - Throws: `SimulationError` for a row that is not there or listed twice, or if a side gets none.
  public init(rowCount: Int, testRows: [Int]) throws(SimulationError) {
    var isTest = [Bool](repeating: false, count: rowCount)
    for row in testRows {
      guard isTest.indices.contains(row) else {
        throw SimulationError(
          name: "test row", value: "\(row)",
          needs: "from 0 to \(rowCount - 1), the rows of the table (the header not counted)")
      }
      guard !isTest[row] else {
        throw SimulationError(name: "test row", value: "\(row) twice", needs: "listed once")
      }
      isTest[row] = true
    }
    guard !testRows.isEmpty, testRows.count < rowCount else {
      throw SimulationError(
        name: "number of test rows", value: "\(testRows.count) of \(rowCount)",
        needs: "at least 1, with a row left to train on")
    }
    test = isTest.indices.filter { isTest[$0] }
    training = isTest.indices.filter { !isTest[$0] }
  }

  /// The split that one line of a file lists: zero-based test rows, separated by blanks or commas.
  ///
  /// - Parameter line: counted from 1.
  /// - Throws: `TableError` with file and line for what cannot be read or is no split of the table.
  public init(file: String, line: Int, rowCount: Int) throws(TableError) {
    func refuse(_ found: String, expected: String, advice: String) -> TableError {
      TableError(.badSplit, file: file, line: line, found: found, expected: expected, advice: advice)
    }
    let text = String(decoding: try readBytes(ofFile: file), as: UTF8.self)
    var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    while lines.last?.allSatisfy(\.isWhitespace) == true { lines.removeLast() }
    guard (1...max(lines.count, 1)).contains(line), !lines.isEmpty else {
      throw refuse(
        "no such line",
        expected: lines.isEmpty ? "a split a line; the file has none" : "a line from 1 to \(lines.count)",
        advice: "choose a split that the file has")
    }
    var rows: [Int] = []
    for word in lines[line - 1].split(whereSeparator: { $0.isWhitespace || $0 == "," }) {
      guard let row = Int(word) else {
        throw refuse(
          "\"\(word)\"", expected: "zero-based row numbers, separated by blanks", advice: "correct the line")
      }
      rows.append(row)
    }
    do {
      try self.init(rowCount: rowCount, testRows: rows)
    } catch {
      throw refuse("\(error.name) is \(error.value)", expected: error.needs, advice: "use a split made for this table")
    }
  }

  /// The rows on each side.
  ///
  /// - Precondition: `data` has the split's rows.
  public func apply(to data: Dataset) -> (training: Dataset, test: Dataset) {
    (data.selecting(rows: training), data.selecting(rows: test))
  }
}

extension Dataset {
  /// The given rows, in the given order.
  ///
  /// - Precondition: each is a row of this table.
  public func selecting(rows: [Int]) -> Dataset {
    let targets: Targets =
      switch self.targets {
      case .real(let values, let outputs):
        .real(rows.flatMap { values[($0 * outputs)..<(($0 + 1) * outputs)] }, outputs: outputs)
      case .classes(let values, let classes): .classes(rows.map { values[$0] }, classes: classes)
      }
    return Dataset(
      unchecked: rows.flatMap { inputs[($0 * inputCount)..<(($0 + 1) * inputCount)] }, inputCount: inputCount,
      targets: targets)
  }
}
