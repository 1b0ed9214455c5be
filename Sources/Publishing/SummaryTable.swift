/// The findings in a few columns: printed when a run ends, and shown in the summary.
package struct SummaryTable: Sendable, Equatable {
  package let header: [String]
  /// How many columns, from the first, are words.
  let textColumns: Int
  package let rows: [[String]]

  /// Aligned for a terminal, words to the left and numbers to the right; lines end without blanks and without a break.
  /// Minus signs are ASCII, so that numbers can be pasted into a program.
  package var text: String {
    func plain(_ cells: [String]) -> [String] { cells.map { oneLine($0).replacing("−", with: "-") } }
    var table = TextTable(plain(header), leftAligned: Set(0..<textColumns))
    for row in rows { table.add(plain(row)) }
    return table.text(indentation: "")
  }
}
