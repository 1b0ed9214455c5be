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
        objective.noise.draw(key: key, step: draw)
        try objective.prepare(values, gates: gates)
        var total = 0.0
        for start in stride(from: 0, to: data.rowCount, by: Self.chunk) {
          let rows = start..<min(start + Self.chunk, data.rowCount)
          data.copy(rows, into: objective)
          total -= objective.negativeLogLikelihood(values) * Double(rows.count)
        }
        logLikelihoods.append(total)
        // But for a centred horseshoe with a cap the KL does not depend on the draw.
        if divergences.isEmpty || objective.model.divergenceIsRandom {
          objective.rows = 1
          try objective.evaluate(values, gates: gates)
          divergences.append(objective.value)
        }
      }
      return EvidenceBound(logLikelihoods: logLikelihoods, divergences: divergences)
    }
  }

  /// Calls `body` with each draw's outputs, rows × outputs, on a table of rows × inputs.
  ///
  /// - Throws: `GSLError` when a parameter is outside of its domain.
  func forEachDraw(
    _ parameters: VariationalParameters<Scalar>, gates: GateStage, inputs: [Scalar], draws: Int,
    key: StreamKey, _ body: (_ draw: Int, _ outputs: [Double]) -> Void
  ) throws(GSLError) {
    let outputCount = objective.model.topology.outputCount
    let rowCount = inputs.count / objective.model.topology.inputCount
    var outputs = [Double](repeating: 0, count: rowCount * outputCount)
    for draw in 0..<max(0, draws) {
      try parameters.values.withUnsafeBufferPointer { (buffer) throws(GSLError) in
        let values = buffer.baseAddress!  // an arena is never empty
        objective.noise.draw(key: key, step: draw)
        try objective.prepare(values, gates: gates)
        for start in stride(from: 0, to: rowCount, by: Self.chunk) {
          let rows = min(Self.chunk, rowCount - start)
          objective.rows = rows
          for row in 0..<rows { objective.rowNumbers[row] = Int32(start + row) }
          objective.takeInputs(inputs, rows: objective.rowNumbers.baseAddress!)
          objective.forward(values)
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

  // MARK: - Weights

  /// The network of draw `draw`.
  func network(
    _ parameters: VariationalParameters<Scalar>, gates: GateStage, draw: Int, key: StreamKey
  ) throws(GSLError) -> DenseNetwork {
    objective.noise.draw(key: key, step: draw)
    try prepare(parameters, gates: gates)
    return network(objective.layout.layers.indices.map { effectiveWeights(layer: $0) })
  }

  /// The mean of the effective weights over `draws` draws of the scales, for gates that are frozen.
  ///
  /// Given a scale the mean over a weight is that of the weight's own mean, so no weight is drawn.
  func meanNetwork(
    _ parameters: VariationalParameters<Scalar>, draws: Int, key: StreamKey
  ) throws(GSLError) -> DenseNetwork {
    var sums = objective.layout.layers.map { [Double](repeating: 0, count: $0.weights.count) }
    for draw in 0..<draws {
      objective.noise.draw(key: key, step: draw)
      objective.noise.clearWeights()
      try prepare(parameters, gates: .frozen)
      for l in sums.indices {
        for (place, weight) in effectiveWeights(layer: l).enumerated() { sums[l][place] += weight }
      }
    }
    return network(sums.map { layer in layer.map { $0 / Double(draws) } })
  }

  /// Every weight of a draw, those of nodes that are off among them.
  func prepare(_ parameters: VariationalParameters<Scalar>, gates: GateStage) throws(GSLError) {
    let skips = objective.skipsNodesThatAreOff
    objective.skipsNodesThatAreOff = false
    defer { objective.skipsNodesThatAreOff = skips }
    try parameters.values.withUnsafeBufferPointer { (buffer) throws(GSLError) in
      try objective.prepare(buffer.baseAddress!, gates: gates)  // an arena is never empty
    }
  }

  /// What the forward pass multiplies a layer's inputs by: gate_j w_ji, k_{l+1} × (k_l + 1), the bias first.
  private func effectiveWeights(layer index: Int) -> [Double] {
    let layer = objective.layout.layers[index]
    var result = [Double]()
    result.reserveCapacity(layer.weights.count)
    for node in 0..<layer.nodeCount {
      let gate = Double(objective.gate[layer.firstNode + node])
      for place in layer.group(node) { result.append(gate * Double(objective.weights[place])) }
    }
    return result
  }

  private func network(_ layers: [[Double]]) -> DenseNetwork {
    DenseNetwork(
      layers: zip(layers, objective.layout.layers).map { values, layer in
        DenseNetwork.Layer(inputCount: layer.groupSize - 1, outputCount: layer.nodeCount, values: values.map { Float($0) })
      }, activation: objective.model.activation, likelihood: objective.model.likelihood)
  }
}
