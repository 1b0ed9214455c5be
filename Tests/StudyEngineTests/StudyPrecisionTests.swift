import Foundation
import GSL
import Priors
import Simulation
import Testing

@testable import StudyEngine

@Suite("The precision of a study") struct StudyPrecisionTests {
  static let text = "factors: {slab: [ig, gl], sample-size: [500, 1000, 2000, 4000]}\nreplicates: 6"

  /// A number in [−½, ½) of the cell's own, by which log radii scatter.
  private static func noise(_ cell: Cell) -> Double { FakeRunner.unit(cell.fitStream) - 0.5 }

  private static func precision(_ text: String = text, radius: (Cell) -> Double?) throws -> StudyPrecision {
    let study = try StudyFileTests.study(text)
    return StudyPrecision(ContrastSummaryTests.table(study, radius: radius), replicates: study.replicates)
  }

  @Test("is the largest standard error of the slopes that tables have") func worst() throws {
    let study = try StudyFileTests.study(Self.text)
    let table = ContrastSummaryTests.table(study) { exp(Self.noise($0) * ($0.slab == "gaussian" ? 1 : 2)) }
    let precision = StudyPrecision(table, replicates: 6)
    let slopes = SlopeSummary(table, seed: 1, resamples: 1).rows
    #expect(precision.parts.map(\.standardError) == slopes.map { $0.slope?.interval.standardError })
    #expect(precision.worst?.group.slab == "group-lasso" && precision.metric == "radius_median")
    let error = try #require(precision.worst?.standardError)
    #expect(precision.isMet(error) && !precision.isMet(error * 0.999))
    #expect(try precision.replicates(for: error) == nil)
    // Half the error takes four times the replicates: twice as many are added at most.
    #expect(precision.replicatesNeeded(for: error / 2) == 24)
    #expect(try precision.replicates(for: error / 2) == 12 && precision.replicates(for: error / 1.01) == 7)
  }

  @Test("of one sample size it is the error of the mean log radius") func oneSampleSize() throws {
    let text = "data: {sample-size: 500}\nfactors: {slab: [ig]}\nreplicates: 6"
    let precision = try Self.precision(text) { exp(Self.noise($0)) }
    let values = try StudyFileTests.study(text).cells.map(Self.noise)
    let expected = try #require(Estimate(meanOf: values)?.standardError)
    #expect(abs(try #require(precision.worst?.standardError) - expected) < 1e-12)
  }

  @Test("few replicates are not judged, and what cannot be had is named") func refusals() throws {
    let few = try Self.precision(Self.text.replacing("6", with: "3")) { exp(Self.noise($0)) }
    #expect(try !few.isMet(100) && few.replicates(for: 100) == 5)
    let zero = try Self.precision { $0.slab == "gaussian" && $0.sampleSize == 500 ? 0 : exp(Self.noise($0)) }
    #expect(zero.worst == nil && !zero.isMet(100))
    #expect(
      throws: StudyPrecisionError.undefined(["gaussian: a radius at n = 500 is 0; its logarithm is infinite"])
    ) { try zero.replicates(for: 100) }
    let none = try Self.precision { _ in nil }
    #expect(throws: StudyPrecisionError.noRadius) { try none.replicates(for: 1) }
    let many = StudyPrecision(
      ContrastSummaryTests.table(try StudyFileTests.study(Self.text)) { exp(Self.noise($0)) }, replicates: 1000)
    #expect(throws: StudyPrecisionError.self) { try many.replicates(for: 1e-6) }
  }

  /// The numbers in docs/statistics.md.
  @Test("intervals after stopping by the rule still cover", arguments: [0.04, 0.02])
  func coverage(target: Double) throws {
    let sizes = [500.0, 1000, 2000, 4000, 8000]
    let covered = parallelMap(count: 1000) { trial in
      let random = RandomGenerator(key: StreamKey(seed: 8).child("stopping").child(trial))
      var logRadii = sizes.map { _ in [Double]() }
      var replicates = StudyPrecision.fewestReplicates
      while true {
        for (i, size) in sizes.enumerated() {
          while logRadii[i].count < replicates { logRadii[i].append(-0.5 * log(size) + 0.1 * random.gaussian()) }
        }
        guard let interval = try? StudentisedSlope(sampleSizes: sizes, values: logRadii).interval else { return false }
        guard
          let next = StudyPrecision.next(after: replicates, standardError: interval.standardError, target: target)
        else { return interval.lower <= -0.5 && -0.5 <= interval.upper }
        replicates = next
      }
    }
    // The standard error of a coverage of 0.95 is 0.007; the seed is fixed.
    let share = Double(covered.count { $0 }) / 1000
    #expect(share > 0.93 && share < 0.97)
  }
}
