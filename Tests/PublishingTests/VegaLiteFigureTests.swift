import Foundation
import Testing

@testable import Publishing
@testable import StudyEngine

@Suite("Figures for the web") struct VegaLiteFigureTests {
  private static func file(_ figure: Figure) -> TextFile {
    VegaLiteFigure(figure: figure, provenance: AwkwardFigure.provenance).file
  }

  private static func parsed(_ file: TextFile) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(file.content.utf8)) as? [String: Any])
  }

  /// All text elements of an SVG.
  private static func texts(_ svg: String) -> [String] {
    svg.matches(of: /<text[^>]*>([^<]*)<\/text>/).map { match in
      String(match.1).replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
        .replacing("&apos;", with: "'").replacing("&#39;", with: "'").replacing("&amp;", with: "&")
    }
  }

  @Test("any text is drawn as it is, wherever it stands in a figure") func awkwardText() throws {
    let text = RichText(AwkwardFigure.text)
    let panel = Panel(
      title: "t " + text, x: .linear("x " + text, from: 0, to: 1), y: .categories("", ["y " + text, "two"]),
      marks: [.points([.init(x: 0.5, y: 0)], .init(colour: "#0072B2", marker: .disc)), .label(.init(text: "l " + text, place: .init(x: 0.5, y: 1)))])
    let entry = Figure.Key.Entry(text: "k " + text, point: .init(colour: "#0072B2", marker: .disc))
    let file = Self.file(AwkwardFigure.figure([panel], key: [entry]))
    #expect(file.name == "awkward-0.1.vl.json" && file.content.hasSuffix("}\n"))
    let texts = Self.texts(try OpenedFiles.drawn(file))
    for place in ["x", "t", "y", "l", "k"] { #expect(texts.contains("\(place) \(text.unicode)"), "\(place) in \(texts)") }
    let root = try Self.parsed(file)
    let metadata = try #require(root["usermeta"] as? [String: Any])
    #expect((metadata["provenance"] as? [String: String])?["command"]?.contains("<script>") == true)
    #expect(root["description"] as? String == AwkwardFigure.text)
  }

  @Test("values of any size stand at their places, in real units") func places() throws {
    for one in try AwkwardFigure.extremes() {
      let figure = AwkwardFigure.figure([one.panel])
      let file = Self.file(figure)
      let svg = try OpenedFiles.drawn(file)
      #expect(!svg.contains("NaN") && !svg.contains("Infinity"), "\(one.name)")
      let frame = FigureLayout(figure).frames[0]
      // Labels and points are moved to their places in pixels from the frame's upper left corner.
      let moves = svg.matches(of: /<text[^>]*transform="translate\(([0-9.eE+-]+),([0-9.eE+-]+)\)[^>]*>([^<]*)</)
      for (name, place) in one.frame {
        let move = try #require(moves.first { $0.3 == name }, "\(name)")
        // An axis ends where a browser's numbers do.
        let doubles = log10(Double.leastNonzeroMagnitude)...log10(Double.greatestFiniteMagnitude)
        let expected = AwkwardFigure.inches(place, one.panel, frame, decades: doubles)
        let (x, y) = ((expected.x - frame.left) * 96, (frame.bottom + frame.height - expected.y) * 96)
        // The text's baseline is 3 pixels below the middle of its letters.
        #expect(abs((Double(move.1) ?? .nan) - x) < 0.1 && abs((Double(move.2) ?? .nan) - 3 - y) < 1, "\(one.name), \(name)")
        #expect(file.content.contains(JSONText.object(["x": VegaLiteAxis.number(place.x), "y": VegaLiteAxis.number(place.y)]).text()))
      }
    }
  }

  @Test("lines keep their order and their gaps, markers their shapes, and strokes far outside are cut") func marks() throws {
    let axis = Axis.linear("x", from: 0, to: 2)
    let back: [Panel.Place?] = [.init(x: 2, y: 1), .init(x: 1, y: 2), .init(x: 1.5, y: 0), nil, .init(x: 0, y: 1), .init(x: 1, y: 1e12)]
    let markers = FigureStyle.Marker.allCases.map { Panel.Mark.points([.init(x: 1, y: 1), .init(x: 5, y: 1)], .init(colour: "#00523E", marker: $0)) }
    let panel = Panel(x: axis, y: axis, marks: [.line(back, .init(colour: "#0072B2", dash: [9, 4]))] + markers)
    let file = Self.file(AwkwardFigure.figure([panel]))
    let svg = try OpenedFiles.drawn(file)
    let strokes = svg.matches(of: /aria-roledescription="line mark"[^>]* d="([^"]*)"/).map(\.1)
    #expect(strokes.count == 2)
    // Right to left first, as given: Vega-Lite would sort by x.
    let width = FigureLayout(AwkwardFigure.figure([panel])).frames[0].width * 96
    #expect(try #require(strokes.first).hasPrefix(String(format: "M%g,", width)))
    #expect(!file.content.contains("1000000000000"))
    #expect(svg.contains("stroke-dasharray=\"12,5.33\""))
    // What lies outside the frame is not drawn.
    #expect(svg.matches(of: /aria-roledescription="point"/).count == FigureStyle.Marker.allCases.count)
  }

  @Test("tooltips say the axes' names, and the names of categories") func tooltips() throws {
    let style = Figure.PointStyle(colour: "#0072B2", marker: .disc)
    let panel = Panel(
      x: .linear("share", from: 0, to: 1), y: .categories("slab", ["gaussian", "lasso \"x\""]),
      marks: [
        .points([.init(x: 0.5, y: 1)], style),
        .segments([.init(from: .init(x: 0.25, y: 1), to: .init(x: 0.75, y: 1))], .init(colour: "#0072B2")),
      ])
    let file = Self.file(AwkwardFigure.figure([panel], key: [.init(text: "wide", point: style)]))
    _ = try OpenedFiles.drawn(file)
    let grid = try #require((try Self.parsed(file)["vconcat"] as? [[String: Any]])?.first?["concat"] as? [[String: Any]])
    let layers = try #require(grid.first?["layer"] as? [[String: Any]])
    let said = layers.map { layer -> [String] in
      let tooltips = (layer["encoding"] as? [String: Any])?["tooltip"] as? [[String: String]] ?? []
      return tooltips.map { "\($0["title"] ?? ""): \($0["field"] ?? "")" }
    }
    #expect(said == [
      ["series: series", "share: x", "slab: y_name"], ["series: series", "share from: x", "share to: x2", "slab: y_name"],
    ])
    let transforms = layers.map { $0["transform"] as? [[String: String]] ?? [] }
    let names = ["calculate": #"["gaussian", "lasso \"x\""][indexof([0, 1], round(datum.y))]"#, "as": "y_name"]
    #expect(transforms.allSatisfy { $0 == [names, ["calculate": "\"wide\"", "as": "series"]] })
  }

  @Test("a study's own figures are valid, keep sample sizes, and their key selects") func study() throws {
    try FakeStudy.inFolder { folder in
      let study = try FakeStudy.study(FakeStudy.realistic)
      let presentation = try StudyPublisher(study: study, store: FakeStudy.store(study, in: folder)).presentation
      for figure in presentation.figures {
        let file = Self.file(figure)
        let texts = Self.texts(try OpenedFiles.drawn(file))
        for entry in figure.key.entries { #expect(texts.contains(entry.text.unicode)) }
        for panel in figure.panels where !panel.title.isEmpty { #expect(texts.contains(panel.title.unicode)) }
      }
      let file = Self.file(try #require(presentation.figures.first))
      #expect(file.content.contains("{\"x\": 500, \"y\": 0.0"))
      #expect(file.content.contains("\"condition\": {\"param\": \"series\", \"value\": 1.0}"))
      #expect(file == Self.file(try #require(presentation.figures.first)))
    }
  }
}
