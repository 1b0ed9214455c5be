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
    kernels.pointee.product(layout.nodeCount, perRow, inclusion, ones, divergenceFactor)
    if isCentred { kernels.pointee.product(layout.nodeCount, slabPrecision, scales.meanPrecision, ones, precision) }
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

  private func isWhole(_ l: Int) -> Bool { nodes[l].isWhole && nodes[l + 1].isWhole }

  /// The gradient of weights, or the step down it, and each node's sums.
  private func weightDivergence(_ parameters: Constant, layers: Range<Int>, move: slab_adam?) {
    let layer = work[layers.lowerBound]
    let (from, to) = (nodes[layers.lowerBound], nodes[layers.lowerBound + 1])
    let isWhole = isWhole(layers.lowerBound)
    var nodeCount = 0
    for l in layers { nodeCount += work[l].nodeCount }
    let (start, first) = (layer.start, layer.firstNode)
    let rhos = layout.weightCount + start
    let local = estimator == .localReparameterisation
    var move = move
    let bytes = start * MemoryLayout<Scalar>.stride
    move?.first += bytes
    move?.second += bytes
    move?.parameter += bytes
    func pass(_ move: UnsafePointer<slab_adam>?) {
      kernels.pointee.divergence(
        nodeCount, layer.groupSize, divergenceFactor + first, precision + first, parameters + start,
        deviation + start, deviationSlope + start, local ? nil : noise.weights + start,
        (isWhole ? gradient : packedGradient) + start,
        local ? (isWhole ? gradient + layout.weightCount : packedVarianceGradient) + start : nil,
        isWhole ? layer.groupSize : 1 + from.live, isWhole ? nil : places(to), isWhole ? nil : UnsafePointer(from.on),
        move, gradient + start, gradient + rhos, columnSquares + first, columnLogs + first)
    }
    if var move { pass(&move) } else { pass(nil) }
  }

  /// Σ γ K_N of a layer, and its part of the logits' gradient.
  private func groupDivergence(layer l: Int, gates: GateStage) {
    let layer = work[l]
    let first = layer.firstNode
    let perRow = perRow
    layerDivergences[l].slab = kernels.pointee.group_divergence(
      layer.nodeCount, Double(layer.groupSize), logSlabDeviation, perRow, inclusion + first, precision + first,
      scales.meanLog + first, columnSquares + first, columnLogs + first,
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
