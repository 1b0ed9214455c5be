import CKernels
import Foundation
import GSL
import Priors

/// Piece 4: the KL.
extension MinibatchObjective {
  /// THEORY.md 3.3: values to `value`, derivatives over n added to the likelihood's gradient, which is then whole.
  ///
  ///     Σ_i K_N = ½ E t̃⁻²/σ_0² Σ(s² + m²) − Σ log s + (number)(log σ_0 + ½ E log t̃² − ½), a node
  /// - Parameter move: Adam's, of weights: made at once instead of storing their gradient. Not where edges have the spike.
  func divergence(_ parameters: Constant, gates: GateStage, move: slab_adam? = nil) throws(GSLError) {
    precondition(move == nil || !hasEdges, "edges' gradients are needed whole")
    sharedDivergence = scales.divergence(toLayers: layerDivergences, gradient: gradient, perRow: perRow)
    var next = 0
    while next < layerCount {
      // Whole layers with groups of one size are one pass.
      let l = next
      next += 1
      if work[l].isOfEdges {
        edgeDivergence(parameters, layer: l, gates: gates)
      } else {
        if isWhole(l) {
          while next < layerCount, isWhole(next), work[next].groupSize == work[l].groupSize, !work[next].isOfEdges {
            next += 1
          }
        }
        weightDivergence(parameters, layers: l..<next, move: move)
      }
    }
    for l in 0..<layerCount {
      if !work[l].isOfEdges { groupDivergence(layer: l, gates: gates) }
      try inclusionDivergence(parameters, layer: l, gates: gates)
    }
  }

  /// What multiplies the KL of each node's weights, and the precision of their prior: of this draw.
  func prepareDivergence() {
    kernels.pointee.product(layout.nodeCount, perRow, inclusion, ones, divergenceFactor)
    if isCentred { kernels.pointee.product(layout.nodeCount, slabPrecision, scales.meanPrecision, ones, precision) }
  }

  private func isWhole(_ l: Int) -> Bool { nodes[l].isWhole && nodes[l + 1].isWhole }

  /// The weights of whole layers with groups of one size, or of one layer.
  private func weightDivergence(_ parameters: Constant, layers: Range<Int>, move: slab_adam?) {
    let l = layers.lowerBound
    let (start, to) = (work[l].start, nodes[l + 1])
    var nodeCount = 0
    for l in layers { nodeCount += work[l].nodeCount }
    func pass(_ nodes: Range<Int>, rows: UnsafePointer<Int32>?) {
      let first = start + nodes.lowerBound * work[l].groupSize
      weightDivergence(
        parameters, layer: l, nodes: nodes, deviation: deviation + first, slope: deviationSlope + first, rows: rows,
        move: move)
    }
    if isWhole(l) {
      pass(0..<nodeCount, rows: nil)
    } else if moveOfNodesThatAreOff(move) != nil {
      to.forEachRun(in: 0..<nodeCount, areOn: true) { pass($0, rows: UnsafePointer(to.place + $0.lowerBound)) }
    } else {
      pass(0..<nodeCount, rows: places(to))
    }
  }

  /// `move` where `prepare` makes it with the weights of nodes that are off.
  func moveOfNodesThatAreOff(_ move: slab_adam?) -> slab_adam? { estimator == .weightSampling ? move : nil }

  /// The gradient of some nodes' weights, counted from layer `l` on, or the step down it, and each node's costs.
  ///
  /// - Parameters:
  ///   - deviation, slope: s and ds/drho of these weights.
  ///   - rows: where each node's likelihood gradient is in `packedGradient`, −1 for none; nil where all are in the arena.
  func weightDivergence(
    _ parameters: Constant, layer l: Int, nodes: Range<Int>, deviation: Vector, slope: Vector, rows: UnsafePointer<Int32>?,
    move: slab_adam?
  ) {
    let (layer, from) = (work[l], self.nodes[l])
    let (start, node) = (layer.start + nodes.lowerBound * layer.groupSize, layer.firstNode + nodes.lowerBound)
    let local = estimator == .localReparameterisation
    let (data, variances) =
      rows == nil
      ? (gradient + start, gradient + layout.weightCount + start)
      : (packedGradient + layer.start, packedVarianceGradient + layer.start)
    func pass(_ move: UnsafePointer<slab_adam>?) {
      kernels.pointee.divergence(
        nodes.count, layer.groupSize, divergenceFactor + node, precision + node, parameters + start, deviation, slope,
        local ? nil : noise.weights + start, data, local ? variances : nil, 1 + from.live, rows,
        rows == nil ? nil : UnsafePointer(from.on), move, gradient + start, gradient + layout.weightCount + start,
        columnCosts + node, isCentred ? UnsafeMutableRawPointer(columnSquares + node) : nil)
    }
    guard var move else {
      pass(nil)
      return
    }
    let bytes = start * MemoryLayout<Scalar>.stride
    move.first += bytes
    move.second += bytes
    move.parameter += bytes
    pass(&move)
  }

  /// Σ γ K_N of a layer, and its part of the logits' gradient.
  private func groupDivergence(layer l: Int, gates: GateStage) {
    let layer = work[l]
    let first = layer.firstNode
    let perRow = perRow
    layerDivergences[l].slab = kernels.pointee.group_divergence(
      layer.nodeCount, Double(layer.groupSize), logSlabDeviation, perRow, inclusion + first,
      scales.meanLog + first, columnCosts + first,
      gates == .learned ? layer.firstLogit.map { UnsafeMutableRawPointer(gradient + $0) } : nil)
    guard isCentred else { return }
    for j in 0..<layer.nodeCount {
      let gamma = Double(inclusion[first + j])
      scales.addWeightDivergence(
        layer: l, node: j, weights: gamma * Double(layer.groupSize),
        halfSquares: 0.5 * slabPrecision * gamma * Double(columnSquares[first + j]), to: gradient, perRow: perRow)
    }
  }

  /// Each node's place among those that have a gradient; −1 for one that is off.
  private func places(_ to: LiveNodes) -> UnsafePointer<Int32> {
    for a in to.live..<to.count { to.place[Int(to.order[a])] = -1 }
    return UnsafePointer(to.place)
  }

  /// Σ_i K_N of some weights of one node.
  private func groupDivergence(node: Int, weights: Int, squares: Scalar, logs: Scalar) -> Double {
    0.5 * Double(precision[node]) * Double(squares) - Double(logs)
      + Double(weights) * (logSlabDeviation + 0.5 * Double(scales.meanLog[node]) - 0.5)
  }

  /// Where edges have the spike: each weight with a γ of its own.
  private func edgeDivergence(_ parameters: Constant, layer l: Int, gates: GateStage) {
    let layer = layout.layers[l]
    let (start, rhos) = (layer.weights.lowerBound, layout.weightCount + layer.weights.lowerBound)
    for place in layer.weights {
      edgeFactor[place] = edgeInclusion[place] * Scalar(perRow)
      edgePrecision[place] = precision[layer.firstNode + (place - start) / layer.groupSize]
    }
    kernels.pointee.edge_divergence(
      layer.weights.count, edgeFactor + start, edgePrecision + start, parameters + start, deviation + start,
      deviationSlope + start, gradient + start, gradient + rhos, edgeSquares, edgeLogs)
    var total = 0.0
    for j in 0..<layer.nodeCount {
      var (count, squares) = (0.0, 0.0)
      for place in layer.group(j) {
        let ofWeight = groupDivergence(
          node: layer.firstNode + j, weights: 1, squares: edgeSquares[place - start], logs: edgeLogs[place - start])
        let gamma = Double(edgeInclusion[place])
        total += gamma * ofWeight
        count += gamma
        squares += gamma * Double(edgeSquares[place - start])
        if gates == .learned {
          gradient[layout.inclusionLogits.lowerBound + place] += Scalar(gamma * (1 - gamma) * ofWeight * perRow)
        }
      }
      if isCentred {
        scales.addWeightDivergence(
          layer: l, node: j, weights: count, halfSquares: 0.5 * slabPrecision * squares, to: gradient, perRow: perRow)
      }
    }
    layerDivergences[l].slab = total
  }

  /// THEORY.md 3.4 and 3.13: the KL of a layer's indicators.
  private func inclusionDivergence(_ parameters: Constant, layer l: Int, gates: GateStage) throws(GSLError) {
    layerDivergences[l].inclusion = 0
    guard let first = work[l].firstLogit else { return }
    let count = hasEdges ? work[l].weightCount : work[l].nodeCount
    let gamma = Constant(hasEdges ? edgeInclusion + work[l].start : inclusion + work[l].firstNode)
    let (onCost, offCost) = (inclusionCosts[l][0], inclusionCosts[l][1])
    var priorLogit = offCost - onCost
    if let beta = inclusionBeta {
      var expected = 0.0
      for i in 0..<count { expected += Double(gamma[i]) }
      let shared = try BetaInclusionDivergence(expectedActive: expected, count: count, a: beta[0], b: beta[1])
      layerDivergences[l].inclusion = shared.value
      priorLogit = shared.priorLogit
    }
    if gates == .learned {
      layerDivergences[l].inclusion += kernels.pointee.inclusion_divergence(
        count, onCost, offCost, priorLogit, perRow, parameters + first, gradient + first)
    } else {
      // Each γ is 0 or 1, without entropy and with nothing to learn.
      for i in 0..<count { layerDivergences[l].inclusion += gamma[i] == 1 ? onCost : offCost }
    }
  }

  /// Of `value.layers[layer].slab`, the part of the biases. A step does not need it.
  package func slabDivergenceOfBiases(_ parameters: Constant, layer l: Int) -> Double {
    let layer = layout.layers[l]
    return (0..<layer.nodeCount).reduce(0) { total, j in
      let (node, bias) = (layer.firstNode + j, layer.group(j).lowerBound)
      let squares = parameters[bias] * parameters[bias] + deviation[bias] * deviation[bias]
      let gamma = work[l].isOfEdges ? edgeInclusion[bias] : inclusion[node]
      return total
        + Double(gamma)
        * groupDivergence(node: node, weights: 1, squares: squares, logs: Scalar(log(Double(deviation[bias]))))
    }
  }
}
