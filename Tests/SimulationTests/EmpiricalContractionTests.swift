import Foundation
import GSL
import Testing

@testable import Simulation

@Suite("Order statistics") struct OrderStatisticsTests {
  @Test("quantiles interpolate linearly at h = (m − 1)p")
  func quantiles() throws {
    let ordered = try OrderStatistics([3, 1, 4, 2])
    #expect(ordered.quantile(0) == 1)
    #expect(ordered.quantile(0.5) == 2.5)
    #expect(abs(ordered.quantile(0.9) - 3.7) < 1e-15)
    #expect(ordered.quantile(1) == 4)
    #expect(try OrderStatistics([7]).quantile(0.3) == 7)
  }

  @Test("no numbers and NaN are refused")
  func refusals() {
    #expect(throws: SimulationError.self) { try OrderStatistics([]) }
    #expect(throws: SimulationError.self) { try OrderStatistics([1, .nan]) }
  }
}

@Suite("Distances in regression") struct RegressionDistanceTests {
  @Test("Hellinger is the quadrature of ½(√p − √q)² for a shift of the normal", arguments: [0.05, 0.7, 4.0])
  func hellingerByQuadrature(shift: Double) throws {
    let sigma = 0.6
    let step = 1e-3
    // The trapezoidal rule on a smooth function that vanishes at both ends is exact to rounding.
    let integral = stride(from: -12.0, through: 16.0, by: step).reduce(0) { sum, y in
      let p = exp(-y * y / (2 * sigma * sigma)), q = exp(-(y - shift) * (y - shift) / (2 * sigma * sigma))
      return sum + (p.squareRoot() - q.squareRoot()) * (p.squareRoot() - q.squareRoot())
    }
    let byQuadrature = 0.5 * integral * step / (2 * Double.pi * sigma * sigma).squareRoot()
    let distance = try RegressionDistance(deviations: [shift], noiseStandardDeviation: sigma)
    #expect(abs(distance.squaredHellinger - byQuadrature) < 1e-12)
  }

  @Test("the bounds of THEORY.md 9 hold and are attained by a constant deviation")
  func bounds() throws {
    let distance = try RegressionDistance(deviations: [0.2, -1.5, 0.9], noiseStandardDeviation: 0.8)
    #expect(distance.squaredHellinger >= distance.lowerBoundFactor * distance.squaredL2)
    #expect(distance.squaredHellinger <= distance.squaredL2 / (8 * 0.8 * 0.8))
    #expect(distance.largestDeviation == 1.5)
    let constant = try RegressionDistance(deviations: [1.5, -1.5], noiseStandardDeviation: 0.8)
    #expect(abs(constant.squaredHellinger - constant.lowerBoundFactor * constant.squaredL2) < 1e-15)
  }

  @Test("they hold for any deviations and noise")
  func anyDeviations() throws {
    let random = RandomGenerator(key: StreamKey(seed: 91))
    for _ in 0..<500 {
      let sigma = pow(10, 4 * random.uniform() - 2)
      let size = sigma * pow(10, 6 * random.uniform() - 4)
      let deviations = (0...random.index(below: 20)).map { _ in size * random.gaussian() }
      let distance = try RegressionDistance(deviations: deviations, noiseStandardDeviation: sigma)
      let (hellinger, upper) = (distance.squaredHellinger, distance.squaredL2 / (8 * sigma * sigma))
      #expect(hellinger >= distance.lowerBoundFactor * distance.squaredL2 * (1 - 1e-12))
      #expect(hellinger <= upper * (1 + 1e-12) && hellinger <= 1)
      #expect(abs(distance.klDivergence - 4 * upper) <= 1e-12 * upper)
    }
  }

  @Test("tiny deviations keep their digits, and none at all gives 0 and the limit of the factor")
  func small() throws {
    let tiny = try RegressionDistance(deviations: [1e-9], noiseStandardDeviation: 1)
    #expect(abs(tiny.squaredHellinger / (1e-18 / 8) - 1) < 1e-15)
    let none = try RegressionDistance(deviations: [0, 0], noiseStandardDeviation: 0.5)
    #expect(none.squaredHellinger == 0)
    #expect(none.lowerBoundFactor == 0.5)
  }

  @Test("what cannot be is refused")
  func refusals() {
    #expect(throws: SimulationError.self) { try RegressionDistance(deviations: [], noiseStandardDeviation: 1) }
    #expect(throws: SimulationError.self) { try RegressionDistance(deviations: [1], noiseStandardDeviation: 0) }
    #expect(throws: SimulationError(name: "deviation at point 1", value: "nan", needs: "finite")) {
      try RegressionDistance(deviations: [1, .nan], noiseStandardDeviation: 1)
    }
  }
}

@Suite("Empirical contraction") struct EmpiricalContractionTests {
  @Test("radii, their quantiles, the mass outside and the mean's radius of three draws are those by hand")
  func byHand() throws {
    var contraction = try EmpiricalContraction(truth: [1, 2], noiseStandardDeviation: 0.5)
    for draw in [[1.0, 2.0], [4.0, 6.0], [1.0, 4.0]] { try contraction.add(draw: draw) }
    let expected = [0, 12.5.squareRoot(), 2.0.squareRoot()]
    #expect(contraction.radii == expected)
    #expect(try contraction.radiusQuantile(0.5) == expected[2])
    #expect(contraction.posteriorMean == [2, 4])
    #expect(abs(try contraction.radiusOfPosteriorMean() - 2.5.squareRoot()) < 1e-15)
    // Strict: a draw at the radius itself is inside.
    #expect(try contraction.massOutside(2.0.squareRoot()) == 1.0 / 3)
    #expect(try contraction.massOutside(0) == 2.0 / 3)
  }

  @Test("a draw of the wrong length or with a NaN is refused and left out")
  func refusals() throws {
    var contraction = try EmpiricalContraction(truth: [1, 2], noiseStandardDeviation: 0.5)
    #expect(throws: SimulationError(name: "number of values of draw 0", value: "1", needs: "2, one a point")) {
      try contraction.add(draw: [1])
    }
    #expect(throws: SimulationError(name: "value of draw 0 at point 1", value: "nan", needs: "finite")) {
      try contraction.add(draw: [1, .nan])
    }
    #expect(contraction.distances.isEmpty)
    #expect(throws: SimulationError.self) { try contraction.radiusQuantile(0.5) }
    #expect(throws: SimulationError.self) { try contraction.radiusOfPosteriorMean() }
    #expect(throws: SimulationError.self) { try EmpiricalContraction(truth: [.nan], noiseStandardDeviation: 1) }
  }
}

@Suite("Coverage of credible sets") struct CredibleCoverageTests {
  @Test("three draws at two points, by hand")
  func byHand() throws {
    // f̄ = (0, 2), ŝd = (1, 2); max |f − f̄|/ŝd = 1, 0, 1; ‖f − f̄‖ = √2.5, 0, √2.5.
    let draws: [[Double]] = [[-1, 4], [0, 2], [1, 0]]
    let inside = try CredibleCoverage(draws: draws, truth: [0.4, 3.2], level: 0.5)
    // At level ½ the pointwise bands are [−½, ½] and [1, 3], the multiplier is 1 and the ball's radius √2.5.
    #expect(inside.pointwise == 0.5)
    #expect(inside.simultaneousMultiplier == 1)
    #expect(inside.simultaneous)
    #expect(abs(inside.credibleBallRadius - 2.5.squareRoot()) < 1e-15)
    #expect(inside.credibleBall)
    let outside = try CredibleCoverage(draws: draws, truth: [1.1, 4.1], level: 0.5)
    #expect(outside.pointwise == 0)
    #expect(!outside.simultaneous)
    #expect(abs(outside.distanceToMean - ((1.21 + 4.41) / 2).squareRoot()) < 1e-15)
    #expect(!outside.credibleBall)
  }

  @Test("draws that all agree cover their own value and nothing else")
  func degenerate() throws {
    let draws = [[Double]](repeating: [0.1, 0.2], count: 7)
    let hit = try CredibleCoverage(draws: draws, truth: [0.1, 0.2])
    #expect(hit.pointwise == 1 && hit.simultaneous && hit.credibleBall)
    let miss = try CredibleCoverage(draws: draws, truth: [0.1, 0.3])
    #expect(miss.pointwise == 0.5 && !miss.simultaneous && !miss.credibleBall)
  }

  @Test("exact posteriors cover at their level")
  func nominal() throws {
    // Truth and draws from one N(0, I₄): each set then covers with probability 0.9, up to the finite number of draws.
    let random = RandomGenerator(key: StreamKey(seed: 11).child("coverage"))
    let trials = 400
    var pointwise = 0.0, simultaneous = 0, ball = 0
    for _ in 0..<trials {
      let draws = (0..<400).map { _ in (0..<4).map { _ in random.gaussian() } }
      let coverage = try CredibleCoverage(draws: draws, truth: (0..<4).map { _ in random.gaussian() }, level: 0.9)
      pointwise += coverage.pointwise
      simultaneous += coverage.simultaneous ? 1 : 0
      ball += coverage.credibleBall ? 1 : 0
    }
    // Five standard errors √(0.9·0.1/400) = 0.015: fails by chance once in 10⁶ seeds; seed fixed.
    #expect(abs(pointwise / Double(trials) - 0.9) < 0.075)
    #expect(abs(Double(simultaneous) / Double(trials) - 0.9) < 0.075)
    #expect(abs(Double(ball) / Double(trials) - 0.9) < 0.075)
  }

  @Test("too few draws, a level out of range and unequal shapes are refused")
  func refusals() {
    #expect(throws: SimulationError.self) { try CredibleCoverage(draws: [[1]], truth: [1]) }
    #expect(throws: SimulationError.self) { try CredibleCoverage(draws: [[1], [2]], truth: [1], level: 1) }
    #expect(throws: SimulationError.self) { try CredibleCoverage(draws: [[1], [2, 3]], truth: [1]) }
    #expect(throws: SimulationError.self) { try CredibleCoverage(draws: [[1], [.infinity]], truth: [1]) }
    #expect(throws: SimulationError.self) { try CredibleCoverage(draws: [[], []], truth: []) }
  }
}

@Suite("Node recovery") struct NodeRecoveryTests {
  @Test("a probability at the threshold selects")
  func threshold() throws {
    let recovery = try NodeRecovery(inclusionProbabilities: [0.5, 0.49, 0.9, 0.1], truth: [true, true, false, false])
    #expect(recovery.selected == 2 && recovery.truePositives == 1)
    #expect(recovery.falsePositives == 1 && recovery.falseNegatives == 1)
    #expect(recovery.precision == 0.5 && recovery.recall == 0.5 && recovery.f1 == 0.5)
    #expect(recovery.hammingDistance == 2 && !recovery.isExact)
    #expect(abs(recovery.expectedHammingDistance - (0.5 + 0.51 + 0.9 + 0.1)) < 1e-15)
  }

  @Test("precision without selection, recall without truth and F₁ without either are undefined")
  func undefined() throws {
    let nothing = try NodeRecovery(inclusionProbabilities: [0.1], truth: [true])
    #expect(nothing.precision == nil && nothing.recall == 0 && nothing.f1 == 0)
    let neither = try NodeRecovery(inclusionProbabilities: [0.1], truth: [false])
    #expect(neither.precision == nil && neither.recall == nil && neither.f1 == nil && neither.isExact)
  }

  @Test("numbers that are no probabilities are refused", arguments: [-0.1, 1.1, .nan])
  func refusals(gamma: Double) {
    #expect(throws: SimulationError.self) { try NodeRecovery(inclusionProbabilities: [gamma], truth: [true]) }
    #expect(throws: SimulationError.self) { try NodeRecovery(inclusionProbabilities: [0.5, 0.5], truth: [true]) }
  }
}
