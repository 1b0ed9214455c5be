import Foundation
import GSL
import Priors
import Testing

@testable import Contraction

/// THEORY.md 6.6: what lies outside of the sieve has little prior mass.
@Suite struct SieveTests {
  @Test("a slab row exceeds B° with probability at most e^{−𝔱 − log k}, and half of B° with more")
  func rowNorms() throws {
    let random = RandomGenerator(key: StreamKey(seed: 65))
    var checked = 0
    for _ in 0..<300 {
      let inputs = random.rateInputs()
      let bound = RateBound(inputs)
      guard let sieve = bound.sieve else { continue }
      let budget = inputs.sampleSize * bound.sumR  // 𝔱, as ξ = 0
      for layer in inputs.rowNorms.indices {
        let d = inputs.widths[layer] + 1
        let t = budget + log(inputs.widths[layer + 1])
        let sd = inputs.slab.standardDeviation
        func logSurvival(_ norm: Double) throws -> Double {
          switch inputs.slab {
          case .groupLasso(_, let rate):
            // ‖w̄‖ ~ Gamma(d, ς/σ₀), THEORY.md 2.2.
            let root = (rate.perWeight(groupSize: d) * d).squareRoot()
            return try GammaDistribution(shape: d, rate: root / sd).logSurvival(atLog: log(norm))
          default:
            // ‖w̄‖²/(t̃σ₀)² ~ χ² with d degrees of freedom, and t̃ ≤ c.
            var cap = 1.0
            if case .groupHorseshoe(_, _, _, .fixed(let c)) = inputs.slab { cap = c }
            let square = 2 * (log(norm) - log(cap * sd))
            return try GammaDistribution(shape: 0.5 * d, rate: 0.5).logSurvival(atLog: square)
          }
        }
        #expect(try logSurvival(sieve.rowNorms[layer]) <= -t, "\(inputs)")
        #expect(try logSurvival(0.5 * sieve.rowNorms[layer]) > -t, "\(inputs)")
        checked += 1
      }
    }
    #expect(checked > 300)
  }

  @Test("more than s° nodes are active with probability at most e^{−C θ 𝔱}")
  func activeNodes() throws {
    let random = RandomGenerator(key: StreamKey(seed: 66))
    var checked = 0
    for _ in 0..<100 {
      var inputs = random.rateInputs(widest: 3000)
      // With many active nodes in wide layers 𝔱 pays for all, and s° is k.
      for layer in inputs.inclusionConstants.indices { inputs.activeNodes[layer] = random.whole(1...3) }
      let bound = RateBound(inputs)
      guard let sieve = bound.sieve else { continue }
      let budget = inputs.sampleSize * bound.sumR
      for layer in inputs.inclusionConstants.indices where sieve.activeNodes[layer] < inputs.widths[layer + 1] {
        let part = bound.layers[layer]
        guard part.theta > 0, let nu = part.negativeLogInclusion, let excluded = part.negativeLogExclusion else {
          continue
        }
        // The binomial tail, added up: log of Σ_{j > s°} (k over j) λ^j (1 − λ)^{k − j}.
        let nodes = inputs.widths[layer + 1]
        let terms = try stride(from: sieve.activeNodes[layer].rounded(.down) + 1, through: nodes, by: 1).map { j in
          try logGamma(nodes + 1) - logGamma(j + 1) - logGamma(nodes - j + 1) - j * nu - (nodes - j) * excluded
        }
        let exponent = inputs.inclusionConstants[layer] * part.theta * budget
        #expect(logSumExp(terms) <= -exponent + 1e-9 * exponent, "\(inputs)")
        checked += 1
      }
    }
    #expect(checked > 50)
  }

  @Test("the uncapped horseshoe, whose row norms have polynomial tails, has none")
  func uncapped() {
    let random = RandomGenerator(key: StreamKey(seed: 67))
    for _ in 0..<50 {
      #expect(RateBound(random.rateInputs(slab: .groupHorseshoe(cap: nil))).sieve == nil)
      #expect(RateBound(random.rateInputs(slab: .groupHorseshoe(cap: 10))).sieve != nil)
    }
  }
}
