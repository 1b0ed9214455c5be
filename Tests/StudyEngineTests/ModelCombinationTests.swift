import Contraction
import Foundation
import GSL
import NetworkShape
import SparseNetworks
import TestSupport
import Testing

@testable import StudyEngine

/// Every combination of the model's axes as a study file writes it: read, made and trained.
@Suite struct ModelCombinationTests {
  private static let slabs =
    ["gaussian", "{kind: group-lasso, rate-parameter: {fixed: 3}}", "group-lasso"]
    + ["1", "none"].flatMap { global in
      ["1", "none", "hyper"].map { "{kind: group-horseshoe, global-scale: \(global), cap: \($0)}" }
    }
  private static let inclusions = [
    "{log: -5}", "{theorem: {active: [2], bounds: [1, 1]}}", "released", "{beta: [1, 3]}",
  ]

  private static let combinations: [String] = slabs.flatMap { slab in
    let families = slab == "gaussian" ? ["log-normal"] : ["log-normal", "gamma", "point"]
    let parametrisations = slab == "gaussian" ? ["non-centred"] : ["non-centred", "centred"]
    let spikes = ["none"] + ["node", "edge"].flatMap { spike in inclusions.map { "\(spike), inclusion: \($0)" } }
    return families.flatMap { family in
      parametrisations.flatMap { parametrisation in
        spikes.flatMap { spike in
          ["gaussian, noise: 0.3", "gaussian, noise: learned", "categorical", "bernoulli"].flatMap { likelihood in
            Activation.allCases.filter(\.isTrainable).map { activation in
              "hidden: [4], slab: \(slab), scale-family: \(family), parametrisation: \(parametrisation), "
                + "spike: \(spike), likelihood: \(likelihood), activation: \(activation.rawValue)"
            }
          }
        }
      }
    }
  }

  @Test("each trains 200 steps on a small regression or classification, and its bound is a number")
  func train() throws {
    // 9 slabs with their hierarchies: 1 + 8·3·2 ways of q; 1 + 2·4 spikes, 4 likelihoods, 8 activations.
    #expect(Self.combinations.count == 49 * 9 * 4 * 8)
    let inputs = (0..<120).map { sin(3 * Double($0)) }
    let values = (0..<40).map { tanh(2 * inputs[3 * $0]) - inputs[3 * $0 + 1] }
    for (turn, text) in sample(Self.combinations, count: 150, what: "training").enumerated() {
      let section = try ModelFile(
        file: nil,
        settings: [
          ModelFile.Setting("model", yaml: "{\(text)}", option: "test"),
          ModelFile.Setting(
            "training",
            yaml: "{steps: 200, tune-steps: 20, search-rounds: 0, confirmations: 1, evidence-draws: 2, batch: 16, "
              + "estimator: \(GradientEstimator.allCases[turn % 2].rawValue), "
              + "relaxation: \(Relaxation.allCases[turn / 2 % 2].rawValue)}", option: "test"),
        ])
      let isReal = section.model.likelihood == .gaussian
      let targets: Dataset.Targets =
        isReal ? .real(values, outputs: 1) : .classes(values.map { $0 > 0 ? 1 : 0 }, classes: 2)
      let data = try Dataset(inputs: inputs, inputCount: 3, targets: targets)
      let model = try section.model.networkModel(inputs: 3, classes: 2, sampleSize: 40)
      let fit = try Trainer(model: model, recipe: section.training).fit(data, key: StreamKey(seed: UInt64(turn)))
      #expect(fit.evidenceBound.value.isFinite && fit.steps >= 200, "\(text)")
    }
  }
}
