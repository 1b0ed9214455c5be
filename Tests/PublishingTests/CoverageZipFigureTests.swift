import Testing

@testable import Publishing
@testable import StudyEngine

@Suite("Credible balls as a zip plot") struct CoverageZipFigureTests {
  private static let single = FakeFits.text.replacing("[500, 1000, 2000]", with: "[500]")
    .replacing("replicates: 4", with: "replicates: 20")

  private static func figure(_ text: String, _ metrics: (Cell) -> [String: Double?]?) throws -> Figure? {
    let findings = try FakeFits.findings(text) { cell in metrics(cell).map { FakeFits.result($0) } }
    return FitFigures(findings: findings).named("coverage-zip").first
  }

  /// Of 20 replicates the first misses the truth.
  private static func balls(_ cell: Cell) -> [String: Double?] {
    ["credible_ball_radius": 2, "distance_to_mean": cell.replicate == 1 ? 3 : 0.05 * Double(cell.replicate)]
  }

  @Test("fits are ranked by distance over radius; those that miss are above the rule") func places() throws {
    let figure = try #require(try Self.figure(Self.single, Self.balls))
    #expect(figure.panels.count == 3)
    let panel = figure.panels[0]
    let share = try #require(ShareEstimate((1...20).map { $0 > 1 }))
    let bounds = [share.lower, share.upper].map { NumberText.fixed(100 * $0, 0) }.joined(separator: ", ")
    #expect(panel.title == RichText("gaussian: 95 % [\(bounds)]"))
    let distances: [Double] = (2...20).map { 0.05 * Double($0) }
    let centiles: [Double] = (0..<20).map { 2.5 + 5 * Double($0) }
    #expect(panel.points.map(\.x) == distances + [3] && panel.points.map(\.y) == centiles)
    // Nineteen that hold it, one that does not, the rule.
    let strokes = panel.segments
    #expect(strokes.count == 21 && strokes.prefix(20).allSatisfy { $0.from.x == 0 && $0.to.x == 2 })
    #expect(strokes[19].from.y == 97.5 && strokes[20].from.y == 95 && strokes[20].to.y == 95)
    #expect(panel.x.label == "distance from the ball's centre" && figure.key.entries.count == 4)
    for words in ["95 % credible balls", "20 fits a panel, n = 500.", "Wilson's 95 %"] {
      #expect(figure.caption.contains(words), "\(words)")
    }
  }

  @Test("sample sizes are together in units of their mean radius") func together() throws {
    let figure = try #require(
      try Self.figure(FakeFits.text) { cell in
        let unit = 1000 / Double(cell.sampleSize ?? 1)
        return ["credible_ball_radius": unit * (cell.slab == "gaussian" ? 2 : 0.5), "distance_to_mean": unit * 0.6]
      })
    #expect(figure.panels.map { $0.points.count } == [12, 12, 12])
    // The mean radius is (2 + 0.5 + 0.5)/3 = 1 unit.
    #expect(figure.panels[0].points.allSatisfy { abs($0.x - 0.6) < 1e-12 })
    #expect(figure.panels[0].segments.prefix(12).allSatisfy { abs($0.to.x - 2) < 1e-12 })
    #expect(figure.panels[0].title.unicode.hasPrefix("gaussian: 100 %"))
    #expect(figure.panels[1].title.unicode.hasPrefix("group-lasso: 0 %"))
    #expect(figure.caption.contains("n = 500, 1000, 2000 together, in units of the mean radius"))
  }

  @Test("many fits have a row of panels a sample size") func rows() throws {
    let text = FakeFits.text.replacing("replicates: 4", with: "replicates: 40")
      .replacing("[gaussian, group-lasso, group-horseshoe]", with: "[gaussian]")
    let figure = try #require(try Self.figure(text, Self.balls))
    let titles = figure.panels.map { $0.title.unicode.split(separator: ":")[0] }
    #expect(titles == ["gaussian, n = 500", "gaussian, n = 1000", "gaussian, n = 2000"])
    // Several slabs are columns, and a row says its sample size once.
    let several = try #require(try Self.figure(FakeFits.text.replacing("replicates: 4", with: "replicates: 40"), Self.balls))
    #expect(several.columns == 3)
    let slabs = several.panels.map { $0.title.unicode.split(separator: ":")[0] }
    #expect(slabs == Array(repeating: ["gaussian", "group-lasso", "group-horseshoe"], count: 3).flatMap { $0 })
    #expect(several.panels.map(\.y.label.unicode).filter { !$0.isEmpty } == [500, 1000, 2000].map { "n = \($0): centile" })
  }

  @Test("results of earlier versions have none, and single ones are counted") func missing() throws {
    #expect(try Self.figure(Self.single) { ["radius_median": FakeFits.radius($0)] } == nil)
    #expect(try Self.figure(Self.single.replacing("replicates: 20", with: "replicates: 1"), Self.balls) == nil)
    let figure = try #require(
      try Self.figure(Self.single) { cell in
        cell.index == 5 ? ["credible_ball_radius": 2, "distance_to_mean": nil] : Self.balls(cell)
      })
    #expect(figure.caption.contains("19 to 20 fits a panel"))
    #expect(figure.caption.contains("Left out: fits without a measured ball (1)."))
  }

  @Test("a ball without extent holds only its centre") func point() throws {
    let figure = try #require(
      try Self.figure(Self.single) { ["credible_ball_radius": 0, "distance_to_mean": $0.replicate == 1 ? 0 : 1] })
    #expect(figure.panels[0].title.unicode.hasPrefix("gaussian: 5 %"))
    #expect(figure.panels[0].points.first?.x == 0)
  }
}
