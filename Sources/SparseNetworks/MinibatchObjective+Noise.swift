import CKernels
import GSL

/// Piece 1: the weights, indicators and scales of a draw; what they are drawn from is `StepNoise`.
extension MinibatchObjective {
  /// s = softplus(rho), indicators z, scales t̃ and the weights w = m + s ε of the nodes that are on. A node's gate is z t̃,
  /// which multiplies its pre-activation and so its whole group of weights; an edge's indicator multiplies w itself.
  ///
  /// - Parameter move: Adam's. Weights that get no likelihood gradient in this draw follow it at once, while they are in the
  ///   first-level cache: `divergence` leaves them out.
  package func prepare(_ parameters: Constant, gates: GateStage, move: slab_adam? = nil) throws(GSLError) {
    try scales.draw(parameters, noise: noise)
    try drawIndicators(parameters, gates: gates)
    kernels.pointee.product(layout.nodeCount, 1, indicator, scales.scale, gate)
    prepareDivergence()
    // What is off can be left out if it hands on nothing; it has to be weighed if its indicator learns from it.
    let canSkip = skipsNodesThatAreOff && offNodesHandOnNothing
    let needsAll = gates == .learned && offSlope != 0
    for l in 0..<(layerCount - 1) {
      nodes[l + 1].update(indicator: canSkip ? Constant(indicator + work[l].firstNode) : nil, needsAll: needsAll)
    }
    if estimator == .weightSampling, !hasEdges, (1..<layerCount).allSatisfy({ nodes[$0].isWhole }) {
      // Layers are no matter: blocks, which stay in the first-level caches between passes, and end with chunks of noise.
      var start = 0
      while start < layout.weightCount {
        let block = start..<min(start + Self.blockSize, layout.weightCount)
        computeDeviations(parameters, of: block)
        noise.drawWeights(block)
        kernels.pointee.sample(
          block.count, parameters + start, deviation + start, noise.weights + start, weights + start)
        start = block.upperBound
      }
    } else {
      for l in 0..<layerCount { prepareWeights(parameters, layer: l, move: move) }
    }
  }

  /// s = softplus(rho) of some weights, and its slope.
  private func computeDeviations(_ parameters: Constant, of weights: Range<Int>) {
    let (first, rhos) = (weights.lowerBound, parameters + layout.weightCount)
    kernels.pointee.softplus(weights.count, rhos + first, deviation + first, deviationSlope + first)
  }

  private func drawIndicators(_ parameters: Constant, gates: GateStage) throws(GSLError) {
    let logits = parameters + layout.inclusionLogits.lowerBound
    let count = layout.inclusionLogits.count
    guard count > 0 else { return }
    let ofEdges = hasEdges
    let (z, slope, gamma) =
      ofEdges ? (edgeIndicator, edgeSlope, edgeInclusion) : (indicator, indicatorSlope, inclusion)
    switch gates {
    case .learned:
      let expected = kernels.pointee.indicators(
        count, 1 / temperature, relaxation == .soft ? 1 : 0, logits, noise.uniforms, z, slope, gamma)
      try requireFinite(expected, "sum of the inclusion probabilities")
    case .open, .frozen:
      for i in 0..<count {
        let on: Scalar = gates == .open || logits[i] > 0 ? 1 : 0
        (z[i], slope[i], gamma[i]) = (on, 0, on)
      }
    }
  }

  /// The weights of a layer as its products read them: all of them as they lie in the arena, or packed.
  private func prepareWeights(_ parameters: Constant, layer l: Int, move: slab_adam?) {
    let layer = work[l]
    let (from, to) = (nodes[l], nodes[l + 1])
    let start = layer.start
    let (m, s) = (parameters + start, Constant(deviation) + start)
    let local = estimator == .localReparameterisation
    guard from.isWhole && to.isWhole else {
      packWeights(parameters, layer: l, move: moveOfNodesThatAreOff(move))
      return
    }
    computeDeviations(parameters, of: start..<(start + layer.weightCount))
    if local {
      kernels.pointee.square(layer.weightCount, s, squaredDeviation + start)
      if layer.isOfEdges {
        let z = edgeIndicator + start
        kernels.pointee.product(layer.weightCount, 1, z, m, weights + start)
        kernels.pointee.product(layer.weightCount, 1, z, squaredDeviation + start, squaredDeviation + start)
        kernels.pointee.product(layer.weightCount, 1, z, squaredDeviation + start, squaredDeviation + start)
      }
    } else {
      noise.drawWeights(start..<(start + layer.weightCount))
      kernels.pointee.sample(layer.weightCount, m, s, noise.weights + start, weights + start)
      if layer.isOfEdges {
        kernels.pointee.product(layer.weightCount, 1, edgeIndicator + start, weights + start, weights + start)
      }
    }
  }

  /// Row a: node `to.order[a]`; column 0 its bias, column 1 + b the weight from node `from.order[b]`. A node that is off
  /// takes only what is on.
  private func packWeights(_ parameters: Constant, layer l: Int, move: slab_adam?) {
    let layer = work[l]
    let (from, to) = (nodes[l], nodes[l + 1])
    let (start, group) = (layer.start, layer.groupSize)
    var next = 0
    // The KL needs the deviations of all, those of nodes that are off at once or later. Skipping a few weights costs more
    // than drawing them.
    to.forEachRun(gap: Self.shortestGap / group) { run in
      prepareBlocks(parameters, layer: l, nodes: next..<run.lowerBound, areNeeded: false, move: move)
      prepareBlocks(parameters, layer: l, nodes: run, areNeeded: true, move: move)
      next = run.upperBound
    }
    prepareBlocks(parameters, layer: l, nodes: next..<to.count, areNeeded: false, move: move)
    guard estimator == .localReparameterisation else { return }
    let (live, stride) = (1 + from.live, 1 + from.needed)
    kernels.pointee.pack(
      to.needed, to.live, to.order, group, from.on, live, stride, parameters + start, packedWeights + start)
    kernels.pointee.pack(
      to.needed, to.live, to.order, group, from.on, live, stride, squaredDeviation + start, packedSquares + start)
  }

  /// Some nodes' deviations and, where they are needed, noise and weights; with `move` also the step of those that are off.
  /// A few nodes at a time, so that what is read again is in the first-level cache.
  private func prepareBlocks(
    _ parameters: Constant, layer l: Int, nodes: Range<Int>, areNeeded: Bool, move: slab_adam?
  ) {
    let some = max(1, Self.blockSize / work[l].groupSize)
    var next = nodes.lowerBound
    while next < nodes.upperBound {
      let block = next..<min(next + some, nodes.upperBound)
      next = block.upperBound
      prepareBlock(parameters, layer: l, nodes: block, areNeeded: areNeeded, move: move)
    }
  }

  private func prepareBlock(
    _ parameters: Constant, layer l: Int, nodes block: Range<Int>, areNeeded: Bool, move: slab_adam?
  ) {
    let layer = work[l]
    let (from, to) = (nodes[l], nodes[l + 1])
    let group = layer.groupSize
    let range = (layer.start + block.lowerBound * group)..<(layer.start + block.upperBound * group)
    let (first, count) = (range.lowerBound, range.count)
    // Only of nodes that are on the noise is wanted later, and, where the others move at once, the deviations.
    let isWantedAgain = areNeeded && block.contains { to.place[$0] < to.live }
    let keeps = isWantedAgain || move == nil
    let (s, slope) = keeps ? (deviation + first, deviationSlope + first) : (blockDeviation, blockSlope)
    kernels.pointee.softplus(count, parameters + layout.weightCount + first, s, slope)
    if areNeeded, estimator == .localReparameterisation {
      kernels.pointee.square(count, s, squaredDeviation + first)
    } else if areNeeded {
      let m = parameters + first
      let e = isWantedAgain ? noise.weights + first : blockNoise
      noise.drawWeights(range, into: e)
      if !from.isWhole { kernels.pointee.sample(count, m, s, e, blockWeights) }
      for node in block where to.place[node] < to.needed {
        let (place, offset) = (Int(to.place[node]), (node - block.lowerBound) * group)
        let packed = packedWeights + layer.start + place * (1 + from.needed)
        if from.isWhole {
          kernels.pointee.sample(group, m + offset, s + offset, e + offset, packed)
        } else {
          kernels.pointee.pack(
            1, place < to.live ? 1 : 0, nil, group, from.on, 1 + from.live, 1 + from.needed, blockWeights + offset, packed)
        }
      }
    }
    guard let move else { return }
    to.forEachRun(in: block, areOn: false) { off in
      let offset = (off.lowerBound - block.lowerBound) * group
      weightDivergence(
        parameters, layer: l, nodes: off, deviation: s + offset, slope: slope + offset, rows: noRows, move: move)
    }
  }

  /// Weights in a row that are drawn though nobody needs them.
  private static var shortestGap: Int { 128 }
  /// Weights that are drawn at a time, whole chunks of noise; or more where one node has them.
  static var blockSize: Int { 2048 }
}
