import Foundation

/// Lines over a logarithmic axis in a grid of panels with one key, told apart by colour, dashes and markers.
struct PanelFigure {
  struct Line {
    /// Ascending x, positive; y as it is. A nil or, on a logarithmic axis, non-positive y breaks the line.
    let points: [(x: Double, y: Double?)]
    let style: FigureStyle
    var hasMarkers = true
  }

  struct Panel {
    let title: String
    let yLabel: String
    let isLogarithmic: Bool
    let lines: [Line]

    /// x and y of what can be drawn, both in decades where logarithmic; an empty row where the line is broken.
    fileprivate func rows(_ line: Line) -> [[Double]] {
      line.points.map { point in
        guard let y = point.y, y.isFinite, !isLogarithmic || y > 0 else { return [] }
        return [log10(point.x), isLogarithmic ? log10(y) : y]
      }
    }

    fileprivate var isEmpty: Bool { lines.allSatisfy { rows($0).allSatisfy(\.isEmpty) } }
  }

  /// Row by row.
  let panels: [Panel]
  let columns: Int
  let xLabel: String
  let key: [(text: String, style: FigureStyle, hasMarkers: Bool)]
  let width: Double

  /// nil if there is nothing to draw.
  func figure(name: String, caption: String) -> Figure? {
    let shown = panels.filter { !$0.isEmpty }
    guard !shown.isEmpty else { return nil }
    let rows = (shown.count + columns - 1) / columns
    let measure = KeyStrip(entries: keyEntries, width: width, height: 1)
    let height = 0.1 + 1.62 * Double(rows) + measure.stripHeight
    let strip = KeyStrip(entries: keyEntries, width: width, height: height)
    var script = "set multiplot\nset border 3 lw 0.8\nset tics nomirror scale 0.6 font ',7'\nset clip two\nunset key\n"
    for (index, panel) in shown.enumerated() {
      if index == shown.count - 1 { script += strip.commands }
      script += commands(panel, index, rows: rows, bottom: strip.stripHeight, height: height)
    }
    return Figure(
      name: name, caption: caption, width: width, height: height, commands: script + "unset multiplot\n")
  }

  private var keyEntries: [KeyStrip.Entry] {
    key.map { entry in
      let line = "lw 1.6 dt \(entry.style.dash) lc rgb '\(entry.style.colour)'"
      let point = "pt \(entry.style.marker) ps 0.5 lc rgb '\(entry.style.colour)'"
      return KeyStrip.Entry(
        sample: entry.hasMarkers ? .lineAndPoint(line: line, point: point) : .line(line), text: entry.text)
    }
  }

  private func commands(_ panel: Panel, _ index: Int, rows: Int, bottom: Double, height: Double) -> String {
    let (row, column) = index.quotientAndRemainder(dividingBy: columns)
    let cellHeight = (height - 0.1 - bottom) / Double(rows)
    let cellWidth = width / Double(columns)
    let top = height - 0.1 - Double(row) * cellHeight
    let drawn = panel.lines.map(panel.rows)
    let values = drawn.joined().filter { !$0.isEmpty }
    guard let x = LogAxis(holding: values.map { $0[0] }, maximumLabels: columns > 2 ? 4 : 7) else { return "" }
    var yCommands = ""
    if panel.isLogarithmic {
      yCommands = LogAxis(holding: values.map { $0[1] })?.commands("y") ?? ""
    } else {
      let (least, most) = (values.map { $0[1] }.min() ?? 0, values.map { $0[1] }.max() ?? 0)
      let room = max(0.08 * (most - least), 1e-3 * max(1, abs(most)))
      yCommands = """
        set yrange [\(least - room):\(most + room)]
        set ytics autofreq \(Figure.tickStep(most - least + 2 * room))

        """
    }
    var script = ""
    var plots = [String]()
    for (number, (line, rows)) in zip(panel.lines, drawn).enumerated() where rows.contains(where: { !$0.isEmpty }) {
      let name = "panel\(index)_\(number)"
      script += Figure.data(name, rows)
      let colour = "lc rgb '\(line.style.colour)'"
      plots.append("$\(name) using 1:2 with lines lw 1.6 dt \(line.style.dash) \(colour)")
      if line.hasMarkers {
        // Six markers a line are enough to tell it; lines start theirs at different points, so that none hides another.
        let stride = max(1, rows.count / 6)
        let marked = rows.enumerated().filter { ($0.offset + number) % stride == 0 && !$0.element.isEmpty }.map(
          \.element)
        script += Figure.data("\(name)_marks", marked)
        if !marked.isEmpty {
          plots.append("$\(name)_marks using 1:2 with points pt \(line.style.marker) ps 0.5 \(colour)")
        }
      }
    }
    // At a place of its own: gnuplot moves a ylabel by the width of the ticks, out of the figure where those are wide.
    let labelX = (Double(column) * cellWidth + 0.1) / width
    let labelY = (top - 0.5 * cellHeight + 0.09) / height
    return script + """
      set lmargin at screen \((Double(column) * cellWidth + 0.64) / width)
      set rmargin at screen \((Double(column + 1) * cellWidth - 0.12) / width)
      set tmargin at screen \((top - 0.18) / height)
      set bmargin at screen \((top - cellHeight + 0.36) / height)
      set title \(Figure.quoted(panel.title)) noenhanced offset 0,-0.8
      \(x.commands("x"))\(yCommands)set xtics offset 0,0.4
      set xlabel \(Figure.quoted(xLabel)) offset 0,1.0
      unset ylabel
      set label 1000 \(Figure.quoted(panel.yLabel)) at screen \(labelX),\(labelY) rotate by 90 center
      plot \(plots.joined(separator: ", \\\n  "))
      unset label 1000

      """
  }
}
