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
