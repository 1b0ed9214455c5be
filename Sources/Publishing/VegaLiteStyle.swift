/// The looks of marks as Vega-Lite's mark definitions.
enum VegaLiteStyle {
  /// - Parameter type: `line` or `rule`.
  static func line(_ type: String, _ style: Figure.LineStyle) -> JSONText {
    let dash = style.dash.isEmpty ? [] : [("strokeDash", JSONText.array(style.dash.map { .number(VegaLiteFigure.points($0)) }))]
    return .members(
      [
        ("type", .string(type)), ("color", .string(style.colour)),
        ("strokeWidth", .number(VegaLiteFigure.points(style.width))), ("opacity", .number(style.opacity)),
        ("clip", .bool(true)),
      ] + dash + offset(style.sideways, hasEnd: type == "rule"))
  }

  private static func offset(_ points: Double, hasEnd: Bool = false) -> [(key: String, value: JSONText)] {
    guard points != 0 else { return [] }
    let pixels = JSONText.number(VegaLiteFigure.points(points))
    return [("xOffset", pixels)] + (hasEnd ? [("x2Offset", pixels)] : [])
  }

  static func point(_ style: Figure.PointStyle) -> JSONText {
    // Shapes with corners are drawn a little larger or smaller, to look as large as the disc.
    let (shape, scale) =
      switch style.marker {
      case .disc, .ring: ("circle", 1.0)
      case .square: ("square", 0.9)
      case .triangle: ("triangle-up", 1.2)
      case .diamond: ("diamond", 1.15)
      case .invertedTriangle: ("triangle-down", 1.2)
      case .pentagon: ("M0,-1L0.951,-0.309L0.588,0.809L-0.588,0.809L-0.951,-0.309Z", 1.15)
      case .cross: ("M-0.8,-0.8L0.8,0.8M-0.8,0.8L0.8,-0.8", 1.1)
      }
    let isOpen = style.marker == .ring || style.marker == .cross
    let diameter = scale * VegaLiteFigure.points(style.size)
    return .members(
      [
        ("type", .string("point")), ("shape", .string(shape)), ("size", .number((diameter * diameter * 100).rounded() / 100)),
        ("filled", .bool(!isOpen)), ("color", .string(style.colour)),
        ("strokeWidth", .number(isOpen ? VegaLiteFigure.points(1) : 0)), ("opacity", .integer(1)),
      ] + offset(style.sideways))
  }

  static func area(_ colour: String) -> JSONText {
    // A thin edge, or viewers show hairlines between rectangles that touch.
    .object([
      "type": .string("rect"), "color": .string(colour), "stroke": .string(colour), "strokeWidth": .number(0.8),
      "clip": .bool(true),
    ])
  }

  static func text(_ label: Panel.Label) -> JSONText {
    let alignment = switch label.anchor { case .centre: "center"; case .left: "left"; case .right: "right" }
    return .object([
      "type": .string("text"), "text": .string(label.text.unicode), "color": .string(label.colour),
      "align": .string(alignment), "baseline": .string("middle"), "angle": .integer(label.isUpright ? 270 : 0),
    ])
  }
}
