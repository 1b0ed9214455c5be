import Foundation
import Testing

@testable import Publishing
@testable import StudyEngine

@Suite("Factorial studies as lollies and nested loops") struct FactorialFigureTests {
  /// A radius that falls with the combination, in order.
  private static func metrics(_ cell: Cell) -> [String: Double?] {
    let combination = cell.index / 2
    let radius = pow(2, -Double(combination)) * (cell.replicate == 1 ? 0.5 : 2)
    return ["radius_median": radius, "active_nodes": Double(combination), "elbo": Double(cell.replicate)]
  }

  private static func figures(_ text: String = FakeFits.factorial, _ metrics: (Cell) -> [String: Double?]? = metrics)
    throws -> FitFigures
  {
    FitFigures(findings: try FakeFits.findings(text) { cell in metrics(cell).map { FakeFits.result($0) } })
  }

  @Test("a lolly goes from the mean of all combinations to its own") func lollies() throws {
    let figure = try #require(try Self.figures().named("factorial-lolly").first)
    #expect(figure.panels.map(\.x.label.unicode) == ["median radius", "active nodes", "ELBO (nats)"] && figure.columns == 3)
    // From below: the last combination is at 0.
    let nodes = figure.panels[1]
    #expect(nodes.points.map(\.x) == [0, 1, 2, 3, 4, 5] && nodes.points.map(\.y) == [5, 4, 3, 2, 1, 0])
    let sticks = nodes.segments.filter { $0.from.x == 2.5 && $0.to.x != 2.5 }
    #expect(sticks.map(\.to.x) == [0, 1, 2, 3, 4, 5])
    // Geometric means, and errors that are factors.
    let radii = figure.panels[0]
    for (index, place) in radii.points.enumerated() {
      let expected = pow(2, -Double(index))
      #expect(abs(place.x - expected) < 1e-12)
    }
    // Two replicates at log 2 on both sides of the mean: a standard error of log 2.
    let length = 4 * log(2.0)
    let bars = radii.segments.filter { segment in abs(log(segment.to.x / segment.from.x) - length) < 1e-9 }
    #expect(bars.count == 6)
    // Points are no evidence bounds: two combinations of six.
    #expect(figure.panels[2].points.count == 4)
    #expect(figure.caption.contains("from the ELBO, fits with point scales, whose number is no bound (4)"))
    for words in ["model.parametrisation, model.scale-family", "n = 1000", "2 replicates", "± 2 Monte Carlo"] {
      #expect(figure.caption.contains(words), "\(words)")
    }
  }

  @Test("a level is written where it changes, the first factors as headings") func names() throws {
    let figure = try #require(try Self.figures().named("factorial-lolly").first)
    let names = figure.panels[0].y.ticks.reversed().map(\.label.unicode)
    #expect(names == ["non-centred, log-normal", "gamma", "point", "centred, log-normal", "gamma", "point"])
    #expect(figure.panels[1].y.ticks.allSatisfy { $0.label.isEmpty })
    let three = FakeFits.factorial.replacing("factors:\n", with: "factors:\n  model.hidden: [[8], [10]]\n")
    let headed = try #require(try Self.figures(three).named("factorial-lolly").first)
    let rows = headed.panels[0].y.ticks.reversed().map(\.label.unicode)
    #expect(rows.count == 14 && rows[0] == "hidden = [8]:" && rows[7] == "hidden = [10]:")
    #expect(rows[8] == "non-centred, log-normal")
    #expect(headed.panels[0].points.count == 12 && headed.caption.contains("(headings: model.hidden)"))
  }

  @Test("a slab's step line goes through its means in lexicographic order; levels are below") func nestedLoop() throws {
    let figure = try #require(try Self.figures().named("nested-loop").first)
    let line = figure.panels[0].lines[0].compactMap { $0 }
    #expect(line.map(\.x) == [0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6])
    for (index, place) in line.enumerated() {
      let expected = pow(2, -Double(index / 2))
      #expect(abs(place.y - expected) < 1e-12)
    }
    #expect(
      figure.panels[1].labels == [
        "model.parametrisation: non-centred, centred", "model.scale-family: log-normal, gamma, point",
      ])
    let levels = figure.panels[1].lines.map { line in Set(line.compactMap { $0?.y }).count }
    #expect(levels == [2, 3] && figure.key.entries.isEmpty)
    #expect(figure.panels[0].segments.contains { $0.from.x == 3 && $0.to.x == 3 })
  }

  @Test("sample sizes are the innermost loop, slabs a line each") func loopOfSizes() throws {
    let text = FakeFits.factorial.replacing("factors:\n", with: "factors:\n  slab: [gaussian, group-lasso]\n  sample-size: [500, 1000]\n")
      .replacing(", point]", with: "]").replacing(", slab: group-horseshoe", with: "")
    let figures = try Self.figures(text) { ["radius_median": FakeFits.radius($0)] }
    let loop = try #require(figures.named("nested-loop").first)
    #expect(loop.panels[0].lines.count == 2 && loop.panels[0].lines[0].count == 16 && loop.key.entries.count == 2)
    #expect(loop.panels[1].labels.last == "sample-size: 500, 1000")
    let lolly = try #require(figures.named("factorial-lolly").first)
    #expect(lolly.panels.count == 1 && lolly.panels[0].points.count == 8 && lolly.caption.contains("at n = 1000"))
    #expect(Set(lolly.panels[0].points.map(\.y)).count == 8)
  }

  @Test("a combination without a value parts the line and is counted") func gap() throws {
    let figures = try Self.figures { $0.index / 2 == 2 ? nil : Self.metrics($0) }
    let loop = try #require(figures.named("nested-loop").first)
    #expect(loop.panels[0].lines[0].contains { $0 == nil })
    #expect(loop.caption.contains("combinations and slabs without a value (1)"))
    #expect(figures.named("factorial-lolly").first?.panels[0].points.count == 5)
  }

  @Test("more combinations than rows leave the lollies out, and the caption says so") func many() throws {
    let levels = (1...33).map { "0.\($0 + 100)" }.joined(separator: ", ")
    let text = FakeFits.factorial.replacing("model.scale-family: [log-normal, gamma, point]", with: "data.noise: [\(levels)]")
    let figures = try Self.figures(text)
    #expect(figures.named("factorial-lolly").isEmpty)
    #expect(figures.named("nested-loop").first?.caption.contains("no lolly plot of more than 64") == true)
  }

  @Test("evidence bounds of different data are not compared") func data() throws {
    let text = FakeFits.factorial.replacing("model.scale-family: [log-normal, gamma, point]", with: "data.noise: [0.1, 0.2]")
    let figure = try #require(try Self.figures(text).named("factorial-lolly").first)
    #expect(!figure.panels.contains { $0.x.label == "ELBO (nats)" })
    #expect(figure.caption.contains("Evidence bounds are not shown"))
  }

  @Test("one factor, two side by side, or no results have neither") func none() throws {
    let one = FakeFits.factorial.replacing("  model.scale-family: [log-normal, gamma, point]\n", with: "")
    let tied = FakeFits.factorial.replacing(", point]", with: "]")
      .replacing("replicates: 2", with: "zip: [[model.parametrisation, model.scale-family]]\nreplicates: 2")
    for text in [one, tied] {
      let figures = try Self.figures(text)
      #expect(figures.named("factorial-lolly").isEmpty && figures.named("nested-loop").isEmpty)
    }
    let empty = try Self.figures { _ in nil }
    #expect(empty.named("factorial-lolly").isEmpty && empty.named("nested-loop").isEmpty)
  }

  @Test("one replicate has means without errors") func oneReplicate() throws {
    let text = FakeFits.factorial.replacing("replicates: 2", with: "replicates: 1")
    let figures = try Self.figures(text) { ["radius_median": pow(2, -Double($0.index))] }
    let lolly = try #require(figures.named("factorial-lolly").first)
    #expect(lolly.panels[0].points.count == 6 && lolly.caption.contains("1 replicate"))
    // The line of the mean and a stick each.
    #expect(lolly.panels[0].segments.count == 7)
    let loop = try #require(figures.named("nested-loop").first)
    #expect(!loop.caption.contains("bars"))
  }
}
