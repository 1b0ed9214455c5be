import Foundation
import StudyEngine

/// A figure for the web as a Vega-Lite 5 specification with its data in it, `NAME.vl.json`: the same frames, ticks,
/// colours, markers and dashes as in the other formats, with tooltips; a click on an entry of the key fades what it does
/// not name.
struct VegaLiteFigure {
  let figure: Figure
  let provenance: Provenance
  /// Without where the caption stands beside it already.
  var isCaptioned = true

  var file: TextFile { TextFile(name: "\(figure.name).vl.json", content: specification.text() + "\n") }

  /// CSS counts 96 pixels an inch.
  static func pixels(_ inches: Double) -> Double { (inches * 96 * 100).rounded() / 100 }
  static func points(_ points: Double) -> Double { pixels(points / 72) }

  private static let fontSize = points(FigureLayout.fontSize)

  var specification: JSONText {
    let layout = FigureLayout(figure)
    let series = FigureSeries(figure.key)
    let key = VegaLiteKey(figure.key, layout)
    let panels = zip(figure.panels, layout.frames).map { panel, frame in
      VegaLitePanel(panel: panel, frame: frame, series: series).specification
    }
    let columns = max(1, min(figure.columns, figure.panels.count))
    let (first, frames) = (layout.frames[0], layout.frames)
    // Measured between frames: what axes take lies in between. Rows have one distance here, the largest.
    let rows = stride(from: columns, to: frames.count, by: columns).map { next in
      frames[next - columns].bottom - frames[next].bottom - first.height
    }
    let grid = JSONText.object([
      "concat": .array(panels), "columns": .integer(columns), "bounds": .string("flush"),
      "spacing": .object([
        "row": .number(Self.pixels(rows.max() ?? 0)),
        "column": .number(Self.pixels(figure.width / Double(columns) - first.width)),
      ]),
    ])
    let title = isCaptioned ? [(key: "title", value: title(width: layout.width))] : []
    return .members([
      ("$schema", .string("https://vega.github.io/schema/vega-lite/v5.json")),
      ("description", .string(figure.caption))] + title + [
      ("background", .string("#ffffff")),
      ("config", Self.configuration),
      ("usermeta", .object([
        "figure": .string(figure.name),
        "provenance": .members(provenance.fields.map { (key: $0.name, value: .string($0.value)) }),
      ])),
      ("spacing", .integer(12)),
      ("vconcat", .array([grid] + (key.isEmpty ? [] : [key.specification]))),
    ])
  }

  /// The caption below, in lines as wide as the figure.
  private func title(width: Double) -> JSONText {
    let letters = Int(width / 0.063)
    var lines = [String]()
    for word in oneLine(figure.caption).split(separator: " ") {
      if let last = lines.last, last.count + word.count < letters {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return .object([
      "text": .array(lines.map(JSONText.string)), "orient": .string("bottom"), "anchor": .string("start"),
      "color": .string("#444444"), "offset": .integer(14),
    ])
  }

  private static var configuration: JSONText {
    .object([
      "font": .string("Helvetica, Arial, sans-serif"),
      "view": .object(["stroke": .number(nil)]),
      "title": .object([
        "fontSize": .number(fontSize), "fontWeight": .string("normal"), "offset": .integer(4),
      ]),
      "axis": .object([
        "grid": .bool(false), "labelFontSize": .number(points(FigureLayout.tickFontSize)),
        "titleFontSize": .number(fontSize), "titleFontWeight": .string("normal"), "titlePadding": .integer(5),
        "labelLimit": .integer(0), "titleLimit": .integer(0), "labelOverlap": .bool(false),
        "domainColor": .string("#000000"), "tickColor": .string("#000000"), "labelColor": .string("#000000"),
        "titleColor": .string("#000000"), "tickSize": .integer(4),
      ]),
      "text": .object(["fontSize": .number(fontSize)]),
    ])
  }
}
