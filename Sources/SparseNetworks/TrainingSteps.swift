import CKernels
import GSL

/// Training steps on one table: minibatch, draws, loss and gradient, clipping, then the optimiser's move. The same (stage key,
/// step) gives the same numbers.
struct TrainingSteps {
  let objective: MinibatchObjective<Float>
  let arena: TrainingArena<Float>
  private let recipe: TrainingRecipe
  /// Of the last step, over its minibatch and samples.
  private(set) var negativeLogLikelihood = 0.0

  private let data: TrainingSet<Float>
  private let samples: Int
  private let clip: Double?
  /// The gradient summed over samples; empty for one sample.
  private var sum: [Float]
  private let isWhole: Bool

  init(model: NetworkModel, recipe: TrainingRecipe, data: TrainingSet<Float>) {
    objective = MinibatchObjective(
      model: model, estimator: recipe.estimator, relaxation: recipe.relaxation, temperature: recipe.temperature,
      capacity: min(recipe.batch, data.rowCount), trainingRows: data.rowCount)
    arena = TrainingArena(count: objective.layout.count)
    self.recipe = recipe
    self.data = data
    samples = recipe.samples
    clip = recipe.gradientClip
    isWhole = objective.capacity == data.rowCount
    sum = Array(repeating: 0, count: samples > 1 ? objective.layout.count : 0)
    if isWhole { data.copy(0..<data.rowCount, into: objective) }
  }

  /// The gradient at the arena's parameters of `stage`'s step `step`, in `objective.gradient`.
  ///
  /// - Throws: `GSLError` when a parameter has left its domain.
  mutating func evaluate(_ stage: TrainingStage, step: Int, key: StreamKey) throws(GSLError) {
    try evaluate(stage, step: step, key: key, move: nil)
  }

  /// One whole step. Adam's move of the weights is part of the pass that makes their gradient where nothing stands between
  /// the two: several samples, clipping, a spike of edges, or somebody who wants to see the gradient; and where it pays.
  ///
  /// - Throws: `GSLError` when a parameter has left its domain.
  mutating func take(
    _ optimiser: inout Optimiser, _ stage: TrainingStage, step: Int, key: StreamKey, keepsGradient: Bool
  ) throws(GSLError) {
    let weightCount = objective.layout.weightCount
    let isApart =
      keepsGradient || samples > 1 || clip != nil || objective.hasEdges || weightCount < Self.leastWeightsForOnePass
    let move = isApart ? nil : optimiser.weightMove(arena, weightCount: weightCount, rate: stage.rate(step: step))
    try evaluate(stage, step: step, key: key, move: move)
    update(&optimiser, stage, step: step, from: move == nil ? 0 : 2 * weightCount)
  }

  /// Fewer stay in the second-level cache between two passes, of which Adam's then wastes no lanes at the ends of groups.
  private static var leastWeightsForOnePass: Int { 1 << 15 }

  private mutating func evaluate(
    _ stage: TrainingStage, step: Int, key: StreamKey, move: slab_adam?
  ) throws(GSLError) {
    drawMinibatch(step: step, key: key)
    objective.temperature = stage.temperature(step: step)
    objective.divergenceWeight = stage.divergenceWeight(step: step)
    let gates = stage.gates(step: step)
    negativeLogLikelihood = 0
    for sample in 0..<samples {
      objective.noise.draw(key: sample == 0 ? key : key.child("sample").child(sample), step: step)
      try objective.prepare(arena.parameters, gates: gates, move: move)
      if sample == 0 { takeMinibatch() }
      try objective.evaluatePrepared(arena.parameters, gates: gates, move: move)
      negativeLogLikelihood += objective.meanNegativeLogLikelihood
      if samples > 1 { addToSum(isFirst: sample == 0) }
    }
    negativeLogLikelihood /= Double(samples)
    if samples > 1 { for i in sum.indices { objective.gradient[i] = sum[i] / Float(samples) } }
    if let clip { shorten(to: clip) }
  }

  /// Which rows step `step` takes; they come nearer while its weights are drawn. All rows, once and for all, where they
  /// fit.
  func drawMinibatch(step: Int, key: StreamKey) {
    guard !isWhole else { return }
    objective.noise.drawRows(key: key, step: step, rowCount: data.rowCount, into: objective.rowNumbers)
    data.prefetchRows(objective.rowNumbers)
  }

  /// Copies the rows of the last `drawMinibatch`.
  func takeMinibatch() {
    if !isWhole { data.copyRows(count: objective.capacity, into: objective) }
  }

  /// The loss, in nats a row; of several samples the last one's, unless another was not finite.
  var loss: Double { negativeLogLikelihood.isFinite ? objective.loss : negativeLogLikelihood }

  var gradientNorms: GradientNorms { GradientNorms(objective.gradient, layout: objective.layout) }

  /// Moves the arena's parameters down the gradient, from number `first` on.
  func update(_ optimiser: inout Optimiser, _ stage: TrainingStage, step: Int, from first: Int = 0) {
    optimiser.update(
      arena, from: first, logits: objective.layout.inclusionLogits, gradient: objective.gradient, rate: stage.rate(step: step),
      logitRate: stage.gates(step: step) == .learned ? recipe.logitRate : 0)
  }

  private mutating func addToSum(isFirst: Bool) {
    for i in sum.indices { sum[i] = isFirst ? objective.gradient[i] : sum[i] + objective.gradient[i] }
  }

  private func shorten(to longest: Double) {
    let all = 0..<objective.layout.count
    let length = GradientNorms.norm(objective.gradient, all)
    guard length > longest else { return }
    let factor = Float(longest / length)
    for i in all { objective.gradient[i] *= factor }
  }
}
