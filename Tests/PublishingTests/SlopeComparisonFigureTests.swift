import Testing

@testable import Publishing
@testable import StudyEngine

@Suite("Slopes against the theory's, as a figure") struct SlopeComparisonFigureTests {
  private static func figure(_ text: String = FakeFits.text, only slabs: Set<String>? = nil) throws -> Figure? {
    let findings = try FakeFits.findings(text) { cell in
      slabs?.contains(cell.slab) ?? true ? FakeFits.result(["radius_median": FakeFits.radius(cell)]) : nil
    }
    return FitFigures(findings: findings).named("slope-comparison").first
  }

  @Test("a group's point is at its two slopes, its bar the interval") func places() throws {
    let findings = try FakeFits.findings { FakeFits.result(["radius_median": FakeFits.radius($0)]) }
    let rows = findings.slopes.rows
    let figure = try #require(FitFigures(findings: findings).named("slope-comparison").first)
    let panel = figure.panels[0]
    let slopes = rows.compactMap { $0.slope?.slope }
    #expect(figure.panels.count == 1 && slopes.count == 3 && panel.points.map(\.y) == slopes)
    let bars = panel.segments
    #expect(bars.map(\.from.y) == rows.compactMap { $0.slope?.interval.lower })
    #expect(bars.map(\.to.y) == rows.compactMap { $0.slope?.interval.upper })
    // The three slabs' theory is nearly the same here, so they are moved around it: on paper, not in the data.
    #expect(panel.points.map(\.x) == (try rows.map { try #require($0.theorySlope) }))
    #expect(bars.map(\.from.x) == panel.points.map(\.x) && bars.map(\.to.x) == panel.points.map(\.x))
    let shifts = panel.marks.compactMap { if case .points(_, let style) = $0 { style.sideways } else { nil } }
    let ofBars = panel.marks.compactMap { if case .segments(_, let style) = $0 { style.sideways } else { nil } }
    #expect(Set(shifts).count == 3 && shifts == ofBars && abs(shifts.reduce(0, +)) < 1 && shifts.allSatisfy { abs($0) < 15 })
    #expect(figure.caption.contains("moved sideways"))
    let diagonal: [Panel.Place?] = [
      .init(x: panel.x.lower, y: panel.x.lower), .init(x: panel.x.upper, y: panel.x.upper),
    ]
    #expect(panel.lines == [diagonal])
    #expect(panel.y.lower < panel.x.lower && panel.y.upper > panel.x.upper)
    for words in ["Welch's 95 %", "n = 500, 1000, 2000", "4 replicates"] {
      #expect(figure.caption.contains(words), "\(words)")
    }
  }

  @Test("combinations of factors have panels of their own, many share one")
  func combinations() throws {
    let two = FakeFits.text.replacing("  sample-size", with: "  data.noise: [0.1, 0.2]\n  sample-size")
    let figure = try #require(try Self.figure(two))
    #expect(figure.panels.map(\.title.unicode) == ["noise = 0.1", "noise = 0.2"])
    #expect(figure.panels.allSatisfy { $0.points.count == 3 })
    let eight = two.replacing("[0.1, 0.2]", with: "[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]")
    let crowded = try #require(try Self.figure(eight))
    #expect(crowded.panels.count == 1 && crowded.panels[0].points.count == 24)
    #expect(crowded.caption.contains("slopes.csv"))
  }

  @Test("a group without a slope is left out and counted; a study without any has no figure") func missing() throws {
    let figure = try #require(try Self.figure(only: ["gaussian", "group-lasso"]))
    #expect(figure.panels[0].points.count == 2 && figure.caption.contains("Left out: groups without both slopes (1)."))
    #expect(figure.key.entries.map(\.text.unicode) == ["gaussian", "group-lasso", "both equal"])
    #expect(try Self.figure(only: []) == nil)
    #expect(try Self.figure(FakeFits.text.replacing("replicates: 4", with: "replicates: 1")) == nil)
    let smooth = "{kind: friedman1, inputs: 8}"
    #expect(try Self.figure(FakeFits.text.replacing("{inputs: 8, active: [3], strength: 1}", with: smooth)) == nil)
  }
}
