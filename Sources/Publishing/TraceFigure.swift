import Foundation
import StudyEngine

/// The evidence bound along training in small multiples: a column a slab, a row a sample size, a line a fit. Each line
/// is the highest estimate so far: the estimates themselves jump with every proposal and every fine-tuning, and a
/// dozen of them on top of each other show nothing.
struct TraceFigure {
  /// Cells of one combination of factors with their traces.
  let cells: [(entry: StudyTable.Entry, trace: [CellResult.TracePoint])]
  let styles: [String: FigureStyle]
  /// Said in the caption; empty for a study with one combination.
  let title: String

  private static let maximumRows = 4
  private static let maximumColumns = 3
  private static let maximumPointsInLine = 120

  private struct Line {
    let sampleSize: Int
    let slab: String
    let converged: Bool
    let places: [Panel.Place]
  }

  /// nil if no cell has a trace.
  func figure(name: String) -> Figure? {
    let lines = cells.compactMap(Self.line)
    let slabs = lines.map(\.slab).uniqued
    let sizes = Set(lines.map(\.sampleSize)).sorted().spread(Self.maximumRows)
    let columns = min(slabs.count, Self.maximumColumns)
    // Slabs beyond the third go on in further rows.
    let panels = sizes.flatMap { size in
      slabs.enumerated().compactMap { index, slab in
        panel(
          lines.filter { $0.sampleSize == size }, slab, size, isFirst: index % Self.maximumColumns == 0,
          isLast: size == sizes.last)
      }
    }
    guard !panels.isEmpty else { return nil }
    let cross = Figure.Key.Entry(text: "not converged", point: Self.cross)
    let hasUnconverged = lines.contains { !$0.converged && sizes.contains($0.sampleSize) }
    return Figure(
      name: name, caption: caption(lines, sizes), width: columns > 1 ? FigureStyle.pageWidth : FigureStyle.columnWidth,
      panelHeight: 1.45, columns: columns, panels: panels, key: .init(entries: hasUnconverged ? [cross] : []))
  }

  private static let cross = Figure.PointStyle(colour: FigureStyle.warning, marker: .cross, size: 5)

  private static func line(_ entry: StudyTable.Entry, _ trace: [CellResult.TracePoint]) -> Line? {
    var best = -Double.infinity
    let rising = trace.filter { $0.elbo.isFinite }.map { point -> Panel.Place in
      best = max(best, point.elbo)
      return .init(x: Double(point.step), y: best)
    }
    guard !rising.isEmpty else { return nil }
    let stride = max(1, (rising.count + maximumPointsInLine - 1) / maximumPointsInLine)
    let thinned = rising.enumerated().filter { $0.offset.isMultiple(of: stride) || $0.offset == rising.count - 1 }
    return Line(
      sampleSize: entry.cell.sampleSize ?? 0, slab: entry.cell.slab, converged: entry.stored?.converged ?? false,
      places: thinned.map(\.element))
  }

  /// - Parameter lines: of this sample size, all slabs: they share their axes.
  private func panel(_ lines: [Line], _ slab: String, _ sampleSize: Int, isFirst: Bool, isLast: Bool) -> Panel? {
    let own = lines.filter { $0.slab == slab }
    guard !own.isEmpty else { return nil }
    let range = Self.range(lines)
    let x = Axis.linear(isLast ? "step" : "", from: 0, to: 1.03 * max(1, lines.compactMap { $0.places.last?.x }.max() ?? 1))
    let y = Axis.linear(isFirst ? "ELBO (nats)" : "", from: range.lower, to: range.upper)
    let style = styles[slab] ?? .reference
    let marks = (own.filter(\.converged) + own.filter { !$0.converged }).flatMap { line -> [Panel.Mark] in
      let shown = Panel.Mark.line(line.places.filter { $0.y >= range.lower }, style.solid(width: 0.6))
      guard !line.converged, let end = line.places.last else { return [shown] }
      return [shown, .points([end], Self.cross)]
    }
    return Panel(title: "\(slab), n = \(sampleSize)", x: x, y: y, marks: marks)
  }

  /// From where a tenth of the steps has been done to the highest, but never above where a line ends: training starts
  /// so low that nothing else could be seen.
  private static func range(_ lines: [Line]) -> (lower: Double, upper: Double) {
    let early = lines.map { line in
      line.places.first { $0.x >= 0.1 * (line.places.last?.x ?? 0) }?.y ?? line.places[0].y
    }.sorted()
    let ends = lines.compactMap { $0.places.last?.y }
    let upper = ends.max() ?? 0
    let lower = min(early[early.count / 2], ends.min() ?? 0)
    let room = max(0.06 * (upper - lower), 1e-3 * max(1, abs(upper)))
    return (lower - room, upper + room)
  }

  private func caption(_ lines: [Line], _ sizes: [Int]) -> String {
    var text = """
      The evidence bound (ELBO) along training, a row a sample size, a column a slab, a line a fit: the highest estimate \
      so far, averaged over blocks of minibatches. What lies below the frame, the early steps, is cut off.
      """
    if !title.isEmpty { text += " Here \(title)." }
    let shown = lines.filter { sizes.contains($0.sampleSize) }
    let unconverged = shown.count { !$0.converged }
    if unconverged > 0 { text += " Crosses: fits that have not converged (\(unconverged) of \(shown.count))." }
    let hidden = Set(lines.map(\.sampleSize)).subtracting(sizes).sorted()
    if !hidden.isEmpty { text += " Not shown: n = \(hidden.map(String.init).joined(separator: ", "))." }
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

extension [Int] {
  /// At most so many (two or more) of them: the first, the last and evenly spaced ones between.
  func spread(_ most: Int) -> [Int] {
    guard count > most else { return self }
    return (0..<most).map { self[$0 * (count - 1) / (most - 1)] }
  }
}
