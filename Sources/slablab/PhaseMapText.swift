import Contraction
import Foundation
import Priors
import Publishing

/// A phase map as JSON, and as a map of letters for a terminal.
enum PhaseMapText {
  /// Where a map is larger, points at even distances are shown.
  private static let shownStrengths = 72
  private static let shownWidths = 24

  /// `{"points": [{"strength", "width", "best", "cost": {slab: nats}}…]}`; `best` is null for a tie.
  static func json(_ map: PhaseMap) -> JSONText {
    let points = map.points.map { point -> JSONText in
      let costs = zip(map.slabs, point.costs).map { (key: $0.kind.rawValue, value: JSONText.number($1)) }
      return .object([
        "strength": .number(point.strength),
        "width": .integer(point.width),
        "best": point.best.map { .string($0.rawValue) } ?? .number(nil),
        "cost": .members(costs),
        "sigma2": .number(point.node.squaredRadius),
      ])
    }
    return .object([
      "radius2": .number(map.squaredRadius), "parametrisation": .string(map.parametrisation.rawValue),
      "points": .array(points),
    ])
  }

  /// Rows are widths, the largest first; columns are strengths.
  static func report(_ map: PhaseMap) -> String {
    let columns = shown(map.strengths.count, most: shownStrengths)
    let rows = shown(map.widths.count, most: shownWidths)
    var lines = [
      "Which slab costs an active node least at Δ² = \(RateText.short(map.squaredRadius)), "
        + "\(map.parametrisation.rawValue): width k upwards, strength x = B²/(k + 1) to the right", "",
    ]
    for row in rows.reversed() {
      let letters = columns.map { letter(map[width: row, strength: $0].best) }
      lines.append(padded("\(map.widths[row])", 7) + " │" + String(letters))
    }
    lines.append(padded("k", 7) + " └" + String(repeating: "─", count: columns.count))
    lines.append(String(repeating: " ", count: 9) + axis(map, columns))
    lines.append("")
    for kind in map.slabs.map(\.kind) {
      lines.append("  \(letter(kind))  \(kind.rawValue): best at \(percent(map.share(of: kind))) of the points")
    }
    let ties = map.share(of: nil)
    if ties > 0 { lines.append("  \(letter(nil))  a tie, within rounding: \(percent(ties))") }
    if columns.count < map.strengths.count || rows.count < map.widths.count {
      lines.append(
        "  shown: \(columns.count) of \(map.strengths.count) strengths, \(rows.count) of \(map.widths.count) widths; "
          + "shares are of all points")
    }
    return lines.joined(separator: "\n")
  }

  /// Told apart in black and white, and by their weight from afar.
  private static func letter(_ kind: SlabKind?) -> Character {
    switch kind {
    case .gaussian: "g"
    case .groupLasso: "L"
    case .groupHorseshoe: "H"
    case nil: "="
    }
  }

  /// The first and last column's strength, and a mark for x = 1 between them where there is room.
  private static func axis(_ map: PhaseMap, _ columns: [Int]) -> String {
    let strengths = columns.map { map.strengths[$0] }
    let (first, last) = (RateText.short(strengths.first), RateText.short(strengths.last))
    guard strengths.count > 1 else { return "x = \(first)" }
    var line = first + String(repeating: " ", count: max(1, columns.count - first.count - last.count)) + last
    if let one = strengths.firstIndex(where: { $0 >= 1 }), one > first.count, one < columns.count - last.count - 1 {
      line = String(line.prefix(one)) + "1" + String(line.dropFirst(one + 1))
    }
    return line + "  x"
  }

  /// At most this many indices, even, with both ends.
  private static func shown(_ count: Int, most: Int) -> [Int] {
    guard count > most else { return Array(0..<count) }
    return (0..<most).map { ($0 * (count - 1) + (most - 1) / 2) / (most - 1) }
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  private static func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }
}
