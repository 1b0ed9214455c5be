/// The data of marks that look the same, as a table of raw values.
struct PGFPlotsTable {
  /// `line`, `points`, `segments` or `areas`.
  let kind: String
  /// nil parts lines.
  private let rows: [Panel.Place?]
  private let x: PGFPlotsAxis
  private let y: PGFPlotsAxis
  /// Points.
  private var sideways = 0.0

  init(_ marks: [Panel.Mark], _ x: PGFPlotsAxis, _ y: PGFPlotsAxis) {
    self.x = x
    self.y = y
    var kind = ""
    var rows = [Panel.Place?]()
    for mark in marks {
      // Two marks in one file are two lines.
      if !rows.isEmpty, rows.last != .some(nil) { if case .points = mark {} else { rows.append(nil) } }
      switch mark {
      case .line(let places, let style):
        sideways = style.sideways
        kind = "line"
        rows += places
      case .points(let places, let style):
        sideways = style.sideways
        kind = "points"
        rows += places
      case .segments(let segments, let style):
        sideways = style.sideways
        kind = "segments"
        rows += segments.flatMap { [$0.from, $0.to, nil] }
      case .areas(let areas, _):
        kind = "areas"
        rows += areas.flatMap { area -> [Panel.Place?] in
          let (from, to) = (area.from, area.to)
          return [from, .init(x: to.x, y: from.y), to, .init(x: from.x, y: to.y), nil]
        }
      case .label: break
      }
    }
    while rows.last == .some(nil) { rows.removeLast() }
    self.kind = kind
    self.rows = rows
  }

  /// Which columns hold the coordinates.
  var columns: String { "x=\(x.column), y=\(y.column)" }

  /// What the values ask for beyond the style of their marks.
  var options: String {
    let places = rows.compactMap { $0 }
    let shift = sideways == 0 ? nil : "xshift=\(String(format: "%.2f", sideways))bp"
    return [shift, x.restriction(places.map(\.x)), y.restriction(places.map(\.y))].compactMap { $0.map { ", \($0)" } }.joined()
  }

  /// Comments, the names of the columns, then the rows.
  func text(_ panel: Panel, series: String?) -> String {
    let axes = [x, y]
    var text = "#\n"
    let what = [panel.title.unicode, series ?? ""].filter { !$0.isEmpty }.joined(separator: "; ")
    if !what.isEmpty { text += "# \(what)\n" }
    for one in axes {
      if !one.axis.label.isEmpty { text += "# \(one.rawColumn): \(one.axis.label.unicode)\n" }
      if one.isInShares { text += "# \(one.column): the place along the axis, from 0 to 1; this is what is drawn\n" }
    }
    let columns = axes.map(\.rawColumn) + axes.filter(\.isInShares).map(\.column)
    text += columns.joined(separator: " ") + "\n"
    for row in rows {
      let cells =
        if let row {
          [row.x, row.y].map(PGFPlotsAxis.number)
            + zip(axes, [row.x, row.y]).filter(\.0.isInShares).map { PGFPlotsAxis.number($0.share($1)) }
        } else {
          columns.map { _ in "nan" }
        }
      text += cells.joined(separator: " ") + "\n"
    }
    return text
  }
}
