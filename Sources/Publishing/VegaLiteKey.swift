/// The key as a view of its own, in pixels from its first entry. It owns the selection that all panels follow.
struct VegaLiteKey {
  /// Of the selection, and of the field that it compares.
  static let selection = "series"

  private let key: Figure.Key
  private let layout: FigureLayout

  init(_ key: Figure.Key, _ layout: FigureLayout) {
    self.key = key
    self.layout = layout
  }

  var isEmpty: Bool { layout.keyPlaces.isEmpty }

  /// Full where nothing is selected or the mark's series is.
  static func opacity(_ opacity: Double = 1) -> JSONText {
    .object([
      "condition": .object(["param": .string(selection), "value": .number(opacity)]), "value": .number(0.12 * opacity),
    ])
  }

  private var left: Double { layout.keyPlaces.map(\.x).min() ?? 0 }
  private var height: Double { (layout.keyPlaces.map(\.y).max() ?? 0) + (key.title == nil ? 0.11 : 0.28) }
  private var width: Double { layout.width - layout.frames[0].left - 0.12 }

  private func x(_ inches: Double) -> JSONText { .number(VegaLiteFigure.pixels(inches - left)) }
  private func y(_ inches: Double) -> JSONText { .number(VegaLiteFigure.pixels(inches)) }

  var specification: JSONText {
    let entries = layout.keyPlaces.flatMap(marks)
    let title = key.title.map { [text($0, layout.keyTitlePlace?.x ?? left, layout.keyTitlePlace?.y ?? 0)] } ?? []
    return .object([
      "width": .number(VegaLiteFigure.pixels(width)), "height": .number(VegaLiteFigure.pixels(height)),
      "encoding": .object([
        "x": encoding("x", upTo: width), "y": encoding("y", upTo: height),
      ]),
      "layer": .array(title + entries + [buttons]),
    ])
  }

  private func encoding(_ field: String, upTo inches: Double) -> JSONText {
    .object([
      "field": .string(field), "type": .string("quantitative"), "axis": .number(nil),
      "scale": .object([
        "domain": [.integer(0), .number(VegaLiteFigure.pixels(inches))], "nice": .bool(false), "zero": .bool(false),
      ]),
    ])
  }

  /// A layer: marks with one row of data.
  private func layer(_ row: KeyValuePairs<String, JSONText>, _ mark: JSONText, series: String?) -> JSONText {
    var values = Array(row)
    var encoding = [(key: String, value: JSONText)]()
    if row.contains(where: { $0.key == "x2" }) { encoding.append(("x2", .object(["field": .string("x2")]))) }
    if let series {
      values.append((Self.selection, .string(series)))
      encoding.append(("opacity", Self.opacity()))
    }
    // Readers of a page aloud have the panels' marks.
    guard case .members(let options) = mark else { return mark }
    return .members(
      [("data", .object(["values": [.members(values)]])), ("mark", .members(options + [("aria", .bool(false))]))]
        + (encoding.isEmpty ? [] : [("encoding", .members(encoding))]))
  }

  private func text(_ text: RichText, _ left: Double, _ middle: Double, series: String? = nil) -> JSONText {
    layer(
      ["x": x(left), "y": y(middle)],
      .object([
        "type": .string("text"), "text": .string(text.unicode), "align": .string("left"), "baseline": .string("middle"),
      ]), series: series)
  }

  private func marks(_ place: FigureLayout.KeyPlace) -> [JSONText] {
    let series = place.entry.text.unicode
    let end = place.x + FigureLayout.sampleWidth
    var layers = [JSONText]()
    if let line = place.entry.line {
      layers.append(
        layer(
          ["x": x(place.x), "x2": x(end), "y": y(place.y)], VegaLiteStyle.line("rule", line), series: series))
    }
    if let point = place.entry.point {
      layers.append(layer(["x": x((place.x + end) / 2), "y": y(place.y)], VegaLiteStyle.point(point), series: series))
    }
    layers.append(text(place.entry.text, end + FigureLayout.textGap, place.y, series: series))
    return layers
  }

  /// What is clicked: a transparent rectangle over each entry.
  private var buttons: JSONText {
    let rows = layout.keyPlaces.map { place in
      let right = layout.keyPlaces.filter { $0.y == place.y && $0.x > place.x }.map(\.x).min() ?? left + width
      return JSONText.object([
        "x": x(place.x), "x2": x(right - 0.05), "y": y(place.y - 0.08), "y2": y(place.y + 0.08),
        Self.selection: .string(place.entry.text.unicode),
      ])
    }
    return .object([
      "data": .object(["values": .array(rows)]),
      "params": [
        .object([
          "name": .string(Self.selection),
          "select": .object([
            "type": .string("point"), "fields": [.string(Self.selection)], "toggle": .string("true"),
          ]),
        ])
      ],
      "mark": .object(["type": .string("rect"), "color": .string("transparent"), "cursor": .string("pointer"), "aria": .bool(false)]),
      "encoding": .object(["x2": .object(["field": .string("x2")]), "y2": .object(["field": .string("y2")])]),
    ])
  }
}
