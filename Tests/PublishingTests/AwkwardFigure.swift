import Foundation

@testable import Publishing

/// A figure of what users might do to one: names with every awkward character, values at the ends of a double's range,
/// near-constant ones, strokes that end far outside.
enum AwkwardFigure {
  static let text = "50 % _a_^b {c} 'd' \"e\" `date` @f $g \\h <script> & é ε_n #j\n~ [k] --l 🦊 漢"

  static let provenance = Provenance(command: "slablab export \(text)", date: Date(timeIntervalSince1970: 0), program: "0")

  private static let style = FigureStyle(colour: "#0072B2", marker: .square, dash: [9, 4])

  /// A label and a point at each place.
  static func panel(_ x: Axis, _ y: Axis, _ places: [(name: String, place: Panel.Place)]) -> Panel {
    Panel(
      x: x, y: y,
      marks: [.line(places.map(\.place), style.line()), .points(places.map(\.place), style.point())]
        + places.map { .label(.init(text: RichText($0.name), place: $0.place)) })
  }

  /// Wide, so that long titles stay on the page.
  static func figure(_ panels: [Panel], key: [Figure.Key.Entry] = [], columns: Int = 1) -> Figure {
    Figure(
      name: "awkward-0.1", caption: text, width: 12, columns: columns, panels: panels,
      key: .init(title: key.isEmpty ? nil : "Key", entries: key))
  }

  /// Axes with the values that they are to show, by name.
  static func extremes() throws -> [(name: String, panel: Panel, frame: [(name: String, place: Panel.Place)])] {
    func one(_ name: String, _ x: Axis?, _ y: Axis?, _ places: [(String, Double, Double)]) throws
      -> (name: String, panel: Panel, frame: [(name: String, place: Panel.Place)])
    {
      guard let x, let y else { throw NoAxis() }
      let named = places.map { (name: $0.0, place: Panel.Place(x: $0.1, y: $0.2)) }
      return (name, panel(x, y, named), named)
    }
    return [
      try one(
        "logarithmic over 600 decades", .logarithmic("n", holding: [1e-300, 1e300], maximumLabels: 4),
        .logarithmic("y", holding: [1e-300, 1e300]), [("LA", 1e-300, 1e300), ("LB", 1, 1e-7), ("LC", 1e300, 1e-300)]),
      try one(
        "near-constant", .linear("x", holding: [1.0, 3]), .linear("y", holding: [123_456.01, 123_456.02]),
        [("NA", 1, 123_456.01), ("NB", 2, 123_458), ("NC", 3, 123_456.02)]),
      try one(
        "near-constant and small, logarithmic", .logarithmic("n", holding: [100, 101]),
        .logarithmic("y", holding: [1e-12, 1.1e-12]), [("SA", 100, 1e-12), ("SB", 101, 1.1e-12)]),
      try one(
        "huge and tiny, linear", .linear("x", holding: [-1e300, 1e300]), .linear("y", holding: [1e-300, 3e-300]),
        [("HA", -1e300, 1e-300), ("HB", 0, 3e-300), ("HC", 1e300, 2e-300)]),
    ]
  }

  private struct NoAxis: Error {}

  /// Where a place stands in its figure, in inches from the lower left corner.
  /// - Parameter decades: what logarithmic axes may show.
  static func inches(
    _ place: Panel.Place, _ panel: Panel, _ frame: FigureLayout.Frame, decades: ClosedRange<Double> = -1000...1000
  ) -> (x: Double, y: Double) {
    func share(_ value: Double, _ axis: Axis) -> Double {
      var (lower, upper) = (axis.lower, axis.upper)
      if axis.isLogarithmic { (lower, upper) = (max(lower, decades.lowerBound), min(upper, decades.upperBound)) }
      return (axis.position(value) / 2 - lower / 2) / (upper / 2 - lower / 2)
    }
    return (
      frame.left + share(place.x, panel.x) * frame.width, frame.bottom + share(place.y, panel.y) * frame.height
    )
  }
}
