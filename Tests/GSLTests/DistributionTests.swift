import Foundation
import Testing

import GSL

/// What every distribution owes, checked on all of them at once.
@Suite struct DistributionTests {
  static func all() throws -> [any ContinuousDistribution] {
    [
      try GammaDistribution(shape: 0.5, rate: 2), try GammaDistribution(shape: 1, rate: 0.3),
      try GammaDistribution(shape: 393, rate: 6.5), try InverseGammaDistribution(shape: 0.5, scale: 1),
      try InverseGammaDistribution(shape: 7, scale: 3), try GaussianDistribution(mean: -2, standardDeviation: 0.3),
      try LogNormalDistribution(mu: -1, omega: 0.7), try LogNormalDistribution(mu: 3, omega: 2),
      try HalfCauchyDistribution(scale: 2.5),
    ]
  }

  @Test("the density integrates to the cdf between quantiles", arguments: try all())
  func densityIsTheDerivative(of distribution: any ContinuousDistribution) throws {
    let points = try [0.01, 0.2, 0.5, 0.9, 0.999].map { try distribution.quantile($0) }
    for (lower, upper) in zip(points, points.dropFirst()) {
      let mass = try integrate(from: lower, to: upper) { distribution.density($0) }.value
      #expect(isClose(mass, try distribution.cumulative(upper) - distribution.cumulative(lower), 1e-10, scale: 0.1))
    }
  }

  @Test("cdf and survival invert both quantiles far into the tails", arguments: try all())
  func quantiles(of distribution: any ContinuousDistribution) throws {
    for p in [1e-100, 1e-12, 1e-3, 0.3, 0.5, 0.7, 0.999] {
      // In the tail of p = 1e-100 one ulp of x is some 230 · 2 ulps of p.
      let below = try distribution.quantile(p)
      #expect(isClose(try distribution.cumulative(below), p, 1e-12))
      let above = try distribution.upperQuantile(p)
      #expect(isClose(try distribution.survival(above), p, 1e-12))
      #expect(isClose(try distribution.cumulative(above) + distribution.survival(above), 1, 1e-14))
    }
  }

  @Test("outside of the support the density is 0; p outside of (0, 1) is refused", arguments: try all())
  func outside(of distribution: any ContinuousDistribution) throws {
    #expect(distribution.density(-1e300) == 0 && distribution.density(.infinity) == 0)
    #expect(try distribution.cumulative(-1e300) == 0 && distribution.survival(-1e300) == 1)
    #expect(try distribution.cumulative(.infinity) == 1 && distribution.survival(.infinity) == 0)
    for p in [0, 1, -0.5, 2, Double.nan] {
      #expect(throws: GSLError.self) { try distribution.quantile(p) }
      #expect(throws: GSLError.self) { try distribution.upperQuantile(p) }
    }
  }

  @Test("mean and variance are the integrals, where those converge", arguments: try all())
  func moments(of distribution: any ContinuousDistribution) throws {
    guard distribution.variance.isFinite else {
      #expect(distribution.mean == .infinity)
      return
    }
    // ∫₀¹ of the quantile function: the same whatever the support.
    func expectation(_ f: (Double) -> Double) throws -> Double {
      try integrate(from: 0, to: 0.5, relativeTolerance: 1e-9) {
        try f(distribution.quantile($0)) + f(distribution.upperQuantile($0))
      }.value
    }
    let mean = try expectation { $0 }
    #expect(isClose(mean, distribution.mean, 1e-7))
    #expect(isClose(try expectation { ($0 - mean) * ($0 - mean) }, distribution.variance, 1e-6))
  }

  @Test("draws follow the cdf (Kolmogorov–Smirnov)", arguments: try all())
  func draws(of distribution: any ContinuousDistribution) throws {
    // P(√n D > 2.69) = 2 e^{−2 · 2.69²} = 1e-6: by chance once in 10⁶ seeds; seed fixed.
    let count = 20_000
    let random = RandomGenerator(key: StreamKey(seed: 1).child("draws"))
    let sorted = (0..<count).map { _ in distribution.sample(using: random) }.sorted()
    var distance = 0.0
    for (i, x) in sorted.enumerated() {
      let p = try distribution.cumulative(x)
      distance = max(distance, p - Double(i) / Double(count), Double(i + 1) / Double(count) - p)
    }
    #expect(distance * Double(count).squareRoot() < 2.69)
  }

  @Test("parameters that are not positive and finite are named")
  func parameters() {
    let refusal = GSLError.domain(name: "rate of a Gamma", value: -1, needs: "positive and finite")
    #expect(throws: refusal) { try GammaDistribution(shape: 1, rate: -1) }
    #expect(refusal.description == "rate of a Gamma = -1.0 is outside of the domain: it must be positive and finite")
    for bad in [0, -1, Double.nan, .infinity] {
      #expect(throws: GSLError.self) { try GammaDistribution(shape: bad, rate: 1) }
      #expect(throws: GSLError.self) { try InverseGammaDistribution(shape: 1, scale: bad) }
      #expect(throws: GSLError.self) { try GaussianDistribution(mean: 0, standardDeviation: bad) }
      #expect(throws: GSLError.self) { try LogNormalDistribution(mu: 0, omega: bad) }
      #expect(throws: GSLError.self) { try HalfCauchyDistribution(scale: bad) }
    }
    #expect(throws: GSLError.self) { try GaussianDistribution(mean: .nan, standardDeviation: 1) }
  }
}

@Suite struct GammaDistributionTests {
  @Test("log-quantiles down to shape 0.001 and p = 1e-300", arguments: [
    (0.001, 1e-300, -690776.10429181197), (0.001, 0.3, -1204.5491979242194), (0.001, 0.9, -105.93690925610964),
    (0.5, 1e-300, -1381.7926202716979), (0.5, 0.5, -1.4807447797617275), (4, 1e-300, -171.89936851696644),
    (51, 1e-300, -10.556194309462645), (51, 0.001, 3.4576413855335061), (393, 0.5, 5.9729612036648281),
    (1e6, 1e-10, 13.809142131243809),
  ])
  func logQuantiles(shape: Double, p: Double, expected: Double) throws {
    // References: mpmath, 60 digits, bisection of the series of the cdf.
    let gamma = try GammaDistribution(shape: shape, rate: 1)
    #expect(isClose(try gamma.logQuantile(p), expected, 1e-14))
    #expect(isClose(try GammaDistribution(shape: shape, rate: 8).logQuantile(p), expected - log(8), 1e-13))
  }

  @Test("upper log-quantiles", arguments: [
    (0.001, 1e-300, 6.5181958026830683), (0.001, 1e-10, 2.5993207213861787), (0.5, 1e-300, 6.5322415886696083),
    (0.5, 0.001, 1.6889481248799284), (4, 1e-300, 6.5634015579385310), (51, 1e-300, 6.7815496375891831),
    (51, 0.001, 4.3299684687953856), (393, 1e-12, 6.3081166264861974),
  ])
  func upperLogQuantiles(shape: Double, p: Double, expected: Double) throws {
    #expect(isClose(try GammaDistribution(shape: shape, rate: 1).upperLogQuantile(p), expected, 1e-14))
    let inverse = try InverseGammaDistribution(shape: shape, scale: 1)
    #expect(isClose(try inverse.logQuantile(p), -expected, 1e-14))
  }

  @Test("quantiles of large shapes relative to the mean, in either tail", arguments: [
    (1e4, 1e-300, -0.39486837360643218, 0.34891190052369861),
    (1e4, 1e-10, -0.064329296941745099, 0.062913590188006763),
    (1e4, 0.3, -0.0052819990264302491, 0.0052061649078843651),
    (1e5, 1e-300, -0.11948955192384264, 0.11490652239348818),
    (1e5, 1e-10, -0.020187358808284987, 0.020045801766452322),
    (1e5, 0.3, -0.0016620941206279296, 0.0016545107917492693),
    (1e8, 1e-300, -0.0037070018604322706, 0.0037024202345462035),
    (1e8, 1e-10, -0.00063620487603876055, 0.00063606332051032364),
  ])
  func largeShapes(shape: Double, p: Double, lower: Double, upper: Double) throws {
    // References: mpmath, 50 digits, the root in v of the sums in SpecialFunctionTests at x = a eᵛ.
    let gamma = try GammaDistribution(shape: shape, rate: shape)
    #expect(try isClose(gamma.logQuantile(p), lower, 1e-12) && isClose(gamma.upperLogQuantile(p), upper, 1e-12))
    // 1 − 10⁻¹⁰ as a Double is off by 10⁻⁶ of it, and a y² of 40 makes that 10⁻⁸ of v.
    if p > 1e-16 { #expect(isClose(try gamma.logQuantile(1 - p), upper, 1e-7)) }
    #expect(try isClose(gamma.quantile(p), exp(lower), 1e-15) && isClose(gamma.upperQuantile(p), exp(upper), 1e-15))
    let inverse = try InverseGammaDistribution(shape: shape, scale: shape)
    #expect(try isClose(inverse.logQuantile(p), -upper, 1e-12) && isClose(inverse.upperLogQuantile(p), -lower, 1e-12))
  }

  @Test("a quantile that a Double cannot hold is an error that points to the log-quantile")
  func underflow() throws {
    let error = #expect(throws: GSLError.self) { try GammaDistribution(shape: 0.001, rate: 1).quantile(0.1) }
    #expect(error?.description.contains("log-quantile") == true)
  }

  @Test("quantiles rise with p for every shape", arguments: [0.001, 0.03, 0.5, 1, 1.5, 20, 999, 1e3, 1e5, 1e8])
  func monotone(shape: Double) throws {
    let gamma = try GammaDistribution(shape: shape, rate: 1)
    let ps = [1e-300, 1e-100, 1e-20, 1e-5, 0.1, 0.499999, 0.5, 0.500001, 0.9, 1 - 1e-9]
    let lower = try ps.map { try gamma.logQuantile($0) }
    #expect(zip(lower, lower.dropFirst()).allSatisfy { $0 < $1 })
    let upper = try ps.map { try gamma.upperLogQuantile($0) }
    #expect(zip(upper, upper.dropFirst()).allSatisfy { $0 > $1 })
    #expect(isClose(try gamma.logQuantile(0.5), try gamma.upperLogQuantile(0.5), 1e-13))
  }

  @Test("at shape 0.001 draws of log X follow their law, though half of the X underflow")
  func tinyShape() throws {
    // Kolmogorov–Smirnov as above: by chance once in 10⁶ seeds; seed fixed.
    let gamma = try GammaDistribution(shape: 0.001, rate: 3)
    let random = RandomGenerator(key: StreamKey(seed: 2))
    let sorted = (0..<20_000).map { _ in gamma.logSample(using: random) }.sorted()
    var distance = 0.0
    for (i, logX) in sorted.enumerated() {
      let p = exp(try gamma.logCumulative(atLog: logX))
      distance = max(distance, p - Double(i) / 20_000, Double(i + 1) / 20_000 - p)
    }
    #expect(distance * 20_000.0.squareRoot() < 2.69)
  }

  @Test("E log X of Gamma and inverse Gamma are opposite")
  func meanLog() throws {
    // ψ(½) = −γ − 2 log 2.
    let expected = -0.5772156649015329 - 2 * log(2)
    #expect(isClose(try GammaDistribution(shape: 0.5, rate: 1).meanLog(), expected, 1e-15))
    #expect(isClose(try InverseGammaDistribution(shape: 0.5, scale: 1).meanLog(), -expected, 1e-15))
  }
}
