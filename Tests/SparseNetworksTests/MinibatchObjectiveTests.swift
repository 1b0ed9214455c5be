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

  /// Normals are Float's, and at the baseline, without fused multiplication, they differ in their last bits.
  @Test("each CPU level computes the same to rounding, value and gradient", arguments: CPULevel.all)
  func levels(level: CPULevel) throws {
    for (variant, comparison) in Self.comparisons {
      let best = try comparison.step(comparison.objective(Double.self, level: CPULevel.all[0]))
      let here = try comparison.step(comparison.objective(Double.self, level: level))
      let allowed = level.name == "baseline" ? 2e-6 : 1e-10
      #expect(comparison.deviation([here.loss] + here.gradient, [best.loss] + best.gradient) < allowed, "\(variant)")
    }
  }

  /// Networks of which most nodes are off, every activation with both estimators.
  @Test(
    "a step without the nodes that are off is the whole step to rounding, value and gradient",
    arguments: Activation.allCases.filter(\.isTrainable), GradientEstimator.allCases)
  func skippedNodes(activation: Activation, estimator: GradientEstimator) throws {
    var skipped = 0
    for (turn, gates) in [GateStage.learned, .frozen, .open].enumerated() {
      for relaxation in Relaxation.allCases {
        for seed in 1...4 {
          let model = try ModelVariant(slab: .groupHorseshoe(), likelihood: .categorical, activation: activation)
            .model(inputs: 3, hidden: [9, 7, 5])
          let comparison = ObjectiveComparison(
            model, estimator: estimator, relaxation: relaxation, gates: gates, rows: 19, seed: UInt64(10 * turn + seed))
          var arena = comparison.arena
          // One network in four has a layer that is wholly off.
          for place in comparison.layout.inclusionLogits { arena[place] -= seed == 4 && gates == .frozen ? 9 : 1.5 }
          let objective = comparison.objective(Double.self)
          let fast = try comparison.step(objective, at: arena)
          skipped += (0...3).reduce(0) { $0 + objective.nodes[$1].count - objective.nodes[$1].live }
          objective.skipsNodesThatAreOff = false
          let whole = try comparison.step(objective, at: arena)
          #expect((0...4).allSatisfy { objective.nodes[$0].isWhole })
          func numbers(_ step: ObjectiveComparison.Step) -> [Double] {
            [step.loss] + step.outputs.flatMap { $0 } + step.gradient
          }
          #expect(comparison.deviation(numbers(fast), numbers(whole)) < 1e-12)
        }
      }
    }
    // ψ(0) = log 2 of softplus is handed on.
    #expect(activation == .softplus ? skipped == 0 : skipped > 50)
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
      objective.rows = 1
      objective.noise.draw(key: StreamKey(seed: 9), step: step)
      try objective.evaluate(comparison.arena, gates: .learned)
      draws.append(objective.value.layers[0].slab)
    }
    // |mean − expected| exceeds 4.9 standard errors once in 10⁶ seeds.
    let mean = draws.reduce(0, +) / 4000
    let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3999
    #expect(abs(mean - expected) < 4.9 * (variance / 4000).squareRoot())
  }

  @Test("a gate that is frozen costs −log λ on and −log(1 − λ) off, and teaches nothing", arguments: [0.1, 1, 20])
  func frozenGates(negativeLogInclusion nu: Double) throws {
    let model = try smallModel(negativeLog: nu)
    let comparison = ObjectiveComparison(
      model, estimator: .weightSampling, relaxation: .straightThrough, gates: .frozen, seed: 2)
    var arena = comparison.arena
    let logits = Array(comparison.layout.inclusionLogits)
    for (turn, place) in logits.enumerated() { arena[place] = turn == 0 ? -15 : 15 }
    let step = try comparison.step(comparison.objective(Double.self), at: arena)
    // −log(1 − e^{−ν}) by its series Σ e^{−kν}/k.
    let series = (1...2000).reduce(0.0) { $0 + exp(-Double($1) * nu) / Double($1) }
    let cost = step.parts.layers.reduce(0) { $0 + $1.inclusion }
    #expect(abs(cost / (series + Double(logits.count - 1) * nu) - 1) < 1e-12)
    #expect(logits.allSatisfy { step.gradient[$0] == 0 })
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
