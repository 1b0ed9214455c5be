import Testing

@testable import Publishing
@testable import StudyEngine

@Suite("Recovery of nodes, as a figure") struct NodeRecoveryFigureTests {
  private static func figure(_ metrics: (Cell) -> [String: Double?]?) throws -> Figure? {
    try figure(FakeFits.text, metrics)
  }

  private static func figure(_ text: String, _ metrics: (Cell) -> [String: Double?]?) throws -> Figure? {
    let findings = try FakeFits.findings(text) { cell in metrics(cell).map { FakeFits.result($0) } }
    return FitFigures(findings: findings).named("node-recovery").first
  }

  /// Replicate 1 has two nodes too many, replicate 2 lacks one, the others are right.
  private static func recovered(_ cell: Cell) -> [String: Double?] {
    let excess = cell.replicate == 1 ? 2.0 : 0
    let missing = cell.replicate == 2 ? 1.0 : 0
    return [
      "active_nodes": 3 + excess - missing, "excess_nodes": excess, "missing_nodes": missing,
      "structure_found": excess + missing == 0 ? 1 : 0,
    ]
  }

  @Test("shares with Wilson's intervals, means with errors, over the sample sizes") func places() throws {
    let figure = try #require(try Self.figure(Self.recovered))
    #expect(figure.panels.map(\.y.label.unicode) == ["structure found", "excess nodes", "missing nodes"])
    let share = try #require(ShareEstimate([false, false, true, true]))
    let excess = try #require(Estimate(meanOf: [2, 0, 0, 0]))
    #expect(figure.panels[0].points.map(\.y) == Array(repeating: 0.5, count: 9))
    #expect(figure.panels[0].segments.allSatisfy { $0.from.y == share.lower && $0.to.y == share.upper })
    #expect(figure.panels[1].points.allSatisfy { $0.y == 0.5 })
    #expect(figure.panels[2].points.allSatisfy { $0.y == 0.25 })
    let error = try #require(excess.standardError)
    let upper: Double = 0.5 + 2 * error
    #expect(figure.panels[1].segments.allSatisfy { $0.from.y == 0 && $0.to.y == upper })
    // No two marks or bars at one place.
    #expect(Set(figure.panels[0].points.map(\.x)) == [500, 1000, 2000])
    #expect(figure.panels[0].markers(of: "#0072B2").map(\.x) == [500, 1000, 2000])
    for words in ["Wilson's 95 %", "4 replicates", "cut at 0", "moved sideways"] {
      #expect(figure.caption.contains(words), "\(words)")
    }
    #expect(figure.key.entries.count == 3)
    #expect(figure.panels[2].x.label == "sample size n" && figure.panels[0].x.label.isEmpty)
  }

  @Test("with one sample size slabs stand side by side under their names") func categories() throws {
    let text = FakeFits.text.replacing("[500, 1000, 2000]", with: "[500]")
    let figure = try #require(try Self.figure(text, Self.recovered))
    #expect(figure.panels[0].points.map(\.x) == [0, 1, 2])
    #expect(figure.panels[0].lines.isEmpty && figure.key.entries.isEmpty)
    #expect(figure.panels[2].x.ticks.map(\.label.unicode) == ["gaussian", "group-lasso", "group-horseshoe"])
    #expect(figure.caption.contains("at n = 500"))
    let long = "[{kind: group-horseshoe, cap: none, slab-sd: 2}, {kind: group-horseshoe, cap: 2, slab-sd: 2}]"
    let keyed = try #require(try Self.figure(text.replacing("[gaussian, group-lasso, group-horseshoe]", with: long), Self.recovered))
    #expect(keyed.key.entries.count == 2 && keyed.panels[2].x.ticks.allSatisfy { $0.label.isEmpty })
  }

  @Test("one replicate has no bars for means, one slab no shift") func small() throws {
    let text = FakeFits.text.replacing("replicates: 4", with: "replicates: 1")
      .replacing("[gaussian, group-lasso, group-horseshoe]", with: "[gaussian]")
    let figure = try #require(try Self.figure(text, Self.recovered))
    #expect(figure.panels[0].segments.count == 3 && figure.panels[1].segments.isEmpty)
    #expect(figure.panels[0].points.map(\.x) == [500, 1000, 2000])
    #expect(figure.caption.contains("1 replicate") && !figure.caption.contains("Monte Carlo"))
    #expect(!figure.caption.contains("sideways"))
  }

  @Test("a teacher that is no network leaves the active nodes") func smooth() throws {
    let figure = try #require(
      try Self.figure { _ in ["active_nodes": 4, "excess_nodes": nil, "missing_nodes": nil, "structure_found": nil] })
    #expect(figure.panels.map(\.y.label.unicode) == ["active nodes"] && figure.panels[0].points.allSatisfy { $0.y == 4 })
  }

  @Test("nothing measured, or a single number, is no figure; fits without the numbers are counted") func missing() throws {
    #expect(try Self.figure { ["radius_median": FakeFits.radius($0)] } == nil)
    #expect(try Self.figure { _ in nil } == nil)
    let one = FakeFits.text.replacing("[500, 1000, 2000]", with: "[500]")
      .replacing("[gaussian, group-lasso, group-horseshoe]", with: "[gaussian]")
    #expect(try Self.figure(one, Self.recovered) == nil)
    let figure = try #require(try Self.figure { $0.index < 2 ? [:] : Self.recovered($0) })
    #expect(figure.caption.contains("Left out: fits without these numbers (2)."))
    #expect(figure.caption.contains("2 to 4 replicates"))
  }
}
