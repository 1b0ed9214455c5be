import GSL
import NetworkShape
import Priors
import SparseNetworks

/// Times our own training step: minibatch, noise, evidence bound with gradients, Adam.
///
/// A step is the difference of a long and a short fit, so that start and final evaluation cancel.
struct StepTimer {
  private static let shortFit = 50

  private let model: NetworkModel
  private let data: Dataset
  private let step: StepCase

  init(_ step: StepCase) throws {
    self.step = step
    model = try step.model
    data = try Self.dataset(step)
  }

  /// Microseconds of one step, from `steps` of them.
  func microseconds(steps: Int) throws -> Double {
    let short = min(Self.shortFit, steps)
    let long = try Stopwatch.seconds { try fit(steps: short + steps) }
    return (long - (try Stopwatch.seconds { try fit(steps: short) })) / Double(steps) * 1e6
  }

  private func fit(steps: Int) throws {
    var recipe = TrainingRecipe()
    recipe.steps = steps
    recipe.batch = step.network.batch
    recipe.estimator = step.estimator
    recipe.temperature = 0.5
    recipe.freeGates = 0
    recipe.tuneSteps = 1
    recipe.searchRounds = 0
    recipe.confirmations = 1
    recipe.evidenceDraws = 2
    _ = try Trainer(model: model, recipe: recipe).fit(data, key: StreamKey(seed: 1))
  }

  /// y = x₁ + noise, or random classes: what is learned doesn't matter here.
  private static func dataset(_ step: StepCase) throws -> Dataset {
    let random = RandomGenerator(key: StreamKey(seed: 1).child("benchmark"))
    let (rows, inputs, outputs) = (step.network.rows, step.network.widths[0], step.network.widths.last ?? 1)
    let values = (0..<(rows * inputs)).map { _ in 2 * random.uniform() - 1 }
    let targets: Dataset.Targets =
      step.isClassification
      ? .classes((0..<rows).map { _ in Int(random.uniform() * Double(outputs)) }, classes: outputs)
      : .real((0..<rows).map { values[$0 * inputs] + 0.1 * (2 * random.uniform() - 1) }, outputs: 1)
    return try Dataset(inputs: values, inputCount: inputs, targets: targets)
  }
}
