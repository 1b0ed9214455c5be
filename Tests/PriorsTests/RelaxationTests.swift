import Foundation
import GSL
import Testing

@testable import Priors

@Suite struct BinaryConcreteTests {
  @Test("the density integrates to 1, and to sigmoid ϑ above ½", arguments: [(1.8, 0.5), (-3, 0.5), (0, 2), (0.4, 0.9)])
  func density(theta: Double, temperature: Double) throws {
    // dy = y(1 − y) dw with w = logit y.
    func mass(from lower: Double) throws -> Double {
      try integrate(from: lower, to: 60 / temperature) { w in
        exp(BinaryConcrete.logDensity(logit: theta, temperature: temperature, atLogit: w) - softplus(w) - softplus(-w))
      }.value
    }
    #expect(isClose(try mass(from: -60 / temperature), 1, 1e-9))
    #expect(isClose(try mass(from: 0), sigmoid(theta), 1e-9))
  }

  @Test("the density is the textbook's", arguments: [0.2954, 0.5, 0.8])
  func definition(uniform: Double) throws {
    let (theta, T) = (1.761, 0.5)
    let draw = try BinaryConcrete(logit: theta, temperature: T, uniform: uniform)
    let (y, alpha) = (draw.relaxed, exp(theta))
    let density = T * alpha * pow(y * (1 - y), -T - 1) / pow(alpha * pow(y, -T) + pow(1 - y, -T), 2)
    #expect(isClose(exp(draw.logDensity), density, 1e-11))  // 1 − y, about 0.002 at U = 0.8, cancels
    try expectGradient([draw.derivative], at: [theta]) {
      try BinaryConcrete(logit: $0[0], temperature: T, uniform: uniform).relaxed
    }
    #expect(draw.isOn == (y > 0.5))
  }

  @Test("hard indicators are Bernoulli(sigmoid ϑ)")
  func frequencies() throws {
    // |mean − γ| > 4.9 standard errors once in 10⁶ seeds; seed fixed.
    let random = RandomGenerator(key: StreamKey(seed: 4))
    let count = 20_000
    let on = try (0..<count).filter { _ in try BinaryConcrete(logit: -1, uniform: random.positiveUniform()).isOn }
    let gamma = sigmoid(-1)
    let error = (gamma * (1 - gamma) / Double(count)).squareRoot()
    #expect(abs(Double(on.count) / Double(count) - gamma) < 4.9 * error)
  }

  @Test("draws outside of (0, 1) and temperatures of 0 are refused")
  func refusals() {
    #expect(throws: GSLError.self) { try BinaryConcrete(logit: 0, uniform: 0) }
    #expect(throws: GSLError.self) { try BinaryConcrete(logit: 0, temperature: 0, uniform: 0.5) }
  }
}

@Suite struct RegularisedScaleTests {
  @Test("precisions add, and the logarithmic derivatives are right", arguments: [
    (2.52, 4.39, 1.4), (1e-3, 0.5, 2), (1e4, 1, 3), (1, 1, 1),
  ])
  func definition(local: Double, global: Double, cap: Double) throws {
    let scale = try RegularisedScale(local: local, global: global, cap: cap)
    let t = local * global
    #expect(isClose(1 / (scale.value * scale.value), 1 / (t * t) + 1 / (cap * cap), 1e-14))
    try expectGradient([scale.dLogLocal, scale.dLogCap], at: [log(local), log(cap)]) {
      log(try RegularisedScale(local: exp($0[0]), global: global, cap: exp($0[1])).value)
    }
  }

  @Test("without a cap nothing changes; with one nothing overflows")
  func limits() throws {
    #expect(try RegularisedScale(local: 3, global: 2, cap: nil).value == 6)
    #expect(try RegularisedScale(local: 1e200, global: 1e200, cap: 2).value == 2)
    #expect(throws: GSLError.self) { try RegularisedScale(local: 0, global: 1, cap: 1) }
  }
}

@Suite struct GaussianExpectationTests {
  @Test("moments and logistic moments for narrow and wide laws", arguments: [1e-3, 0.5, 0.8, 0.81, 3, 40])
  func moments(omega: Double) throws {
    let expectation = try GaussianExpectation(mu: 1, omega: omega)
    #expect(isClose(expectation { _ in 1 }, 1, 1e-14))
    #expect(isClose(expectation { ($0 - 1) * ($0 - 1) }, omega * omega, 1e-13))
    let law = try GaussianDistribution(mean: 1, standardDeviation: omega)
    let integral = try integrate(from: 1 - 12 * omega, to: 1 + 12 * omega) { law.density($0) * softplus($0) }
    #expect(isClose(expectation(softplus), integral.value, 1e-10))
    #expect(isClose(expectation.timesZ { $0 }, omega, 1e-13))
  }

  @Test("a width without bound is refused")
  func refusals() {
    #expect(throws: GSLError.self) { try GaussianExpectation(mu: 0, omega: 0) }
    #expect(throws: GSLError.self) { try GaussianExpectation(mu: 0, omega: 1e5) }
  }
}

@Suite struct SlabPriorTests {
  @Test("every parameter of a slab has to be positive", arguments: [
    SlabPrior.gaussian(standardDeviation: 0), .groupLasso(rateParameter: .fixed(-1)),
    .groupLasso(rateParameter: .proportional(0)), .groupLasso(rateParameter: .hyperprior(shape: 0, rate: 1)),
    .groupLasso(rateParameter: .hyperprior(shape: 1, rate: .infinity)), .groupHorseshoe(localScale: 0),
    .groupHorseshoe(globalScale: -1), .groupHorseshoe(cap: 0), .groupHorseshoe(standardDeviation: .nan),
  ])
  func validation(slab: SlabPrior) {
    #expect(throws: GSLError.self) { try slab.validate() }
  }
}
