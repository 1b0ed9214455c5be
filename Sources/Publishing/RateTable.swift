import Foundation
import StudyEngine

/// The findings in a few columns, a row a group of cells: printed when a run ends, and shown in the summary.
package struct RateTable: Sendable, Equatable {
  package let header: [String]
  package let rows: [[String]]
  /// How many columns, from the first, are words.
  let textColumns: Int

  package init(_ findings: StudyFindings) {
    let study = findings.study
    let sizes = findings.sampleSizes
    let ends = sizes.count > 1 ? [sizes[0], sizes[sizes.count - 1]] : sizes
    let hasActiveNodes = !findings.activeNodeMetrics.isEmpty
    textColumns = 1 + study.factorColumns.count
    header =
      ["slab"] + study.factorColumns + (findings.curves.isEmpty ? [] : ["slope", "95 % interval", "theory slope"])
      + (findings.curves.isEmpty ? [] : ends.map { "radius at n = \($0)" })
      + (hasActiveNodes ? ["active nodes"] : []) + ["converged", "failed"]
    let entries = Dictionary(grouping: findings.table.entries) { CellGroup($0.cell) }
    rows = findings.groups.map { group in
      var row = [group.slab] + group.factors.map(\.value)
      if let curve = findings.curves.first(where: { $0.group == group }) {
        let slope = curve.slope?.slope
        row += [
          NumberText.fixed(slope?.fit.slope), slope.map { NumberText.interval($0.lower, $0.upper) } ?? "–",
          NumberText.fixed(curve.slope?.theorySlope),
        ]
        row += ends.map { size in
          let radius = curve.points.first { $0.sampleSize == size }?.radius
          return NumberText.estimate(radius?.value, error: radius?.standardError)
        }
      }
      let cells = entries[group] ?? []
      if let metric = findings.activeNodeMetrics.first {
        let mean = Estimate(meanOf: cells.compactMap { $0.value(of: metric) })
        row.append(NumberText.fixed(mean?.value, 1))
      }
      let counts = CellCounts(cells)
      return row + ["\(counts.converged)/\(counts.total)", "\(counts.failed)"]
    }
  }

  /// Aligned for a terminal, words to the left and numbers to the right; lines end without blanks and without a break.
  /// Minus signs are ASCII, so that numbers can be pasted into a program.
  package var text: String {
    func plain(_ cells: [String]) -> [String] { cells.map { oneLine($0).replacing("−", with: "-") } }
    var table = TextTable(plain(header), leftAligned: Set(0..<textColumns))
    for row in rows { table.add(plain(row)) }
    return table.text(indentation: "")
  }
}
