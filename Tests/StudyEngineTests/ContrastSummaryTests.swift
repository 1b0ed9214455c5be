import Foundation
import GSL
import Priors
import Simulation
import Testing

@testable import StudyEngine

@Suite("Slabs against each other") struct ContrastSummaryTests {
  static let text = "factors: {slab: [ig, gl, ghs], sample-size: [500, 1000, 2000, 4000, 8000]}\nreplicates: 5"

  /// Entries whose radii are given by the cell; nil fails the cell.
  static func table(_ study: Study, radius: (Cell) -> Double?) -> StudyTable {
    StudyTable(
      entries: study.cells.map { cell in
        let radius = radius(cell)
        let metrics = radius.map { [CellResult.Metric(name: "radius_median", value: $0)] } ?? []
        return .init(
          cell: cell,
          stored: StoredCell(error: radius == nil ? "x" : nil, converged: radius.map { _ in true }, metrics: metrics))
      })
  }

  private static func rows(_ radius: (Cell) -> Double?) throws -> [ContrastSummary.Row] {
    ContrastSummary(table(try StudyFileTests.study(text), radius: radius)).rows
  }

  /// A number in [−½, ½) of the cell's own.
  private static func noise(_ cell: Cell) -> Double { FakeRunner.unit(cell.fitStream) - 0.5 }

  @Test("pairs share their data: what slabs have in common drops out") func pairing() throws {
    // The data move every slab's radius by a factor up to e³, the slabs themselves by a hundredth of that.
    let rows = try Self.rows { cell in
      let shared = try? FakeRunner.unit(cell.dataStream)
      let slope = cell.slab == "group-lasso" ? -0.6 : -0.5
      return exp(slope * log(Double(cell.size)) + 6 * (shared ?? .nan) + 0.01 * Self.noise(cell))
    }
    #expect(rows.map(\.quantity).filter { $0 == .slope }.count == 3 && rows.count == 3 + 15)
    let slopes = rows.filter { $0.quantity == .slope }
    #expect(slopes.map(\.first) == ["gaussian", "gaussian", "group-lasso"])
    #expect(slopes.map(\.second) == ["group-lasso", "group-horseshoe", "group-horseshoe"])
    for (row, truth) in zip(slopes, [0.1, 0, -0.1]) {
      let contrast = try #require(row.contrast)
      // Noise of 0.01 · uniform: the error of a slope over these sizes is near 0.001.
      #expect(abs(contrast.interval.estimate - truth) < 0.01 && contrast.interval.standardError < 0.005)
      #expect((contrast.adjustedPValue < 0.05) == (truth != 0))
      #expect(contrast.adjustedPValue >= contrast.interval.pValue && row.pairs == 5 && row.unpaired == 0)
    }
  }

  @Test("a replicate that one slab lacks is left out of the pair, and counted") func unpaired() throws {
    let rows = try Self.rows { cell in
      cell.slab == "group-lasso" && cell.size == 1000 && cell.replicate == 2
        ? nil : FakeRunner.radius(cell) * exp(Self.noise(cell))
    }
    for row in rows {
      let isTouched =
        (row.first == "group-lasso" || row.second == "group-lasso")
        && (row.quantity == .slope || row.quantity == .logRadius(sampleSize: 1000))
      #expect(row.unpaired == (isTouched ? 1 : 0) && row.pairs == (isTouched ? 4 : 5) && row.contrast != nil)
    }
  }

  @Test("equal radii, a radius of 0 and a single pair are named, and don't count in the family") func outcomes() throws {
    let rows = try Self.rows { cell in
      switch (cell.slab, cell.size) {
      case ("gaussian", 500): 0
      case ("group-lasso", 1000) where cell.replicate > 1: nil
      case (_, 2000): 0.5
      default: FakeRunner.radius(cell) * exp(Self.noise(cell))
      }
    }
    func note(_ first: String, _ second: String, _ size: Int) -> String? {
      rows.first { $0.first == first && $0.second == second && $0.quantity == .logRadius(sampleSize: size) }?.note
    }
    #expect(note("gaussian", "group-lasso", 500) == "a radius at n = 500 is 0; its logarithm is infinite")
    #expect(note("group-lasso", "group-horseshoe", 1000) == "1 pair of replicates; a standard error needs at least 2")
    #expect(note("gaussian", "group-lasso", 2000) == "all pairs of replicates differ by 0.0; the standard error is 0")
    #expect(rows.allSatisfy { ($0.contrast == nil) == ($0.note != nil) })
    // The slopes are a family of their own.
    for isSlope in [true, false] {
      let tested = rows.filter { ($0.quantity == .slope) == isSlope }.compactMap(\.contrast)
      #expect(tested.map(\.adjustedPValue) == holmAdjusted(tested.map(\.interval.pValue)))
    }
  }

  /// The table of docs/statistics.md.
  @Test(
    "95 % intervals of slopes and of their contrasts cover between 93 and 97 % of simulated studies",
    arguments: [5, 10, 20], [1, 4])
  func coverage(replicates: Int, unevenness: Double) throws {
    let studies = 1000
    let study = try StudyFileTests.study(Self.text, ["replicates=\(replicates)"])
    let truth = ["gaussian": -0.5, "group-lasso": -0.4, "group-horseshoe": -0.45]
    let covered = parallelMap(count: studies) { trial in
      let random = RandomGenerator(key: StreamKey(seed: 7).child("coverage").child(replicates).child(trial))
      // Noise at the smallest sample size over that at the largest.
      func spread(_ cell: Cell) -> Double { pow(unevenness, 0.5 - log(Double(cell.size) / 500) / log(16)) }
      var shared = [String: Double]()
      let table = Self.table(study) { cell in
        let place = "\(cell.size) \(cell.replicate)"
        let ofData = shared[place] ?? random.gaussian()
        shared[place] = ofData
        return exp((truth[cell.slab] ?? .nan) * log(Double(cell.size)) + spread(cell) * (0.3 * ofData + 0.2 * random.gaussian()))
      }
      func holds(_ interval: StudentInterval?, _ truth: Double?) -> Bool {
        guard let interval, let truth else { return false }
        return interval.lower <= truth && truth <= interval.upper
      }
      let slopes = SlopeSummary(table, seed: UInt64(trial), resamples: 1).rows.map { row in
        holds(row.slope?.interval, truth[row.group.slab])
      }
      let contrasts = ContrastSummary(table).rows.filter { $0.quantity == .slope }.map { row in
        holds(row.contrast?.interval, (truth[row.first] ?? .nan) - (truth[row.second] ?? .nan))
      }
      return (slopes, contrasts)
    }
    // Three slabs and three pairs of them a study, which share data: no more than 3000 intervals' worth each, no less than
    // 1000. With 1000 the standard error of a coverage of 0.95 is 0.007; the seed is fixed.
    let ofSlopes = Double(covered.map { $0.0.count { $0 } }.reduce(0, +)) / Double(3 * studies)
    let ofContrasts = Double(covered.map { $0.1.count { $0 } }.reduce(0, +)) / Double(3 * studies)
    #expect(ofSlopes > 0.93 && ofSlopes < 0.97)
    #expect(ofContrasts > 0.93 && ofContrasts < 0.97)
  }
}
