import Foundation

/// Lines over a logarithmic axis in a grid of panels with one key, told apart by colour, dashes and markers.
struct PanelFigure {
  struct Line {
    /// Ascending x, positive; y as it is. A nil or, on a logarithmic axis, non-positive y breaks the line.
    let points: [(x: Double, y: Double?)]
    let style: FigureStyle
    var hasMarkers = true

    var places: [Panel.Place?] { points.map { point in point.y.map { .init(x: point.x, y: $0) } } }
  }

  struct Curves {
    let title: RichText
    let yLabel: RichText
    let isLogarithmic: Bool
    let lines: [Line]
  }

  /// Row by row.
  let panels: [Curves]
  let columns: Int
  let xLabel: RichText
  let key: [Figure.Key.Entry]
  let width: Double

  /// nil if there is nothing to draw.
  func figure(name: String, caption: String) -> Figure? {
    // What a column shares is written below its last panel.
    let shown = panels.enumerated().compactMap { index, curves in
      panel(curves, xLabel: index + columns >= panels.count ? xLabel : "")
    }
    guard !shown.isEmpty else { return nil }
    let leftOut = shown.reduce(0) { $0 + $1.leftOut }
    let note = leftOut == 0 ? "" : " Left out: values that a logarithmic axis cannot show (\(leftOut))."
    return Figure(
      name: name, caption: caption + note, width: width, columns: columns, panels: shown, key: .init(entries: key))
  }

  private func panel(_ curves: Curves, xLabel: RichText) -> Panel? {
    let places = curves.lines.flatMap { $0.places.compactMap { $0 } }
    let heights = places.map(\.y)
    guard
      let x = Axis.logarithmic(
        xLabel, holding: places.filter { !curves.isLogarithmic || $0.y > 0 }.map(\.x), maximumLabels: columns > 2 ? 4 : 7),
      let y = curves.isLogarithmic
        ? Axis.logarithmic(curves.yLabel, holding: heights) : Axis.linear(curves.yLabel, holding: heights)
    else { return nil }
    let marks = curves.lines.enumerated().flatMap { number, line -> [Panel.Mark] in
      let lines = Panel.Mark.line(line.places, line.style.line())
      guard line.hasMarkers else { return [lines] }
      // Six markers a line are enough to tell it; lines start theirs at different points, so that none hides another.
      let stride = max(1, line.places.count / 6)
      let marked = line.places.enumerated().filter { ($0.offset + number) % stride == 0 }.compactMap(\.element)
      return [lines, .points(marked.filter { x.shows($0.x) && y.shows($0.y) }, line.style.point(size: 3.5))]
    }
    let panel = Panel(title: curves.title, x: x, y: y, marks: marks)
    return panel.isEmpty ? nil : panel
  }
}
