import GSL

/// The loss and gradient of one step: minibatch, draws, clipping. The same (stage key, step) gives the same numbers.
struct GradientStep {
  let objective: MinibatchObjective<Float>
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
    self.data = data
    samples = recipe.samples
    clip = recipe.gradientClip
    isWhole = objective.capacity == data.rowCount
    sum = Array(repeating: 0, count: samples > 1 ? objective.layout.count : 0)
    if isWhole { data.copy(0..<data.rowCount, into: objective) }
  }

  /// The gradient at `parameters` of `stage`'s step `step`, in `objective.gradient`.
  mutating func evaluate(
    _ parameters: [Float], _ stage: TrainingStage, step: Int, key: StreamKey
  ) throws(GSLError) {
    if !isWhole {
      objective.noise.drawRows(key: key, step: step, rowCount: data.rowCount, into: objective.rowNumbers)
      data.copyRows(count: objective.capacity, into: objective)
    }
    objective.temperature = stage.temperature(step: step)
    objective.divergenceWeight = stage.divergenceWeight(step: step)
    let gates = stage.gates(step: step)
    negativeLogLikelihood = 0
    for sample in 0..<samples {
      objective.noise.draw(key: sample == 0 ? key : key.child("sample").child(sample), step: step)
      try parameters.withUnsafeBufferPointer { (buffer) throws(GSLError) in
        guard let values = buffer.baseAddress else { return }
        try objective.evaluate(values, gates: gates)
      }
      negativeLogLikelihood += objective.value.negativeLogLikelihood
      if samples > 1 { addToSum(isFirst: sample == 0) }
    }
    negativeLogLikelihood /= Double(samples)
    if samples > 1 { for i in sum.indices { objective.gradient[i] = sum[i] / Float(samples) } }
    if let clip { shorten(to: clip) }
  }

  /// The loss, in nats a row; of several samples the last one's, unless another was not finite.
  var loss: Double { negativeLogLikelihood.isFinite ? objective.loss : negativeLogLikelihood }

  var gradientNorms: GradientNorms { GradientNorms(objective.gradient, layout: objective.layout) }

  /// Σ γ of each hidden layer.
  var effectiveNodes: [Double] { objective.effectiveNodes }

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
