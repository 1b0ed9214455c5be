import GSL

/// Runs a network under draws of its weights, on any number of rows, in chunks that stay in cache.
///
/// Indicators are drawn hard whatever the relaxation of training was; draw i of a key is the same for any rows.
final class PosteriorSampler<Scalar: NetworkScalar> {
  private static var chunk: Int { 512 }

  let objective: MinibatchObjective<Scalar>

  init(model: NetworkModel, trainingRows: Int) {
    objective = MinibatchObjective(
      model: model, estimator: .weightSampling, relaxation: .straightThrough, temperature: 1, capacity: Self.chunk,
      trainingRows: trainingRows)
  }

  /// The evidence bound on `data` from `draws` draws.
  func evidenceBound(
    _ parameters: VariationalParameters<Scalar>, gates: GateStage, data: TrainingSet<Scalar>, draws: Int,
    key: StreamKey
  ) throws(GSLError) -> EvidenceBound {
    try parameters.values.withUnsafeBufferPointer { (buffer) throws(GSLError) in
      let values = buffer.baseAddress!  // an arena is never empty
      var logLikelihoods: [Double] = []
      var divergences: [ObjectiveValue] = []
      for draw in 0..<draws {
        objective.noise.draw(key: key, step: draw, rows: 0)
        try objective.prepare(values, gates: gates)
        var total = 0.0
        for start in stride(from: 0, to: data.rowCount, by: Self.chunk) {
          let rows = start..<min(start + Self.chunk, data.rowCount)
          data.copy(rows, into: objective)
          total -= objective.negativeLogLikelihood(values, rows: rows.count) * Double(rows.count)
        }
        logLikelihoods.append(total)
        // But for a centred horseshoe with a cap the KL does not depend on the draw.
        if divergences.isEmpty || objective.model.divergenceIsRandom {
          try objective.evaluate(values, rows: 1, gates: gates)
          divergences.append(objective.value)
        }
      }
      return EvidenceBound(logLikelihoods: logLikelihoods, divergences: divergences)
    }
  }

  /// Calls `body` with each draw's outputs, rows × outputs, on `rows` augmented rows (1, x).
  ///
  /// - Throws: `GSLError` when a parameter is outside of its domain.
  func forEachDraw(
    _ parameters: VariationalParameters<Scalar>, gates: GateStage, augmentedInputs: [Scalar], draws: Int,
    key: StreamKey, _ body: (_ draw: Int, _ outputs: [Double]) -> Void
  ) throws(GSLError) {
    let width = objective.model.topology.inputCount + 1
    let outputCount = objective.model.topology.outputCount
    let rowCount = augmentedInputs.count / width
    var outputs = [Double](repeating: 0, count: rowCount * outputCount)
    for draw in 0..<max(0, draws) {
      try parameters.values.withUnsafeBufferPointer { (buffer) throws(GSLError) in
        let values = buffer.baseAddress!  // an arena is never empty
        objective.noise.draw(key: key, step: draw, rows: 0)
        try objective.prepare(values, gates: gates)
        for start in stride(from: 0, to: rowCount, by: Self.chunk) {
          let rows = min(Self.chunk, rowCount - start)
          augmentedInputs.withUnsafeBufferPointer { source in
            objective.inputs.update(from: source.baseAddress! + start * width, count: rows * width)
          }
          objective.forward(values, rows: rows)
          for row in 0..<rows {
            for output in 0..<outputCount {
              outputs[(start + row) * outputCount + output] = Double(objective.output(row: row, output: output))
            }
          }
        }
      }
      body(draw, outputs)
    }
  }
}
