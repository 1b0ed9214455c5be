import Foundation
import NetworkShape
import Priors
import Testing

@testable import Contraction

private let slabs: [SlabPrior] = [
  .gaussian(), .gaussian(standardDeviation: 1.7), .groupLasso(), .groupLasso(rateParameter: .fixed(2)),
  .groupLasso(rateParameter: .proportional(0.5)), .groupHorseshoe(), .groupHorseshoe(cap: nil),
]

private func makeRate(
  widths: [Int] = [20, 30, 15, 1], active: [Int] = [5, 4], norms: [Double] = [3, 2, 2], slab: SlabPrior = .gaussian(),
  xi: Double = 0, activation: Activation = .relu
) throws -> ContractionRate {
  let topology = try Topology(widths: widths)
  let bounds = try WeightBounds(hiddenActiveNodes: active, rowNorms: norms, topology: topology)
  return try ContractionRate(
    topology: topology, weightBounds: bounds, slab: slab, approximationError: xi, activation: activation)
}

@Suite struct ContractionRateTests {
  @Test("an MNIST-sized network's bound is void at n = 60000 (the worked example of THEORY.md 6.5)")
  func worked() throws {
    let bound = try makeRate(widths: [784, 400, 400, 10], active: [40, 30], norms: [8, 6, 5]).bound(at: 60000)
    #expect(abs(bound.sumR - 27.8) < 0.05)
    #expect(abs(bound.sumU - 623) < 0.5)
    #expect(abs(try #require(bound.epsilon) - 132) < 0.5)
  }

  @Test("the rate of a small network, its local slope and where it falls below 1, against reference values")
  func reference() throws {
    let small = try makeRate(widths: [5, 10, 1], active: [4], norms: [2, 1.5])
    #expect(abs(try small.bound(at: 1000).epsilonSquared / 51.4786630047998 - 1) < 1e-13)
    #expect(abs(try #require(try small.localSlope(at: 1000)) + 0.4216850766727537) < 1e-12)
    let condition = try #require(try small.conditions(at: 1000).first { $0.id == .epsBelowOne })
    #expect(condition.smallestSampleSize == pow(10, 4.973787161670141).rounded(.up))
  }

  @Test("more active nodes or longer rows never make the rate faster", arguments: slabs)
  func monotone(slab: SlabPrior) throws {
    for n in [100, 1e4, 1e9] {
      let before = try makeRate(slab: slab).bound(at: n).epsilonSquared
      for active in [[6, 4], [5, 5], [30, 15]] {
        #expect(try makeRate(active: active, slab: slab).bound(at: n).epsilonSquared > before)
      }
      for layer in 0..<3 {
        var norms = [3.0, 2, 2]
        for growth in [1.001, 2, 100] {
          norms[layer] *= growth
          #expect(try makeRate(norms: norms, slab: slab).bound(at: n).epsilonSquared > before)
        }
      }
    }
  }

  @Test("at strength x: 1 + log x ≤ 2√x − 1 ≤ x, equal at 1, for the three slabs with unit parameters")
  func order() {
    for x in [1e-6, 0.3, 1, 4, 1e5] {
      func g(_ slab: SlabPrior) -> Double { slab.strengthCost(effectiveStrength: x, groupSize: 12) }
      let costs = [
        g(.groupHorseshoe(cap: nil)), g(.groupLasso(rateParameter: .proportional(1))), g(.gaussian()),
      ]
      #expect(x == 1 ? costs == [1, 1, 1] : costs[0] < costs[1] && costs[1] < costs[2])
      #expect(g(.groupLasso(rateParameter: .fixed(12))) == costs[1])
      #expect(g(.groupHorseshoe(cap: 1)) == (x <= 1 ? costs[0] : x))
    }
  }

  @Test("a cap is continuous where it starts to bind")
  func cap() {
    let slab = SlabPrior.groupHorseshoe(standardDeviation: 1.3, cap: 2)
    let knot = 1.3 * 1.3 * 4
    let below = slab.strengthCost(effectiveStrength: knot, groupSize: 3)
    let above = slab.strengthCost(effectiveStrength: knot * (1 + 1e-12), groupSize: 3)
    #expect(abs(below - above) < 1e-11)
  }

  @Test("a steep activation adds L log K to every θ, a flat one nothing")
  func lipschitz() throws {
    let relu = try makeRate().bound(at: 1000).layers
    let silu = try makeRate(activation: .silu).bound(at: 1000).layers
    for (a, b) in zip(relu, silu) { #expect(abs(b.theta - a.theta - 2 * log(1.0998393201288669)) < 1e-12) }
    #expect(try makeRate(activation: .sigmoid).bound(at: 1000).layers == relu)
  }

  @Test("the leading term is the largest one of θ")
  func leadingTerm() throws {
    #expect(try makeRate(norms: [300, 2, 2]).bound(at: 1000).layers[0].leadingTerm == .strength)
    #expect(try makeRate(norms: [1e-9, 1e30, 1e-9]).bound(at: 1000).layers[0].leadingTerm == .otherBounds)
    #expect(try makeRate().bound(at: 1e30).layers.map(\.leadingTerm) == [.sampleSize, .sampleSize, .sampleSize])
    #expect(try makeRate().bound(at: 10).layers[1].leadingTerm == .sumU)
  }

  @Test("tiny bounds under the uncapped horseshoe give no rate, and say which conditions fail")
  func void() throws {
    let tiny = try makeRate(widths: [4, 6, 1], active: [2], norms: [1e-9, 2e-9], slab: .groupHorseshoe(cap: nil))
    let bound = try tiny.bound(at: 1000)
    #expect(bound.epsilonSquared < 0 && bound.epsilon == nil && bound.sumUTimesEpsilon == nil && bound.sieve == nil)
    #expect(try tiny.localSlope(at: 1000) == nil)
    #expect(try tiny.theoreticalSlope(over: [1000, 2000]) == nil)
    let failing = try tiny.conditions(at: 1000).filter { !$0.holds }.map(\.id)
    #expect(Set(failing).isSuperset(of: [.thetaPositive, .epsBelowOne, .nEps2AtLeastOne, .entropyWithinBudget]))
  }

  @Test("the slope tends to −½ from above; two points give the secant, many a value between")
  func slopes() throws {
    let rate = try makeRate()
    let local = try [1e3, 1e6, 1e60].map { try #require(try rate.localSlope(at: $0)) }
    #expect(local[0] > local[1] && local[1] > local[2] && local[2] > -0.5 && local[2] < -0.48)
    let ends = [try rate.bound(at: 1000), try rate.bound(at: 8000)].map { log($0.epsilonSquared) / 2 }
    let secant = (ends[1] - ends[0]) / log(8)
    #expect(abs(try #require(try rate.theoreticalSlope(over: [1000, 8000])) - secant) < 1e-13)
    let study = try #require(try rate.theoreticalSlope(over: [1000, 2000, 4000, 8000]))
    let first = try #require(try rate.localSlope(at: 1000))
    let last = try #require(try rate.localSlope(at: 8000))
    #expect(study < first && study > last)
    #expect(ContractionRate.parametricReference(at: 400) == 0.05)
  }

  @Test("an approximation error that does not vanish makes ε grow with log n in the end")
  func approximationError() throws {
    let slope = try #require(try makeRate(xi: 0.1).localSlope(at: 1e12))
    #expect(slope > 0)
    #expect(try makeRate(xi: 0.1).conditions(at: 1000).first { $0.id == .epsBelowOne }?.smallestSampleSize == nil)
  }

  @Test("each smallest n satisfies its condition, and n − 1 does not", arguments: slabs)
  func smallestSampleSize(slab: SlabPrior) throws {
    let rate = try makeRate(slab: slab)
    var found = 0
    for condition in try rate.conditions(at: 1000) {
      guard let n = condition.smallestSampleSize, n > 2 else { continue }
      found += 1
      func holds(_ n: Double) throws -> Bool? { try rate.conditions(at: n).first { $0.id == condition.id }?.holds }
      #expect(try holds(n) == true)
      #expect(try holds(min(n - 1, n.nextDown)) == false)
    }
    #expect(found >= 2)  // ε_n < 1 and ε_n Σu < 1
  }

  @Test("a condition holds where its margin is positive, fails where it is negative", arguments: slabs)
  func margins(slab: SlabPrior) throws {
    var signs = Set<Bool>()
    for rate in [try makeRate(slab: slab), try makeRate(norms: [1e-6, 1e-5, 40], slab: slab)] {
      for condition in try rate.conditions(over: [2, 1e4, 1e12]).joined() {
        guard let margin = condition.margin, let value = condition.value, let bound = condition.bound else { continue }
        #expect(abs(abs(margin) - abs(value - bound)) == 0)
        if margin != 0 {
          #expect((margin > 0) == condition.holds, "\(condition.id)")
          signs.insert(condition.holds)
        }
      }
    }
    #expect(signs.count == 2)
  }

  @Test(
    "numbers out of range are named",
    arguments: [
      (SlabPrior.gaussian(standardDeviation: 0), "standard deviation"), (.groupLasso(rateParameter: .fixed(-1)), "ς²"),
      (.groupLasso(rateParameter: .proportional(.nan)), "κ"), (.groupHorseshoe(cap: 0), "cap of a horseshoe"),
      (.groupHorseshoe(localScale: .infinity), "local scale"), (.groupHorseshoe(globalScale: 0), "global scale"),
    ])
  func slabRefusals(slab: SlabPrior, name: String) {
    let error = #expect(throws: RateError.self) { try makeRate(slab: slab) }
    #expect(error?.name.contains(name) == true)
  }

  @Test func otherRefusals() throws {
    #expect(throws: RateError(name: "widths", value: "[3, 1]", needs: "three numbers or more: a hidden layer")) {
      try makeRate(widths: [3, 1], active: [], norms: [1])
    }
    #expect(throws: RateError.self) { try makeRate(xi: -1) }
    for n in [0.5, .nan, .infinity] { #expect(throws: RateError.self) { try makeRate().bound(at: n) } }
    #expect(throws: RateError.self) { try makeRate().theoreticalSlope(over: [1000, 1000]) }
    let rate = try makeRate()
    let other = try Topology(widths: [20, 30, 3])
    #expect(throws: RateError.self) {
      try ContractionRate(topology: other, weightBounds: rate.weightBounds, slab: .gaussian())
    }
  }

  @Test("bounds that overflow are refused, not printed as infinity", arguments: [SlabPrior.gaussian(), .groupHorseshoe()])
  func overflow(_ slab: SlabPrior) throws {
    let topology = try Topology(widths: [2, 3, 1])
    let rate = try ContractionRate(
      topology: topology,
      weightBounds: WeightBounds(hiddenActiveNodes: [2], rowNorms: [1e300, 1e300], topology: topology), slab: slab)
    #expect(throws: RateError.self) { try rate.bound(at: 1000) }
    #expect(throws: RateError.self) { try rate.conditions(at: 1000) }
  }
}
