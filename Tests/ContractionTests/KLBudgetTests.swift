import Foundation
import NetworkShape
import Priors
import Testing

@testable import Contraction

private let slabs: [SlabPrior] = [
  .gaussian(), .groupLasso(), .groupLasso(rateParameter: .fixed(2)), .groupLasso(rateParameter: .proportional(1)),
  .groupHorseshoe(), .groupHorseshoe(cap: nil),
]

private let cases = slabs.flatMap { slab in Parametrisation.allCases.map { (slab, $0) } }

private func bound(
  active: [Int] = [5, 4], norms: [Double] = [3, 2, 2], slab: SlabPrior, n: Double = 1000,
  activation: Activation = .relu
) throws -> RateBound {
  let topology = try Topology(widths: [20, 30, 15, 1])
  let bounds = try WeightBounds(hiddenActiveNodes: active, rowNorms: norms, topology: topology)
  return try ContractionRate(topology: topology, weightBounds: bounds, slab: slab, activation: activation).bound(at: n)
}

@Suite struct KLBudgetTests {
  @Test("more active nodes, longer rows or a smaller radius never cost less", arguments: cases)
  func monotone(slab: SlabPrior, parametrisation: Parametrisation) throws {
    func total(_ active: [Int], _ norms: [Double], _ squaredRadius: Double) throws -> Double {
      let budget = try KLBudget(
        bound(active: active, norms: norms, slab: slab), radius: .squared(squaredRadius),
        parametrisation: parametrisation)
      #expect(budget.total <= budget.closedFormTotal * (1 + 1e-12))
      return budget.total
    }
    for radius in [1e-4, 0.1, 50] {
      let before = try total([5, 4], [3, 2, 2], radius)
      for active in [[6, 4], [5, 5], [30, 15]] { #expect(try total(active, [3, 2, 2], radius) > before) }
      for layer in 0..<3 {
        var norms = [3.0, 2, 2]
        for growth in [1.01, 2, 10] {
          norms[layer] *= growth
          #expect(try total([5, 4], norms, radius) > before)
        }
      }
      #expect(try total([5, 4], [3, 2, 2], radius * 1.1) < before)
    }
  }

  @Test("the parts add up, and each is what THEORY.md 7.3 says")
  func parts() throws {
    let rate = try bound(slab: .groupHorseshoe())
    let budget = try KLBudget(rate, radius: .squared(0.1))
    #expect(budget.layers.count == 3)
    for (index, layer) in budget.layers.enumerated() {
      let active = [5.0, 4, 1][index]
      #expect(layer.slab == active * layer.nodeCost.value)
      let node = try ActiveNode(
        fanIn: [20, 30, 15][index], rowNorm: [3, 2, 2][index], squaredRadius: budget.radii.variances[index])
      #expect(try NodeCost(of: node, under: .groupHorseshoe()) == layer.nodeCost)
    }
    #expect(abs(budget.layers[0].pruned - 25 * (1 - log(2))) < 1e-12)
    #expect(budget.layers[2].spike == 0 && budget.layers[2].pruned == 0 && budget.sharedTotal == 0)
    let spike = try #require(rate.layers[1].negativeLogInclusion) * 4
      + 11 * (try #require(rate.layers[1].negativeLogExclusion))
    #expect(abs(budget.layers[1].spike - spike) < 1e-12 * spike)
    #expect(budget.total == budget.slabTotal + budget.spikeTotal + budget.prunedTotal)
  }

  @Test("radii solve their recursion, and a steep activation makes them smaller")
  func radii() throws {
    let relu = try KLBudget(bound(slab: .gaussian()), radius: .squared(0.1)).radii
    #expect(relu.squaredTailConstants == [4 * 4 * 1 * 4, 4, 1] && relu.inputMoments[0] == 21)
    for layer in 0..<3 {
      let active = [5.0, 4, 1][layer]
      let used = 9 * active * relu.variances[layer] * relu.squaredTailConstants[layer] * relu.inputMoments[layer]
      #expect(abs(used - 0.1) < 1e-15)
    }
    let silu = try KLBudget(bound(slab: .gaussian(), activation: .silu), radius: .squared(0.1)).radii
    for (steep, flat) in zip(silu.variances.dropLast(), relu.variances) { #expect(steep < flat) }
    let ratio = Activation.silu.lipschitzConstant
    #expect(abs(silu.squaredTailConstants[0] / relu.squaredTailConstants[0] - pow(ratio, 4)) < 1e-12)
  }

  @Test("only the weights of active inputs cost less, and only in the slab's part")
  func effectiveFanIn() throws {
    for slab in slabs {
      let full = try KLBudget(bound(slab: slab), radius: .squared(0.1))
      let effective = try KLBudget(bound(slab: slab), radius: .squared(0.1), fanIn: .effective)
      #expect(effective.layers.map(\.weightCount) == [21, 6, 5] && full.layers.map(\.weightCount) == [21, 31, 16])
      #expect(effective.slabTotal < full.slabTotal && effective.spikeTotal == full.spikeTotal)
      #expect(effective.total < full.total)
    }
  }

  @Test("q(ς²) of the hyperprior is the best one: no other is cheaper", arguments: Parametrisation.allCases)
  func hyperprior(parametrisation: Parametrisation) throws {
    let slab = SlabPrior.groupLasso(rateParameter: .hyperprior(shape: 3, rate: 0.7))
    let budget = try KLBudget(bound(slab: slab), radius: .squared(0.1), parametrisation: parametrisation)
    let best = try #require(budget.squaredRate)
    func total(_ mu: Double, _ omega: Double) throws -> Double {
      let squaredRate = LogNormalRate(mu: mu, omega: omega)
      var sum = try LogNormalGammaDivergence(mu: mu, omega: omega, shape: 3, rate: 0.7).value + budget.spikeTotal
      for (layer, (active, off)) in zip([5.0, 4, 1], [25.0, 11, 0]).enumerated() {
        let node = try ActiveNode(
          fanIn: [20, 30, 15][layer], rowNorm: [3, 2, 2][layer], squaredRadius: budget.radii.variances[layer])
        sum += active * (try NodeCost(of: node, under: slab, squaredRate: squaredRate, parametrisation).value)
        let law = try #require(try NodeScale(of: slab, fanIn: node.fanIn, squaredRate: squaredRate))
        sum += off * law.leastDivergence
      }
      return sum
    }
    #expect(abs(try total(best.mu, best.omega) - budget.total) < 1e-11 * budget.total)
    for (shift, factor) in [(1e-3, 1.0), (-1e-3, 1), (0, 1.002), (0, 0.998), (1, 1), (-1, 1), (0, 3), (0.5, 0.3)] {
      #expect(try total(best.mu + shift, best.omega * factor) > budget.total)
    }
  }

  @Test("at the balanced radius both halves of the bound are equal, and more data make it smaller", arguments: cases)
  func balanced(slab: SlabPrior, parametrisation: Parametrisation) throws {
    var last = Double.infinity
    for n in [30.0, 1000, 1e6] {
      let budget = try KLBudget(
        bound(slab: slab, n: n), radius: .balanced(noiseDeviation: 0.5), parametrisation: parametrisation)
      let squaredRadius = budget.radii.squaredRadius
      #expect(abs(budget.total / n / (squaredRadius / 0.5) - 1) < 1e-9)
      #expect(abs(try budget.misfit(noiseDeviation: 0.5) / budget.total - 1) < 1e-9)
      #expect(squaredRadius < last)
      last = squaredRadius
    }
  }

  @Test("a rate's own budget is that of its bound, and is refused where pruned nodes output something")
  func ofRate() throws {
    func rate(_ activation: Activation) throws -> ContractionRate {
      let topology = try Topology(widths: [20, 30, 15, 1])
      let bounds = try WeightBounds(hiddenActiveNodes: [5, 4], rowNorms: [3, 2, 2], topology: topology)
      return try ContractionRate(
        topology: topology, weightBounds: bounds, slab: .groupHorseshoe(), activation: activation)
    }
    let budget = try rate(.tanh).budget(at: 500, radius: .squared(0.1), parametrisation: .centred)
    #expect(
      try budget
        == KLBudget(bound(slab: .groupHorseshoe(), n: 500), radius: .squared(0.1), parametrisation: .centred))
    for activation in Activation.allCases {
      guard activation.valueAtZero != 0 else {
        _ = try rate(activation).budget(at: 500, radius: .squared(0.1))
        continue
      }
      let error = #expect(throws: RateError.self) { try rate(activation).budget(at: 500, radius: .squared(0.1)) }
      #expect(error?.name == "ψ(0) of the activation \(activation.rawValue)")
    }
  }

  @Test("a radius or noise that is not positive and finite is refused by name", arguments: slabs)
  func invalid(slab: SlabPrior) throws {
    let rate = try bound(slab: slab)
    for bad in [0, -1, Double.nan, .infinity] {
      #expect(throws: RateError(name: "the squared radius Δ²", value: "\(bad)", needs: "positive and finite")) {
        try KLBudget(rate, radius: .squared(bad))
      }
      #expect(throws: RateError(name: "the noise σ_e", value: "\(bad)", needs: "positive and finite")) {
        try KLBudget(rate, radius: .balanced(noiseDeviation: bad))
      }
      let budget = try KLBudget(rate, radius: .squared(1))
      #expect(throws: RateError(name: "the noise σ_e", value: "\(bad)", needs: "positive and finite")) {
        try budget.misfit(noiseDeviation: bad)
      }
    }
    for small in [Double.leastNonzeroMagnitude, 4 * .leastNonzeroMagnitude] {
      let error = #expect(throws: RateError.self) { try KLBudget(rate, radius: .squared(small)) }
      #expect(try #require(error).description.contains("Δ²"))
    }
    // So far off the limits of the format some slabs can still be computed; none gives a wrong number.
    for extreme in [1e-300, 1e100, 1e308] {
      do {
        let budget = try KLBudget(rate, radius: .squared(extreme))
        #expect(budget.total.isFinite && budget.total > 0 && budget.total <= budget.closedFormTotal * (1 + 1e-9))
      } catch {
        #expect(error.description.contains("Δ²"))
      }
    }
    #expect(throws: RateError.self) {
      try KLBudget(rate, radius: .squared(1), parametrisation: .centred, fanIn: .effective)
    }
  }

  @Test("bounds that overflow, and a rate without inclusion probabilities, are refused by name")
  func overflow() throws {
    let huge = #expect(throws: RateError.self) {
      try KLBudget(bound(norms: [3, 1e100, 1e100], slab: .groupHorseshoe(cap: nil)), radius: .squared(1))
    }
    #expect(huge?.name == "T_0² at Δ² = 1.0")
    let void = #expect(throws: RateError.self) {
      try KLBudget(bound(norms: [1e-9, 1e-9, 1e-9], slab: .groupHorseshoe(cap: nil)), radius: .squared(1))
    }
    #expect(try #require(void).name.hasPrefix("−log λ_"))
  }
}
