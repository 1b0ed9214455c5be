import Foundation
import GSL
import NetworkShape
import Priors
import TestSupport
import Testing

@testable import SparseNetworks

@Suite struct MinibatchObjectiveTests {
  /// Combinations, each with an estimator, a relaxation, a stage of the gates and a size drawn for it: none of them goes
  /// in step with the axes.
  private static let comparisons: [(variant: ModelVariant, comparison: ObjectiveComparison)] = {
    let stages: [GateStage] = [.learned, .learned, .learned, .frozen, .open]
    return sample(ModelVariant.all, count: 300, what: "gradients").enumerated().map { turn, variant in
      let random = RandomGenerator(key: StreamKey(seed: UInt64(turn)).child("settings"))
      func any<Element>(_ elements: [Element]) -> Element {
        elements[Int(random.uniform() * Double(elements.count))]
      }
      // Combinations are built by this test: one that cannot be made is a failure, seen by the count below.
      let model = try? variant.model(inputs: any([2, 3]), hidden: any([[4], [4], [3, 4]]))
      return model.map {
        (
          variant,
          ObjectiveComparison(
            $0, estimator: any(GradientEstimator.allCases), relaxation: any(Relaxation.allCases), gates: any(stages),
            rows: any([1, 2, 3, 4]), divergenceWeight: any([1, 0.3]), seed: UInt64(turn + 1))
        )
      }
    }.compactMap { $0 }
  }()

  @Test("every combination of the axes is there, and each can be made")
  func combinations() {
    // 10 slabs with their hierarchies: 1 + 9·3·2 ways of q; 5 spikes, 4 likelihoods, 8 activations.
    #expect(ModelVariant.all.count == 55 * 5 * 4 * 8)
    #expect(Self.comparisons.count == (testsEveryCombination ? ModelVariant.all.count : 300))
  }

  @Test("loss, each part of it and the outputs are the reference's, in Double and in Float")
  func values() throws {
    var worst = (double: 0.0, float: 0.0)
    for (variant, comparison) in Self.comparisons {
      let (double, float) = (try comparison.valueError(Double.self), try comparison.valueError(Float.self))
      #expect(double < 1e-11, "\(variant)")
      #expect(float < 2e-4, "\(variant)")
      worst = (max(worst.double, double), max(worst.float, float))
    }
    print("values against the reference: \(worst)")
  }

  @Test("the gradient is that of the reference's loss, by finite differences")
  func gradients() throws {
    var worst = 0.0
    for (variant, comparison) in Self.comparisons {
      var error = try Self.gradientError(comparison)
      // Once in some hundred networks a pre-activation lies within h of a kink; not in three of them.
      let hasKink = [.relu, .leakyRelu, .elu].contains(variant.activation)
      for attempt in 0..<2 where hasKink && error > 1e-6 {
        error = try Self.gradientError(comparison.with(seed: UInt64(9000 + attempt)))
      }
      // Not smooth on the scale of h: √Σ(z…)² where nearly all edges of a node are off, ELU's ψ'' at a node that is off.
      let isRough =
        comparison.relaxation == .straightThrough && (variant.spike.isOfEdges || variant.activation == .elu)
      #expect(
        error < (isRough ? 1e-4 : 1e-6),
        "\(variant) \(comparison.estimator) \(comparison.relaxation) \(comparison.gates)")
      worst = max(worst, error)
    }
    print("gradients against finite differences: \(worst)")
  }

  private static func gradientError(_ comparison: ObjectiveComparison) throws -> Double {
    let gradient = try comparison.step(comparison.objective(Double.self)).gradient
    let numerical = try comparison.numericalGradient()
    let known = numerical.indices.filter { numerical[$0] != nil }
    return comparison.deviation(known.map { gradient[$0] }, known.map { numerical[$0] ?? .nan })
  }

  @Test("Float's gradient is Double's, to what rounding leaves")
  func precision() throws {
    for (variant, comparison) in Self.comparisons {
      let double = try comparison.step(comparison.objective(Double.self)).gradient
      let float = try comparison.step(comparison.objective(Float.self)).gradient
      let size = max(1, double.map(abs).max() ?? 0)
      #expect(zip(float, double).allSatisfy { abs($0 - $1) < 2e-4 * size }, "\(variant)")
    }
  }

  @Test("a step leaves nothing behind that another one reads", arguments: ModelVariant.slabs)
  func noMemory(slab: SlabPrior) throws {
    for spike in ModelVariant.spikes {
      let model = try ModelVariant(slab: slab, spike: spike, activation: .silu).model(hidden: [4, 3])
      func comparison(rows: Int, gates: GateStage, seed: UInt64) -> ObjectiveComparison {
        ObjectiveComparison(
          model, estimator: .localReparameterisation, relaxation: .soft, gates: gates, rows: rows, seed: seed)
      }
      let small = comparison(rows: 2, gates: .learned, seed: 5)
      let objective = small.objective(Double.self, capacity: 9)
      let before = try small.step(objective)
      _ = try comparison(rows: 9, gates: .frozen, seed: 6).step(objective)
      _ = try comparison(rows: 9, gates: .open, seed: 7).step(objective)
      #expect(try small.step(objective) == before)
    }
  }

  @Test("the centred objective's KL is, on average over draws, THEORY.md 3.8's", arguments: [0.7, 3] as [Double])
  func centredDivergence(cap: Double) throws {
    let model = try ModelVariant(
      slab: .groupHorseshoe(standardDeviation: 1.1, localScale: 0.6, globalScale: nil, cap: .fixed(cap)),
      spike: .none, parametrisation: .centred
    ).model(inputs: 2, hidden: [1])
    let comparison = ObjectiveComparison(model, estimator: .weightSampling, relaxation: .soft, seed: 3)
    let objective = comparison.objective(Double.self)
    let layer = comparison.layout.layers[0]
    var expected = 0.0
    for place in layer.weights {
      let pair = layer.scales.map {
        (comparison.arena[$0.location.lowerBound], softplus(comparison.arena[$0.rho?.lowerBound ?? 0]))
      }
      expected += try CentredSlabDivergence(
        mean: comparison.arena[place],
        standardDeviation: softplus(comparison.arena[comparison.layout.weightCount + place]),
        priorStandardDeviation: 1.1, mu: pair[0].0 + pair[1].0, omega: hypot(pair[0].1, pair[1].1), cap: cap
      ).value
    }
    var draws: [Double] = []
    for step in 0..<4000 {
      objective.noise.draw(key: StreamKey(seed: 9), step: step, rows: 1)
      try objective.evaluate(comparison.arena, rows: 1, gates: .learned)
      draws.append(objective.value.layers[0].slabWeights + objective.value.layers[0].slabBiases)
    }
    // |mean − expected| exceeds 4.9 standard errors once in 10⁶ seeds.
    let mean = draws.reduce(0, +) / 4000
    let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3999
    #expect(abs(mean - expected) < 4.9 * (variance / 4000).squareRoot())
  }

  @Test("parameters that left their domain are errors, not numbers")
  func refusals() throws {
    for family in [ScaleFamily.logNormal, .gamma] {
      let model = try ModelVariant(scaleFamily: family, likelihood: .categorical).model()
      let comparison = ObjectiveComparison(model, estimator: .weightSampling, relaxation: .soft, seed: 1)
      let scale = try #require(comparison.layout.layers[0].scales.first)
      let rho = try #require(scale.rho)
      for (place, value) in [
        (scale.location.lowerBound, Double.nan), (rho.lowerBound, -2000),
        (comparison.layout.inclusionLogits.lowerBound, .nan),
      ] {
        var moved = comparison.arena
        moved[place] = value
        #expect(throws: GSLError.self) { try comparison.step(comparison.objective(Double.self), at: moved) }
      }
    }
  }
}
