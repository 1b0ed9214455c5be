import Foundation
import Priors
import Testing

@testable import Contraction

@Suite struct StrengthCrossoverTests {
  @Test("just below and just above, the slab named has the smaller strength cost", arguments: [0.3, 0.9, 1.5, 4.0], [
    0.5, 1.0, 2.0,
  ])
  func sides(_ kappa: Double, _ cap: Double) throws {
    let slabs: [SlabPrior] = [
      .gaussian(standardDeviation: 0.7), .groupLasso(standardDeviation: 0.7, rateParameter: .proportional(kappa)),
      .groupHorseshoe(standardDeviation: 0.7, cap: cap),
    ]
    let crossovers = try StrengthCrossover.all(between: slabs, groupSize: 21)
    #expect(!crossovers.isEmpty)
    for crossover in crossovers {
      func advantage(_ x: Double) -> Double {
        func cost(_ kind: SlabKind) -> Double {
          slabs.first { $0.kind == kind }?.strengthCost(effectiveStrength: x, groupSize: 21) ?? .nan
        }
        return cost(crossover.above) - cost(crossover.below)
      }
      let x = crossover.effectiveStrength
      #expect(abs(advantage(x)) < 1e-12)
      #expect(advantage(x * (1 - 1e-4)) > 0 && advantage(x * (1 + 1e-4)) < 0, "\(crossover)")
    }
    // None is missed: the signs change as often as there are crossings of each pair.
    for (a, b) in [(0, 1), (0, 2), (1, 2)] {
      let signs = stride(from: log(1e-6), to: log(1e6), by: 0.001).map { t in
        slabs[a].strengthCost(effectiveStrength: exp(t), groupSize: 21)
          - slabs[b].strengthCost(effectiveStrength: exp(t), groupSize: 21)
      }.filter { abs($0) > 1e-5 }.map { $0 > 0 }
      let changes = zip(signs, signs.dropFirst()).count { $0 != $1 }
      let listed = crossovers.count { Set([$0.below, $0.above]) == Set([slabs[a].kind, slabs[b].kind]) }
      #expect(changes == listed, "\(slabs[a].kind), \(slabs[b].kind)")
    }
  }

  @Test("with σ₀ = κ = c = 1 the lasso passes the capped horseshoe at 1, and nothing else crosses")
  func standard() throws {
    let slabs: [SlabPrior] = [.gaussian(), .groupLasso(rateParameter: .proportional(1)), .groupHorseshoe()]
    #expect(
      try StrengthCrossover.all(between: slabs, groupSize: 8)
        == [StrengthCrossover(effectiveStrength: 1, below: .groupHorseshoe, above: .groupLasso)])
    let uncapped: [SlabPrior] = [slabs[0], slabs[1], .groupHorseshoe(cap: nil)]
    #expect(try StrengthCrossover.all(between: uncapped, groupSize: 8).isEmpty)
    #expect(try StrengthCrossover.all(between: [], groupSize: 8).isEmpty)
  }

  @Test("different σ₀ and empty groups are refused")
  func invalid() {
    #expect(throws: RateError.self) { try StrengthCrossover.all(between: [.gaussian()], groupSize: 0) }
    #expect(throws: RateError.self) {
      try StrengthCrossover.all(between: [.gaussian(), .groupHorseshoe(standardDeviation: 2)], groupSize: 3)
    }
  }
}
