import ArgumentParser
import Simulation

/// How a CSV file is to be read: the flags that the errors of `TableFile` name.
struct TableOptions: ParsableArguments {
  @Option(
    help: "The character between cells: ',' ';' '|' or a tab ($'\\t' or tab). (default: ,)",
    transform: ArgumentParsing.separator)
  var separator: Character = ","

  @Flag(help: "Numbers have a decimal comma.") var decimalComma = false
  @Flag(help: "Leave out rows with missing cells, and say how many.") var dropMissing = false

  /// Reads the columns, all by default, and says on stderr what was left out.
  ///
  /// - Parameter targetIsLabel: whether the target holds the names of classes.
  func read(
    _ path: String, target: String?, targetIsLabel: Bool = false, columns: [String]? = nil
  ) throws(TableError) -> TableFile {
    let table = try TableFile(
      path: path,
      options: TableFile.Options(
        separator: separator, decimalComma: decimalComma, dropsRowsWithMissingCells: dropMissing, target: target,
        columns: columns, labelColumn: targetIsLabel ? target : nil))
    if let first = table.droppedLines.first {
      let count = table.droppedLines.count
      StandardError.printWarning(
        "\(path): \(count) row\(count == 1 ? "" : "s") with missing cells left out, the first at line \(first); "
          + "\(table.rowCount) left")
    }
    return table
  }
}
