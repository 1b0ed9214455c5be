import Foundation
import GSL
import Testing

import Priors

/// KL(LN(μ, ω²) ‖ target) by quadrature over u = log x.
func quadratureDivergence(
  mu: Double, omega: Double, logTargetDensity: (Double) throws -> Double
) throws -> Double {
  let q = try GaussianDistribution(mean: mu, standardDeviation: omega)
  // x = e^u multiplies the density by e^u; a target with e^x in it tilts the integrand's peak by ω².
  return try integrate(from: mu - omega * (omega + 11), to: mu + omega * (omega + 11)) { u in
    try q.density(u) * (q.logDensity(u) - (logTargetDensity(exp(u)) + u))
  }.value
}

@Suite struct LogNormalGammaDivergenceTests {
  static let points: [(Double, Double, Double, Double)] = [
    (0.2, 0.5, 0.5, 1), (4.1, 0.122, 393, 6.6), (-1, 2, 0.5, 0.3), (1, 0.1, 6, 2), (-3, 1, 2, 6), (0, 0.3, 0.05, 1),
  ]

  @Test("Gamma: the integral of q log(q/p), and its derivatives", arguments: points)
  func gamma(mu: Double, omega: Double, shape: Double, rate: Double) throws {
    let kl = try LogNormalGammaDivergence(mu: mu, omega: omega, shape: shape, rate: rate)
    let target = try GammaDistribution(shape: shape, rate: rate)
    let integral = try quadratureDivergence(mu: mu, omega: omega) { target.logDensity($0) }
    #expect(isClose(kl.value, integral, 1e-9))
    #expect(kl.value >= stirlingRemainder(shape))
    try expectGradient([kl.dMu, kl.dOmega, kl.dShape, kl.dRate], at: [mu, omega, shape, rate]) {
      try LogNormalGammaDivergence(mu: $0[0], omega: $0[1], shape: $0[2], rate: $0[3]).value
    }
  }

  @Test("inverse Gamma: the integral of q log(q/p), and its derivatives", arguments: points)
  func inverseGamma(mu: Double, omega: Double, shape: Double, scale: Double) throws {
    let kl = try LogNormalInverseGammaDivergence(mu: mu, omega: omega, shape: shape, scale: scale)
    let target = try InverseGammaDistribution(shape: shape, scale: scale)
    let integral = try quadratureDivergence(mu: mu, omega: omega) { target.logDensity($0) }
    #expect(isClose(kl.value, integral, 1e-9))
    try expectGradient([kl.dMu, kl.dOmega, kl.dShape, kl.dScale], at: [mu, omega, shape, scale]) {
      try LogNormalInverseGammaDivergence(mu: $0[0], omega: $0[1], shape: $0[2], scale: $0[3]).value
    }
  }

  @Test("random rate: the KL averaged over the rate, and its derivatives", arguments: [
    (0.2, 0.5, 1.5, 0.3, 0.4), (1, 0.1, 6, -2, 1), (6.1, 0.54, 393, 0.47, 0.05),
  ])
  func randomRate(mu: Double, omega: Double, shape: Double, m: Double, v: Double) throws {
    let kl = try LogNormalGammaRandomRateDivergence(mu: mu, omega: omega, shape: shape, rateMu: m, rateOmega: v)
    let logRate = try GaussianDistribution(mean: m, standardDeviation: v)
    let average = try integrate(from: m - v * (v + 11), to: m + v * (v + 11)) {
      try logRate.density($0)
        * LogNormalGammaDivergence(mu: mu, omega: omega, shape: shape, rate: exp($0) / 2).value
    }
    #expect(isClose(kl.value, average.value, 1e-9))
    #expect(kl.value > stirlingRemainder(shape))
    try expectGradient([kl.dMu, kl.dOmega, kl.dShape, kl.dRateMu, kl.dRateOmega], at: [mu, omega, shape, m, v]) {
      try LogNormalGammaRandomRateDivergence(
        mu: $0[0], omega: $0[1], shape: $0[2], rateMu: $0[3], rateOmega: $0[4]).value
    }
  }

  @Test("over a random rate the least KL is R(a) + ½ a v², whatever the rate")
  func leastOverRandomRate() throws {
    let random = RandomGenerator(key: StreamKey(seed: 43))
    for _ in 0..<500 {
      let (a, m, v) = (random.logUniform(0.1, 1e3), 5 * random.gaussian(), random.logUniform(1e-3, 2))
      let best = try LogNormalFit.reverse(gammaShape: a, rate: 0.5 * exp(m + 0.5 * v * v))  // at the mean rate
      func kl(_ mu: Double, _ omega: Double) throws -> Double {
        try LogNormalGammaRandomRateDivergence(mu: mu, omega: omega, shape: a, rateMu: m, rateOmega: v).value
      }
      let least = stirlingRemainder(a) + 0.5 * a * v * v
      #expect(isClose(try kl(best.mu, best.omega), least, 1e-11, scale: max(1, a)))
      let (shift, stretch) = (0.3 * random.gaussian(), exp(0.3 * random.gaussian()))
      #expect(try kl(best.mu + best.omega * shift, best.omega * stretch) > least - 1e-11 * max(1, a))
    }
  }

  @Test("bad parameters are named")
  func refusals() {
    #expect(throws: GSLError.domain(name: "omega of a log-normal", value: 0, needs: "positive and finite")) {
      try LogNormalGammaDivergence(mu: 0, omega: 0, shape: 1, rate: 1)
    }
    #expect(throws: GSLError.self) { try LogNormalGammaDivergence(mu: .nan, omega: 1, shape: 1, rate: 1) }
    #expect(throws: GSLError.self) { try LogNormalInverseGammaDivergence(mu: 0, omega: 1, shape: 1, scale: -1) }
  }
}

@Suite struct HalfCauchyDivergenceTests {
  @Test("pair: the sum of its two parts, and its derivatives", arguments: [
    (-1.5, 0.06, 0.6, 2.2, 1.0), (0, 1.4, 0, 1.4, 0.2), (3, 0.5, -2, 0.7, 30),
  ])
  func pair(muA: Double, omegaA: Double, muB: Double, omegaB: Double, scale: Double) throws {
    let kl = try HalfCauchyPairDivergence(muA: muA, omegaA: omegaA, muB: muB, omegaB: omegaB, scale: scale)
    let gamma = try GammaDistribution(shape: 0.5, rate: 1 / (scale * scale))
    let inverseGamma = try InverseGammaDistribution(shape: 0.5, scale: 1)
    #expect(isClose(kl.gammaValue, try quadratureDivergence(mu: muA, omega: omegaA) { gamma.logDensity($0) }, 1e-9))
    #expect(
      isClose(
        kl.inverseGammaValue, try quadratureDivergence(mu: muB, omega: omegaB) { inverseGamma.logDensity($0) }, 1e-9))
    #expect(kl.value == kl.gammaValue + kl.inverseGammaValue && kl.value >= 1 - log(2))
    try expectGradient(
      [kl.dMuA, kl.dOmegaA, kl.dMuB, kl.dOmegaB, kl.dScale], at: [muA, omegaA, muB, omegaB, scale]
    ) { try HalfCauchyPairDivergence(muA: $0[0], omegaA: $0[1], muB: $0[2], omegaB: $0[3], scale: $0[4]).value }
  }

  @Test("the best split is stationary, and with tied widths costs S(ν, ω)", arguments: [
    (0.0, 2.0, 1.0), (-7, 0.3, 0.2), (30, 1, 5), (-900, 0.1, 1),
  ])
  func bestSplit(mu: Double, omega: Double, scale: Double) throws {
    let half = omega / 2.0.squareRoot()
    let best = try HalfCauchyPairDivergence.bestSplit(mu: mu, omegaA: half, omegaB: half, scale: scale)
    #expect(isClose(best.dMuA, best.dMuB, 1e-12, scale: 1))
    #expect(isClose(best.productMu, mu, 1e-15) && isClose(best.productOmega, omega, 1e-15))
    let tied = try TiedHalfCauchyDivergence(nu: mu - 2 * log(scale), omega: omega)
    #expect(isClose(tied.value, best.value, 1e-13))
  }

  @Test("any split and widths cost at least the best split's formula, and tied widths lose at most ω⁴/32")
  func splits() throws {
    let random = RandomGenerator(key: StreamKey(seed: 44))
    for _ in 0..<1000 {
      let (omegaA, omegaB, scale) = (random.logUniform(0.05, 3), random.logUniform(0.05, 3), random.logUniform(0.1, 10))
      let mu = 10 * random.gaussian()
      let nu = mu - 2 * log(scale)
      let best = try HalfCauchyPairDivergence.bestSplit(mu: mu, omegaA: omegaA, omegaB: omegaB, scale: scale)
      let formula = logSumExp([0.5 * (nu + omegaA * omegaA), 0.5 * (omegaB * omegaB - nu)]) - log(2)
        - log(omegaA * omegaB)
      #expect(isClose(best.value, formula, 1e-12, scale: 1))
      let share = random.gaussian()
      let other = try HalfCauchyPairDivergence(
        muA: 0.5 * mu + share, omegaA: omegaA, muB: 0.5 * mu - share, omegaB: omegaB, scale: scale)
      #expect(other.value >= best.value - 1e-12 * max(1, abs(best.value)))
      let omega = best.productOmega
      let tied = try TiedHalfCauchyDivergence(nu: nu, omega: omega).value
      #expect(tied <= best.value + pow(omega, 4) / 32 + 1e-12 * max(1, abs(tied)))
    }
  }

  @Test("S has its derivatives and its least value 1 − log 2 at ν = 0, ω = 2", arguments: [
    (0.0, 2.0), (-3, 0.4), (40, 5),
  ])
  func tied(nu: Double, omega: Double) throws {
    let tied = try TiedHalfCauchyDivergence(nu: nu, omega: omega)
    try expectGradient([tied.dNu, tied.dOmega], at: [nu, omega]) {
      try TiedHalfCauchyDivergence(nu: $0[0], omega: $0[1]).value
    }
    #expect(tied.value >= 1 - log(2) - 1e-15)
    #expect(isClose(try TiedHalfCauchyDivergence(nu: 0, omega: 2).value, 2 * stirlingRemainder(0.5), 1e-14))
  }

  @Test("squared: the integral of q log(q/p), and its derivatives", arguments: [
    (-0.46, 0.98, 1.0), (0, 2.9, 1), (5, 0.05, 0.3), (-20, 12, 2),
  ])
  func squared(mu: Double, omega: Double, scale: Double) throws {
    let kl = try HalfCauchySquaredDivergence(mu: mu, omega: omega, scale: scale)
    let tau = try HalfCauchyDistribution(scale: scale)
    // v = τ²: p(v) = p_τ(√v)/(2√v).
    let integral = try quadratureDivergence(mu: mu, omega: omega) {
      tau.logDensity($0.squareRoot()) - log(2 * $0.squareRoot())
    }
    #expect(isClose(kl.value, integral, 1e-9))
    #expect(kl.value >= 0)
    try expectGradient([kl.dMu, kl.dOmega], at: [mu, omega]) {
      try HalfCauchySquaredDivergence(mu: $0[0], omega: $0[1], scale: scale).value
    }
  }

  @Test("the values of THEORY.md 4.5")
  func table() throws {
    #expect(isClose(try HalfCauchySquaredDivergence(mu: 0, omega: 2, scale: 1).value, 0.100359, 1e-5))
    #expect(isClose(try HalfCauchySquaredDivergence(mu: 0, omega: 2.921668, scale: 1).value, 0.0208153, 1e-5))
    #expect(isClose(try HalfCauchySquaredDivergence(mu: 0, omega: .pi, scale: 1).value, 0.0241901, 1e-5))
  }
}
