/// What a piece of theory, or a command, takes.
struct TheoryRow: Encodable, Equatable {
  let what, size: String
  let milliseconds, spread: Double
  let targetMilliseconds: Double?
  let meetsTarget: Bool?

  init(_ what: String, size: String, _ seconds: Rounds, target: Double? = nil) {
    self.what = what
    self.size = size
    milliseconds = 1e3 * seconds.median
    spread = seconds.spread
    targetMilliseconds = target
    meetsTarget = target.map { 1e3 * seconds.median <= $0 }
  }

  static func table(_ rows: [TheoryRow]) -> String {
    var table = MarkdownTable(["what", "size", "asked (ms)", "met", "milliseconds", "spread"], texts: 4)
    for row in rows {
      table.add([
        row.what, row.size, row.targetMilliseconds.map { "≤ \(Int($0))" } ?? "–",
        MarkdownTable.verdict(row.meetsTarget), MarkdownTable.number(row.milliseconds),
        MarkdownTable.percent(row.spread),
      ])
    }
    return table.text
  }
}
