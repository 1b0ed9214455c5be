import Contraction
import Foundation
import Priors

/// Which slab asks least for a node, over effective strength and width: areas in a colour and a lightness each, with
/// their names in them.
struct PhaseMapFigure {
  struct Point {
    /// x = B²/(k + 1).
    let strength: Double
    /// k.
    let width: Int
    /// The name of the cheapest slab; nil for a tie.
    let best: String?
  }

  /// The nodes of another study's teachers.
  struct Study {
    let name: String
    let places: [Panel.Place]
    let marker: FigureStyle.Marker
  }

  let points: [Point]
  /// Drawn on the map.
  var studies: [Study] = []
  /// Said in the caption: radius, parametrisation, slabs.
  let setting: String

  /// What a caption says of how a map was made.
  static func setting(squaredRadius: Double, _ parametrisation: Parametrisation) -> String {
    "Each node is a network of its own with the squared radius Δ² = \(NumberText.short(squaredRadius)), "
      + "\(parametrisation.rawValue)."
  }

  /// nil unless there are two strengths and two widths or more.
  func figure(name: String) -> Figure? {
    let strengths = Set(points.map(\.strength)).sorted()
    let widths = Set(points.map(\.width)).sorted()
    guard strengths.count > 1, widths.count > 1 else { return nil }
    let xEdges = Self.edges(strengths.map { log10($0) }).map { pow(10, $0) }
    let yEdges = Self.edges(widths.map { log10(Double($0)) }).map { pow(10, $0) }
    let names = points.compactMap(\.best).uniqued.sorted()
    let styles = FigureStyle.styles(of: names)
    let best = Dictionary(
      points.map { (Key(x: $0.strength, k: $0.width), $0.best) }, uniquingKeysWith: { first, _ in first })

    // One rectangle for each run of equal points in a row.
    var areas = [String: [Panel.Area]]()
    for (row, width) in widths.enumerated() {
      var start = 0
      for column in 1...strengths.count {
        let name = best[Key(x: strengths[start], k: width)] ?? nil
        if column < strengths.count, (best[Key(x: strengths[column], k: width)] ?? nil) == name { continue }
        if let name {
          areas[name, default: []].append(
            .init(from: .init(x: xEdges[start], y: yEdges[row]), to: .init(x: xEdges[column], y: yEdges[row + 1])))
        }
        start = column
      }
    }
    guard
      let x = Axis.logarithmic("effective strength x = B" + .superscript("2") + "/(k + 1)", holding: xEdges, isTight: true),
      let y = Axis.logarithmic("width k", holding: yEdges, isTight: true)
    else { return nil }
    var marks = names.compactMap { name in styles[name].flatMap { style in areas[name].map { .areas($0, colour: style.colour) } } }
      as [Panel.Mark]
    guard !marks.isEmpty else { return nil }
    if let lowest = yEdges.first, let highest = yEdges.last, xEdges[0] < 1, (xEdges.last ?? 0) > 1 {
      marks.append(
        .segments(
          [.init(from: .init(x: 1, y: lowest), to: .init(x: 1, y: highest))],
          .init(colour: "#FFFFFF", width: 0.9, dash: [4, 3])))
    }
    for name in names {
      guard let style = styles[name], let place = Self.labelPlace(areas[name] ?? []) else { continue }
      marks.append(
        .label(
          .init(
            text: RichText(name), place: place.place, colour: style.isDark ? "#FFFFFF" : "#000000",
            isUpright: place.isUpright)))
    }
    marks += studies.map { .points($0.places, .init(colour: "#FFFFFF", marker: $0.marker, size: 6)) }
    marks += studies.map { .points($0.places, .init(colour: "#000000", marker: $0.marker, size: 4)) }
    return Figure(
      name: name, caption: caption, width: FigureStyle.columnWidth, panelHeight: 2.7,
      panels: [Panel(x: x, y: y, marks: marks)],
      key: .init(
        entries: studies.map { .init(text: RichText($0.name), point: .init(colour: "#000000", marker: $0.marker)) }))
  }

  private struct Key: Hashable {
    let x: Double
    let k: Int
  }

  /// Halfway between neighbours; the outer ones as far from their point as the inner.
  private static func edges(_ positions: [Double]) -> [Double] {
    let inner = zip(positions, positions.dropFirst()).map { ($0 + $1) / 2 }
    let last = positions.count - 1
    return [2 * positions[0] - inner[0]] + inner + [2 * positions[last] - inner[inner.count - 1]]
  }

  /// In the middle of the longest rows; upright where they are short.
  private static func labelPlace(_ rows: [Panel.Area]) -> (place: Panel.Place, isUpright: Bool)? {
    func length(_ row: Panel.Area) -> Double { log10(row.to.x / row.from.x) }
    guard let longest = rows.map(length).max() else { return nil }
    let long = rows.filter { length($0) >= 0.7 * longest }.sorted { $0.from.y < $1.from.y }
    let row = long[long.count / 2]
    let middle = Panel.Place(x: (row.from.x * row.to.x).squareRoot(), y: (row.from.y * row.to.y).squareRoot())
    return (middle, longest < 1.5)
  }

  private var caption: String {
    let ties = points.count { $0.best == nil }
    return """
      The slab under which one active node is cheapest: the least KL to the prior within its radius, in nats, over the \
      node's effective strength and its width, both on logarithmic axes. \(setting) Dashed: x = 1, where the closed \
      forms of all three are equal.\(ties > 0 ? " White: ties (\(ties))." : "")\
      \(studies.isEmpty ? "" : " Markers: active nodes of the named studies' teachers.")
      """
  }
}
