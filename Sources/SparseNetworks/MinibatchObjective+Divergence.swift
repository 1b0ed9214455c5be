import CKernels
import Foundation
import GSL
import Priors

/// Piece 4: the KL.
extension MinibatchObjective {
  /// THEORY.md 3.3: values to `value`, derivatives over n added to the likelihood's gradient, which is then whole.
  ///
  ///     Σ_i K_N = ½ E t̃⁻²/σ_0² Σ(s² + m²) − Σ log s + (number)(log σ_0 + ½ E log t̃² − ½), a node
  func divergence(_ parameters: Constant, gates: GateStage) throws(GSLError) {
    sharedDivergence = scales.divergence(toLayers: layerDivergences, gradient: gradient, perRow: perRow)
    kernels.pointee.product(layout.nodeCount, perRow, inclusion, ones, divergenceFactor)
    kernels.pointee.product(layout.nodeCount, slabPrecision, scales.meanPrecision, ones, precision)
    for l in 0..<layerCount {
      if work[l].isOfEdges {
        edgeDivergence(parameters, layer: l, gates: gates)
      } else {
        weightDivergence(parameters, layer: l, gates: gates)
      }
      try inclusionDivergence(parameters, layer: l, gates: gates)
    }
  }

  private func weightDivergence(_ parameters: Constant, layer l: Int, gates: GateStage) {
    let layer = work[l]
    let (from, to) = (nodes[l], nodes[l + 1])
    let isWhole = from.isWhole && to.isWhole
    let (start, rhos) = (layer.start, layout.weightCount + layer.start)
    let local = estimator == .localReparameterisation
    kernels.pointee.divergence(
      layer.nodeCount, layer.groupSize, divergenceFactor + layer.firstNode, precision + layer.firstNode,
      parameters + start, deviation + start, deviationSlope + start, local ? nil : noise.weights + start,
      (isWhole ? gradient : packedGradient) + start,
      local ? (isWhole ? gradient + layout.weightCount : packedVarianceGradient) + start : nil,
      isWhole ? layer.groupSize : 1 + from.live, isWhole ? nil : places(to), isWhole ? nil : UnsafePointer(from.on),
      gradient + start, gradient + rhos, columnSquares, columnLogs)
    let first = layer.firstNode
    let perRow = perRow
    layerDivergences[l].slab = kernels.pointee.group_divergence(
      layer.nodeCount, Double(layer.groupSize), logSlabDeviation, perRow, inclusion + first, precision + first,
      scales.meanLog + first, columnSquares, columnLogs,
      gates == .learned ? layer.firstLogit.map { UnsafeMutableRawPointer(gradient + $0) } : nil)
    guard isCentred else { return }
    for j in 0..<layer.nodeCount {
      let gamma = Double(inclusion[first + j])
      scales.addWeightDivergence(
        layer: l, node: j, weights: gamma * Double(layer.groupSize),
        halfSquares: 0.5 * slabPrecision * gamma * Double(columnSquares[j]), to: gradient, perRow: perRow)
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
