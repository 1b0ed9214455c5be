import Foundation
import GSL
import Testing

@testable import Simulation

@Suite("A slope without estimated weights") struct StudentisedSlopeTests {
  @Test("is Welch's t for two sample sizes") func welch() throws {
    let (first, second) = ([0.1, 0.4, 0.7, 0.2], [2.0, 2.6, 2.3])
    let slope = try StudentisedSlope(sampleSizes: [1, M_E], values: [first, second])
    let (a, b) = (try PairedContrast(first).interval, try PairedContrast(second).interval)
    let (va, vb) = (a.standardError * a.standardError, b.standardError * b.standardError)
    #expect(abs(slope.slope - (b.estimate - a.estimate)) < 1e-14)
    let interval = slope.interval
    #expect(abs(interval.standardError - (va + vb).squareRoot()) < 1e-14)
    #expect(abs(slope.intercept - a.estimate) < 1e-14)
    #expect(abs(interval.degreesOfFreedom - (va + vb) * (va + vb) / (va * va / 3 + vb * vb / 2)) < 1e-12)
    #expect(abs((interval.upper - interval.lower) / 2 / interval.standardError
      - (try studentQuantile(0.975, degreesOfFreedom: interval.degreesOfFreedom))) < 1e-12)
  }

  @Test("is the difference of two such slopes, for paired values") func difference() throws {
    let random = RandomGenerator(key: StreamKey(seed: 11))
    let sizes: [Double] = [500, 1000, 4000]
    func draw() -> [[Double]] { sizes.map { n in (0..<4).map { _ in -0.5 * log(n) + random.gaussian() } } }
    let (one, two) = (draw(), draw())
    let differences = zip(one, two).map { zip($0, $1).map { $0 - $1 } }
    func slope(_ values: [[Double]]) throws -> Double { try StudentisedSlope(sampleSizes: sizes, values: values).slope }
    #expect(abs(try slope(differences) - (try slope(one) - slope(two))) < 1e-13)
  }

  @Test("replicates that agree, or are too few, have a name") func spread() throws {
    #expect(throws: LogLogSlopeError.identicalReplicates(sampleSize: 100)) {
      try StudentisedSlope(sampleSizes: [10, 100], values: [[0, 0.5], [1, 1]])
    }
    #expect(throws: LogLogSlopeError.tooFewReplicates(sampleSize: 100, count: 1)) {
      try StudentisedSlope(sampleSizes: [10, 100], values: [[1, 2], [0]])
    }
    #expect(throws: LogLogSlopeError.notFinite(sampleSize: 10)) {
      try StudentisedSlope(sampleSizes: [10, 100], values: [[1, .nan], [0, 1]])
    }
    #expect(throws: LogLogSlopeError.tooFewSampleSizes(1)) {
      try StudentisedSlope(sampleSizes: [10, 10], values: [[1, 2], [0, 1]])
    }
  }
}
