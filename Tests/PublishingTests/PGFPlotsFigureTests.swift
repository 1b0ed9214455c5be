import Foundation
import Testing

@testable import Publishing
@testable import StudyEngine

@Suite("Figures for LaTeX") struct PGFPlotsFigureTests {
  private static func files(_ figure: Figure) -> [TextFile] {
    PGFPlotsFigure(figure, provenance: AwkwardFigure.provenance).files
  }

  /// Centres of words on a page, in inches from its lower left corner.
  private static func centres(_ boxes: String) -> [String: (x: Double, y: Double)] {
    let height = boxes.firstMatch(of: /<page width="[0-9.]+" height="([0-9.]+)"/).flatMap { Double($0.1) } ?? 0
    let words = boxes.matches(of: /xMin="([0-9.-]+)" yMin="([0-9.-]+)" xMax="([0-9.-]+)" yMax="([0-9.-]+)">([^<]*)</)
    return Dictionary(
      words.map { match in
        let numbers = [match.1, match.2, match.3, match.4].map { Double($0) ?? .nan }
        return (String(match.5), ((numbers[0] + numbers[2]) / 144, (height - (numbers[1] + numbers[3]) / 2) / 72))
      }, uniquingKeysWith: { first, _ in first })
  }

  @Test("any text is set as it is, wherever it stands in a figure") func awkwardText() throws {
    let text = RichText(AwkwardFigure.text)
    let x = Axis.linear("x " + text, from: 0, to: 1)
    let panel = Panel(
      title: "t " + text, x: x, y: .categories("", [text + " y", "two"]),
      marks: [.points([.init(x: 0.5, y: 0)], .init(colour: "#0072B2", marker: .disc)), .label(.init(text: "l " + text, place: .init(x: 0.5, y: 1)))])
    let entry = Figure.Key.Entry(text: "k " + text, point: .init(colour: "#0072B2", marker: .disc))
    let page = OpenedFiles.words(try OpenedFiles.set(Self.files(AwkwardFigure.figure([panel], key: [entry])), "awkward-0.1"))
    let shown = OpenedFiles.words(AwkwardFigure.text).replacing("🦊 漢", with: "U+1F98A U+6F22")
    // Boxed codes are wider than a figure's margin is made for.
    #expect(page.contains("\(shown.dropFirst(5)) y"), "\(page)")
    for place in ["x", "t", "l", "k"] { #expect(page.contains("\(place) \(shown)"), "\(place) in \(page)") }
  }

  @Test("values of any size stand at their places") func places() throws {
    let extremes = try AwkwardFigure.extremes()
    let figure = AwkwardFigure.figure(extremes.map(\.panel), columns: 2)
    let layout = FigureLayout(figure)
    let centres = Self.centres(try OpenedFiles.set(Self.files(figure), "awkward-0.1", reading: ["-bbox"]))
    for (index, one) in extremes.enumerated() {
      for (name, place) in one.frame {
        let expected = AwkwardFigure.inches(place, one.panel, layout.frames[index])
        let found = try #require(centres[name], "\(name)")
        // Words' boxes are as high as their fonts and a little below the middle of the letters.
        #expect(abs(found.x - expected.x) < 0.01 && abs(found.y - expected.y) < 0.04, "\(one.name), \(name): \(found), not \(expected)")
      }
    }
  }

  @Test("the data are the raw values with their names, parted where a line is") func data() throws {
    let x = try #require(Axis.logarithmic("sample size n", holding: [1, 1000]))
    let y = Axis.linear("radius", from: 0, to: 1)
    let style = Figure.LineStyle(colour: "#0072B2")
    let places: [Panel.Place?] = [.init(x: 1, y: 0.1), .init(x: 0, y: 0.2), .init(x: 10, y: 1.0 / 3), nil, .init(x: 1000, y: 1)]
    let panel = Panel(
      x: x, y: y,
      marks: [
        .line(places, style), .line([.init(x: 2, y: 0), .init(x: 3, y: 0.5)], style),
        .segments([.init(from: .init(x: 5, y: 0), to: .init(x: 5, y: 1))], style.moved(sideways: -2)),
      ])
    #expect(panel.leftOut == 1)
    let files = Self.files(AwkwardFigure.figure([panel], key: [.init(text: "gaussian", line: style)]))
    #expect(files.map(\.name) == [
      "awkward-0.1.tex", "awkward-0.1-fragment.tex", "awkward-0.1-1-1-line.dat", "awkward-0.1-1-2-segments.dat",
    ])
    let rows = files[2].content.split(separator: "\n").filter { !$0.hasPrefix("#") }
    #expect(rows == [
      "x y", "1 0.1", "nan nan", "10 0.3333333333333333", "nan nan", "1000 1", "nan nan", "2 0", "3 0.5",
    ])
    for line in ["# gaussian", "# x: sample size n", "# y: radius"] { #expect(files[2].content.contains("\(line)\n")) }
    #expect(files[1].content.contains("xshift=-2.00bp] table[x=x, y=y] {\\slablabdata/awkward-0.1-1-2-segments.dat}"))
    for file in files {
      #expect(file.content.hasPrefix(file.name.hasSuffix(".dat") ? "# program: slablab 0\n" : "% program: slablab 0\n"))
    }
  }

  @Test("an axis too fine for PGFPlots' arithmetic has coordinates of its own beside the raw values") func shares() throws {
    let panel = try AwkwardFigure.extremes()[1].panel
    let files = Self.files(AwkwardFigure.figure([panel]))
    #expect(files[2].content.contains("x y yshare\n1 123456.01 "))
    #expect(files[1].content.contains("table[x=x, y=yshare]"))
  }

  @Test("strokes that end far outside the frame are drawn up to it") func outside() throws {
    let y = try #require(Axis.logarithmic("y", holding: [1, 10]))
    let places = [-1e9, 0, 1, 1e9].map { Panel.Place(x: $0, y: $0 == 0 ? 1e-200 : 5) }
    let panel = Panel(
      x: .linear("x", from: 0, to: 2), y: y,
      marks: [.line(places, .init(colour: "#0072B2")), .areas([.init(from: places[0], to: places[3])], colour: "#E69F00")])
    #expect(try OpenedFiles.set(Self.files(AwkwardFigure.figure([panel])), "awkward-0.1").contains("y"))
  }

  @Test("a paper reads a figure's fragment from another folder") func inPaper() throws {
    let x = Axis.linear("abscissa", from: 0, to: 1)
    let panel = Panel(x: x, y: x, marks: [.points([.init(x: 0.5, y: 0.5)], .init(colour: "#0072B2", marker: .ring))])
    let paper = """
      \\documentclass{article}
      \\usepackage{pgfplots}
      \\pgfplotsset{compat=1.16}
      \\newcommand{\\slablabdata}{figures/latex}
      \\begin{document}
      \\input{figures/latex/awkward-0.1-fragment.tex}

      Text after it.

      \\input{figures/latex/awkward-0.1-fragment.tex}
      \\end{document}
      """
    let files = Self.files(AwkwardFigure.figure([panel])).map { TextFile(name: "figures/latex/\($0.name)", content: $0.content) }
    let page = try OpenedFiles.set(files + [TextFile(name: "paper.tex", content: paper)], "paper")
    #expect(page.components(separatedBy: "abscissa").count == 5)
  }

  @Test("a study's own figures are set on pages of their size and say what they show") func study() throws {
    try FakeStudy.inFolder { folder in
      let study = try FakeStudy.study(FakeStudy.realistic)
      let presentation = try StudyPublisher(study: study, store: FakeStudy.store(study, in: folder)).presentation
      let figure = try #require(presentation.figures.first)
      let files = Self.files(figure)
      let boxes = try OpenedFiles.set(files, figure.name, reading: ["-bbox"])
      let size = try #require(boxes.firstMatch(of: /<page width="([0-9.]+)" height="([0-9.]+)"/))
      let layout = FigureLayout(figure)
      #expect(abs((Double(size.1) ?? 0) / 72 - layout.width) < 0.01 && abs((Double(size.2) ?? 0) / 72 - layout.height) < 0.01)
      for word in ["group-horseshoe:", "8000", "anchored"] { #expect(boxes.contains(">\(word)<"), "\(word)") }
      let points = try #require(files.first { $0.name == "contraction-1-4-points.dat" })
      // As many rows as sample sizes, each at its own.
      let sizes = points.content.split(separator: "\n").filter { !$0.hasPrefix("#") }.dropFirst().map { $0.split(separator: " ")[0] }
      #expect(sizes == ["500", "1000", "2000", "4000", "8000"])
    }
  }
}
