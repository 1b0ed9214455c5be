import Foundation
import GSL
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
      .groupHorseshoe(standardDeviation: 0.7, cap: .fixed(cap)),
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

  @Test("with κ a hair above 1 the window in which the Gaussian slab wins is as narrow as it should be")
  func narrowWindow() throws {
    for excess in [0x1p-20, 0x1p-40, 0x1p-50] {
      let slabs: [SlabPrior] = [.gaussian(), .groupLasso(rateParameter: .proportional(1 + excess))]
      let crossings = try StrengthCrossover.all(between: slabs, groupSize: 8).map(\.effectiveStrength)
      // √κ ± √(κ − 1 − log κ) = 1 + ½e ± e/√2 + O(e²).
      for (x, slope) in zip(crossings, [1 - 2.0.squareRoot(), 1 + 2.0.squareRoot()]) {
        #expect(abs((x - 1) - slope * excess) <= 3 * excess * excess + 4e-16)
      }
      #expect(crossings.count == 2)
    }
  }

  @Test("a crossing at no number, as under a cap of 1e200, is left out", arguments: [1e-200, 1e200])
  func extremes(cap: Double) throws {
    let slabs: [SlabPrior] = [
      .gaussian(), .groupLasso(rateParameter: .proportional(1.5)), .groupHorseshoe(cap: .fixed(cap)),
    ]
    let crossings = try StrengthCrossover.all(between: slabs, groupSize: 8)
    #expect(crossings.count == 2 && crossings.allSatisfy { !Set([$0.below, $0.above]).contains(.groupHorseshoe) })
    for kappa in [1e-300, 1e300] {
      let wide = try StrengthCrossover.all(
        between: [slabs[0], .groupLasso(rateParameter: .proportional(kappa)), slabs[2]], groupSize: 8)
      #expect(wide.allSatisfy { $0.effectiveStrength > 0 && $0.effectiveStrength.isFinite })
    }
    // √x = √κ − √(κ − 1 − log κ) = (1 + log κ)/(√κ + √(κ − 1 − log κ)), here in 80 digits.
    let large = try StrengthCrossover.all(
      between: [slabs[0], .groupLasso(rateParameter: .proportional(1e40))], groupSize: 8)
    #expect(abs(large[0].effectiveStrength / 2.1670609460512401e-37 - 1) < 1e-13)
  }

  @Test("below all crossings the horseshoe is the cheapest, above all of them the lasso is, whatever the parameters")
  func ends() throws {
    let random = RandomGenerator(key: StreamKey(seed: 73))
    for _ in 0..<500 {
      let (sd, kappa, cap) = (random.logUniform(0.1, 10), random.logUniform(1e-3, 1e3), random.logUniform(0.03, 30))
      let slabs: [SlabPrior] = [
        .gaussian(standardDeviation: sd), .groupLasso(standardDeviation: sd, rateParameter: .proportional(kappa)),
        .groupHorseshoe(standardDeviation: sd, cap: .fixed(cap)),
      ]
      let d = random.whole(1...500)
      let crossings = try StrengthCrossover.all(between: slabs, groupSize: d).map(\.effectiveStrength)
      let first = try #require(crossings.first)
      let last = try #require(crossings.last)
      func cheapest(_ x: Double) -> SlabKind {
        let costs = slabs.map { $0.strengthCost(effectiveStrength: x, groupSize: d) }
        return slabs[costs[0] < min(costs[1], costs[2]) ? 0 : costs[1] < costs[2] ? 1 : 2].kind
      }
      for distance in [1.001, 2, 1e6] {
        #expect(cheapest(first / distance) == .groupHorseshoe, "κ = \(kappa), c = \(cap), σ₀ = \(sd)")
        #expect(cheapest(last * distance) == .groupLasso, "κ = \(kappa), c = \(cap), σ₀ = \(sd)")
      }
    }
  }

  @Test("different σ₀ and empty groups are refused")
  func invalid() {
    #expect(throws: RateError.self) { try StrengthCrossover.all(between: [.gaussian()], groupSize: 0) }
    #expect(throws: RateError.self) {
      try StrengthCrossover.all(between: [.gaussian(), .groupHorseshoe(standardDeviation: 2)], groupSize: 3)
    }
  }
}
