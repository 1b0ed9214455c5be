import Foundation
import SparseNetworks
import Testing

@testable import Simulation

private let referenceValues: [Double] = [
  59, 32.1, 101, 151, 48, 21.6, 87, 75, 72, 30.5, 93, 141, 24, 25.3, 84, 206, 50, 23, 101, 135, 23, 22.6, 89, 97, 36,
  22, 90, 138, 66, 26.2, 114, 63,
]

/// The error that a text is refused with, or nil.
private func refusal(_ text: String, _ options: TableFile.Options = .init()) -> TableError? {
  refusal(bytes: Array(text.utf8), options)
}

private func refusal(bytes: [UInt8], _ options: TableFile.Options = .init()) -> TableError? {
  do {
    _ = try TableFile(bytes: bytes, name: "t.csv", options: options)
    return nil
  } catch { return error }
}

@Suite("Reading a table") struct TableFileTests {
  @Test("files that say the same give the same table, bit for bit", arguments: ["reference", "01-bom", "02-crlf"])
  func accepted(name: String) throws {
    let read = try TableFile(path: table("\(name).csv"))
    #expect(read.columnNames == ["age", "bmi", "bp", "risk"])
    #expect(read.values == referenceValues)
    #expect(read.rowCount == 8)
    #expect(read.droppedLines == [])
  }

  @Test("the target goes to one side, the inputs to the other")
  func dataset() throws {
    let data = try TableFile(path: table("reference.csv")).dataset(target: "risk")
    #expect(data.inputCount == 3)
    #expect(data.rowCount == 8)
    #expect(data.targets == .real([151, 75, 141, 206, 135, 97, 138, 63], outputs: 1))
    #expect(data.inputs.prefix(4) == [59, 32.1, 101, 48])
    let first = try TableFile(path: table("reference.csv")).dataset(target: "age")
    #expect(first.inputs.prefix(3) == [32.1, 101, 151])
  }

  @Test("columns are picked by name, in the order asked for")
  func columns() throws {
    let read = try TableFile(path: table("reference.csv"))
    #expect(try read.values(ofColumns: ["bp", "age"]).prefix(4) == [101, 59, 87, 48])
  }

  @Test("semicolons with decimal commas are read when told, to the same numbers")
  func semicolons() throws {
    let options = TableFile.Options(separator: ";", decimalComma: true)
    #expect(try TableFile(path: table("03-semicolon-decimal-comma.csv"), options: options).values == referenceValues)
  }

  @Test("quoted cells may hold newlines and quotation marks")
  func quotedNewlines() throws {
    let read = try TableFile(path: table("04-quoted-newlines.csv"))
    #expect(read.columnNames == ["age", "bmi\n(kg/m²)", "bp \"mean\"", "risk"])
    #expect(read.values == referenceValues)
  }

  @Test("rows with missing cells are left out when told, and counted")
  func droppedRows() throws {
    let options = TableFile.Options(dropsRowsWithMissingCells: true)
    let read = try TableFile(path: table("06-missing-cells.csv"), options: options)
    #expect(read.rowCount == 5)
    #expect(read.droppedLines == [3, 5, 8])
    let rows = stride(from: 0, to: 32, by: 4).map { Array(referenceValues[$0..<($0 + 4)]) }
    let kept: [Double] = rows[0] + rows[2] + rows[4] + rows[5] + rows[7]
    #expect(read.values == kept)
  }

  @Test("a constant column is a table like another")
  func constantColumn() throws {
    #expect(try TableFile(path: table("09-constant-column.csv")).rowCount == 8)
  }

  @Test(
    "a broken file is refused in one line that says where, what and what to do",
    arguments: [
      (
        "03-semicolon-decimal-comma",
        """
        , line 1: the header is one column, "age;bmi;bp;risk": it looks semicolon-separated with decimal commas; \
        expected columns separated by ","; read it with --separator ';' --decimal-comma
        """
      ),
      (
        "05-ragged-row",
        ", line 6: the row has 3 cells; expected 4, as in the header; "
          + "complete the row or quote the cells that hold a separator"
      ),
      (
        "06-missing-cells",
        """
        , line 3, column 2: 3 cells are missing: line 3 `bmi` "NA", line 5 `bp` "", line 8 `risk` "NaN"; \
        expected a number in every cell; fill them in, or leave these rows out with --drop-missing
        """
      ),
      (
        "07-duplicate-header",
        ", line 1, column 3: column name `bmi` is used twice (columns 2 and 3); "
          + "expected a different name for each column; rename or delete one of them"
      ),
      (
        "08-header-only", ": a header but no data rows; expected at least one row of numbers; check the file"
      ),
      (
        "10-thousands-separator",
        """
        , line 2, column 4: target `risk` is "151,000.5", not a number (thousands separator?); \
        expected a finite decimal number, such as 1234.5; write it without thousands separators
        """
      ),
      (
        "11-empty",
        ": the file is empty (0 bytes); expected a header line and rows of numbers; check how the file was written"
      ),
      (
        "12-text-target",
        """
        , line 2, column 4: target `risk` is "high", not a number; \
        expected a finite decimal number, such as 1234.5; code the target as a number, \
        or predict its class with --likelihood categorical or bernoulli
        """
      ),
    ])
  func refused(name: String, message: String) throws {
    let path = table("\(name).csv")
    let error = #expect(throws: TableError.self) { try TableFile(path: path) }
    #expect(error?.description == path + message)
  }

  @Test("what is no finite decimal number is refused", arguments: [
    "inf", "-Infinity", "0x1A", "1e999", "1e", "1.2.3", "--1", "1 000", "1_000", "12abc", "٣", "1,5", "1e+", "+", "e5",
  ])
  func notANumber(cell: String) {
    let error = refusal("a,b\n1,2\n\"\(cell)\",2\n")
    #expect(error?.kind == .notANumber)
    #expect(error?.line == 3)
    #expect(error?.column == .init(number: 1, name: "a"))
  }

  @Test("numbers are rounded correctly, as Swift's own reader does", arguments: [
    "0", "-0.0", "1e-5", "1.0991635e-05", "123456789012345678901234567890", "0.1", "1e22", "1e23", "9007199254740993",
    "4.9e-324", "1e-400", "1.7976931348623157e308", "0.000000000000000000000000000000123456789012345678", ".5", "5.",
    "+7.25E+2", " 3.5\t", "00000000000000000000000001.5",
  ])
  func numbers(text: String) throws {
    let bytes = Array(text.utf8)
    let value = try #require(DecimalNumber.parse(bytes, in: 0..<bytes.count, decimalMark: UInt8(ascii: ".")))
    let trimmed = text.trimmingCharacters(in: .whitespaces)
    let reference = try #require(Double(trimmed.hasSuffix(".") ? trimmed + "0" : trimmed))
    #expect(value.bitPattern == reference.bitPattern)
  }

  @Test("missing cells come in several spellings, none of which is a number", arguments: [
    "", " ", "NA", "n/a", "NaN", "nan", "-nan", "NULL", "None", "?", ".",
  ])
  func missing(cell: String) {
    #expect(refusal("a,b\n\(cell),2\n")?.kind == .missingCells)
  }

  @Test("defects of the format are told apart", arguments: [
    ("a,b\n1,\"2\n", TableError.Kind.malformedQuotes, 2),
    ("a,b\n1,2\"\n", .malformedQuotes, 2),
    ("a,b\n\"1\"2,3\n", .malformedQuotes, 2),
    ("a,b\r1,2\r", .bareCarriageReturn, 1),
    ("a,b\n1,2\n\n3,4\n", .raggedRow, 3),
    ("a,b\n1,2,3\n", .raggedRow, 2),
    ("a,\n1,2\n", .unnamedColumn, 1),
    ("\n1,2\n", .unnamedColumn, 1),
    ("1,2\n3,4\n", .headerOfNumbers, 1),
    ("a\tb\n1\t2\n", .wrongSeparator, 1),
    ("\u{FEFF}", .unnamedColumn, 1),
  ])
  func format(text: String, kind: TableError.Kind, line: Int) {
    let error = refusal(text)
    #expect(error?.kind == kind)
    #expect(error?.line == line)
  }

  @Test("lines are counted in the file, newlines in quoted cells too")
  func lines() {
    #expect(refusal("a,\"b\nb\"\n1,2\n3,x\n")?.line == 4)
  }

  @Test("empty lines at the end, a missing last newline and blanks around cells do no harm")
  func leniency() throws {
    for text in ["a,b\n1,2\n3,4", "a,b\n1,2\n3,4\n\n\r\n", " a , b \n 1 ,2\n3,\t4\n"] {
      let read = try TableFile(bytes: Array(text.utf8), name: "t.csv")
      #expect(read.columnNames == ["a", "b"])
      #expect(read.values == [1, 2, 3, 4])
    }
  }

  @Test("messages stay on one line when a name or a cell does not")
  func oneLine() {
    #expect(
      refusal("\"a\r\nb\",c\n\"x\ny\",2\n")?.description
        == "t.csv, line 3, column 1: column `a⏎b` is \"x⏎y\", not a number; "
        + "expected a finite decimal number, such as 1234.5; code the column as numbers or delete it")
  }

  @Test("a table whose every row has a missing cell has no rows left")
  func nothingLeft() {
    #expect(refusal("a,b\n,1\nNA,2\n", .init(dropsRowsWithMissingCells: true))?.kind == .noRows)
  }

  @Test("files in other encodings are refused at the line")
  func encodings() {
    #expect(refusal(bytes: Array("a,b\n1,".utf8) + [0xE9, 0x0A])?.kind == .notUTF8)
    #expect(refusal(bytes: Array("a,b\n1,".utf8) + [0xE9, 0x0A])?.line == 2)
    #expect(refusal(bytes: [0xFF, 0xFE, 0x61, 0x00])?.found == "the file is encoded as UTF-16")
  }

  @Test("options that contradict each other are refused")
  func options() {
    #expect(refusal("a;b\n1;2\n", .init(decimalComma: true))?.kind == .badOptions)
    #expect(refusal("a;b\n1;2\n", .init(separator: "é"))?.kind == .badOptions)
    #expect(refusal("a;b\n1,5;2\n", .init(separator: ";"))?.advice.contains("--decimal-comma") == true)
    #expect(refusal("a,b\n1,2\n", .init(target: "c"))?.kind == .unknownColumn)
  }

  @Test("columns that are not asked for may hold anything, but rows stay whole")
  func someColumns() throws {
    let text = "id,a,b,y\nu1,1,2,?\nu2,3,4,high\n"
    let options = TableFile.Options(columns: ["b", "a"])
    let read = try TableFile(bytes: Array(text.utf8), name: "t.csv", options: options)
    #expect(read.columnNames == ["a", "b"])
    #expect(read.values == [1, 2, 3, 4])
    #expect(read.rowCount == 2 && read.droppedLines == [])
    #expect(refusal(text, .init(columns: ["a", "c"]))?.kind == .unknownColumn)
    #expect(refusal(text, .init(columns: []))?.kind == .badOptions)
    let error = refusal(text, .init(columns: ["a", "y"]))
    #expect(error?.kind == .notANumber && error?.column == .init(number: 4, name: "y"))
    #expect(error?.found == "column `y` is \"high\", not a number")
    #expect(refusal(text + "u3,5\n", options)?.kind == .raggedRow)
  }

  @Test("an unknown column is named with those there are")
  func unknownColumn() throws {
    let read = try TableFile(bytes: Array("a,b\n1,2\n".utf8), name: "t.csv")
    let error = #expect(throws: TableError.self) { try read.dataset(target: "c") }
    #expect(error?.description == "t.csv, line 1: no column `c`; expected one of `a`, `b`; check the spelling")
    let single = try TableFile(bytes: Array("a\n1\n".utf8), name: "t.csv")
    #expect(throws: TableError.self) { try single.dataset(target: "a") }
  }

  @Test("a folder or nothing in place of a file is said so")
  func files() throws {
    let folder = try TemporaryFolder()
    let path = folder.url.path
    let isFolder = #expect(throws: TableError.self) { try TableFile(path: path) }
    #expect(isFolder?.description == "\(path): a folder; expected a file; name a file in that folder")
    let isMissing = #expect(throws: TableError.self) { try TableFile(path: path + "/none.csv") }
    #expect(isMissing?.description == "\(path)/none.csv: no such file; expected a file; check the path")
  }

  @Test("a file that may not be read is said so", .enabled(if: getuid() != 0, "root may read everything"))
  func unreadable() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a,b\n1,2\n", to: "t.csv")
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
    let error = #expect(throws: TableError.self) { try TableFile(path: path) }
    #expect(error?.kind == .unreadable)
  }

  // MARK: Labels

  private func labelled(_ text: String, drops: Bool = false) throws -> TableFile {
    try TableFile(
      bytes: Array(text.utf8), name: "t.csv",
      options: .init(dropsRowsWithMissingCells: drops, target: "y", labelColumn: "y"))
  }

  @Test(
    "labels are classes in the order of the alphabet, or of numbers",
    arguments: [
      ("a,y,b\n1,setosa,2\n3, virginica ,4\n5,\"setosa\",6\n", ["setosa", "virginica"], [0, 1, 0]),
      ("a,y,b\n1,10,2\n3,2.0,4\n5,-1,6\n7,1e1,8\n", ["-1", "2", "10"], [2, 1, 0, 2]),
      ("a,y,b\n1,10,2\n3,a,4\n5,9,6\n", ["10", "9", "a"], [0, 2, 1]),
      ("a,y,b\n1,\"x,\"\"1\"\"\",2\n3,é,4\n", ["x,\"1\"", "é"], [0, 1]),
    ])
  func labels(text: String, labels: [String], classes: [Int]) throws {
    let table = try labelled(text)
    #expect(table.labels == labels)
    let data = try table.dataset(target: "y")
    #expect(data.targets == .classes(classes, classes: labels.count))
    #expect(data.inputs == (1...(2 * classes.count)).map(Double.init) && data.inputCount == 2)
  }

  @Test("rows without a label, or without an input, are dropped with their label")
  func droppedLabels() throws {
    let table = try labelled("y,a\nu,1\n?,2\nw,NA\nv,4\nu,5\n", drops: true)
    #expect(table.labels == ["u", "v"] && table.droppedRows == [1, 2])
    #expect(try table.dataset(target: "y").targets == .classes([0, 1, 0], classes: 2))
    #expect(try table.dataset(target: "y").inputs == [1, 4, 5])
  }

  @Test(
    "a fraction, a missing cell and a single class are no labels",
    arguments: [
      (
        "y,a\n1,2\n0.5,3\n",
        "t.csv, line 3, column 1: label `y` is \"0.5\", a fraction; expected the name of a class, a text or a whole "
          + "number; predict the number instead, without --likelihood"
      ),
      (
        "y,a\n1,2\n,3\n",
        "t.csv, line 3, column 1: 1 cell is missing: line 3 `y` \"\"; expected a number in every cell; fill them in, "
          + "or leave these rows out with --drop-missing"
      ),
      (
        "y,a\nb,2\nb,3\n",
        "t.csv: every row of target `y` is \"b\"; expected at least two classes; add rows of another class"
      ),
    ])
  func noLabels(text: String, message: String) {
    let error = #expect(throws: TableError.self) { try labelled(text).dataset(target: "y") }
    #expect(error?.description == message)
  }
}
