import Foundation
import GSL
import Testing

import Priors

@Suite struct BernoulliDivergenceTests {
  static let points: [(Double, Double)] = [
    (0, 0.7), (-3, 2), (4.6, 9.2), (2, 0.05), (-8, 0.3), (1.1, 115), (-30, 40), (25, 0.02),
  ]

  @Test("is the sum over the two states, and has its derivatives", arguments: points)
  func definition(theta: Double, nu: Double) throws {
    let kl = try BernoulliDivergence(inclusionLogit: theta, negativeLogPrior: nu)
    let gamma = sigmoid(theta)
    let sum = gamma * (-softplus(-theta) + nu) + sigmoid(-theta) * (-softplus(theta) - log1mExp(nu))
    #expect(isClose(kl.value, sum, 1e-14, scale: max(1, abs(theta))))  // the sum cancels
    #expect(kl.value >= 0)
    try expectGradient([kl.dLogit, kl.dNegativeLogPrior], at: [theta, nu]) {
      try BernoulliDivergence(inclusionLogit: $0[0], negativeLogPrior: $0[1]).value
    }
    // dϑ/dγ = 1/{γ(1 − γ)}.
    #expect(isClose(kl.dProbability * gamma * sigmoid(-theta), kl.dLogit, 1e-14))
  }

  @Test("vanishes with both derivatives where posterior and prior are equal", arguments: [0.05, 0.69, 3, 50])
  func equality(nu: Double) throws {
    let kl = try BernoulliDivergence(inclusionLogit: -nu - log1mExp(nu), negativeLogPrior: nu)
    #expect(kl.value == 0 && kl.dLogit == 0 && kl.dNegativeLogPrior == 0)
  }

  @Test("keeps its digits next to equality, where it is γ(1 − γ)δ²/2")
  func nearEquality() throws {
    let (nu, delta) = (2.0, 1e-6)
    let theta = -nu - log1mExp(nu) + delta
    let kl = try BernoulliDivergence(inclusionLogit: theta, negativeLogPrior: nu)
    #expect(isClose(kl.value, 0.5 * sigmoid(theta) * sigmoid(-theta) * delta * delta, 1e-4))
  }

  @Test("λ = e^{−5000} is an ordinary prior")
  func underflowingPrior() throws {
    let kl = try BernoulliDivergence(inclusionLogit: 0, negativeLogPrior: 5000)
    #expect(isClose(kl.value, 2500 - log(2), 1e-15))
    #expect(throws: GSLError.self) { try BernoulliDivergence(inclusionLogit: 0, negativeLogPrior: 0) }
    #expect(throws: GSLError.self) { try BernoulliDivergence(inclusionLogit: .nan, negativeLogPrior: 1) }
  }
}

@Suite struct GaussianDivergenceTests {
  static let points: [(Double, Double, Double)] = [(0, 1, 1), (-1.4, 0.04, 1.03), (3, 2, 0.7), (1e-3, 0.999, 1)]

  @Test("is the integral of q log(q/p), and has its derivatives", arguments: points)
  func quadrature(m: Double, rho: Double, sigma0: Double) throws {
    let kl = try GaussianDivergence(mean: m, standardDeviation: rho, priorStandardDeviation: sigma0)
    let q = try GaussianDistribution(mean: m, standardDeviation: rho)
    let p = try GaussianDistribution(mean: 0, standardDeviation: sigma0)
    let integral = try integrate(from: m - 12 * rho, to: m + 12 * rho, absoluteTolerance: 1e-13) {
      q.density($0) * (q.logDensity($0) - p.logDensity($0))
    }
    #expect(isClose(kl.value, integral.value, 1e-10, scale: 1e-3))
    #expect(kl.value >= 0)
    try expectGradient(
      [kl.dMean, kl.dStandardDeviation, kl.dPriorStandardDeviation], at: [m, rho, sigma0]
    ) { try GaussianDivergence(mean: $0[0], standardDeviation: $0[1], priorStandardDeviation: $0[2]).value }
  }

  @Test("vanishes at the prior, and next to it is (ρ − 1)²")
  func equality() throws {
    #expect(try GaussianDivergence(mean: 0, standardDeviation: 0.3, priorStandardDeviation: 0.3).value == 0)
    let near = try GaussianDivergence(mean: 0, standardDeviation: 1 + 1e-6, priorStandardDeviation: 1)
    #expect(isClose(near.value, 1e-12, 1e-5))
    #expect(throws: GSLError.self) {
      try GaussianDivergence(mean: 0, standardDeviation: 0, priorStandardDeviation: 1)
    }
  }
}

@Suite struct CentredSlabDivergenceTests {
  static let points: [(m: Double, rho: Double, sigma0: Double, mu: Double, omega: Double, cap: Double?)] = [
    (0.3, 0.02, 1.5, -1.4, 0.24, nil), (-2.9, 0.26, 1.4, 1, 0.6, 1), (0, 1, 1, 3, 1.5, 0.5), (0.5, 0.4, 1, -4, 2, 2),
    (0.1, 0.1, 1, 8, 0.3, 1),
  ]

  @Test("is the Gaussian KL averaged over the scale, and has its derivatives", arguments: points)
  func quadrature(m: Double, rho: Double, sigma0: Double, mu: Double, omega: Double, cap: Double?) throws {
    func divergence(_ x: [Double]) throws -> CentredSlabDivergence {
      try CentredSlabDivergence(
        mean: x[0], standardDeviation: x[1], priorStandardDeviation: sigma0, mu: x[2], omega: x[3], cap: cap)
    }
    let point = [m, rho, mu, omega]
    let kl = try divergence(point)
    let scale = try GaussianDistribution(mean: mu, standardDeviation: omega)
    // The precision e^{−u} tilts the integrand's peak by ω².
    let average = try integrate(from: mu - omega * (omega + 11), to: mu + omega * (omega + 11)) { u in
      let t = try RegularisedScale(local: exp(u / 2), global: 1, cap: cap).value
      return try scale.density(u)
        * GaussianDivergence(mean: m, standardDeviation: rho, priorStandardDeviation: sigma0 * t).value
    }
    #expect(isClose(kl.value, average.value, 1e-9))
    #expect(kl.value >= 0)
    try expectGradient([kl.dMean, kl.dStandardDeviation, kl.dMu, kl.dOmega], at: point) { try divergence($0).value }
  }
}
