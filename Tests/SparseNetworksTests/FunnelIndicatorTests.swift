import Foundation
import GSL
import NetworkShape
import Priors
import Testing

@testable import SparseNetworks

@Suite struct FunnelIndicatorTests {
  /// A network without a spike whose weights have mean 0 and sd 1, and whose log τ² has mean 0 and sd ω.
  private func posterior(
    _ slab: SlabPrior, omega: Double, parametrisation: Parametrisation = .nonCentred
  ) throws -> Posterior {
    let model = try NetworkModel(
      topology: Topology(widths: [3, 40, 1]), activation: .tanh, slab: slab, spike: .none,
      parametrisation: parametrisation, likelihood: .gaussian(noise: .known(standardDeviation: 0.1)))
    var parameters = VariationalParameters<Float>(startOf: model, key: StreamKey(seed: 1))
    let layout = parameters.layout
    func inverseSoftplus(_ value: Double) -> Float { Float(log(expm1(value))) }
    for i in layout.means { parameters.values[i] = 0 }
    for i in layout.rhos { parameters.values[i] = inverseSoftplus(1) }
    for layer in layout.layers {
      for scale in layer.scales {
        for i in scale.location { parameters.values[i] = 0 }
        for i in scale.rho ?? 0..<0 { parameters.values[i] = inverseSoftplus(omega) }
      }
    }
    return Posterior(model: model, parameters: parameters, gatesAreFrozen: false)
  }

  @Test("it is what independent scale and weights give in closed form", arguments: [0.5, 1, 3])
  func closedForm(omega: Double) throws {
    // log t̃ has variance ω²/4; log‖w‖ of 4 standard normals ψ'(2)/4, ψ'(2) = π²/6 − 1.
    let scale = omega * omega / 4
    let norm = (Double.pi * Double.pi / 6 - 1) / 4
    let expected = (scale / (scale + norm)).squareRoot()
    let indicator = try #require(
      try posterior(.groupLasso(), omega: omega).funnelIndicator(draws: 2000, key: StreamKey(seed: 2)))
    #expect(indicator.nodeCount == 40)
    // The mean of 40 correlations of 2000 draws: a standard error below 0.0036. Fails by chance once in 10⁶ seeds.
    #expect(abs(indicator.correlation - expected) < 0.018)
  }

  @Test("the centred family cannot hold the funnel: scale and weights are independent")
  func centred() throws {
    let indicator = try #require(
      try posterior(.groupLasso(), omega: 1, parametrisation: .centred)
        .funnelIndicator(draws: 2000, key: StreamKey(seed: 2)))
    // The mean of 40 correlations of 2000 independent pairs, each of sd 1/√2000: past 4.9 of its own once in 10⁶ seeds.
    #expect(abs(indicator.correlation) < 4.9 / (2000.0 * 40).squareRoot())
  }

  @Test("it is positive after training, averaged over active nodes, and undefined without scales")
  func trained() throws {
    let data = TrainerTests.teacher(rows: 150)
    func fit(_ slab: SlabPrior, negativeLog: Double = 3) throws -> Posterior {
      try Trainer(model: TrainerTests.model(slab, negativeLog: negativeLog), recipe: TrainerTests.quick(steps: 1000))
        .fit(data, key: StreamKey(seed: 1)).posterior
    }
    let horseshoe = try fit(.groupHorseshoe())
    let indicator = try #require(try horseshoe.funnelIndicator(draws: 200, key: StreamKey(seed: 2)))
    #expect(indicator.correlation > 0.1 && indicator.correlation <= 1)
    #expect(indicator.nodeCount == horseshoe.activeNodeCounts[0])
    #expect(try fit(.gaussian()).funnelIndicator(draws: 10, key: StreamKey(seed: 2)) == nil)
    #expect(throws: FitError.self) { try horseshoe.funnelIndicator(draws: 2, key: StreamKey(seed: 2)) }
  }
}
