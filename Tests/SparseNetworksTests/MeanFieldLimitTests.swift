import Foundation
import GSL
import NetworkShape
import Priors
import Testing

@testable import SparseNetworks

/// SS-IG with λ = 1 is plain mean-field inference: a spike that the prior never takes changes nothing.
@Suite struct MeanFieldLimitTests {
  private static let nu = 1e-9  // −log λ

  private func model(_ spike: SpikePrior) throws -> NetworkModel {
    try NetworkModel(
      topology: Topology(widths: [3, 6, 1]), activation: .tanh, slab: .gaussian(), spike: spike,
      likelihood: .gaussian(noise: .known(standardDeviation: 0.1)))
  }

  private func recipe(freeGates: Double) -> TrainingRecipe {
    var recipe = TrainingRecipe()
    (recipe.steps, recipe.tuneSteps, recipe.batch, recipe.evidenceDraws) = (4000, 1000, 64, 200)
    recipe.freeGates = freeGates
    recipe.structure = .prune
    return recipe
  }

  @Test("with every gate open the weights are those of the network without a spike, bit for bit")
  func bits() throws {
    let data = TrainerTests.teacher(rows: 300)
    let plain = try Trainer(model: model(.none), recipe: recipe(freeGates: 1)).fit(data, key: StreamKey(seed: 2))
    for spike in [SpikePrior.node(negativeLog: [Self.nu]), .edge(negativeLog: [Self.nu])] {
      let fit = try Trainer(model: model(spike), recipe: recipe(freeGates: 1)).fit(data, key: StreamKey(seed: 2))
      let count = fit.posterior.parameters.layout.inclusionLogits.lowerBound
      #expect(fit.posterior.parameters.values[..<count] == plain.posterior.parameters.values[...])
      // Each indicator costs ν.
      #expect(abs(fit.evidenceBound.value - plain.evidenceBound.value) < 1e-5)
    }
  }

  @Test("with gates drawn and learned every node stays, and the bound is the same to a few nats")
  func longRun() throws {
    let data = TrainerTests.teacher(rows: 300)
    let plain = try Trainer(model: model(.none), recipe: recipe(freeGates: 0.2)).fit(data, key: StreamKey(seed: 2))
    let fit = try Trainer(model: model(.node(negativeLog: [Self.nu])), recipe: recipe(freeGates: 0.2))
      .fit(data, key: StreamKey(seed: 2))
    #expect(fit.posterior.activeNodeCounts == [6])
    let difference = fit.evidenceBound.value - plain.evidenceBound.value
    // Two optima of one bound, up to the 1 % of the KL that a converged fit may lack; Monte Carlo at 4.9 of its errors.
    let error = hypot(fit.evidenceBound.standardError, plain.evidenceBound.standardError)
    #expect(fit.convergence.isConverged && plain.convergence.isConverged)
    #expect(abs(difference) < 0.02 * plain.evidenceBound.divergence + 4.9 * error)
  }
}
