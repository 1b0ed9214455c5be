import Foundation
import GSL
import NetworkShape
import Priors
import Testing

@testable import SparseNetworks

@Suite struct PriorPredictiveTests {
  private static let slabs: [(slab: SlabPrior, meanSquaredScale: Double?)] = [
    (.gaussian(standardDeviation: 0.7), 1),
    // E τ² = (k/2 + 1)/(ς²/2) with k = 2.
    (.groupLasso(standardDeviation: 0.7, rateParameter: .fixed(3)), 2 / 1.5),
    // E t̃² of a half-Cauchy under a cap c = 1 and without a global scale: with t = tan φ it is (2/π)∫ sin² φ dφ = ½.
    (.groupHorseshoe(standardDeviation: 0.7, globalScale: nil, cap: 1), 0.5),
    (.groupHorseshoe(standardDeviation: 0.7, globalScale: nil, cap: .hyperprior(shape: 2, scale: 6)), nil),
    (.groupLasso(standardDeviation: 0.7), nil), (.groupHorseshoe(standardDeviation: 0.7, cap: 2), nil),
  ]

  @Test("where q is the prior its KL is 0, whatever slab and spike", arguments: slabs.map(\.slab))
  func divergenceIsZero(slab: SlabPrior) throws {
    for spike in [SpikePrior.none, .node(negativeLog: [1.3]), .edge(negativeLog: [0.4])] {
      if case .groupLasso(_, .hyperprior) = slab { continue }  // there ς² is random, and q(τ²) cannot hang on it
      let model = try NetworkModel(
        topology: Topology(widths: [2, 3, 1]), activation: .tanh, slab: slab, spike: spike, scaleFamily: .gamma,
        likelihood: .gaussian(noise: .known(standardDeviation: 1)))
      let prior = Posterior(
        model: model, parameters: try VariationalParameters(atPriorOf: model), gatesAreFrozen: false)
      let data = try Dataset(inputs: [0.1, 0.2], inputCount: 2, targets: .real([0], outputs: 1))
      let bound = try prior.evidenceBound(on: data, draws: 2, key: StreamKey(seed: 1))
      #expect(abs(bound.divergence) < 2e-5, "\(spike)")
    }
  }

  @Test("the variance of a linear network's prior is σ₀² E t̃² (1 + ‖x‖²)", arguments: slabs)
  func variance(slab: SlabPrior, meanSquaredScale: Double?) throws {
    let model = try NetworkModel(
      topology: Topology(widths: [2, 1]), activation: .identity, slab: slab, spike: .none,
      likelihood: .gaussian(noise: .known(standardDeviation: 1)))
    var squares: [Double] = []
    var sum = 0.0
    try PriorPredictive(model).forEachDraw(count: 4000, inputs: [0.5, -1], key: StreamKey(seed: 3)) { _, f in
      squares.append(f[0] * f[0])
      sum += f[0]
    }
    let mean = squares.reduce(0, +) / 4000
    #expect(abs(sum / 4000) < 4.9 * (mean / 4000).squareRoot())
    guard let meanSquaredScale else { return }
    let expected = 0.49 * meanSquaredScale * (1 + 1.25)
    let deviation = (squares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3999 / 4000).squareRoot()
    // Past 4.9 standard errors once in 10⁶ seeds.
    #expect(abs(mean - expected) < 4.9 * deviation)
  }

  @Test("a node is on with probability λ, fixed or drawn from its Beta")
  func inclusion() throws {
    for (prior, expected) in [(InclusionPrior.fixed(negativeLog: [log(4)]), 0.25), (.beta(2, 6), 0.25)] {
      let model = try NetworkModel(
        topology: Topology(widths: [1, 1, 1]), activation: .tanh, slab: .gaussian(), spike: .node(prior),
        likelihood: .gaussian(noise: .known(standardDeviation: 1)))
      var on = 0
      // Off, f is the output's bias at both rows.
      try PriorPredictive(model).forEachDraw(count: 3000, inputs: [1, -2], key: StreamKey(seed: 4)) { _, f in
        if f[0] != f[1] { on += 1 }
      }
      #expect(abs(Double(on) / 3000 - expected) < 4.9 * (expected * (1 - expected) / 3000).squareRoot())
    }
  }
}
