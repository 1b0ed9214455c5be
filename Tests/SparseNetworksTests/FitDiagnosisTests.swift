import Foundation
import GSL
import Priors
import Testing

@testable import SparseNetworks

/// Each signature is provoked by a training that has it.
@Suite struct FitDiagnosisTests {
  private static let data = TrainerTests.teacher(rows: 200)

  private func fit(_ recipe: TrainingRecipe, _ model: NetworkModel) throws(FitError) -> Trainer.Fit {
    try Trainer(model: model, recipe: recipe).fit(Self.data, key: StreamKey(seed: 1))
  }

  private func good() -> TrainingRecipe {
    var recipe = TrainerTests.quick(steps: 3000)
    recipe.searchRounds = 12
    recipe.confirmations = 10
    return recipe
  }

  @Test("nothing is wrong with a good fit")
  func sound() throws {
    #expect(try fit(good(), TrainerTests.model()).diagnoses == [])
  }

  @Test("names are stable, advice is one line")
  func names() {
    #expect(
      FitDiagnosis.allCases.map(\.rawValue) == [
        "diverged", "not-a-number", "fell-back", "layer-pruned", "nothing-pruned", "oscillating", "not-converged",
      ])
    #expect(FitDiagnosis.allCases.allSatisfy { !$0.advice.isEmpty && !$0.advice.contains("\n") })
  }

  @Test("absurd learning rates diverge, and say so by name")
  func divergedWithError() throws {
    var recipe = TrainerTests.quick()
    recipe.learningRate = .init(start: 1e30, end: 1e30)
    let model = try TrainerTests.model()
    let error = #expect(throws: FitError.self) { try fit(recipe, model) }
    #expect(error?.diagnosis == .diverged && error?.description.hasPrefix("diverged: ") == true)
  }

  @Test("a start that diverges counts as the worst, and is told of; where all do, the fit does")
  func divergedStarts() throws {
    var recipe = TrainerTests.quick(steps: 60)
    (recipe.optimiser, recipe.logitRate, recipe.restarts, recipe.searchRounds) = (.momentum(0.9), 1, 6, 0)
    let model = try TrainerTests.model()
    var failures: [Int] = []
    for rate in [0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5] {
      recipe.learningRate = .init(start: rate, end: rate)
      do throws(FitError) {
        let fit = try fit(recipe, model)
        #expect(fit.evidenceBound.value.isFinite)
        failures.append(fit.failedRestarts)
      } catch {
        #expect(error.diagnosis != nil)
        failures.append(recipe.restarts)
      }
    }
    // Small rates never diverge, large ones always; on the way there are fits of which some starts did.
    #expect(failures.contains { $0 > 0 && $0 < recipe.restarts }, "\(failures)")
  }

  @Test("a fit that ends below where it began has fallen back")
  func divergedWithResult() throws {
    var recipe = TrainerTests.quick(steps: 300)
    // From weights that fit nothing yet to weights that are far too large.
    recipe.learningRate = .init(start: 1e-6, end: 1e-6)
    recipe.tuneLearningRate = .init(start: 8, end: 8)
    let model = try TrainerTests.model(.gaussian(), hasSpike: false)
    let fit = try fit(recipe, model)
    #expect(fit.diagnoses.contains(.fellBack), "\(fit.convergence)")
  }

  @Test("weights beyond Float give infinity minus infinity")
  func notANumber() throws {
    var recipe = TrainerTests.quick()
    recipe.learningRate = .init(start: 1e38, end: 1e38)
    let model = try TrainerTests.model(.gaussian())
    let error = #expect(throws: FitError.self) { try fit(recipe, model) }
    #expect(error?.diagnosis == .notANumber && error?.description.hasPrefix("not-a-number: ") == true)
  }

  @Test("nodes that cost more than the data are worth leave a layer without any")
  func layerPruned() throws {
    let model = try TrainerTests.model(negativeLog: 1e5, likelihood: .gaussian(noise: .known(standardDeviation: 1)))
    let diagnoses = try fit(TrainerTests.quick(steps: 400), model).diagnoses
    #expect(diagnoses.contains(.layerPruned) && !diagnoses.contains(.nothingPruned))
  }

  @Test("a network that needs all its nodes prunes none; one without a spike is not asked")
  func nothingPruned() throws {
    #expect(try fit(good(), TrainerTests.model(widths: [3, 2, 1])).diagnoses == [.nothingPruned])
    #expect(try fit(good(), TrainerTests.model(widths: [3, 2, 1], hasSpike: false)).diagnoses == [])
  }

  @Test("a learning rate that stays high makes the bound jump")
  func oscillating() throws {
    var recipe = good()
    recipe.tuneSteps = 1000
    recipe.schedule = .constant
    recipe.tuneLearningRate = .init(start: 0.3, end: 0.3)
    #expect(try fit(recipe, TrainerTests.model()).diagnoses.contains(.oscillating))
  }

  @Test("a training that is cut short has not converged")
  func notConverged() throws {
    var recipe = TrainerTests.quick(steps: 20)
    recipe.confirmations = 1
    #expect(try fit(recipe, TrainerTests.model(hasSpike: false)).diagnoses == [.notConverged])
  }

  @Test("data that don't fit are no failure of training")
  func mismatch() {
    #expect(FitError.mismatch(what: "rows", found: "0", expected: "1").diagnosis == nil)
    #expect(FitError.cancelled.diagnosis == nil)
  }
}
