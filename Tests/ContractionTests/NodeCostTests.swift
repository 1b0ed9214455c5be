import Foundation
import GSL
import Priors
import Testing

@testable import Contraction

private let slabs: [SlabPrior] = [
  .gaussian(standardDeviation: 0.8), .groupLasso(rateParameter: .proportional(1.5)),
  .groupLasso(standardDeviation: 2, rateParameter: .fixed(3)),
  .groupHorseshoe(standardDeviation: 1.2, localScale: 0.7, globalScale: 0.4, cap: nil), .groupHorseshoe(),
  .groupHorseshoe(standardDeviation: 0.5, localScale: 2, globalScale: 0.1, cap: 3),
]

private let cases = slabs.flatMap { slab in Parametrisation.allCases.map { (slab, $0) } }

private func node(_ fanIn: Double, norm: Double = 2, radius: Double = 1e-3) throws -> ActiveNode {
  try ActiveNode(fanIn: fanIn, rowNorm: norm, squaredRadius: radius)
}

@Suite struct NodeCostTests {
  @Test("a longer row or a smaller radius never costs less, the closed form never less than the best", arguments: cases)
  func monotone(slab: SlabPrior, parametrisation: Parametrisation) throws {
    // Radii from far below the weights to far above the prior.
    let factors = stride(from: -6.0, through: 4, by: 0.5).map { pow(10, $0) }
    for fanIn in [1.0, 60] {
      let costs = try factors.map {
        try NodeCost(of: node(fanIn, radius: $0), under: slab, parametrisation: parametrisation)
      }
      let longer = try factors.map {
        try NodeCost(of: node(fanIn, norm: $0), under: slab, parametrisation: parametrisation)
      }
      for (wide, narrow) in zip(costs.dropFirst(), costs) { #expect(wide.value <= narrow.value * (1 + 1e-12)) }
      for (short, long) in zip(longer, longer.dropFirst()) { #expect(short.value <= long.value * (1 + 1e-12)) }
      for cost in costs + longer { #expect(cost.value <= cost.closedFormUpper * (1 + 1e-12)) }
    }
  }

  @Test("so it is for any node and slab, and the cost falls with the radius", arguments: Parametrisation.allCases)
  func anyNode(parametrisation: Parametrisation) throws {
    let random = RandomGenerator(key: StreamKey(seed: 71))
    for _ in 0..<150 {
      let (slab, fanIn) = (random.slab(), random.whole(0...300))
      let (norm, radius) = (random.logUniform(1e-2, 100), random.logUniform(1e-8, 10))
      func cost(norm: Double, radius: Double) throws -> NodeCost {
        try NodeCost(of: node(fanIn, norm: norm, radius: radius), under: slab, parametrisation: parametrisation)
      }
      let here = try cost(norm: norm, radius: radius)
      let comment: Comment = "\(slab), k = \(fanIn), B = \(norm), σ² = \(radius)"
      #expect(here.value > 0 && here.value <= here.closedFormUpper * (1 + 1e-12), comment)
      #expect(try cost(norm: 1.1 * norm, radius: radius).value >= here.value * (1 - 1e-12), comment)
      #expect(try cost(norm: norm, radius: 1.1 * radius).value <= here.value * (1 + 1e-12), comment)
    }
  }

  @Test("a node of many weights costs ½ d {log 1/σ² + g(x + σ²) − 1} and the overhead of THEORY.md 7.4")
  func leadingOrder() throws {
    let random = RandomGenerator(key: StreamKey(seed: 72))
    let d = 20001.0
    for _ in 0..<40 {
      let (sd, kappa, local, global) = (
        random.logUniform(0.5, 2), random.logUniform(0.3, 3), random.logUniform(0.3, 3), random.logUniform(0.3, 3)
      )
      let (x, variance) = (random.logUniform(0.2, 5), random.logUniform(1e-4, 1e-2))
      let widened = x + variance
      let tail = logCosh(0.5 * log(widened / pow(sd * global * local, 2)))  // ℓ
      let lasso = SlabPrior.groupLasso(standardDeviation: sd, rateParameter: .proportional(kappa))
      let horseshoe = SlabPrior.groupHorseshoe(
        standardDeviation: sd, localScale: local, globalScale: global, cap: nil)
      let overheads: [(SlabPrior, Parametrisation, Double)] = [
        (.gaussian(standardDeviation: sd), .centred, 0), (.gaussian(standardDeviation: sd), .nonCentred, 0),
        (lasso, .centred, 0.5 * log(2)),
        (lasso, .nonCentred, 0.5 * log(d * x / (2 * kappa * variance)) - 0.25 * log(x / (kappa * sd * sd))),
        (horseshoe, .centred, 1 + log(0.5 * (d + 1)) + tail),
        (horseshoe, .nonCentred, 1 + log(d * d * x / (4 * variance)) + tail),
      ]
      for (slab, parametrisation, overhead) in overheads {
        let node = try ActiveNode(fanIn: d - 1, rowNorm: (x * d).squareRoot(), squaredRadius: variance)
        let cost = try NodeCost(of: node, under: slab, parametrisation: parametrisation).value
        let strength = slab.strengthCost(effectiveStrength: widened, groupSize: d)
        let leading = 0.5 * d * (strength - 1 - log(variance))
        // The overheads of the non-centred families leave out multiples of σ²/x, too.
        let remainder = 0.003 + (parametrisation == .nonCentred ? 1.2 * variance / x : 0)
        #expect(
          abs(cost - leading - overhead) < remainder, "\(slab), \(parametrisation), x = \(x), σ² = \(variance)")
      }
    }
  }

  @Test("slopes of the cost are those of finite differences, along the best μ where that is known")
  func slopes() throws {
    let node = try node(6, radius: 0.3)
    let laws = [NodeScale.gamma(shape: try GammaShape(4), meanRate: 2, rateOmega: 0.3), .halfCauchy(scale: 0.7)]
    for law in laws {
      let uncapped = UncappedNodeCost(node: node, slabDeviation: 0.9, squaredGlobalScale: 0.5, law: law)
      for t in [-4.0, -1, 0.5, 3] {
        let h = 1e-4
        let rise = (try uncapped.nonCentred(logitShare: t + h).value - uncapped.nonCentred(logitShare: t - h).value)
        #expect(abs(try uncapped.nonCentred(logitShare: t).slope - rise / (2 * h)) < 1e-6)
        let centred = (try uncapped.centred(omega: exp(t + h)).value - uncapped.centred(omega: exp(t - h)).value)
        let slope = try uncapped.centred(omega: exp(t)).slope
        if t < 1 { #expect(abs(slope - centred / (2 * h)) < 1e-6 * max(1, abs(slope))) }
      }
    }
    let capped = CappedNodeCost(node: node, slabDeviation: 0.9, localScale: 0.7, globalScale: 1.3, cap: 0.8)
    for (mu, omega) in [(-3.0, 0.2), (-1, 0.02), (0.5, 0.1), (4, 1.3), (9, 2)] {
      let h = 1e-5
      for point in [capped.nonCentred, { try capped.centred(mu: $0, omega: $1) }] {
        let slopes = try #require(try point(mu, omega)).slopes
        func value(_ mu: Double, _ omega: Double) throws -> Double { try #require(try point(mu, omega)).value }
        let byMu = (try value(mu + h, omega) - value(mu - h, omega)) / (2 * h)
        let byLogOmega = (try value(mu, omega * exp(h)) - value(mu, omega * exp(-h))) / (2 * h)
        #expect(abs(slopes.x - byMu) < 1e-7 * max(1, abs(byMu)))
        #expect(abs(slopes.y - byLogOmega) < 1e-7 * max(1, abs(byLogOmega)))
      }
    }
  }

  @Test("no point of a wide grid is cheaper than the minimum that was found", arguments: Parametrisation.allCases)
  func grid(parametrisation: Parametrisation) throws {
    for (norm, radius, cap) in [(1.0, 1e-3, 1.0), (6, 1e-2, 1), (6, 1e-2, 0.2), (0.1, 0.5, 2), (0.03, 3, 0.5)] {
      let node = try node(10, norm: norm, radius: radius)
      let capped = CappedNodeCost(node: node, slabDeviation: 0.9, localScale: 0.7, globalScale: 1.3, cap: cap)
      let least = try capped.minimum(parametrisation).point.value
      for mu in stride(from: -16.0, through: 16, by: 0.5) {
        for logOmega in stride(from: -8.0, through: 2, by: 0.5) {
          let omega = exp(logOmega)
          let point = parametrisation == .nonCentred
            ? try capped.nonCentred(mu: mu, omega: omega) : try capped.centred(mu: mu, omega: omega)
          if let point { #expect(point.value >= least - 1e-10 * abs(least)) }
        }
      }
    }
  }

  @Test("a cap far away costs what no cap does, by other formulas", arguments: Parametrisation.allCases)
  func distantCap(parametrisation: Parametrisation) throws {
    for (fanIn, norm, radius) in [(1.0, 1.0, 1e-2), (20, 3, 1e-5), (500, 0.4, 1e-8)] {
      let node = try node(fanIn, norm: norm, radius: radius)
      let none = try NodeCost(of: node, under: .groupHorseshoe(cap: nil), parametrisation: parametrisation)
      let far = try NodeCost(of: node, under: .groupHorseshoe(cap: 1e7), parametrisation: parametrisation)
      #expect(abs(far.value - none.value) < 1e-10 * none.value)
      #expect(abs(try #require(far.mu) - (try #require(none.mu))) < 1e-7)
      #expect(abs(try #require(far.omega) / (try #require(none.omega)) - 1) < 1e-7)
    }
  }

  @Test("the scale's spread and that of the weights use up the radius exactly (THEORY.md 7.a)")
  func constraint() throws {
    let node = try node(12, norm: 1.5, radius: 1e-2)
    for slab in slabs.dropFirst() {
      let cost = try NodeCost(of: node, under: slab)
      let (mu, omega) = (try #require(cost.mu), try #require(cost.omega))
      var (scale, cap) = (1.0, Double.infinity)
      if case .groupHorseshoe(_, _, let global, let bound) = slab {
        (scale, cap) = (global ?? 1, bound.value ?? .infinity)
      }
      let law = try GaussianExpectation(mu: mu + 2 * log(scale), omega: omega)
      let mean = law { 1 / (exp(-$0) + 1 / (cap * cap)).squareRoot() }
      let second = law { 1 / (exp(-$0) + 1 / (cap * cap)) }
      let used = (second / (mean * mean) - 1) * 1.5 * 1.5 + second * cost.weightVariance
      #expect(abs(used / 1e-2 - 1) < 1e-9)
    }
  }

  @Test("moments of the regularised scale, against plain expectations and, for a tiny ω, against the delta method")
  func moments() throws {
    for (mu, omega) in [(-2.0, 0.7), (0.3, 1.5), (3, 4), (-8, 2)] {
      let moments = try RegularisedMoments(mu: mu, omega: omega, cap: 1.7)
      let law = try GaussianExpectation(mu: mu, omega: omega)
      let second = law { 1 / (exp(-$0) + 1 / (1.7 * 1.7)) }
      let mean = law { 1 / (exp(-$0) + 1 / (1.7 * 1.7)).squareRoot() }
      #expect(abs(moments.secondMoment / second - 1) < 1e-13)
      #expect(abs(moments.squaredMean / (mean * mean) - 1) < 1e-13)
      #expect(abs(moments.squaredVariation / (second / (mean * mean) - 1) - 1) < 1e-12)
    }
    for omega in [1e-4, 1e-9, 1e-14] {
      let moments = try RegularisedMoments(mu: 0.4, omega: omega, cap: 1.7)
      let growth = 0.5 * sigmoid(2 * log(1.7) - 0.4)  // ∂ log t̃/∂ log t²
      let variation = growth * growth * omega * omega
      #expect(abs(moments.squaredVariation / variation - 1) < 1e-7)
      #expect(abs(moments.dSquaredVariation.y * omega / (2 * variation) - 1) < 1e-7)
      #expect(abs(moments.dSquaredVariation.x / (-2 * variation * sigmoid(0.4 - 2 * log(1.7))) - 1) < 1e-7)
    }
    // Deep in the tails 1 − S e^w may round to less than nothing.
    let wide = try RegularisedMoments(mu: 1.34, omega: 4.044444444712252, cap: 0.4355865)
    #expect(wide.squaredVariation > 0.1 && wide.squaredVariation < 0.12)
  }

  @Test("a radius that asks for nothing leaves the weights at the prior")
  func noDemand() throws {
    let node = try node(5, norm: 1e-3, radius: 1e6)
    #expect(abs(try NodeCost(of: node, under: .gaussian()).value - 0.5e-6) < 1e-18)
    for parametrisation in Parametrisation.allCases {
      let lasso = SlabPrior.groupLasso(rateParameter: .proportional(1))
      let cost = try NodeCost(of: node, under: lasso, parametrisation: parametrisation).value
      #expect(cost >= stirlingRemainder(3.5) && (parametrisation == .centred || cost < stirlingRemainder(3.5) + 1e-5))
      let horseshoe = try NodeCost(of: node, under: .groupHorseshoe(), parametrisation: parametrisation).value
      #expect(horseshoe >= 1 - log(2) && (parametrisation == .centred || horseshoe < 1 - log(2) + 1e-4))
    }
  }

  @Test("numbers that are no node, and slabs that one node cannot have, are refused by name")
  func refusals() throws {
    for bad in [0, -1, Double.nan, .infinity] {
      #expect(throws: RateError.self) { try ActiveNode(fanIn: 3, rowNorm: bad, squaredRadius: 1) }
      #expect(throws: RateError.self) { try ActiveNode(fanIn: 3, rowNorm: 1, squaredRadius: bad) }
      #expect(throws: RateError.self) { try ActiveNode(fanIn: 3, weightCount: bad, rowNorm: 1, squaredRadius: 1) }
      #expect(throws: RateError.self) {
        try NodeCost(of: node(3), under: .groupHorseshoe(standardDeviation: bad))
      }
    }
    let tooMany = RateError(name: "the number of weights of a node", value: "5.0", needs: "above 0 and at most 4.0")
    #expect(throws: tooMany) { try ActiveNode(fanIn: 3, weightCount: 5, rowNorm: 1, squaredRadius: 1) }
    let negative = RateError(name: "the fan-in of a node", value: "-1.0", needs: "0 or more, and finite")
    #expect(throws: negative) { try ActiveNode(fanIn: -1, rowNorm: 1, squaredRadius: 1) }
    let hyper = #expect(throws: RateError.self) { try NodeCost(of: node(3), under: .groupLasso()) }
    #expect(hyper?.name == "the rate parameter ς² of one node")
  }

  @Test("what overflows is refused, never a number", arguments: cases)
  func overflow(slab: SlabPrior, parametrisation: Parametrisation) throws {
    for (norm, radius) in [(1e200, 1.0), (1e-200, 1e200), (1e200, 1e-300), (1e-160, .leastNonzeroMagnitude)] {
      let node = try node(3, norm: norm, radius: radius)
      guard let cost = try? NodeCost(of: node, under: slab, parametrisation: parametrisation) else { continue }
      #expect(cost.value.isFinite && cost.value > 0 && cost.value <= cost.closedFormUpper * (1 + 1e-9))
    }
    #expect(throws: RateError.self) {
      try NodeCost(
        of: node(3, norm: 1e300), under: .gaussian(standardDeviation: 1e-10), parametrisation: parametrisation)
    }
  }
}
