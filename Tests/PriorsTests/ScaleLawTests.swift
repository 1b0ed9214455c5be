import Foundation
import GSL
import Testing

import Priors

@Suite("Scale laws on the log axis, and their log-normals, THEORY 4") struct ScaleLawTests {
  static let probabilities = [1e-300, 1e-12, 1e-3, 0.1, 0.5, 0.9, 0.999]

  static func laws() throws -> [ScaleLaw] {
    [1e-6, 1e-3, 0.5, 2, 51, 999, 1001, 1e5, 1e8].flatMap {
      [.gamma(shape: $0, rate: 0.3), .inverseGamma(shape: $0, scale: 7)]
    } + [.halfCauchySquared(scale: 0.2)] + (try ConditionalErrorTests.laws())
  }

  @Test("quantiles undo the cdf and the survival function, in both tails", arguments: try laws())
  func quantiles(law: ScaleLaw) throws {
    for p in Self.probabilities {
      let lower = try law.logQuantile(p)
      #expect(isClose(try law.logCumulative(atLog: lower), log(p), 1e-9), "lower \(p)")
      let upper = try law.upperLogQuantile(p)
      #expect(isClose(try law.logSurvival(atLog: upper), log(p), 1e-9), "upper \(p)")
    }
  }

  @Test("cdf and survival add up to 1, and the density is the cdf's derivative", arguments: try laws())
  func consistency(law: ScaleLaw) throws {
    for p in [0.01, 0.3, 0.7, 0.99] {
      let u = try law.logQuantile(p)
      #expect(isClose(exp(try law.logCumulative(atLog: u)) + exp(try law.logSurvival(atLog: u)), 1, 1e-12))
      // Five points, h⁴ on the scale of the law.
      let h = 1e-3 * (try law.logQuantile(0.6) - law.logQuantile(0.4))
      func cumulative(_ step: Double) throws -> Double { exp(try law.logCumulative(atLog: u + step * h)) }
      let slope = try (8 * (cumulative(1) - cumulative(-1)) - (cumulative(2) - cumulative(-2))) / (12 * h)
      #expect(isClose(exp(try law.logDensity(atLog: u)), slope, 1e-7))
    }
  }

  @Test(
    "at larger shapes the tails are those of an integral in 30 digits",
    arguments: [
      // GSL 2.7's own ratio has lost all but 9 digits at 10⁴, and all but 7 at 10⁵.
      (1e4, -0.01, -1.8334059676650144, -0.17419641582603932),
      (1e4, 0.01, -0.17132040006727056, -1.8486573450679264),
      (1e5, -0.0031, -1.8087863443494866, -0.17895069710733559),
      (1e5, -0.02, -22.644317347006677, -1.4645288446679818e-10),
      (1e8, 1e-4, -0.17273939948778703, -1.8410979027742119),
      (1e8, -5e-4, -15.062664738000432, -2.8732134046586777e-7),
    ])
  func largeShapes(a: Double, u: Double, lower: Double, upper: Double) throws {
    let law = ScaleLaw.gamma(shape: a, rate: a)
    #expect(isClose(try law.logCumulative(atLog: u), lower, 1e-12))
    #expect(isClose(try law.logSurvival(atLog: u), upper, 1e-12))
  }

  @Test("a small shape's P(X ≤ eᵘ) is e^{au}/Γ(a + 1) also where eᵘ underflows")
  func smallShapes() throws {
    for (a, u) in [(1e-6, -1000.0), (1e-6, -1e6), (1e-4, -5000), (1e-3, -800)] {
      let law = ScaleLaw.gamma(shape: a, rate: 1)
      let logP = try a * u - logGamma(a + 1)
      #expect(isClose(try law.logCumulative(atLog: u), logP, 1e-12))
      #expect(isClose(try law.logSurvival(atLog: u), log(-expm1(logP)), 1e-12))
      #expect(isClose(try ScaleLaw.inverseGamma(shape: a, scale: 1).logSurvival(atLog: -u), logP, 1e-12))
    }
  }

  @Test("the squared half-Cauchy is the half-Cauchy's, on the log axis")
  func halfCauchy() throws {
    let tau = try HalfCauchyDistribution(scale: 0.2)
    let law = ScaleLaw.halfCauchySquared(scale: 0.2)
    for u in [-60.0, -5, -1, 0, 3, 45] {
      let x = exp(0.5 * u)
      #expect(isClose(try law.logCumulative(atLog: u), log(tau.cumulative(x)), 1e-13, scale: 1))
      #expect(isClose(try law.logSurvival(atLog: u), log(tau.survival(x)), 1e-13, scale: 1))
      #expect(isClose(try law.logDensity(atLog: u), tau.logDensity(x) + 0.5 * u - log(2), 1e-13))
    }
    // P(τ² ≤ eᵘ) ≈ 2/π e^{u/2}/A, where eᵘ underflows.
    #expect(isClose(try law.logCumulative(atLog: -4000), log(2 / (.pi * 0.2)) - 2000, 1e-14))
  }

  // MARK: Fits

  @Test("the product of Gamma(½, 1/A²) and InvGamma(½, 1) is the square of a half-Cauchy of scale A")
  func product() throws {
    let random = RandomGenerator(key: StreamKey(seed: 45))
    for _ in 0..<20 {
      let (scale, x) = (random.logUniform(0.01, 100), random.logUniform(1e-6, 1e6))
      let a = try GammaDistribution(shape: 0.5, rate: 1 / (scale * scale))
      let b = try InverseGammaDistribution(shape: 0.5, scale: 1)
      // P(ab ≤ X) = ∫ P(b ≤ X/a) p(a) da, over log a.
      let probability = try integrate(
        from: a.logQuantile(1e-12), to: a.upperLogQuantile(1e-12), absoluteTolerance: 1e-10
      ) { u in a.density(exp(u)) * exp(u) * (try b.cumulative(x * scale * scale / exp(u))) }
      let law = ScaleLaw.halfCauchySquared(scale: scale)
      #expect(isClose(exp(try law.logCumulative(atLog: log(x * scale * scale))), probability.value, 1e-8, scale: 1))
    }
  }

  @Test("moment matching has the law's mean and variance", arguments: [2.5, 3, 40, 1e6])
  func moments(a: Double) throws {
    let gamma = try LogNormalFit.fit(.moments, to: .gamma(shape: a, rate: 3))
    let x = try LogNormalDistribution(mu: gamma.mu, omega: gamma.omega)
    #expect(isClose(x.mean, a / 3, 1e-13 * a.squareRoot()) && isClose(x.variance, a / 9, 1e-13 * a.squareRoot()))
    let inverse = try LogNormalFit.fit(.moments, to: .inverseGamma(shape: a, scale: 3))
    let y = try LogNormalDistribution(mu: inverse.mu, omega: inverse.omega)
    let law = try InverseGammaDistribution(shape: a, scale: 3)
    #expect(isClose(y.mean, law.mean, 1e-12) && isClose(y.variance, law.variance, 1e-12 * a.squareRoot()))
    #expect(gamma.divergence > stirlingRemainder(a) && inverse.divergence > stirlingRemainder(a))
  }

  @Test("the best log-normals of a squared half-Cauchy minimise their KL")
  func halfCauchyFits() throws {
    let reverse = try LogNormalFit.reverse(halfCauchyScale: 3)
    let kl = try HalfCauchySquaredDivergence(mu: reverse.mu, omega: reverse.omega, scale: 3)
    #expect(abs(kl.dMu) < 1e-14 && abs(kl.dOmega) < 1e-14 && isClose(kl.value, reverse.divergence, 1e-12))
    let forward = try LogNormalFit.forward(halfCauchyScale: 3)
    #expect(forward.omega == .pi && isClose(forward.divergence, 0.5 * log(2 * .pi) + 0.5 - log(4), 1e-14))
    let product = try LogNormalFit.fit(.product, to: .halfCauchySquared(scale: 3))
    let a = try LogNormalFit.reverse(gammaShape: 0.5, rate: 1.0 / 9)
    let b = try LogNormalFit.reverse(inverseGammaShape: 0.5, scale: 1)
    #expect(isClose(product.mu, a.mu + b.mu, 1e-14) && isClose(product.omega, hypot(a.omega, b.omega), 1e-15))
  }

  @Test("a fit that a law does not have is refused in words")
  func refusals() throws {
    let halfCauchy = ScaleLaw.halfCauchySquared(scale: 1)
    #expect(throws: LogNormalFitError.noFit(kind: .moments, law: halfCauchy, needs: "a mean and a variance")) {
      try LogNormalFit.fit(.moments, to: halfCauchy)
    }
    let inverse = ScaleLaw.inverseGamma(shape: 2, scale: 1)
    let refusal = LogNormalFitError.noFit(kind: .moments, law: inverse, needs: "a variance, so a shape above 2")
    #expect(throws: refusal) { try LogNormalFit.fit(.moments, to: inverse) }
    #expect(
      refusal.description == """
        InvGamma(shape 2.0, scale 1.0) has no moments fit of a log-normal: it needs a variance, so a shape above 2
        """)
    for law in [inverse, .gamma(shape: 2, rate: 1)] {
      #expect(throws: LogNormalFitError.noFit(kind: .product, law: law, needs: "a squared half-Cauchy")) {
        try LogNormalFit.fit(.product, to: law)
      }
    }
  }
}
