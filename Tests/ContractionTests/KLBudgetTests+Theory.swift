import Foundation
import GSL
import Priors
import Testing

@testable import Contraction

/// What THEORY.md 7 says of any class and slab.
extension KLBudgetTests {
  /// A random class with every θ_l at least 3, where λ_l is small (THEORY.md 6.3 is void below 0).
  private func randomInputs(_ random: RandomGenerator) -> RateInputs {
    while true {
      let hyperprior = SlabPrior.groupLasso(rateParameter: .hyperprior(shape: random.logUniform(0.5, 5), rate: 2))
      let inputs = random.rateInputs(slab: random.index(below: 6) == 0 ? hyperprior : nil)
      if RateBound(inputs).layers.allSatisfy({ $0.theta >= 3 }) { return inputs }
    }
  }

  @Test(
    "for any class and slab the budget is at most the closed form, and rises with each s_l, each B_l and 1/Δ²",
    arguments: Parametrisation.allCases)
  func anyClass(parametrisation: Parametrisation) throws {
    let random = RandomGenerator(key: StreamKey(seed: 75))
    for _ in 0..<40 {
      let inputs = randomInputs(random)
      let square = random.logUniform(1e-5, 10)
      func total(_ inputs: RateInputs, _ square: Double) throws -> Double {
        let budget = try KLBudget(RateBound(inputs), radius: .squared(square), parametrisation: parametrisation)
        #expect(budget.total <= budget.closedFormTotal * (1 + 1e-12), "\(inputs), Δ² = \(square)")
        return budget.total
      }
      let before = try total(inputs, square)
      #expect(try total(inputs, 1.2 * square) < before, "\(inputs), Δ² = \(square)")
      let layer = random.index(below: inputs.rowNorms.count)
      var more = inputs
      more.rowNorms[layer] *= 1 + random.logUniform(0.01, 10)
      #expect(try total(more, square) > before, "B_\(layer) of \(inputs), Δ² = \(square)")
      more = inputs
      guard layer < inputs.rowNorms.count - 1, inputs.activeNodes[layer] < inputs.widths[layer + 1] else { continue }
      more.activeNodes[layer] += 1
      #expect(try total(more, square) > before, "s_\(layer) of \(inputs), Δ² = \(square)")
    }
  }

  @Test("the balanced radius of any class falls as n grows", arguments: Parametrisation.allCases)
  func balancedRadius(parametrisation: Parametrisation) throws {
    let random = RandomGenerator(key: StreamKey(seed: 76))
    for _ in 0..<15 {
      let inputs = randomInputs(random)
      var more = inputs
      more.sampleSize *= 1 + random.logUniform(0.05, 20)
      let noise = random.logUniform(0.1, 3)
      let squares = try [inputs, more].map {
        try KLBudget(RateBound($0), radius: .balanced(noiseDeviation: noise), parametrisation: parametrisation)
          .radii.squaredRadius
      }
      #expect(squares[1] < squares[0], "\(inputs)")
    }
  }
}
