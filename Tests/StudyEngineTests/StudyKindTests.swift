import Contraction
import Foundation
import Priors
import Testing

@testable import StudyEngine

@Suite("Studies that train nothing") struct StudyKindTests {
  private static let growth = """
    study: growth
    kind: theory
    theory:
      widths: [10, {coefficient: 4, exponent: 0.25}, 1]
      active: [{coefficient: 2, exponent: 0.2}]
      bounds: [3, 2]
      budget: {radius2: 0.01}
      reference: {smoothness: 2, dimension: 5}
    factors:
      bounds: {level: [3, 2], exploding: [{exponent: 0.3}, 2]}
      slab: [gaussian, group-lasso, group-horseshoe]
      sample-size: {from: 100, to: 10000, count: 3, whole: true}
    """

  private static func error(_ text: String, _ overrides: [String] = []) -> String {
    do {
      _ = try StudyFileTests.study(text, overrides)
      return "no error"
    } catch { return "\(error)" }
  }

  @Test("a theory study crosses growth laws, slabs and sample sizes, in the order of the file")
  func growthCells() throws {
    let study = try StudyFileTests.study(Self.growth)
    #expect(study.kind == .theory && study.replicates == 1 && study.cells.count == 2 * 3 * 3)
    #expect(study.factorColumns == ["bounds"])
    let last = try #require(study.cells.last)
    #expect(last.slab == "group-horseshoe" && last.sampleSize == 10_000)
    #expect(last.factors == [FactorValue(name: "bounds", value: "exploding")])
    guard case .rate(let task) = last.task else { return #expect(Bool(false), "\(last.task)") }
    #expect(task.regime.rowNorms == [.power(coefficient: 1, exponent: 0.3), .constant(2)])
  }

  @Test("a rate cell holds the regime's own numbers, and the budget of the bound") func rateResult() throws {
    for cell in try StudyFileTests.study(Self.growth).cells {
      let result = try CellRunner().run(cell, progress: CellProgress())
      let value = Dictionary(uniqueKeysWithValues: result.metrics.map { ($0.name, $0.value) })
      guard case .rate(let task) = cell.task else { continue }
      let n = Double(try #require(cell.sampleSize))
      let bound = try task.regime.bound(at: n)
      #expect(value["eps"] == bound.epsilon && value["sum_u"] == bound.sumU)
      #expect(value["local_slope"] == (try task.regime.localSlope(at: n)))
      let minimax = try #require(value["minimax"] ?? nil)
      #expect(abs(log(minimax) / log(n) + 2.0 / 9) < 1e-12)
      let budget = try KLBudget(bound, radius: .squared(0.01))
      #expect(value["budget_total"] == budget.total && value["budget_closed_form"] == budget.closedFormTotal)
      #expect(budget.total <= budget.closedFormTotal)
    }
  }

  @Test("a phase map's cell is the cost of its node") func nodeCost() throws {
    let study = try StudyFileTests.study(
      """
      kind: phase-map
      phase-map: {radius2: 0.1, parametrisation: centred}
      factors: {strength: [0.1, 10], width: [8, 64], slab: [ig, gl, {kind: ghs, cap: none}]}
      """)
    #expect(study.cells.count == 12 && study.cells.allSatisfy { $0.sampleSize == nil })
    #expect(study.factorColumns == ["strength", "width"])
    for cell in study.cells {
      guard case .nodeCost(let task) = cell.task else { return #expect(Bool(false), "\(cell.task)") }
      let d = Double(task.width + 1)
      let node = try ActiveNode(
        fanIn: d - 1, rowNorm: (task.strength * d).squareRoot(), squaredRadius: 0.1 / d)
      let cost = try NodeCost(of: node, under: task.slab, parametrisation: .centred).value
      #expect(try CellRunner().run(cell, progress: CellProgress()).metrics[0] == .init(name: "cost", value: cost))
    }
    #expect(study.cells.map(\.slab)[2] == "group-horseshoe")
  }

  @Test("no seed and no worker count changes what such a study stores") func deterministic() throws {
    let tables = try [1, 4].map { workers in
      try TemporaryFolder.use { url in
        let study = try StudyFileTests.study(Self.growth)
        let store = try StudyStore(folder: StudyFolder(url), study: study, programVersion: "0")
        let report = try LocalExecutor(workers: workers).run(study, with: CellRunner(), into: store)
        #expect(report.failed == 0 && report.ran == study.cells.count)
        return try StudyTable(study: study, store: store).rows
      }
    }
    #expect(tables[0] == tables[1] && tables[0].count > 100)
  }

  @Test("a grid is even in the logarithm, holds its ends, and rounds to six digits or to whole numbers")
  func grid() throws {
    func levels(_ grid: String) throws -> [String] {
      try StudyFileTests.study("kind: phase-map\nfactors: {width: \(grid)}").factors[0].levels
    }
    #expect(
      try levels("{from: 8, to: 1024, count: 8, whole: true}")
        == ["8", "16", "32", "64", "128", "256", "512", "1024"])
    #expect(try levels("{from: 1, to: 4, count: 9, whole: true}") == ["1", "2", "3", "4"])
    let strengths = try StudyFileTests.study(
      "kind: phase-map\nfactors: {strength: {from: 1e-3, to: 1e3, count: 4}}").factors[0].levels
    #expect(strengths == ["0.001", "0.1", "10", "1000"])
    #expect(
      try StudyFileTests.study("kind: phase-map\nfactors: {strength: {from: 1, to: 2, count: 3}}").factors[0].levels[1]
        == "1.41421")
  }

  @Test(
    "what makes no sense is refused where it stands, with what would",
    arguments: [
      ("kind: theories", "expected fit, theory, phase-map or lognormal-error"),
      ("kind: theory", "there is no section 'theory'"),
      ("kind: theory\nseed: 3", "unknown key 'seed'"), ("kind: phase-map\nreplicates: 2", "unknown key 'replicates'"),
      ("kind: theory\ntheory: {widths: [3, 2, 1], active: [1]}", "no 'bounds'"),
      ("kind: theory\ntheory: {widths: [3, 2, 1], active: [1, 1], bounds: [1, 1]}", "expected 1, one a hidden layer"),
      ("kind: theory\ntheory: {widths: [3, 0, 1], active: [1], bounds: [1, 1]}", "theory.widths[2] is 0"),
      (
        "kind: theory\ntheory: {widths: [3, {exponent: 1, values: [2]}, 1], active: [1], bounds: [1, 1]}",
        "either coefficient and exponent, or sample-sizes and values"
      ),
      (
        "kind: theory\ntheory: {widths: [3, 2, 1], active: [1], bounds: [1, 1], activation: sigmoid, budget: {}}",
        "sigmoid(0) is not 0"
      ),
      (
        "kind: theory\ntheory: {widths: [3, 2, 1], active: [1], bounds: [1, 1], "
          + "budget: {fan-in: effective, parametrisation: centred}}", "theory.budget.fan-in is effective"
      ),
      (
        "kind: theory\ntheory: {widths: [3, {sample-sizes: [100, 10000], values: [5, 12]}, 1], active: [1], "
          + "bounds: [1, 1], sample-size: 99}", "theory.sample-size is 99, outside of a table; expected from 100 to 10000"
      ),
      ("kind: phase-map\nphase-map: {slab: {kind: gl, rate-parameter: hyper}}", "which all nodes of a network share"),
      ("kind: phase-map\nfactors: {stength: [1, 2]}", "'strength'"),
      ("kind: phase-map\nfactors: {strength: {from: 2, to: 1, count: 3}}", "a larger number to run to"),
      ("kind: phase-map\nfactors: {strength: {from: 1, to: 2}}", "has no 'count'"),
      ("kind: phase-map\nfactors: {width: {from: 1, to: 2.5, count: 3, whole: true}}", "whole number"),
      ("kind: phase-map\nfactors: {slab: {kind: gaussian}}", "[{kind: gaussian}]"),
      ("kind: phase-map\nfactors: {strength: {a: 1, b: 1.0}}", "changes nothing"),
      ("data: {noise: 1}\nkind: phase-map", "unknown key 'data'"),
    ])
  func refusals(text: String, part: String) {
    let error = Self.error(text)
    #expect(error.contains(part), "\(error)")
  }

  @Test("a table serves at its ends too, where the local slope is one-sided") func tableEnds() throws {
    let study = try StudyFileTests.study(
      """
      kind: theory
      theory: {widths: [10, {sample-sizes: [100, 10000], values: [5, 12]}, 1], active: [2], bounds: [3, 2]}
      factors: {sample-size: [100, 1000, 10000]}
      """)
    for cell in study.cells {
      let metrics = try CellRunner().run(cell, progress: CellProgress()).metrics
      #expect(try #require(metrics.first { $0.name == "local_slope" }?.value) < -0.2)
    }
  }

  @Test("the kind of a study cannot be set from outside, the keys of its section can") func overrides() throws {
    #expect(Self.error("kind: phase-map", ["kind=fit"]).contains("kind of a study cannot be set"))
    let study = try StudyFileTests.study("kind: phase-map", ["factors.width=[10, 20]", "radius2=0.5"])
    guard case .nodeCost(let task) = study.cells[0].task else { return #expect(Bool(false)) }
    #expect(task.squaredRadius == 0.5)
  }
}
