/// A panel as a view with a layer for each run of marks.
struct VegaLitePanel {
  let panel: Panel
  let frame: FigureLayout.Frame
  let series: FigureSeries

  private var x: VegaLiteAxis { VegaLiteAxis("x", panel.x) }
  private var y: VegaLiteAxis { VegaLiteAxis("y", panel.y) }

  var specification: JSONText {
    let title = panel.title.isEmpty ? [] : [
      (key: "title", value: JSONText.object(["text": .string(panel.title.unicode), "frame": .string("group")]))
    ]
    // A view without marks has no axes.
    let empty = JSONText.object([
      "data": .object(["values": [.object([:])]]), "mark": .object(["type": .string("point"), "opacity": .integer(0)]),
    ])
    let layers = panel.runs.compactMap(layer)
    return .members(
      title + [
        ("width", .number(VegaLiteFigure.pixels(frame.width))), ("height", .number(VegaLiteFigure.pixels(frame.height))),
        ("encoding", .object(["x": x.encoding, "y": y.encoding])), ("layer", .array(layers.isEmpty ? [empty] : layers)),
      ])
  }

  /// nil for points that all lie outside the frame.
  private func layer(_ run: [Panel.Mark]) -> JSONText? {
    let entry = series.index(of: run[0]).map { series.entries[$0].text.unicode }
    var rows = [JSONText]()
    var encoding = [(key: String, value: JSONText)]()
    var tooltips = [JSONText]()
    let mark: JSONText
    var opacity = 1.0
    switch run[0] {
    case .line(_, let style):
      let parts = run.flatMap { mark -> [ArraySlice<Panel.Place?>] in
        if case .line(let places, _) = mark { places.split(separator: nil) } else { [] }
      }.map { $0.compactMap { $0 } }
      // Vega-Lite connects by ascending x unless it is told an order.
      let isAscending = parts.allSatisfy { part in zip(part, part.dropFirst()).allSatisfy { $0.x <= $1.x } }
      rows = parts.enumerated().flatMap { index, part in
        part.enumerated().map { number, place in
          // A stroke with an end very far outside takes a browser seconds to dash.
          self.row(.init(x: x.near(place.x), y: y.near(place.y)), numbers: (parts.count > 1 ? [("part", index)] : []) + (isAscending ? [] : [("order", number)]))
        }
      }
      if parts.count > 1 { encoding.append(("detail", .object(["field": .string("part"), "type": .string("nominal")]))) }
      if !isAscending { encoding.append(("order", .object(["field": .string("order"), "type": .string("quantitative")]))) }
      mark = VegaLiteStyle.line("line", style)
      opacity = style.opacity
    case .points(_, let style):
      rows = run.flatMap { mark -> [Panel.Place] in if case .points(let places, _) = mark { places } else { [] } }
        .filter { x.holds($0.x) && y.holds($0.y) }.map { row($0) }
      tooltips = [x.tooltip(), y.tooltip()]
      mark = VegaLiteStyle.point(style)
    case .segments(_, let style):
      let segments = run.flatMap { mark -> [Panel.Segment] in
        if case .segments(let segments, _) = mark { segments } else { [] }
      }
      rows = segments.map { row($0.from, to: $0.to) }
      encoding += ends
      tooltips = ends(x, isSame: segments.allSatisfy { $0.from.x == $0.to.x })
        + ends(y, isSame: segments.allSatisfy { $0.from.y == $0.to.y })
      mark = VegaLiteStyle.line("rule", style)
      opacity = style.opacity
    case .areas(_, let colour):
      rows = run.flatMap { mark -> [Panel.Area] in if case .areas(let areas, _) = mark { areas } else { [] } }
        .map { row($0.from, to: $0.to) }
      encoding += ends
      tooltips = ends(x, isSame: false) + ends(y, isSame: false)
      mark = VegaLiteStyle.area(colour)
    case .label(let label):
      rows = [row(label.place)]
      mark = VegaLiteStyle.text(label)
    }
    guard !rows.isEmpty else { return nil }
    if entry != nil {
      encoding.append(("opacity", VegaLiteKey.opacity(opacity)))
      if !tooltips.isEmpty {
        tooltips.insert(
          .object(["field": .string(VegaLiteKey.selection), "type": .string("nominal"), "title": .string("series")]), at: 0)
      }
    }
    if !tooltips.isEmpty { encoding.append(("tooltip", .array(tooltips))) }
    let transforms = (tooltips.isEmpty ? [] : [x.transform, y.transform].compactMap { $0 })
      + (entry.map { [.object(["calculate": .string(JSONText.string($0).text()), "as": .string(VegaLiteKey.selection)])] } ?? [])
    return .members(
      [("data", .object(["values": .array(rows)]))] + (transforms.isEmpty ? [] : [("transform", .array(transforms))])
        + [("mark", mark)] + (encoding.isEmpty ? [] : [("encoding", .members(encoding))]))
  }

  private var ends: [(key: String, value: JSONText)] {
    [("x2", .object(["field": .string("x2")])), ("y2", .object(["field": .string("y2")]))]
  }

  /// One value, or the two ends where they differ.
  private func ends(_ axis: VegaLiteAxis, isSame: Bool) -> [JSONText] {
    isSame ? [axis.tooltip()] : [axis.tooltip(end: " from"), axis.tooltip("\(axis.letter)2", end: " to")]
  }

  private func row(_ place: Panel.Place, to end: Panel.Place? = nil, numbers: [(String, Int)] = []) -> JSONText {
    .members(
      [("x", VegaLiteAxis.number(place.x)), ("y", VegaLiteAxis.number(place.y))]
        + (end.map { [("x2", VegaLiteAxis.number($0.x)), ("y2", VegaLiteAxis.number($0.y))] } ?? [])
        + numbers.map { ($0, .integer($1)) })
  }
}
