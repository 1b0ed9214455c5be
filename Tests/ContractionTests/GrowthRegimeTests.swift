import Foundation
import GSL
import Priors
import Testing

@testable import Contraction

@Suite struct GrowthRegimeTests {
  private static func regime(_ slab: SlabPrior, bound g: Double, width a: Double = 0.3) throws -> GrowthRegime {
    try GrowthRegime(
      widths: [.constant(10), .power(coefficient: 4, exponent: a), .constant(1)],
      activeNodes: [.power(coefficient: 2, exponent: 0.2)],
      rowNorms: [.power(coefficient: 1, exponent: 0), .power(coefficient: 1, exponent: g)], slab: slab)
  }

  @Test("at one n it is the rate of that topology, whatever its laws")
  func oneSampleSize() throws {
    let regime = try GrowthRegime(
      widths: [.constant(20), .power(coefficient: 0.3, exponent: 0.5), .constant(1)],
      activeNodes: [.constant(5)], rowNorms: [.constant(3), .constant(2)], slab: .gaussian())
    let rate = try ContractionRate(
      topology: .init(widths: [20, 30, 1]),
      weightBounds: .init(hiddenActiveNodes: [5], rowNorms: [3, 2], topology: .init(widths: [20, 30, 1])),
      slab: .gaussian())
    let (ours, theirs) = (try regime.bound(at: 10_000).epsilonSquared, try rate.bound(at: 10_000).epsilonSquared)
    #expect(abs(ours - theirs) < 1e-12 * theirs)
  }

  @Test("fixed classes contract like n^-1/2, and more slowly than that at any n ever observed")
  func parametric() throws {
    for slab: SlabPrior in [.gaussian(), .groupLasso(rateParameter: .proportional(1)), .groupHorseshoe()] {
      let regime = try Self.regime(slab, bound: 0, width: 0)
      #expect(regime.layerExponents?.max() == -1 + min(0.2, 0))
      #expect(regime.asymptoticSlope == -0.5)
      let slopes = try [1e3, 1e6, 1e12, 1e40].map { try #require(try regime.localSlope(at: $0)) }
      #expect(slopes.allSatisfy { $0 > -0.5 } && zip(slopes, slopes.dropFirst()).allSatisfy { $0 > $1 })
      let reached = try #require(regime.sampleSizeAtAsymptoticSlope(within: 0.05))
      #expect(abs(try #require(try regime.localSlope(at: reached)) + 0.5) <= 0.05)
      #expect(abs(try #require(try regime.localSlope(at: reached / 1.3)) + 0.5) > 0.05)
    }
  }

  @Test("where the strength explodes the group lasso keeps a larger power of n than the Gaussian slab")
  func exploding() throws {
    func slope(_ slab: SlabPrior, _ g: Double) throws -> Double {
      try #require(Self.regime(slab, bound: g).asymptoticSlope)
    }
    let lasso = SlabPrior.groupLasso(rateParameter: .proportional(1))
    #expect(try slope(lasso, 0.4) < slope(.gaussian(), 0.4))
    #expect(try slope(.groupHorseshoe(), 0.4) == slope(.gaussian(), 0.4))
    #expect(try slope(.groupHorseshoe(cap: nil), 0.4) < slope(lasso, 0.4))
    // 2 g ≤ a: not exploding, and the slab changes no power of n.
    #expect(try slope(lasso, 0.15) == slope(.gaussian(), 0.15))
  }

  private static func deep(_ depth: GrowthLaw, _ middle: GrowthLaw = .constant(1.5)) throws -> GrowthRegime {
    try GrowthRegime(
      widths: [.constant(10), .power(coefficient: 4, exponent: 0.1), .constant(1)], activeNodes: [.constant(3)],
      rowNorms: [.constant(2), middle, .constant(1)], depth: depth, slab: .groupHorseshoe())
  }

  @Test("a depth law repeats the hidden layer, rounded to a whole number of layers") func depth() throws {
    let n = 1e4  // 10^{4 · 0.15} = 3.98 → 4 layers
    let growing = try Self.deep(.power(coefficient: 1, exponent: 0.15))
    let k = GrowthLaw.power(coefficient: 4, exponent: 0.1)
    let fixed = try GrowthRegime(
      widths: [.constant(10), k, k, k, k, .constant(1)], activeNodes: Array(repeating: .constant(3), count: 4),
      rowNorms: [2, 1.5, 1.5, 1.5, 1].map { .constant($0) }, slab: .groupHorseshoe())
    #expect(try growing.hiddenLayerCount(at: n) == 4 && fixed.hiddenLayerCount(at: n) == 4)
    #expect(try growing.bound(at: n) == fixed.bound(at: n))
    #expect(try Self.deep(.power(coefficient: 1, exponent: -1)).hiddenLayerCount(at: n) == 1)
    #expect(throws: RateError.self) { try Self.deep(.power(coefficient: 1, exponent: 2)).bound(at: n) }
    #expect(throws: RateError.self) {
      try GrowthRegime(
        widths: [.constant(1), k, k, .constant(1)], activeNodes: [k, k], rowNorms: [k, k, k], depth: k,
        slab: .gaussian())
    }
  }

  @Test("a growing depth costs its cube in Σ u, once more in the number of layers and once more in Λ")
  func deepSlope() throws {
    let regime = try Self.deep(.power(coefficient: 1, exponent: 0.05))
    // Active nodes and bounds are level: ρ = 0.1 + 2 · 0.05 − 1, and Σ u adds 3 · 0.05.
    let limit: Double = -0.325
    #expect(abs(try #require(regime.asymptoticSlope) - limit) < 1e-12)
    let (above, below) = (try #require(regime.bound(at: 1e60).epsilon), try #require(regime.bound(at: 1e56).epsilon))
    #expect(abs(log10(above / below) / 4 - limit) < 0.02)
    #expect(try Self.deep(.power(coefficient: 1, exponent: 0.05), .constant(0.3)).asymptoticSlope == nil)
  }

  @Test("each r_l grows like n^ρ_l, and ε² like the largest of them, up to logarithms")
  func exponents() throws {
    let random = RandomGenerator(key: StreamKey(seed: 74))
    func power(_ exponents: [Double]) -> GrowthLaw {
      .power(coefficient: random.logUniform(1, 4), exponent: exponents[random.index(below: exponents.count)])
    }
    let slabs: [SlabPrior] = [
      .gaussian(), .groupLasso(rateParameter: .fixed(2)), .groupLasso(rateParameter: .proportional(1)),
      .groupHorseshoe(), .groupHorseshoe(cap: nil),
    ]
    for _ in 0..<60 {
      for slab in slabs {
        let regime = try GrowthRegime(
          widths: [power([0, 0.2]), power([0, 0.2, 0.4]), power([0, 0.2, 0.4]), .constant(1)],
          activeNodes: [power([0, 0.1, 0.3]), power([0, 0.1, 0.3])],
          rowNorms: (0..<3).map { _ in power([0, 0.1, 0.2, 0.3, 0.5]) }, slab: slab)
        let bounds = try [regime.bound(at: 1e100 * exp(-1)), regime.bound(at: 1e100 * exp(1))]
        let exponents = try #require(regime.layerExponents)
        // A power of log n has a slope of its own order over log n = 230.
        for (layer, exponent) in exponents.enumerated() {
          let slope = 0.5 * (log(bounds[1].layers[layer].r) - log(bounds[0].layers[layer].r))
          #expect(abs(slope - exponent) < 2.0 / 230, "ρ_\(layer) of \(regime)")
        }
        let slope = 0.25 * (log(bounds[1].epsilonSquared) - log(bounds[0].epsilonSquared))
        #expect(abs(slope - (try #require(regime.asymptoticSlope))) < 2.0 / 230, "\(regime)")
      }
    }
  }

  @Test("a class whose formulas become void has no asymptotic slope, and no n from which on it says something")
  func void() throws {
    func regime(_ slab: SlabPrior) throws -> GrowthRegime {
      try GrowthRegime(
        widths: [.constant(10), .constant(20), .constant(1)], activeNodes: [.constant(2)],
        rowNorms: [.power(coefficient: 1, exponent: -2), .constant(2)], slab: slab)
    }
    #expect(try regime(.groupHorseshoe()).bound(at: 1e9).epsilon == nil)
    #expect(try regime(.groupHorseshoe()).asymptoticSlope == nil)
    #expect(try regime(.groupHorseshoe()).log10SampleSizeAtUnitRate() == nil)
    // θ of the second layer: log B_0 = −2 log n outweighs log n under every slab.
    #expect(try regime(.gaussian()).asymptoticSlope == nil)
  }

  @Test("the sample size from which the bound says something has ε_n = 1")
  func unitRate() throws {
    let regime = try Self.regime(.gaussian(), bound: 0)
    let exponent = try #require(try regime.log10SampleSizeAtUnitRate())
    #expect(abs(try #require(try regime.bound(at: pow(10, exponent)).epsilon) - 1) < 1e-10)
    #expect(try #require(try regime.bound(at: pow(10, exponent + 1)).epsilon) < 1)
    // More active nodes than n can pay for: ε_n grows.
    #expect(try Self.regime(.gaussian(), bound: 3).log10SampleSizeAtUnitRate() == nil)
  }

  @Test("a table passes through its values, and has no limit")
  func table() throws {
    let law = GrowthLaw.table(sampleSizes: [100, 1000, 10_000], values: [4, 8, 32])
    #expect([100, 1000, 10_000].map { law.value(at: $0)! }.elementsEqual([4, 8, 32]) { abs($0 - $1) < 1e-12 })
    #expect(abs(law.value(at: sqrt(1e7))! - 16) < 1e-12)
    #expect(law.value(at: 99) == nil && law.value(at: 10_001) == nil && law.exponent == nil)
    let regime = try GrowthRegime(
      widths: [.constant(3), law, .constant(1)], activeNodes: [.constant(2)], rowNorms: [.constant(1), .constant(1)],
      slab: .gaussian())
    #expect(regime.asymptoticSlope == nil && regime.sampleSizeAtAsymptoticSlope() == nil)
    #expect(throws: RateError.self) { try regime.bound(at: 99) }
  }

  @Test("what is no growth is refused by name", arguments: [
    (GrowthLaw.constant(0), "the coefficient of k_1 is 0.0; it must be positive and finite"),
    (.power(coefficient: 1, exponent: .infinity), "the exponent of k_1 is inf; it must be finite"),
    (.table(sampleSizes: [2], values: [1]), "two rising, positive sample sizes or more"),
    (.table(sampleSizes: [5, 2], values: [1, 1]), "two rising, positive sample sizes or more"),
    (.table(sampleSizes: [2, 5], values: [1, -1]), "a value of k_1 is -1.0"),
  ])
  func invalid(_ law: GrowthLaw, _ message: String) throws {
    let error = #expect(throws: RateError.self) {
      try GrowthRegime(
        widths: [.constant(3), law, .constant(1)], activeNodes: [.constant(2)], rowNorms: [.constant(1), .constant(1)],
        slab: .gaussian())
    }
    #expect(try #require(error).description.contains(message))
  }

  @Test("a law that overflows is refused at the n where it does")
  func overflow() throws {
    let regime = try Self.regime(.gaussian(), bound: 200)
    #expect(throws: RateError.self) { try regime.bound(at: 1e6) }
    #expect(throws: RateError.self) { try regime.bound(at: 1) }
  }
}
