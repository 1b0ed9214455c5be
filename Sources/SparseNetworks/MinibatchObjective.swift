import CKernels
import Foundation
import GSL
import NetworkShape
import Priors

/// The loss of one minibatch and its gradient: noise, forward, backward, KL, in that order, each a named piece.
///
///     loss = −(1/m) Σ_rows log p(y | θ(ε)) + KL(q ‖ prior) / n
///
/// The gradient is written by hand into one arena with the parameters' own layout. `ReferenceObjective` computes the
/// same numbers in plain loops; the tests hold one against the other. Not `Sendable`: one instance a cell.
package final class MinibatchObjective<Scalar: NetworkScalar> {
  package typealias Vector = UnsafeMutablePointer<Scalar>
  package typealias Constant = UnsafePointer<Scalar>

  package let model: NetworkModel
  package let layout: ParameterLayout
  package let estimator: GradientEstimator
  package let relaxation: Relaxation
  package var temperature: Double
  /// The largest minibatch that fits.
  package let capacity: Int
  /// n, the number of rows that the likelihood of the whole bound has.
  package let trainingRows: Int

  /// ∂loss/∂parameter after `evaluate`.
  package let gradient: Vector
  /// The minibatch, rows × (k_0 + 1) with ones in column 0; the caller writes it.
  package let inputs: Vector
  /// rows × outputs, for a Gaussian likelihood; the caller writes it.
  package let realTargets: Vector
  /// One class a row, for a categorical or Bernoulli likelihood; the caller writes it.
  package var classTargets: [Int32]
  /// What multiplies the KL in loss and gradient; 1 is the evidence bound.
  package var divergenceWeight = 1.0
  /// The draws that the next `prepare` and `forward` use.
  package var noise: StepNoise<Scalar>
  package private(set) var value: ObjectiveValue

  let memory = ScratchMemory<Scalar>()
  // Per weight: s = softplus(rho), its slope, the sampled weights w, and s² for local reparameterisation. Edges'
  // indicators are in w and s²; their means z m, which local reparameterisation needs, are in `weights` too.
  let deviation, deviationSlope, weights, squaredDeviation: Vector
  // Per layer, one row per minibatch row.
  let hidden, squaredHidden, preactivation, variance, slope: [Vector]
  // ∂loss/∂(pre-activation or hidden value) of the layer at hand and of the one below, and the variance's part.
  let deltas: [Vector]
  let varianceDelta: Vector
  // Per node.
  let gate, gateGradient: [Vector]
  // Per node, or per weight where edges have the spike: γ, the precision of the slab over σ_0⁻², and what the pass over
  // the weights leaves.
  let inclusion, precision: [Vector]
  let columnSquares, columnLogs: Vector
  /// Σγ and Σγ(s² + m²) of each node of the layer at hand.
  private var centredCount, centredSquares: [Double]
  private let logSlabDeviation: Double
  var indicators: [Indicators]
  var scales: NodeScales

  package init(
    model: NetworkModel, estimator: GradientEstimator, relaxation: Relaxation, temperature: Double, capacity: Int,
    trainingRows: Int
  ) {
    _ = BLAS.useOneThread
    self.model = model
    layout = ParameterLayout(model)
    self.estimator = estimator
    self.relaxation = relaxation
    self.temperature = temperature
    self.capacity = capacity
    self.trainingRows = trainingRows
    let local = estimator == .localReparameterisation
    let widths = model.topology.widths
    let layers = layout.layers
    let widest = widths.max() ?? 1
    gradient = memory.take(layout.count)
    realTargets = memory.take(capacity * model.topology.outputCount)
    classTargets = Array(repeating: 0, count: capacity)
    deviation = memory.take(layout.weightCount)
    deviationSlope = memory.take(layout.weightCount)
    let ofEdges = model.spike.isOfEdges
    weights = memory.take(local && !ofEdges ? 0 : layout.weightCount)
    squaredDeviation = memory.take(local ? layout.weightCount : 0)
    hidden = widths.map { [memory] in memory.take(capacity * ($0 + 1)) }
    inputs = hidden[0]
    squaredHidden = widths.map { [memory] in memory.take(local ? capacity * ($0 + 1) : 0) }
    preactivation = layers.map { [memory] in memory.take(capacity * $0.columns) }
    variance = layers.map { [memory] in memory.take(local ? capacity * $0.columns : 0) }
    slope = layers.map { [memory] in memory.take(capacity * $0.columns) }
    deltas = [memory.take(capacity * widest), memory.take(capacity * widest)]
    varianceDelta = memory.take(local ? capacity * widest : 0)
    gate = layers.map { [memory] in memory.take($0.columns) }
    gateGradient = layers.map { [memory] in memory.take($0.columns) }
    indicators = layers.map { Indicators(count: $0.inclusionLogits?.count ?? $0.columns) }
    inclusion = indicators.map { [memory] in memory.take($0.value.count) }
    precision = indicators.map { [memory] in memory.take($0.value.count) }
    let most = indicators.map(\.value.count).max() ?? 1
    columnSquares = memory.take(most)
    columnLogs = memory.take(most)
    centredCount = Array(repeating: 0, count: widest)
    centredSquares = centredCount
    logSlabDeviation = log(model.slab.standardDeviation)
    scales = NodeScales(model: model, layout: layout)
    noise = StepNoise(model: model, layout: layout, estimator: estimator, capacity: capacity)
    value = ObjectiveValue(layerCount: layers.count)
  }

  /// The loss's parts and, in `gradient`, its derivatives, at `parameters` (in this layout) on the first `rows` rows
  /// of `inputs` and of the targets, with the draws in `noise`.
  ///
  /// - Throws: `GSLError` when a parameter has left its domain (training diverged).
  package func evaluate(_ parameters: Constant, rows: Int, gates: GateStage) throws(GSLError) {
    precondition(rows > 0 && rows <= capacity, "a minibatch of \(rows) rows in room for \(capacity)")
    try prepare(parameters, gates: gates)
    forward(parameters, rows: rows)
    value.negativeLogLikelihood = likelihood(parameters, rows: rows)
    backward(parameters, rows: rows, gates: gates)
    try divergence(parameters, gates: gates)
  }

  /// The mean negative log-likelihood of the first `rows` rows under the weights of the last `prepare`.
  package func negativeLogLikelihood(_ parameters: Constant, rows: Int) -> Double {
    precondition(rows > 0 && rows <= capacity, "a minibatch of \(rows) rows in room for \(capacity)")
    forward(parameters, rows: rows)
    return likelihood(parameters, rows: rows)
  }

  package var loss: Double { value.negativeLogLikelihood + value.divergence * perRow }

  private var perRow: Double { divergenceWeight / Double(trainingRows) }

  // MARK: - Weights, indicators and scales of this draw

  /// s = softplus(rho), w = m + s ε, indicators z and scales t̃. A node's gate is z t̃, which multiplies its
  /// pre-activation and so its whole group of weights; an edge's indicator multiplies w itself.
  package func prepare(_ parameters: Constant, gates: GateStage) throws(GSLError) {
    let count = layout.weightCount
    Scalar.softplus(count: count, parameters + count, into: deviation, slope: deviationSlope)
    switch estimator {
    case .weightSampling:
      Scalar.sample(count: count, mean: parameters, deviation: deviation, noise: noise.weights, into: weights)
    case .localReparameterisation:
      Scalar.square(count: count, deviation, into: squaredDeviation)
    }
    try scales.draw(parameters, noise: noise)
    for (index, layer) in layout.layers.enumerated() {
      try indicators[index].draw(
        logits: layer.inclusionLogits.map { parameters + $0.lowerBound }, uniforms: noise.uniforms[index],
        gates: gates, relaxation: relaxation, temperature: temperature)
      let ofEdges = isOfEdges(layer)
      let slabPrecision = 1 / (model.slab.standardDeviation * model.slab.standardDeviation)
      for j in 0..<layer.columns {
        gate[index][j] = Scalar((ofEdges ? 1 : indicators[index].value[j]) * scales.value[index][j])
      }
      for i in indicators[index].value.indices {
        inclusion[index][i] = Scalar(indicators[index].probability[i])
        precision[index][i] = Scalar(slabPrecision * scales.meanPrecision[index][ofEdges ? i % layer.columns : i])
      }
      if ofEdges { maskWeights(parameters, layer: index) }
    }
  }

  /// Whether it is the layer's weights that have indicators.
  private func isOfEdges(_ layer: ParameterLayout.Layer) -> Bool {
    model.spike.isOfEdges && layer.inclusionLogits != nil
  }

  /// What multiplies the inputs on average: m, or z m where edges have the spike.
  private func meanWeights(_ parameters: Constant, layer: ParameterLayout.Layer) -> Constant {
    (isOfEdges(layer) ? Constant(weights) : parameters) + layer.weights.lowerBound
  }

  /// z into the weights of a layer whose edges have indicators: w = z (m + s ε), or z m and (z s)².
  private func maskWeights(_ parameters: Constant, layer l: Int) {
    for (i, place) in layout.layers[l].weights.enumerated() {
      let z = Scalar(indicators[l].value[i])
      switch estimator {
      case .weightSampling: weights[place] *= z
      case .localReparameterisation:
        weights[place] = z * parameters[place]
        squaredDeviation[place] *= z * z
      }
    }
  }

  // MARK: - Forward

  /// h_{l+1} = ψ(z t̃ ∘ (h̄_l w_l)); the output layer is linear. With local reparameterisation the pre-activation is
  /// drawn instead of the weights: mean h̄ m, variance h̄² s².
  package func forward(_ parameters: Constant, rows: Int) {
    for (l, layer) in layout.layers.enumerated() {
      let (u, v) = (preactivation[l], variance[l])
      let (nodes, offset) = (layer.columns, layer.weights.lowerBound)
      switch estimator {
      case .weightSampling:
        Scalar.multiply(.none, m: rows, n: nodes, k: layer.rows, hidden[l], weights + offset, into: u)
      case .localReparameterisation:
        Scalar.multiply(
          .none, m: rows, n: nodes, k: layer.rows, hidden[l], meanWeights(parameters, layer: layer), into: u)
        Scalar.square(count: rows * layer.rows, hidden[l], into: squaredHidden[l])
        Scalar.multiply(
          .none, m: rows, n: nodes, k: layer.rows, squaredHidden[l], squaredDeviation + offset, into: v)
        Scalar.localNoise(count: rows * nodes, noise: noise.preactivations[l], preactivation: u, variance: v)
      }
      Scalar.activate(
        l < model.topology.hiddenLayerCount ? model.activation : .identity, rows: rows, columns: nodes,
        gate: gate[l], preactivation: u, slope: slope[l], into: hidden[l + 1])
    }
  }

  /// f_θ(x) of row `row`, output `output`, after `forward`.
  package func output(row: Int, output: Int) -> Scalar {
    hidden[layout.layers.count][row * (model.topology.outputCount + 1) + 1 + output]
  }

  // MARK: - Likelihood

  /// The mean negative log-likelihood; ∂/∂f goes to `deltas[0]`, ∂/∂(log σ_e) to its slot of the gradient.
  private func likelihood(_ parameters: Constant, rows: Int) -> Double {
    let outputs = model.topology.outputCount
    let f = hidden[layout.layers.count] + 1
    let delta = deltas[0]
    var total = 0.0
    switch model.likelihood {
    case .gaussian(let noise):
      let logDeviation =
        switch (noise, layout.logNoise) {
        case (.learned, let index?): Double(parameters[index])
        case (.known(let sd), _), (.learned(let sd), nil): log(sd)
        }
      let precision = exp(-2 * logDeviation)
      let step = Scalar(precision / Double(rows))
      for r in 0..<rows {
        for o in 0..<outputs {
          let residual = f[r * (outputs + 1) + o] - realTargets[r * outputs + o]
          delta[r * outputs + o] = residual * step
          total += Double(residual) * Double(residual)
        }
      }
      let meanSquare = total * precision / Double(rows)
      if let index = layout.logNoise { gradient[index] = Scalar(Double(outputs) - meanSquare) }
      return 0.5 * meanSquare + Double(outputs) * (logDeviation + 0.5 * log(2 * Double.pi))
    case .categorical:
      for r in 0..<rows {
        let row = f + r * (outputs + 1)
        let largest = (0..<outputs).reduce(row[0]) { max($0, row[$1]) }
        // exp overflows for large scores; exp(f − max) does not.
        var sum = 0.0
        for o in 0..<outputs { sum += exp(Double(row[o] - largest)) }
        let target = Int(classTargets[r])
        for o in 0..<outputs {
          let probability = exp(Double(row[o] - largest)) / sum
          delta[r * outputs + o] = Scalar((probability - (o == target ? 1 : 0)) / Double(rows))
        }
        total += log(sum) - Double(row[target] - largest)
      }
      return total / Double(rows)
    case .bernoulli:
      for r in 0..<rows {
        let score = Double(f[r * (outputs + 1)])
        let isOne = classTargets[r] == 1
        delta[r] = Scalar((sigmoid(score) - (isOne ? 1 : 0)) / Double(rows))
        total += softplus(isOne ? -score : score)
      }
      return total / Double(rows)
    }
  }

  // MARK: - Backward

  /// From ∂loss/∂f down to the inputs; the gradient of rho holds ∂loss/∂s until `divergence` finishes it.
  private func backward(_ parameters: Constant, rows: Int, gates: GateStage) {
    scales.clearGradient()
    for l in layout.layers.indices.reversed() {
      let layer = layout.layers[l]
      let (nodes, offset) = (layer.columns, layer.weights.lowerBound)
      let isOutput = l == model.topology.hiddenLayerCount
      let delta = deltas[(layout.layers.count - 1 - l) % 2]
      let below = deltas[(layout.layers.count - l) % 2]
      // δ_u = gate ∘ ψ'(a) ∘ δ_h, and ∂loss/∂gate_j = Σ_rows δ_a u.
      Scalar.delta(
        rows: rows, columns: nodes, gate: gate[l], preactivation: preactivation[l], slope: isOutput ? nil : slope[l],
        delta: delta, gateGradient: gateGradient[l])
      let meanGradient = gradient + offset
      let deviationGradient = gradient + layout.weightCount + offset
      // ∂/∂m = h̄ᵀ δ_u.
      Scalar.multiply(.left, m: layer.rows, n: nodes, k: rows, hidden[l], delta, into: meanGradient)
      switch estimator {
      case .weightSampling:
        if isOfEdges(layer) { backwardThroughEdges(parameters, layer: l) }
        // w = m + s ε: ∂/∂s = ε ∂/∂m.
        Scalar.product(
          count: layer.weights.count, factor: 1, meanGradient, noise.weights + offset, into: deviationGradient)
        if l > 0 {
          Scalar.multiply(.right, m: rows, n: layer.rows - 1, k: nodes, delta, weights + offset + nodes, into: below)
        }
      case .localReparameterisation:
        // v = h̄² s²: δ_v = δ_u ε / (2√v), ∂/∂s = 2 s (h̄²)ᵀ δ_v, ∂/∂h = mᵀ δ_u + 2 h (s²)ᵀ δ_v.
        let deltaOfVariance = variance[l]
        Scalar.product(count: rows * nodes, factor: 1, deltaOfVariance, delta, into: deltaOfVariance)
        Scalar.multiply(
          .left, m: layer.rows, n: nodes, k: rows, squaredHidden[l], deltaOfVariance, into: deviationGradient)
        if isOfEdges(layer) { backwardThroughEdges(parameters, layer: l) }
        Scalar.product(
          count: layer.weights.count, factor: 2, deviationGradient, deviation + offset, into: deviationGradient)
        if l > 0 {
          let inputs = layer.rows - 1
          Scalar.multiply(
            .right, m: rows, n: inputs, k: nodes, delta, meanWeights(parameters, layer: layer) + nodes, into: below)
          Scalar.multiply(
            .right, m: rows, n: inputs, k: nodes, deltaOfVariance, squaredDeviation + offset + nodes,
            into: varianceDelta)
          Scalar.addVarianceDelta(
            rows: rows, columns: inputs, hidden: hidden[l], varianceDelta: varianceDelta, to: below)
        }
      }
      backwardThroughGates(layer: l, gates: gates)
    }
    scales.writeGradient(gradient)
  }

  /// gate = z t̃: ∂/∂ϑ = ∂/∂gate · t̃ · dz/dϑ and ∂/∂log t̃ = ∂/∂gate · z t̃.
  private func backwardThroughGates(layer l: Int, gates: GateStage) {
    for j in 0..<layout.layers[l].columns {
      let slopeOfGate = Double(gateGradient[l][j])
      if let logits = layout.layers[l].inclusionLogits, !model.spike.isOfEdges {
        gradient[logits.lowerBound + j] = Scalar(slopeOfGate * scales.value[l][j] * indicators[l].slope[j])
      }
      scales.addGradient(layer: l, node: j, logScale: model.isCentred ? 0 : slopeOfGate * Double(gate[l][j]))
    }
  }

  /// From ∂/∂(z m), and ∂/∂(z s)² with local reparameterisation, to ∂/∂ϑ, ∂/∂m and what ∂/∂s needs, weight by weight.
  private func backwardThroughEdges(_ parameters: Constant, layer l: Int) {
    let layer = layout.layers[l]
    guard let logits = layer.inclusionLogits else { return }
    for (i, place) in layer.weights.enumerated() {
      let z = Scalar(indicators[l].value[i])
      let ofMean = gradient[place]
      let slopeOfIndicator: Scalar
      switch estimator {
      case .weightSampling:
        slopeOfIndicator = ofMean * (parameters[place] + deviation[place] * noise.weights[place])
      case .localReparameterisation:
        let ofVariance = gradient[layout.weightCount + place]
        slopeOfIndicator = ofMean * parameters[place] + 2 * z * deviation[place] * deviation[place] * ofVariance
        gradient[layout.weightCount + place] = ofVariance * z * z
      }
      gradient[place] = ofMean * z
      gradient[logits.lowerBound + i] = slopeOfIndicator * Scalar(indicators[l].slope[i])
    }
  }

  // MARK: - KL

  /// THEORY.md 3.3: values to `value`, derivatives over n added to the gradient.
  private func divergence(_ parameters: Constant, gates: GateStage) throws(GSLError) {
    for (l, layer) in layout.layers.enumerated() {
      weightDivergence(parameters, layer: l, gates: gates)
      value.layers[l].inclusion = 0
      if let logits = layer.inclusionLogits, let prior = model.spike.inclusion {
        value.layers[l].inclusion = try indicators[l].divergence(
          logits: parameters + logits.lowerBound, from: prior, layer: l, gates: gates,
          gradient: gradient + logits.lowerBound, perRow: perRow)
      }
    }
    scales.addDivergence(to: &value, gradient: gradient, perRow: perRow)
  }

  /// Σ γ K_N of one layer, biases and weights apart: row 0 holds the biases.
  ///
  ///     Σ_i K_N = ½ E t̃⁻²/σ_0² Σ(s² + m²) − Σ log s + (number)(log σ_0 + ½ E log t̃² − ½)
  private func weightDivergence(_ parameters: Constant, layer l: Int, gates: GateStage) {
    let layer = layout.layers[l]
    let ofEdges = isOfEdges(layer)
    let nodes = layer.columns
    let logits = gates == .learned ? layer.inclusionLogits : nil
    (value.layers[l].slabBiases, value.layers[l].slabWeights) = (0, 0)
    for j in 0..<nodes { (centredCount[j], centredSquares[j]) = (0, 0) }
    for (first, rows) in [(0, 1), (1, layer.rows - 1)] {
      let start = layer.weights.lowerBound + first * nodes
      // With an indicator a weight the pass takes a matrix for one row of that many columns.
      let firstGroup = ofEdges ? first * nodes : 0
      let (groups, perGroup) = ofEdges ? (rows * nodes, 1) : (nodes, rows)
      Scalar.gaussianDivergence(
        rows: perGroup, columns: groups, weight: Scalar(perRow), inclusion: inclusion[l] + firstGroup,
        precision: precision[l] + firstGroup, mean: parameters + start, deviation: deviation + start,
        slope: deviationSlope + start, squares: columnSquares, logs: columnLogs, meanGradient: gradient + start,
        rhoGradient: gradient + layout.weightCount + start)
      var total = 0.0
      for g in 0..<groups {
        let node = ofEdges ? g % nodes : g
        let squares = Double(columnSquares[g])
        let ofGroup =
          0.5 * Double(precision[l][firstGroup + g]) * squares - Double(columnLogs[g])
          + Double(perGroup) * (logSlabDeviation + 0.5 * scales.meanLog[l][node] - 0.5)
        let gamma = indicators[l].probability[firstGroup + g]
        total += gamma * ofGroup
        centredCount[node] += gamma * Double(perGroup)
        centredSquares[node] += gamma * squares
        if let logits {
          gradient[logits.lowerBound + firstGroup + g] += Scalar(gamma * (1 - gamma) * ofGroup * perRow)
        }
      }
      if first == 0 { value.layers[l].slabBiases = total } else { value.layers[l].slabWeights = total }
    }
    guard model.isCentred else { return }
    let halfPrecision = 0.5 / (model.slab.standardDeviation * model.slab.standardDeviation)
    for j in 0..<nodes {
      scales.addWeightDivergence(
        layer: l, node: j, weights: centredCount[j], halfSquares: centredSquares[j] * halfPrecision, to: gradient,
        perRow: perRow)
    }
  }
}
