import Contraction
import Foundation
import GSL
import NetworkShape
import Simulation
import Testing

@testable import StudyEngine

@Suite("Slopes of the radius, beside the theory's") struct SlopeSummaryTests {
  /// Entries whose radii are given by the cell; nil fails the cell, NaN leaves the metric undefined.
  private static func summary(_ text: String, radius: (Cell) -> Double?) throws -> SlopeSummary {
    let study = try StudyFileTests.study(text)
    let entries = study.cells.map { cell in
      let radius = radius(cell)
      let metrics = radius.map { [CellResult.Metric(name: "radius_median", value: $0)] } ?? []
      let stored = StoredCell(error: radius == nil ? "x" : nil, converged: radius.map { _ in true }, metrics: metrics)
      return StudyTable.Entry(cell: cell, stored: stored)
    }
    return SlopeSummary(StudyTable(entries: entries), seed: study.seed)
  }

  private static let text = "factors: {slab: [ig, gl], sample-size: [500, 1000, 2000, 4000]}\nreplicates: 4"

  @Test("the slopes are those of the cells' radii, group by group") func slope() throws {
    let summary = try Self.summary(Self.text) { FakeRunner.radius($0) * ($0.slab == "gaussian" ? 1 : 2) }
    #expect(summary.rows.map(\.group.slab) == ["gaussian", "group-lasso"])
    let cells = try StudyFileTests.study(Self.text).cells.filter { $0.slab == "gaussian" }
    let sizes = [500, 1000, 2000, 4000]
    let logRadii = sizes.map { size in cells.filter { $0.sampleSize == size }.map { log(FakeRunner.radius($0)) } }
    let slope = try StudentisedSlope(sampleSizes: sizes.map(Double.init), values: logRadii)
    let weighted = try ReplicatedSlope(sampleSizes: sizes.map(Double.init), logRadii: logRadii)
    let row = summary.rows[0]
    #expect(row.slope == slope && row.note == nil
      && row.weighted?.fit == weighted.fit && row.weighted?.lower == weighted.lower && row.weightedNote == nil)
    #expect(row.replicates == 4 && row.failed == 0 && row.undefined == 0)
    // Radii of 3 n^−½ times a factor from 0.9 to 1.1: a slope near −½.
    #expect(abs(try #require(row.slope).slope + 0.5) < 0.1)
    // A factor of 2 shifts every log radius: same slope, to rounding.
    #expect(abs(try #require(summary.rows[1].slope).slope - slope.slope) < 1e-12)
  }

  @Test("failed and undefined replicates are counted") func counts() throws {
    let summary = try Self.summary(Self.text) { cell in
      switch (cell.sampleSize, cell.replicate) {
      case (500, 1): nil
      case (1000, 2): .nan
      default: FakeRunner.radius(cell)
      }
    }
    #expect(summary.rows[0].replicates == 3 && summary.rows[0].failed == 1 && summary.rows[0].undefined == 1)
    #expect(summary.rows[0].slope != nil)
  }

  @Test(
    "where there is no slope, the row says why",
    arguments: [
      (0.0, "a radius at n = 500 is 0; its logarithm is infinite"),
      (1.0, "all replicates at n = 500 agree; their standard error is 0"),
    ])
  func unavailable(radius: Double, note: String) throws {
    let summary = try Self.summary(Self.text) { $0.sampleSize == 500 ? radius : FakeRunner.radius($0) }
    let row = summary.rows[0]
    #expect(row.slope == nil && row.note == note && row.weighted == nil && row.weightedNote == note)
  }

  @Test("one sample size gives no row; a factor of the study splits the groups") func groups() throws {
    #expect(try Self.summary("factors: {slab: [ig, gl]}", radius: FakeRunner.radius).rows.isEmpty)
    let rows = try Self.summary(
      "factors: {data.noise: [0.1, 0.2], sample-size: [500, 1000]}", radius: FakeRunner.radius
    ).rows
    #expect(
      rows.map(\.group.factors) == [
        [.init(name: "data.noise", value: "0.1")], [.init(name: "data.noise", value: "0.2")],
      ])
  }
}

@Suite("The theory's curve over a study's grid") struct TheoryCurveTests {
  private static func curve(_ text: String) throws -> TheoryCurve {
    let study = try StudyFileTests.study(text + "\nreplicates: 1")
    return try TheoryCurve(study.cells)
  }

  @Test("is ε_n of the student's widths with the teacher's nodes and norms") func rate() throws {
    let curve = try Self.curve(
      """
      data: {teacher: {inputs: 8, active: [3, 2], strength: 2, activation: relu}}
      model: {hidden: [12, 10], activation: relu, slab: gl}
      theory: {inclusion-constant: 0.5}
      factors: {sample-size: [4000, 500, 1000]}
      """)
    let topology = try Topology(widths: [8, 12, 10, 1])
    // √(2 · 9), √(2 · 4), √(2 · 3): rows of the teacher, whose widths are 8, 3, 2, 1.
    let bounds = try WeightBounds(
      hiddenActiveNodes: [3, 2], rowNorms: [18, 8, 6].map { ($0 as Double).squareRoot() }, topology: topology)
    let rate = try ContractionRate(
      topology: topology, weightBounds: bounds, slab: .groupLasso(), inclusionConstants: [0.5, 0.5])
    #expect(curve.points.map(\.sampleSize) == [500, 1000, 4000])
    #expect(try curve.points.map(\.epsilon) == [500, 1000, 4000].map { try rate.bound(at: $0).epsilon })
    #expect(try curve.slope == rate.theoreticalSlope(over: [500, 1000, 4000]))
    #expect(try #require(curve.slope) > -0.5 && #require(curve.slope) < -0.3)
  }

  @Test(
    "is missing with a reason where the student does not hold the teacher",
    arguments: [
      ("theory: {rate: false}", "theory.rate is false"),
      ("data: {teacher: friedman1}", "the teacher is not of kind sparse-network, so its class has no known bounds"),
      ("model: {hidden: [20, 20]}", "the teacher has 1 hidden layers, the student 2"),
      ("model: {hidden: [4]}", "the teacher's active nodes [5] do not fit in widths [4]"),
      ("model: {activation: relu}", "the teacher's activation is tanh, the student's relu"),
    ])
  func reasons(text: String, reason: String) {
    #expect(throws: TheoryCurve.Unavailable(reason: reason)) { try Self.curve(text) }
  }
}
