import Foundation
import StudyEngine

/// The evidence bound along training, a panel a sample size, a line a cell.
struct TraceFigure {
  /// Cells of one combination of factors with their traces.
  let cells: [(entry: StudyTable.Entry, trace: [CellResult.TracePoint])]
  let styles: [String: FigureStyle]
  /// Printed above; empty for a study with one combination.
  let title: String

  /// Lines beyond this many in a panel are a smear; replicates are left out then.
  private static let maximumLines = 60
  private static let maximumPointsInLine = 160
  private static let columns = 3
  private struct Line {
    let slab: String
    let converged: Bool
    let points: [[Double]]
  }

  private struct Panel {
    let sampleSize: Int
    let lines: [Line]
    let leftOut: Int

    /// From the lower quartile of the converged lines up, but never above where a line ends: training starts so low
    /// that nothing else could be seen.
    var range: (lower: Double, upper: Double) {
      let converged = lines.filter(\.converged)
      let values = (converged.isEmpty ? lines : converged).flatMap { $0.points.map { $0[1] } }.sorted()
      let quartile = values[(values.count - 1) / 4]
      let lowestEnd = lines.compactMap { $0.points.last?[1] }.min() ?? quartile
      let upper = lines.flatMap { $0.points.map { $0[1] } }.max() ?? quartile
      let lower = min(quartile, lowestEnd)
      let room = max(0.06 * (upper - lower), 1e-3 * max(1, abs(upper)))
      return (lower - room, upper + room)
    }
  }

  /// nil if no cell has a trace.
  func figure(name: String) -> Figure? {
    let panels = Dictionary(grouping: cells) { $0.entry.cell.sampleSize ?? 0 }.sorted { $0.key < $1.key }
      .compactMap { panel($0.key, $0.value) }
    guard !panels.isEmpty else { return nil }
    let rows = (panels.count + Self.columns - 1) / Self.columns
    let height = 1.6 * Double(rows) + 0.35 + (title.isEmpty ? 0 : 0.2)
    return Figure(
      name: name, caption: caption(panels), width: FigureStyle.pageWidth, height: height,
      commands: commands(panels, rows: rows, height: height))
  }

  private func panel(
    _ sampleSize: Int, _ cells: [(entry: StudyTable.Entry, trace: [CellResult.TracePoint])]
  ) -> Panel? {
    let lines = cells.compactMap { cell -> (replicate: Int, line: Line)? in
      let points = Self.thinned(cell.trace.filter { $0.elbo.isFinite }).map { [Double($0.step), $0.elbo] }
      guard !points.isEmpty else { return nil }
      let line = Line(slab: cell.entry.cell.slab, converged: cell.entry.stored?.converged ?? false, points: points)
      return (cell.entry.cell.replicate, line)
    }
    guard !lines.isEmpty else { return nil }
    // The first replicates of every slab, and every line that has not converged.
    let slabs = Set(lines.map(\.line.slab)).count
    let replicates = lines.count <= Self.maximumLines ? Int.max : max(1, Self.maximumLines / slabs)
    let shown = lines.filter { $0.replicate <= replicates || !$0.line.converged }
    // Slabs in turn, so that none covers the others; unconverged lines on top.
    let inTurn = shown.sorted { $0.replicate < $1.replicate }.map(\.line)
    let ordered = inTurn.filter(\.converged) + inTurn.filter { !$0.converged }
    return Panel(sampleSize: sampleSize, lines: ordered, leftOut: lines.count - shown.count)
  }

  /// Every k-th point, and the last.
  private static func thinned(_ trace: [CellResult.TracePoint]) -> [CellResult.TracePoint] {
    let stride = max(1, (trace.count + maximumPointsInLine - 1) / maximumPointsInLine)
    return trace.enumerated().filter { $0.offset.isMultiple(of: stride) || $0.offset == trace.count - 1 }.map(\.element)
  }

  private func commands(_ panels: [Panel], rows: Int, height: Double) -> String {
    let top = 1 - (0.06 + (title.isEmpty ? 0 : 0.2)) / height
    let bottom = 0.28 / height
    var script = "set multiplot\n"
    if !title.isEmpty {
      script += "set label 1 \(Figure.quoted(title)) noenhanced at screen 0.5,\(1 - 0.14 / height) center\n"
    }
    script += "set border 3 lw 0.8\nset tics nomirror scale 0.6 font ',7'\nset clip two\nunset key\n"
    for (index, panel) in panels.enumerated() {
      // Labels are drawn with every panel, so the key comes with the last.
      if index == panels.count - 1 { script += key(panels.flatMap(\.lines), height) }
      script += commands(panel, index, rows: rows, top: top, bottom: bottom, height: height)
    }
    return script + "unset multiplot\n"
  }

  private func commands(
    _ panel: Panel, _ index: Int, rows: Int, top: Double, bottom: Double, height: Double
  ) -> String {
    let (row, column) = index.quotientAndRemainder(dividingBy: Self.columns)
    let cellHeight = (top - bottom) / Double(rows)
    let cellWidth = 1 / Double(Self.columns)
    let left = Double(column) * cellWidth + 0.6 / FigureStyle.pageWidth
    let right = Double(column + 1) * cellWidth - 0.12 / FigureStyle.pageWidth
    let upper = top - Double(row) * cellHeight - 0.2 / height
    let lower = top - Double(row + 1) * cellHeight + 0.4 / height
    let lastStep = panel.lines.compactMap { $0.points.last?[0] }.max() ?? 1
    var script = ""
    var plots = [String]()
    for (number, line) in panel.lines.enumerated() {
      let name = "trace\(index)_\(number)"
      let colour = "lc rgb '\(styles[line.slab]?.colour ?? FigureStyle.grey)'"
      script += Figure.data(name, line.points)
      plots.append("$\(name) with lines lw \(line.converged ? 0.6 : 1.6) \(colour)")
      if !line.converged, let end = line.points.last {
        script += Figure.data("\(name)_end", [end])
        plots.append("$\(name)_end with points pt 2 ps 0.6 lw 1.6 lc rgb '\(FigureStyle.warning)'")
      }
    }
    return script + """
      set lmargin at screen \(left)
      set rmargin at screen \(right)
      set tmargin at screen \(upper)
      set bmargin at screen \(lower)
      set title 'n = \(panel.sampleSize)' offset 0,-0.9
      set xrange [0:\(max(lastStep, 1) * 1.03)]
      set xtics autofreq offset 0,0.4 \(Figure.tickStep(max(lastStep, 1)))
      set yrange [\(panel.range.lower):\(panel.range.upper)]
      set ytics autofreq \(Figure.tickStep(panel.range.upper - panel.range.lower))
      set xlabel 'step' offset 0,1.1
      set ylabel '\(column == 0 ? "ELBO (nats)" : "")' offset 1.2,0
      plot \(plots.joined(separator: ", \\\n  "))
      unset label 1

      """
  }

  private func key(_ lines: [Line], _ height: Double) -> String {
    let slabs = cells.map(\.entry.cell.slab).uniqued.filter { slab in lines.contains { $0.slab == slab } }
    var entries = slabs.map { slab in
      KeyStrip.Entry(sample: .line("lw 1.8 lc rgb '\(styles[slab]?.colour ?? FigureStyle.grey)'"), text: slab)
    }
    if lines.contains(where: { !$0.converged }) {
      entries.append(
        KeyStrip.Entry(
          sample: .point("pt 2 ps 0.6 lw 1.6 lc rgb '\(FigureStyle.warning)'"), text: "not converged (thick line)"))
    }
    return KeyStrip(entries: entries, width: FigureStyle.pageWidth, height: height).commands
  }

  private func caption(_ panels: [Panel]) -> String {
    var text = """
      The evidence bound (ELBO) of each fit along training, a panel a sample size. Each panel starts at the lower \
      quartile of its converged fits' points, or where its lowest fit ends if that is lower: what lies below, the \
      early steps, is cut off. Minibatch estimates: gates open, then gates learned (the spikes), then fine-tunings \
      that each start the learning rate afresh (the teeth); while it is high, the estimate lies below the bound of \
      the fit that is kept.
      """
    let unconverged = panels.reduce(0) { $0 + $1.lines.count { !$0.converged } }
    if unconverged > 0 { text += " Fits that have not converged (\(unconverged)) are thick lines that end in a cross." }
    let leftOut = panels.reduce(0) { $0 + $1.leftOut }
    if leftOut > 0 { text += " Left out: converged fits of later replicates (\(leftOut))." }
    return text
  }
}

extension [String] {
  /// Each value once, in order.
  var uniqued: [String] {
    var seen = Set<String>()
    return filter { seen.insert($0).inserted }
  }
}
