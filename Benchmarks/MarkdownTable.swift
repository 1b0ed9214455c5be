import Foundation

/// A table as Markdown; columns are left-aligned up to `texts`, then right-aligned.
struct MarkdownTable {
  private var lines: [String]

  init(_ columns: [String], texts: Int) {
    lines = [Self.line(columns), Self.line(columns.indices.map { $0 < texts ? "---" : "---:" })]
  }

  mutating func add(_ cells: [String]) { lines.append(Self.line(cells)) }

  var text: String { lines.joined(separator: "\n") }

  private static func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }

  // MARK: - Cells

  /// Three significant digits, without an exponent; a dash for nil.
  static func number(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "–" }
    let whole = value == 0 ? 1 : Int(log10(abs(value)).rounded(.down)) + 1
    return String(format: "%.\(max(0, 3 - whole))f", value)
  }

  static func percent(_ fraction: Double) -> String { String(format: "%.0f %%", 100 * fraction) }

  static func verdict(_ holds: Bool?) -> String { holds.map { $0 ? "yes" : "no" } ?? "–" }
}
