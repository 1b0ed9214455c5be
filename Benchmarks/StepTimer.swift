import GSL
import NetworkShape
import Priors
import SparseNetworks

/// Times our own training step: minibatch, noise, evidence bound with gradients, Adam.
struct StepTimer {
  private var run: StepRun

  /// - Parameter liveShare: of each hidden layer's nodes; the others are off in every draw.
  init(_ step: StepCase, activation: Activation = .silu, liveShare: Double? = nil) throws {
    var recipe = TrainingRecipe()
    recipe.steps = .max
    recipe.batch = step.network.batch
    recipe.estimator = step.estimator
    recipe.temperature = 0.5
    recipe.freeGates = 0
    // So slow that no node goes off for good: a step would get cheaper.
    recipe.learningRate = .init(start: 1e-9, end: 1e-9)
    recipe.schedule = .constant
    run = try StepRun(model: step.model(activation), recipe: recipe, data: Self.dataset(step), key: StreamKey(seed: 1))
    if let liveShare { run.turnOff(exceptShare: liveShare) }
  }

  /// Microseconds of one step, from `steps` of them.
  mutating func microseconds(steps: Int) throws -> Double {
    try Stopwatch.seconds { try run.run(steps) } / Double(steps) * 1e6
  }

  /// Where the time of a step goes.
  mutating func pieces(steps: Int) throws -> StepRun.Pieces { try run.pieces(steps) }

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
