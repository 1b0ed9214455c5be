import Testing

@testable import Publishing
@testable import StudyEngine

@Suite("Active nodes along training, as a figure") struct SparsityPathFigureTests {
  private static func figure(_ text: String = FakeFits.text, nodes: [Double?]) throws -> Figure? {
    let findings = try FakeFits.findings(text) { _ in FakeFits.result([:], nodes: nodes) }
    return FitFigures(findings: findings).named("sparsity-path").first
  }

  @Test("a fit's line goes through its trace, the teacher's nodes are a rule") func places() throws {
    let figure = try #require(try Self.figure(nodes: [10, 6.5, 3]))
    #expect(figure.panels.count == 9 && figure.columns == 3 && figure.panels[1].title == "group-lasso, n = 500")
    for panel in figure.panels {
      let path: [Panel.Place?] = [.init(x: 50, y: 10), .init(x: 100, y: 6.5), .init(x: 150, y: 3)]
      #expect(panel.lines == [path, path, path, path])
      #expect(panel.segments.map(\.from.y) == [3] && panel.segments.map(\.to.y) == [3])
      #expect(panel.y.lower == figure.panels[0].y.lower && panel.y.upper == figure.panels[0].y.upper)
    }
    #expect(figure.key.entries.map(\.text.unicode) == ["active nodes of the teacher"])
    for words in ["4 replicates a panel", "Dashed: the teacher's"] {
      #expect(figure.caption.contains(words), "\(words)")
    }
  }

  @Test("stretches where nothing changes keep their ends alone, long paths are thinned") func thinning() throws {
    let flat = try #require(try Self.figure(nodes: [10, 10, 10, 10, 4, 4, 4]))
    #expect(flat.panels[0].lines[0].map { $0?.x } == [50, 200, 250, 350])
    let long = try #require(try Self.figure(nodes: (0..<1000).map { index -> Double? in 10 - 0.007 * Double(index) }))
    let steps = long.panels[0].lines[0].compactMap { $0?.x }
    #expect(steps.count <= 241 && steps.first == 50 && steps.last == 50_000)
  }

  @Test("a wide range is logarithmic, and what that cannot show is counted") func logarithmic() throws {
    let text = FakeFits.text.replacing("hidden: [10]", with: "hidden: [400]").replacing("replicates: 4", with: "replicates: 1")
      .replacing("[gaussian, group-lasso, group-horseshoe]", with: "[gaussian]")
    let figure = try #require(try Self.figure(text, nodes: [400, 30, 0]))
    #expect(figure.panels.count == 3 && figure.columns == 1 && figure.panels[0].y.isLogarithmic)
    #expect(figure.caption.contains("Left out: numbers that a logarithmic axis cannot show (3)."))
    #expect(figure.caption.contains("1 replicate a panel"))
  }

  @Test("at most four sample sizes are shown; the caption names the others") func manySizes() throws {
    let sizes = (1...7).map { "\(100 * $0)" }.joined(separator: ", ")
    let figure = try #require(try Self.figure(FakeFits.text.replacing("500, 1000, 2000", with: sizes), nodes: [10, 3]))
    #expect(figure.panels.count == 12 && figure.panels[0].title == "gaussian, n = 100")
    #expect(figure.panels[11].title == "group-horseshoe, n = 700")
    #expect(figure.caption.contains("Not shown: n = 200, 400, 600."))
  }

  @Test("there is none without numbers of nodes, or where nodes have no indicators") func none() throws {
    #expect(try Self.figure(nodes: [nil, nil]) == nil)
    #expect(try Self.figure(nodes: []) == nil)
    #expect(try Self.figure(FakeFits.text.replacing("hidden: [10]", with: "hidden: [10], spike: none"), nodes: [10, 10]) == nil)
  }

  @Test("results of earlier versions are counted; a smooth teacher has no rule") func earlier() throws {
    let text = FakeFits.text.replacing("{inputs: 8, active: [3], strength: 1}", with: "{kind: friedman1, inputs: 8}")
    let findings = try FakeFits.findings(text) { FakeFits.result([:], nodes: $0.replicate == 1 ? [nil] : [10, 4]) }
    let figure = try #require(FitFigures(findings: findings).named("sparsity-path").first)
    #expect(figure.panels[0].lines.count == 3 && figure.panels[0].segments.isEmpty && figure.key.entries.isEmpty)
    #expect(figure.caption.contains("Left out: fits whose trace lacks these numbers (9)."))
  }
}
