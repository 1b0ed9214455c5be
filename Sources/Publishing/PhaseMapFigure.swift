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

  let points: [Point]
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
    let xEdges = Self.edges(strengths.map { log10($0) })
    let yEdges = Self.edges(widths.map { log10(Double($0)) })
    let names = points.compactMap(\.best).uniqued.sorted()
    let styles = FigureStyle.styles(of: names)
    let best = Dictionary(
      points.map { (Key(x: $0.strength, k: $0.width), $0.best) }, uniquingKeysWith: { first, _ in first })

    // One rectangle for each run of equal points in a row.
    var rectangles = [String: [[Double]]]()
    var rows = [String: [(x: Double, y: Double, length: Double)]]()
    for (row, width) in widths.enumerated() {
      var start = 0
      for column in 1...strengths.count {
        let name = best[Key(x: strengths[start], k: width)] ?? nil
        if column < strengths.count, (best[Key(x: strengths[column], k: width)] ?? nil) == name { continue }
        if let name {
          let (from, to) = (xEdges[start], xEdges[column])
          rectangles[name, default: []].append(
            [(from + to) / 2, (yEdges[row] + yEdges[row + 1]) / 2, from, to, yEdges[row], yEdges[row + 1]])
          rows[name, default: []].append(((from + to) / 2, (yEdges[row] + yEdges[row + 1]) / 2, to - from))
        }
        start = column
      }
    }
    guard let x = LogAxis(holding: xEdges), let y = LogAxis(holding: yEdges) else { return nil }
    var script = ""
    var plots = [String]()
    for (index, name) in names.enumerated() {
      guard let style = styles[name], let boxes = rectangles[name] else { continue }
      script += Figure.data("area\(index)", boxes)
      plots.append(
        "$area\(index) using 1:2:3:4:5:6 with boxxyerror fc rgb '\(style.colour)' fs solid 1 border lc rgb '\(style.colour)' notitle"
      )
      if let place = Self.labelPlace(rows[name] ?? []) {
        let ink = style.isDark ? "#ffffff" : "#000000"
        script += "set label \(index + 1) \(Figure.quoted(name)) noenhanced at \(place.x),\(place.y) center front "
        script += "\(place.isUpright ? "rotate by 90 " : "")tc rgb '\(ink)'\n"
      }
    }
    guard !plots.isEmpty else { return nil }
    script += """
      set border 15 lw 0.8 front
      \(x.commands("x"))\(y.commands("y"))set xrange [\(xEdges[0]):\(xEdges[xEdges.count - 1])]
      set yrange [\(yEdges[0]):\(yEdges[yEdges.count - 1])]
      set tics front out
      set xtics offset 0,0.3
      set arrow 1 from 0,graph 0 to 0,graph 1 nohead front dt (4,3) lw 1.2 lc rgb '#ffffff'
      set xlabel 'effective strength x = B^2/(k + 1)' offset 0,0.5
      set ylabel 'width k' offset 0.6,0
      unset key
      plot \(plots.joined(separator: ", \\\n  "))
      """
    return Figure(
      name: name, caption: caption, width: FigureStyle.columnWidth, height: 2.7, commands: script)
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

  /// In the middle of the area's longest rows; upright where they are short.
  private static func labelPlace(
    _ rows: [(x: Double, y: Double, length: Double)]
  ) -> (x: Double, y: Double, isUpright: Bool)? {
    guard let longest = rows.map(\.length).max() else { return nil }
    let long = rows.filter { $0.length >= 0.7 * longest }.sorted { $0.y < $1.y }
    let place = long[long.count / 2]
    return (place.x, place.y, longest < 1.5)
  }

  private var caption: String {
    let ties = points.count { $0.best == nil }
    return """
      The slab under which one active node is cheapest: the least KL to the prior within its radius, in nats, over the \
      node's effective strength and its width, both on logarithmic axes. \(setting) Dashed: x = 1, where the closed \
      forms of all three are equal.\(ties > 0 ? " White: ties (\(ties))." : "")
      """
  }
}

extension FigureStyle {
  /// Whether white letters read better on it than black ones.
  fileprivate var isDark: Bool {
    guard let value = Int(colour.dropFirst(), radix: 16) else { return false }
    let (red, green, blue) = (Double(value >> 16), Double(value >> 8 & 255), Double(value & 255))
    return 0.299 * red + 0.587 * green + 0.114 * blue < 128
  }
}
