import Foundation
import GSL
import Priors
import Testing

@testable import Contraction

@Suite struct RateBoundTests {
  @Test("where θ > 0 the rate rises with each s_l, and with each B_l wherever it is")
  func monotone() {
    let random = RandomGenerator(key: StreamKey(seed: 61))
    var raised = 0
    for _ in 0..<400 {
      var inputs = random.rateInputs()
      inputs.approximationError = random.index(below: 2) == 0 ? 0 : random.logUniform(1e-6, 1)
      let bound = RateBound(inputs)
      for layer in inputs.rowNorms.indices {
        var more = inputs
        more.rowNorms[layer] *= 1 + random.logUniform(1e-3, 100)
        #expect(RateBound(more).epsilonSquared > bound.epsilonSquared, "B_\(layer) of \(inputs)")
        more = inputs
        guard layer < inputs.rowNorms.count - 1, inputs.activeNodes[layer] < inputs.widths[layer + 1] else { continue }
        more.activeNodes[layer] += 1
        let rises = RateBound(more).epsilonSquared > bound.epsilonSquared
        #expect(rises == (bound.layers[layer].theta > 0), "s_\(layer) of \(inputs)")
        raised += rises ? 1 : 0
      }
    }
    #expect(raised > 200)
  }

  @Test("the rate falls as n grows, if the class holds f₀, n is 10 or more and every θ_l is 3 or more")
  func fallsWithSampleSize() {
    // d log θ/d log n ≤ (1 + ¼)/3 and d log Σu/d log n ≤ ¼ there: together less than the 1 of 1/n.
    let random = RandomGenerator(key: StreamKey(seed: 62))
    var checked = 0
    for _ in 0..<400 {
      let inputs = random.rateInputs()
      let bound = RateBound(inputs)
      guard bound.layers.allSatisfy({ $0.theta >= 3 }) else { continue }
      checked += 1
      var more = inputs
      more.sampleSize *= 1 + random.logUniform(1e-3, 100)
      #expect(RateBound(more).epsilonSquared < bound.epsilonSquared, "\(inputs)")
    }
    #expect(checked > 200)
  }

  @Test("Σ u ≥ (L + 1)³ log n, so that ε < 1 needs a large n")
  func sumU() {
    let random = RandomGenerator(key: StreamKey(seed: 63))
    for _ in 0..<400 {
      let inputs = random.rateInputs()
      #expect(RateBound(inputs).sumU >= pow(Double(inputs.rowNorms.count), 3) * log(inputs.sampleSize))
    }
  }
}
