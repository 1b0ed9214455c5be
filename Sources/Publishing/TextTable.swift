/// Columns of text for a terminal: words to the left, numbers to the right.
package struct TextTable {
  private let header: [String]
  private let leftAligned: Set<Int>
  private var rows: [[String]] = []

  package init(_ header: [String], leftAligned: Set<Int> = [0]) {
    self.header = header
    self.leftAligned = leftAligned
  }

  package mutating func add(_ row: [String]) { rows.append(row) }

  /// The lines, each after `indentation`, without blanks at their ends.
  package func text(indentation: String = "  ") -> String {
    let lines = [header] + rows
    let widths = header.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    return lines.map { line in
      let cells = line.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return leftAligned.contains(column) ? cell + padding : padding + cell
      }
      var text = indentation + cells.joined(separator: "  ")
      while text.last == " " { text.removeLast() }
      return text
    }.joined(separator: "\n")
  }
}
