import Foundation

/// The looks of a figure's marks as styles that are defined once, at the head of its fragment.
struct PGFPlotsStyles {
  private var lines = [Figure.LineStyle]()
  private var points = [Figure.PointStyle]()
  private var colours = [String]()
  private var areas = [String]()

  init(_ figure: Figure) {
    // The key first, so that its first entry is number 1.
    for entry in figure.key.entries {
      if let line = entry.line { add(line) }
      if let point = entry.point { add(point) }
    }
    for mark in figure.panels.flatMap(\.marks) {
      switch mark {
      case .line(_, let style), .segments(_, let style): add(style)
      case .points(_, let style): add(style)
      case .areas(_, let colour):
        add(colour)
        if !areas.contains(colour) { areas.append(colour) }
      case .label: break
      }
    }
  }

  private mutating func add(_ colour: String) {
    if !colours.contains(colour) { colours.append(colour) }
  }

  private mutating func add(_ style: Figure.LineStyle) {
    let style = style.moved(sideways: 0)
    add(style.colour)
    if !lines.contains(style) { lines.append(style) }
  }

  private mutating func add(_ style: Figure.PointStyle) {
    let style = style.moved(sideways: 0)
    add(style.colour)
    if !points.contains(style) { points.append(style) }
  }

  /// Of the style that draws a mark.
  func name(of mark: Panel.Mark) -> String {
    switch mark {
    case .line(_, let style), .segments(_, let style): "slablab line \((lines.firstIndex(of: style.moved(sideways: 0)) ?? 0) + 1)"
    case .points(_, let style): "slablab point \((points.firstIndex(of: style.moved(sideways: 0)) ?? 0) + 1)"
    case .areas(_, let colour): "slablab area \((areas.firstIndex(of: colour) ?? 0) + 1)"
    case .label: ""
    }
  }

  private func name(ofColour colour: String) -> String { "slablab\((colours.firstIndex(of: colour) ?? 0) + 1)" }

  /// Local to the picture that they stand in.
  var definitions: String {
    let colours = colours.map { "\\definecolor{\(name(ofColour: $0))}{HTML}{\($0.dropFirst())}\n" }
    let styles =
      lines.map { "\(name(of: .line([], $0)))/.style={\(options($0))}" }
      + points.map { "\(name(of: .points([], $0)))/.style={\(options($0))}" }
      // A thin edge, or viewers show hairlines between rectangles that touch.
      + areas.map { "\(name(of: .areas([], colour: $0)))/.style={fill=\(name(ofColour: $0)), draw=\(name(ofColour: $0)), line width=0.1pt}" }
    return colours.joined() + (styles.isEmpty ? "" : "\\tikzset{\n  \(styles.joined(separator: ",\n  "))}\n")
  }

  private func options(_ style: Figure.LineStyle) -> String {
    var options = [
      "draw=\(name(ofColour: style.colour))", String(format: "line width=%gpt", style.width), "line join=round", "mark=none",
    ]
    if !style.dash.isEmpty {
      let pattern = style.dash.enumerated().map { ($0.isMultiple(of: 2) ? "on " : "off ") + String(format: "%gpt", $1) }
      options.append("dash pattern=\(pattern.joined(separator: " "))")
    }
    if style.opacity < 1 { options.append(String(format: "draw opacity=%g", style.opacity)) }
    return options.joined(separator: ", ")
  }

  private func options(_ style: Figure.PointStyle) -> String {
    let colour = name(ofColour: style.colour)
    // PGF's sizes are radii; shapes with corners are drawn a little larger or smaller, to look as large as the disc.
    let (mark, size, turn) =
      switch style.marker {
      case .disc: ("*", 1.0, "")
      case .square: ("square*", 0.9, "")
      case .triangle: ("triangle*", 1.3, "")
      case .diamond: ("diamond*", 1.3, "")
      case .invertedTriangle: ("triangle*", 1.3, ", rotate=180")
      case .pentagon: ("pentagon*", 1.15, "")
      case .ring: ("o", 1.0, "")
      case .cross: ("x", 1.1, "")
      }
    let isOpen = style.marker == .ring || style.marker == .cross
    return "only marks, mark=\(mark), mark size=\(String(format: "%g", size * style.size / 2))pt, "
      + "mark options={solid, draw=\(colour), fill=\(isOpen ? "none" : colour), line width=\(isOpen ? 1 : 0.4)pt\(turn)}"
  }
}
