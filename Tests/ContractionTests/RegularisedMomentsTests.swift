import Foundation
import GSL
import Priors
import Testing

@testable import Contraction

@Suite struct RegularisedMomentsTests {
  @Test("the inequalities behind the closed forms of THEORY.md 7.5, for log t̃ concave in log t with slope in (0, 1)")
  func inequalities() throws {
    let random = RandomGenerator(key: StreamKey(seed: 70))
    for _ in 0..<400 {
      let (cap, median, omega) = (
        random.logUniform(0.1, 10), random.logUniform(1e-4, 1e4), random.logUniform(1e-3, 3)
      )  // c, t₀² and ω
      let mu = log(median)
      let moments = try RegularisedMoments(mu: mu, omega: omega, cap: cap)
      let scale = 1 / (1 / median + 1 / (cap * cap))  // T₀
      let slack = 1 + 1e-11
      #expect(moments.squaredVariation <= expm1(0.25 * omega * omega) * slack)
      #expect(moments.secondMoment <= scale * exp(0.5 * omega * omega) * slack)
      #expect(moments.squaredMean * slack >= scale * exp(-0.125 * omega * omega))
      let law = try GaussianExpectation(mu: mu, omega: omega)
      let meanLog = law { -log(exp(-$0) + 1 / (cap * cap)) }
      #expect(meanLog <= log(scale) + 1e-12 * max(1, abs(log(scale))))
      // Saturated: Var t̃ ≤ c²ω²/4 · E(c²/t²)².
      let inverse = pow(cap * cap / median, 2) * exp(2 * omega * omega)
      #expect(
        moments.squaredVariation * moments.squaredMean <= 0.25 * cap * cap * omega * omega * inverse * slack)
    }
  }
}
