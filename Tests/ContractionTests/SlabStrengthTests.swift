import Foundation
import GSL
import Priors
import Testing

@testable import Contraction

/// THEORY.md 6.4, over all strengths.
@Suite struct SlabStrengthTests {
  private let random = RandomGenerator(key: StreamKey(seed: 64))

  @Test("with unit parameters the lasso is below the Gaussian slab and the horseshoe below both, where they shrink")
  func unitParameters() {
    for _ in 0..<2000 {
      let (x, d) = (random.logUniform(1e-12, 1e12), random.whole(1...1000))
      func g(_ slab: SlabPrior) -> Double { slab.strengthCost(effectiveStrength: x, groupSize: d) }
      let (horseshoe, capped) = (g(.groupHorseshoe(cap: nil)), g(.groupHorseshoe(cap: 1)))
      let (lasso, gaussian) = (g(.groupLasso(rateParameter: .proportional(1))), g(.gaussian()))
      #expect(horseshoe < lasso && lasso < gaussian, "x = \(x)")
      #expect(x < 1 ? capped == horseshoe : capped == gaussian)  // exploding: linear, as the Gaussian slab
      let gap = (x.squareRoot() - 1) * (x.squareRoot() - 1)
      #expect(abs(gaussian - lasso - gap) <= 1e-14 * max(1, x))
    }
  }

  @Test("the uncapped horseshoe never loses; a lasso tuned to κ = σ₀²/x is its equal")
  func tunedLasso() {
    for _ in 0..<2000 {
      let (x, kappa, sd) = (random.logUniform(1e-9, 1e9), random.logUniform(1e-4, 1e4), random.logUniform(0.01, 100))
      func g(_ slab: SlabPrior) -> Double { slab.strengthCost(effectiveStrength: x, groupSize: 7) }
      func lasso(_ kappa: Double) -> Double {
        g(.groupLasso(standardDeviation: sd, rateParameter: .proportional(kappa)))
      }
      let horseshoe = g(.groupHorseshoe(standardDeviation: sd, cap: nil))
      let slack = 1e-13 * max(1, abs(horseshoe))
      #expect(horseshoe <= lasso(kappa) + slack && horseshoe <= g(.gaussian(standardDeviation: sd)) + slack)
      #expect(abs(horseshoe - lasso(sd * sd / x)) <= slack)
    }
  }

  @Test("the lasso loses to the Gaussian slab only within √(κ − 1 − log κ) of √κ")
  func window() {
    var losses = 0
    for _ in 0..<2000 {
      let (kappa, sd) = (random.logUniform(1e-3, 1e3), random.logUniform(0.1, 10))
      // √x/σ₀ around √κ, half of them within the window.
      let half = (kappa - 1 - log(kappa)).squareRoot()
      let root = kappa.squareRoot() + half * (4 * random.uniform() - 2)
      guard root > 0, abs(abs(root - kappa.squareRoot()) - half) > 1e-6 * (1 + kappa) else { continue }
      func g(_ slab: SlabPrior) -> Double { slab.strengthCost(effectiveStrength: root * root * sd * sd, groupSize: 5) }
      let loses = g(.groupLasso(standardDeviation: sd, rateParameter: .proportional(kappa)))
        > g(.gaussian(standardDeviation: sd))
      #expect(loses == (abs(root - kappa.squareRoot()) < half), "κ = \(kappa), √x/σ₀ = \(root)")
      losses += loses ? 1 : 0
    }
    #expect(losses > 200)
  }
}
