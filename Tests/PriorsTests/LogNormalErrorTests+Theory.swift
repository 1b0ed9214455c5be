import Foundation
import GSL
import Priors
import Testing

/// What THEORY.md 4.4 and 4.5 say of any shape.
extension LogNormalErrorTests {
  @Test("densities of log X cross three times for both fits; the log-normal's upper tail is heavier, its lower lighter")
  func anyShape() throws {
    let random = RandomGenerator(key: StreamKey(seed: 46))
    for _ in 0..<60 {
      let law = ScaleLaw.gamma(shape: random.logUniform(0.05, 1e5), rate: random.logUniform(1e-3, 1e3))
      for kind in [LogNormalFit.Kind.reverse, .forward] {
        let error = try LogNormalError(of: law, by: kind, tailProbabilities: [1e-5, 1e-12])
        #expect(error.densityCrossings.count == 3, "\(law), \(kind)")
        #expect(error.upperTailRatios[0] > 1 && error.upperTailRatios[1] > error.upperTailRatios[0], "\(law), \(kind)")
        let lower = error.lowerTailRatios  // which underflow for small shapes
        #expect(lower[0] < 1 && (lower[1] < lower[0] || lower[0] == 0), "\(law), \(kind)")
      }
      let fit = try LogNormalError(of: law, by: .reverse)
      let other = try LogNormalError(
        of: law, mu: fit.mu + 2 * fit.omega * random.gaussian(), omega: fit.omega * exp(random.gaussian()))
      #expect([1, 3].contains(other.densityCrossings.count), "\(law), μ = \(other.mu), ω = \(other.omega)")
      #expect(other.klReverse >= fit.klReverse)
      let forward = try LogNormalError(of: law, by: .forward).klForward
      #expect(other.klForward >= forward * (1 - 1e-9))
    }
  }

  @Test("KL(half-Cauchy² ‖ LN(u_A, ω²)) is in closed form, and a product's KL is at most that of its factors")
  func halfCauchyForward() throws {
    let random = RandomGenerator(key: StreamKey(seed: 47))
    for _ in 0..<40 {
      let (scale, omega) = (random.logUniform(1e-3, 1e3), random.logUniform(0.5, 20))
      let law = ScaleLaw.halfCauchySquared(scale: scale)
      let error = try LogNormalError(of: law, mu: 2 * log(scale), omega: omega)
      let formula = 0.5 * log(2 * .pi) + log(omega) + .pi * .pi / (2 * omega * omega) - log(4 * .pi)
      #expect(isClose(error.klForward, formula, 1e-10))
      // Data processing, for any two log-normals whose product it is.
      let half = omega / 2.0.squareRoot()
      let pair = try HalfCauchyPairDivergence.bestSplit(
        mu: error.mu, omegaA: half, omegaB: half, scale: scale).value
      #expect(error.klReverse <= pair * (1 + 1e-12))
    }
  }
}
