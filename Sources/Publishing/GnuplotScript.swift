import Foundation

/// A figure as gnuplot commands that depend on no file and no terminal.
struct GnuplotScript {
  let figure: Figure
  private let layout: FigureLayout

  init(_ figure: Figure) {
    self.figure = figure
    layout = FigureLayout(figure)
  }

  /// Inches.
  var size: (width: Double, height: Double) { (layout.width, layout.height) }

  var commands: String {
    var script = "set multiplot\nset border 3 lw 0.8\nset clip two\nunset key\n"
    for (index, panel) in figure.panels.enumerated() {
      script += "unset label\nunset arrow\n"
      // gnuplot draws labels with every panel, so the key comes with the last.
      if index == figure.panels.count - 1 { script += keyCommands }
      script += commands(panel, index)
    }
    return script + "unset multiplot\n"
  }

  // MARK: A panel

  private func commands(_ panel: Panel, _ index: Int) -> String {
    let frame = layout.frames[index]
    var data = ""
    var plots = [String]()
    var labels = ""
    for (number, mark) in panel.marks.enumerated() {
      let name = "panel\(index)_\(number)"
      func plot(_ rows: [[Double]], _ style: String, sideways points: Double = 0) {
        // In the units of the axis.
        let shift = points / 72 / frame.width * (panel.x.upper - panel.x.lower)
        data += Self.data(name, points == 0 ? rows : rows.map { $0.isEmpty ? [] : [$0[0] + shift] + $0.dropFirst() })
        plots.append("$\(name) \(style) notitle")
      }
      switch mark {
      case .line(let places, let style):
        plot(
          places.map { $0.map { position($0, panel) } ?? [] }, "using 1:2 with lines \(Self.options(style))",
          sideways: style.sideways)
      case .points(let places, let style):
        plot(
          places.map { position($0, panel) }, "using 1:2 with points \(Self.options(style))", sideways: style.sideways)
      case .segments(let segments, let style):
        plot(
          segments.flatMap { [position($0.from, panel), position($0.to, panel), []] },
          "using 1:2 with lines \(Self.options(style))", sideways: style.sideways)
      case .areas(let areas, let colour):
        let rows = areas.map { area -> [Double] in
          let (from, to) = (position(area.from, panel), position(area.to, panel))
          return [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2, from[0], to[0], from[1], to[1]]
        }
        plot(
          rows, "using 1:2:3:4:5:6 with boxxyerror fc rgb '\(colour)' fs solid 1 border lc rgb '\(colour)'")
      case .label(let label):
        let place = position(label.place, panel)
        let side = switch label.anchor { case .centre: "center"; case .left: "left"; case .right: "right" }
        labels += "set label \(Self.text(label.text)) at \(place[0]),\(place[1]) \(side)"
        labels += "\(label.isUpright ? " rotate by 90" : "") front tc rgb '\(label.colour)'\n"
      }
    }
    // A panel of labels alone still has its axes.
    if plots.isEmpty { plots.append("NaN notitle") }
    let middle = frame.bottom + frame.height / 2
    return data + labels + """
      set lmargin at screen \(x(frame.left))
      set rmargin at screen \(x(frame.left + frame.width))
      set bmargin at screen \(y(frame.bottom))
      set tmargin at screen \(y(frame.bottom + frame.height))
      \(Self.axis("x", panel.x, ticksOffset: "offset 0,0.35"))\(Self.axis("y", panel.y))\
      \(screenLabel(panel.title, frame.left + frame.width / 2, frame.bottom + frame.height + FigureLayout.titleRise))\
      \(screenLabel(panel.x.label, frame.left + frame.width / 2, frame.bottom - FigureLayout.xLabelDrop))\
      \(screenLabel(panel.y.label, layout.yLabelPlaces[index], middle, isUpright: true))\
      plot \(plots.joined(separator: ", \\\n  "))

      """
  }

  private func position(_ place: Panel.Place, _ panel: Panel) -> [Double] {
    [panel.x.position(place.x), panel.y.position(place.y)]
  }

  private static func axis(_ letter: String, _ axis: Axis, ticksOffset: String = "") -> String {
    let range = "set \(letter)range [\(axis.lower):\(axis.upper)]\n"
    // An empty list of ticks would be taken for none given.
    guard !axis.ticks.isEmpty || !axis.minorTicks.isEmpty else { return range + "unset \(letter)tics\n" }
    let ticks = axis.ticks.map { "\(quoted(markup($0.label))) \($0.position)" } + axis.minorTicks.map { "'' \($0) 1" }
    return range + """
      set \(letter)tics scale 0.6,0.3 nomirror \(ticksOffset) font ',\(FigureLayout.tickFontSize)' \
      (\(ticks.joined(separator: ", ")))

      """
  }

  // MARK: The key

  private var keyCommands: String {
    var script = ""
    if let title = figure.key.title, let place = layout.keyTitlePlace {
      script += "set label \(Self.text(title)) at screen \(x(place.x)),\(y(place.y)) left\n"
    }
    for place in layout.keyPlaces {
      let (from, to) = (x(place.x), x(place.x + FigureLayout.sampleWidth))
      if let line = place.entry.line {
        script += "set arrow from screen \(from),\(y(place.y)) to screen \(to),\(y(place.y)) nohead \(Self.options(line))\n"
      }
      if let point = place.entry.point {
        script += "set label '' at screen \((from + to) / 2),\(y(place.y)) point \(Self.options(point))\n"
      }
      let start = x(place.x + FigureLayout.sampleWidth + FigureLayout.textGap)
      script += "set label \(Self.text(place.entry.text)) at screen \(start),\(y(place.y)) left\n"
    }
    return script
  }

  // MARK: Places, styles and text

  private func x(_ inches: Double) -> Double { inches / layout.width }
  private func y(_ inches: Double) -> Double { inches / layout.height }

  private func screenLabel(_ text: RichText, _ left: Double, _ bottom: Double, isUpright: Bool = false) -> String {
    guard !text.isEmpty else { return "" }
    return "set label \(Self.text(text)) at screen \(x(left)),\(y(bottom)) center\(isUpright ? " rotate by 90" : "")\n"
  }

  /// gnuplot's unit of line width is a pixel, 3/4 of a point.
  private static func options(_ style: Figure.LineStyle) -> String {
    let dash = style.dash.isEmpty ? "solid" : "(\(style.dash.map { "\($0)" }.joined(separator: ",")))"
    let transparency = String(format: "%02X", Int(((1 - style.opacity) * 255).rounded()))
    return "dt \(dash) lw \(style.width / 0.75) lc rgb '#\(transparency)\(style.colour.dropFirst())'"
  }

  private static func options(_ style: Figure.PointStyle) -> String {
    let type =
      switch style.marker {
      case .disc: 7
      case .square: 5
      case .triangle: 9
      case .diamond: 13
      case .invertedTriangle: 11
      case .pentagon: 15
      case .ring: 6
      case .cross: 2
      }
    return "pt \(type) ps \(style.size / 7) lw 1.3 lc rgb '\(style.colour)'"
  }

  /// A quoted text with the option that keeps plain text from being read as markup.
  static func text(_ text: RichText) -> String {
    text.isPlain ? "\(quoted(text.runs.map(\.text).joined())) noenhanced" : quoted(markup(text))
  }

  /// gnuplot's enhanced text, every character of a run as itself.
  private static func markup(_ text: RichText) -> String {
    text.runs.map { run in
      let plain = run.text.backslashed("\\{}^_@&~")
      return switch run.level {
      case .base: plain
      case .superscript: "^{\(plain)}"
      case .subscript: "_{\(plain)}"
      }
    }.joined()
  }

  /// In single quotes nothing but the quote itself has a meaning.
  static func quoted(_ text: String) -> String { "'\(oneLine(text).escapingScalars { $0 == "'" ? "''" : nil })'" }

  /// A named block of inline data; rows of numbers only; an empty row parts lines.
  private static func data(_ name: String, _ rows: [[Double]]) -> String {
    let lines = rows.map { row in row.map { "\($0)" }.joined(separator: " ") }
    return "$\(name) << EOD\n\(lines.joined(separator: "\n"))\nEOD\n"
  }
}
