import Foundation
import GSL
import Testing

import Priors

@Suite struct LogNormalFitTests {
  static let shapes = [1e-3, 0.05, 0.5, 1, 6, 15.9, 16.1, 51, 393, 1e5]

  @Test("R(a) is within Robbins' bounds, and equals its definition where that keeps digits", arguments: shapes)
  func stirling(a: Double) throws {
    let r = stirlingRemainder(a)
    #expect(1 / (12 * a + 1) < r && r < 1 / (12 * a))
    let definition = try logGamma(a) - (a - 0.5) * log(a) + a - 0.5 * log(2 * .pi)
    #expect(abs(r - definition) <= 1e-15 * max(1, a * abs(log(a))))
  }

  @Test("R(½) = (1 − log 2)/2, and R meets itself where the series takes over")
  func stirlingValues() {
    #expect(isClose(stirlingRemainder(0.5), (1 - log(2)) / 2, 1e-14))
    // The next lower float of 16 goes through the recursion, 16 does not.
    #expect(isClose(stirlingRemainder(16.0.nextDown), stirlingRemainder(16), 1e-12))
    #expect(stirlingRemainder(-1).isNaN && stirlingRemainder(0).isNaN)
  }

  @Test("the reverse fit is the stationary point of the ELBO's KL", arguments: shapes)
  func reverse(a: Double) throws {
    let fit = try LogNormalFit.reverse(gammaShape: a, rate: 3)
    let kl = try LogNormalGammaDivergence(mu: fit.mu, omega: fit.omega, shape: a, rate: 3)
    #expect(abs(kl.dMu) <= 1e-14 * max(1, a) * (1 + 0.5 / a) && abs(kl.dOmega) <= 1e-14 * max(1, a) * (1 + 0.5 / a))
    #expect(isClose(kl.value, fit.divergence, 1e-13))
    let inverse = try LogNormalFit.reverse(inverseGammaShape: a, scale: 3)
    #expect(inverse.mu == -fit.mu && inverse.omega == fit.omega && inverse.divergence == fit.divergence)
  }

  @Test("any shape: R(a) is within Robbins' bounds, and no other log-normal has a smaller KL")
  func anyShape() throws {
    let random = RandomGenerator(key: StreamKey(seed: 41))
    for _ in 0..<2000 {
      let (a, b) = (random.logUniform(1e-8, 1e12), random.logUniform(1e-6, 1e6))
      let r = stirlingRemainder(a)
      #expect(1 / (12 * a + 1) < r && r < 1 / (12 * a) * (1 + 1e-15), "a = \(a)")
      // Γ(a + 1) = a Γ(a).
      if a > 0.01, a < 1e4 {
        #expect(isClose(r - stirlingRemainder(a + 1), (a + 0.5) * log1p(1 / a) - 1, 1e-15 * max(1, a), scale: 1))
      }
      guard a > 1e-2, a < 1e6 else { continue }
      let fit = try LogNormalFit.reverse(gammaShape: a, rate: b)
      let (shift, stretch) = (random.gaussian(), exp(random.gaussian()))
      func kl(_ share: Double) throws -> Double {
        try LogNormalGammaDivergence(
          mu: fit.mu + share * shift * fit.omega, omega: fit.omega * (1 + share * (stretch - 1)), shape: a, rate: b
        ).value
      }
      let slack = 1e-12 * max(1, a)
      #expect(try fit.divergence == r && abs(kl(0) - r) <= slack)
      #expect(try kl(1) > r - slack && kl(0.5) > r - slack)
      // Strictly convex on ω > 0.
      #expect(try kl(0.5) <= 0.5 * (kl(0) + kl(1)) + slack)
    }
  }

  @Test("log-normals are symmetric under inversion: LN(−μ, ω²) is to an inverse Gamma what LN(μ, ω²) is to a Gamma")
  func inversion() throws {
    let random = RandomGenerator(key: StreamKey(seed: 42))
    for _ in 0..<1000 {
      let (a, b) = (random.logUniform(1e-3, 1e6), random.logUniform(1e-6, 1e6))
      let fits = try (LogNormalFit.reverse(gammaShape: a, rate: b), LogNormalFit.forward(gammaShape: a, rate: b))
      let inverse = try (
        LogNormalFit.reverse(inverseGammaShape: a, scale: b), LogNormalFit.forward(inverseGammaShape: a, scale: b)
      )
      for (fit, other) in [(fits.0, inverse.0), (fits.1, inverse.1)] {
        #expect(other.mu == -fit.mu && other.omega == fit.omega && other.divergence == fit.divergence)
      }
      let (mu, omega) = (fits.0.mu + fits.0.omega * random.gaussian(), fits.0.omega * exp(random.gaussian()))
      let gamma = try LogNormalGammaDivergence(mu: mu, omega: omega, shape: a, rate: b)
      let inverseGamma = try LogNormalInverseGammaDivergence(mu: -mu, omega: omega, shape: a, scale: b)
      #expect(isClose(gamma.value, inverseGamma.value, 1e-12))
      #expect(isClose(gamma.dMu, -inverseGamma.dMu, 1e-12) && isClose(gamma.dOmega, inverseGamma.dOmega, 1e-12))
    }
  }

  @Test("the forward fit's KL is the integral of p log(p/q)", arguments: [0.5, 1, 6, 15.9, 16.1, 51, 393])
  func forward(a: Double) throws {
    let fit = try LogNormalFit.forward(gammaShape: a, rate: 1)
    let gamma = try GammaDistribution(shape: a, rate: 1)
    let q = try LogNormalDistribution(mu: fit.mu, omega: fit.omega)
    let integral = try integrate(
      from: gamma.logQuantile(1e-25), to: gamma.upperLogQuantile(1e-25), absoluteTolerance: 1e-13
    ) { u in
      let x = exp(u)
      return gamma.density(x) * x * (gamma.logDensity(x) - q.logDensity(x))
    }
    #expect(isClose(fit.divergence, integral.value, 1e-8))
  }

  @Test("both fits cost about 1/(12a)")
  func largeShapes() throws {
    for a in [1e3, 1e5, 1e7] {
      #expect(isClose(12 * a * (try LogNormalFit.forward(gammaShape: a, rate: 1).divergence), 1, 1 / a))
      #expect(isClose(12 * a * (try LogNormalFit.reverse(gammaShape: a, rate: 1).divergence), 1, 1 / a))
    }
  }
}
