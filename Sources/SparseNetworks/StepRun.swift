import CKernels
import Foundation
import GSL

/// Training steps by themselves, without the stages of a fit around them: what benchmarks time and profilers look into.
package struct StepRun {
  /// Seconds spent in each piece of some steps.
  package struct Pieces: Sendable {
    /// Minibatch, draws, weights; forward with the likelihood; backward; KL; Adam.
    package var noise = 0.0, forward = 0.0, backward = 0.0, divergence = 0.0, adam = 0.0

    package init() {}

    package var total: Double { noise + forward + backward + divergence + adam }
  }

  private var steps: TrainingSteps
  private var optimiser: Optimiser
  private let stage: TrainingStage
  private let key: StreamKey
  private var step = 0

  /// Steps with gates that learn from the first one on, at a start of `model`.
  package init(model: NetworkModel, recipe: TrainingRecipe, data: Dataset, key: StreamKey) throws(FitError) {
    steps = TrainingSteps(model: model, recipe: recipe, data: try TrainingSet<Float>(data, for: model))
    StartState(parameters: VariationalParameters(startOf: model, key: key), rule: recipe.optimiser).load(steps.arena)
    optimiser = Optimiser(rule: recipe.optimiser)
    stage = TrainingStage(.first, recipe: recipe, hasSpike: model.spike.isPresent)
    self.key = key
  }

  /// Takes `count` more steps.
  package mutating func run(_ count: Int) throws(GSLError) {
    let denormals = slab_flush_denormals()
    defer { slab_restore_denormals(denormals) }
    for _ in 0..<count {
      try steps.take(&optimiser, stage, step: step, key: key, keepsGradient: false)
      step += 1
    }
  }

  /// Takes `count` more steps and says where their time went.
  package mutating func pieces(_ count: Int) throws(GSLError) -> Pieces {
    let denormals = slab_flush_denormals()
    defer { slab_restore_denormals(denormals) }
    var pieces = Pieces()
    for _ in 0..<count {
      pieces += try steps.timedStep(stage, step: step, key: key, &optimiser)
      step += 1
    }
    return pieces
  }

  /// The parameters where the steps have come to.
  var parameters: [Float] { TrainingArena<Float>.numbers(steps.arena.parameters, steps.arena.count) }
  /// Σ γ of each hidden layer at the last step.
  var effectiveNodes: [Double] { steps.objective.effectiveNodes }

  /// Turns all but a share of each hidden layer's nodes off by inclusion logits below 0, so far that it is for good unless
  /// something else is asked for; gates still learn.
  package func turnOff(exceptShare share: Double, logit: Float = 40) {
    for layer in steps.objective.layout.layers {
      for (node, place) in (layer.inclusionLogits ?? 0..<0).enumerated() {
        steps.arena.parameters[place] = Double(node) < share * Double(layer.nodeCount) ? logit : -logit
      }
    }
  }
}

extension StepRun.Pieces {
  package static func += (a: inout Self, b: Self) {
    a.noise += b.noise
    a.forward += b.forward
    a.backward += b.backward
    a.divergence += b.divergence
    a.adam += b.adam
  }
}

extension TrainingSteps {
  /// One step of a single sample, each piece timed.
  fileprivate func timedStep(
    _ stage: TrainingStage, step: Int, key: StreamKey, _ optimiser: inout Optimiser
  ) throws(GSLError) -> StepRun.Pieces {
    var last = Self.now()
    func lap() -> Double {
      let now = Self.now()
      defer { last = now }
      return now - last
    }
    var pieces = StepRun.Pieces()
    let gates = stage.gates(step: step)
    drawMinibatch(step: step, key: key)
    objective.noise.draw(key: key, step: step)
    try objective.prepare(arena.parameters, gates: gates)
    takeMinibatch()
    pieces.noise = lap()
    _ = objective.negativeLogLikelihood(arena.parameters)
    pieces.forward = lap()
    objective.backward(arena.parameters, gates: gates)
    pieces.backward = lap()
    try objective.divergence(arena.parameters, gates: gates)
    pieces.divergence = lap()
    update(&optimiser, stage, step: step)
    pieces.adam = lap()
    return pieces
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
