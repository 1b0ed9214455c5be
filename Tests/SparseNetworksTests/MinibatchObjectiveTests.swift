import Foundation
import GSL
import NetworkShape
import Priors
import Testing

@testable import SparseNetworks

@Suite struct MinibatchObjectiveTests {
  /// Inputs, one or more hidden layers, outputs; the smallest first.
  static let shapes: [(widths: [Int], rows: Int)] = [
    ([1, 1, 1], 1), ([2, 3], 2), ([3, 4, 2], 4), ([2, 3, 4, 2], 3), ([3, 2, 1, 3, 2], 5),
  ]

  @Test(
    "loss, parts and gradient are the reference's, in Double and Float, with gates learning, open and frozen",
    arguments: ReferenceObjectiveTests.slabs, GradientEstimator.allCases)
  func reference(slab: SlabPrior, estimator: GradientEstimator) throws {
    var seed: UInt64 = 0
    var worst = (double: 0.0, float: 0.0)
    for relaxation in Relaxation.allCases {
      for activation in Activation.allCases where activation.isTrainable {
        for likelihood in ObjectiveComparison.likelihoods {
          for spike in ObjectiveComparison.Spike.allCases {
            seed += 1
            let shape = Self.shapes[Int(seed) % Self.shapes.count]
            let comparison = try ObjectiveComparison(
              widths: shape.widths, rows: shape.rows, slab: slab, estimator: estimator, relaxation: relaxation,
              activation: activation, likelihood: likelihood, spike: spike,
              divergenceWeight: seed.isMultiple(of: 3) ? 0.3 : 1, seed: seed)
            worst.double = max(worst.double, try comparison.error(Double.self))
            worst.float = max(worst.float, try comparison.error(Float.self))
          }
        }
      }
    }
    // Measured: 2e-15 and 1.2e-6.
    #expect(worst.double < 1e-13)
    #expect(worst.float < 1e-5)
  }

  @Test("a step leaves nothing behind that another one reads", arguments: ReferenceObjectiveTests.slabs)
  func noMemory(slab: SlabPrior) throws {
    func comparison(rows: Int, spike: ObjectiveComparison.Spike, seed: UInt64) throws -> ObjectiveComparison {
      try ObjectiveComparison(
        widths: [3, 4, 3, 2], rows: rows, slab: slab, estimator: .localReparameterisation, relaxation: .soft,
        activation: .silu, likelihood: .gaussian(noise: .learned(initialStandardDeviation: 1)), spike: spike,
        divergenceWeight: 1, seed: seed)
    }
    let small = try comparison(rows: 2, spike: .learned, seed: 5)
    let objective: MinibatchObjective<Double> = try small.objective(capacity: 9)
    let before = try small.evaluate(objective)
    _ = try comparison(rows: 9, spike: .frozen, seed: 6).evaluate(objective)
    _ = try comparison(rows: 9, spike: .open, seed: 7).evaluate(objective)
    let again = try small.evaluate(objective)
    #expect(again == before)
  }

  @Test(
    "the gradient is that of its own loss, by central differences",
    arguments: ReferenceObjectiveTests.slabs, GradientEstimator.allCases)
  func finiteDifferences(slab: SlabPrior, estimator: GradientEstimator) throws {
    for (seed, likelihood) in ObjectiveComparison.likelihoods.enumerated() {
      let comparison = try ObjectiveComparison(
        widths: [3, 4, 2, 2], rows: 3, slab: slab, estimator: estimator, relaxation: .soft, activation: .tanh,
        likelihood: likelihood, spike: .learned, divergenceWeight: 0.7, seed: UInt64(seed + 40))
      let objective: MinibatchObjective<Double> = try comparison.objective(capacity: 3)
      let center = comparison.arena(objective.layout)
      let gradient = try comparison.evaluate(objective).gradient
      // Errors: h²/6 third derivatives of order 1…100, and rounding 1e-12.
      let step = 1e-4
      for place in center.indices {
        let losses = try [-step, step].map { shift in
          var moved = center
          moved[place] += shift
          return try comparison.evaluate(objective, at: moved).loss
        }
        let numeric = (losses[1] - losses[0]) / (2 * step)
        #expect(abs(numeric - gradient[place]) < 1e-5 * (1 + abs(numeric)), "parameter \(place)")
      }
    }
  }

  @Test("parameters that left their domain are errors, not numbers")
  func refusals() throws {
    let comparison = try ObjectiveComparison(
      widths: [2, 3, 1], rows: 2, slab: .groupHorseshoe(), estimator: .weightSampling, relaxation: .soft,
      activation: .tanh, likelihood: .categorical, spike: .learned, divergenceWeight: 1, seed: 1)
    let objective: MinibatchObjective<Double> = try comparison.objective(capacity: 2)
    let layer = objective.layout.layers[0]
    guard case .pair(let mean, let rho, _, _) = layer.scale, let logits = layer.inclusionLogits else {
      Issue.record("a horseshoe with a spike has pairs of scales and logits")
      return
    }
    for (place, value) in [(mean.lowerBound, 2000.0), (rho.lowerBound, -2000), (logits.lowerBound, .nan)] {
      var moved = comparison.arena(objective.layout)
      moved[place] = value
      #expect(throws: GSLError.self) { try comparison.evaluate(objective, at: moved) }
    }
  }
}
