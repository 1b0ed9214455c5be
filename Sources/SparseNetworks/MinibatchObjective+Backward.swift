import CKernels

/// Piece 3: backward.
extension MinibatchObjective {
  /// From ∂loss/∂f down to the inputs: the likelihood's gradient of weights, or of their means and of s², and of gates.
  ///
  /// Of a layer that is whole it stands in the arena, of another one in `packedGradient`; `divergence` makes it whole and
  /// adds the chain rule of s.
  func backward(_ parameters: Constant, gates: GateStage) {
    var delta = outputDelta
    for l in (0..<layerCount).reversed() {
      let layer = work[l]
      let (from, to) = (nodes[l], nodes[l + 1])
      // ∂loss/∂h takes the place of h, unless that is needed after it.
      let below = estimator == .localReparameterisation ? layer.inputDelta : layer.inputs + lanes
      defer { delta = below }
      // δ_u = gate ∘ ψ'(a) ∘ δ_h, and ∂loss/∂gate_j = Σ_rows δ_a u.
      let gateGradient = gateGradient + layer.firstNode
      kernels.pointee.delta(
        to.needed, to.live, lanes, offSlope, self.gates(layer: l), layer.preactivation,
        layer.isOutput ? nil : Constant(layer.slope), delta, biasGradient, to.isWhole ? gateGradient : orderedGateGradient)
      if !to.isWhole {
        for a in 0..<to.needed { gateGradient[Int(to.order[a])] = orderedGateGradient[a] }
        for a in to.needed..<to.count { gateGradient[Int(to.order[a])] = 0 }
      }
      // ∂/∂w = δ_u (1, h)ᵀ; an input that is off is 0, and so is the gradient of what leads out of it.
      let isWhole = from.isWhole && to.isWhole
      let start = layer.start
      let stride = isWhole ? layer.groupSize : 1 + from.live
      let ofWeights = (isWhole ? gradient : packedGradient) + start
      multiplyTransposed(m: to.live, n: from.live, delta, layer.inputs + lanes, into: ofWeights + 1, stride: stride)
      for a in 0..<to.live { ofWeights[a * stride] = biasGradient[a] }
      let (w, weightStride) = productWeights(parameters, layer: l)
      if l > 0 {
        multiply(
          m: from.needed, k: to.live, w + 1, stride: weightStride, isTransposed: true, delta, into: below)
      }
      guard estimator == .localReparameterisation else {
        if layer.isOfEdges { backwardThroughEdges(parameters, layer: l) }
        continue
      }
      // v = s² (1, h²): δ_v = δ_u ε / (2√v), ∂/∂s² = δ_v (1, h²)ᵀ, ∂/∂h = wᵀ δ_u + 2 h (s²)ᵀ δ_v.
      let deltaOfVariance = layer.variance
      kernels.pointee.product(to.live * lanes, 1, deltaOfVariance, delta, deltaOfVariance)
      multiplyTransposed(
        m: to.live, n: 1 + from.live, deltaOfVariance, layer.squaredInputs,
        into: (isWhole ? gradient + layout.weightCount : packedVarianceGradient) + start, stride: stride)
      if layer.isOfEdges { backwardThroughEdges(parameters, layer: l) }
      if l > 0 {
        multiply(
          m: from.live, k: to.live, productSquares(layer: l) + 1, stride: weightStride, isTransposed: true,
          deltaOfVariance, into: varianceDelta)
        kernels.pointee.add_variance_delta(from.live * lanes, layer.inputs + lanes, varianceDelta, below)
      }
    }
    backwardThroughGates()
  }

  /// gate = z t̃: ∂/∂ϑ = ∂/∂gate · t̃ · dz/dϑ; the scales take ∂/∂log t̃ = ∂/∂gate · z t̃.
  private func backwardThroughGates() {
    scales.takeGradient(ofGates: gateGradient, gates: gate)
    guard !hasEdges else { return }
    // Hidden nodes come first, in the order of their logits.
    let logits = gradient + layout.inclusionLogits.lowerBound
    kernels.pointee.product(layout.inclusionLogits.count, 1, gateGradient, scales.scale, logits)
    kernels.pointee.product(layout.inclusionLogits.count, 1, logits, indicatorSlope, logits)
  }

  /// From ∂/∂(z m), and ∂/∂(z s)² with local reparameterisation, to ∂/∂ϑ, ∂/∂m and what ∂/∂s needs, weight by weight.
  private func backwardThroughEdges(_ parameters: Constant, layer l: Int) {
    let layer = layout.layers[l]
    guard let logits = layer.inclusionLogits else { return }
    for (place, logit) in zip(layer.weights, logits) {
      let z = edgeIndicator[place]
      let ofMean = gradient[place]
      let slopeOfIndicator: Scalar
      switch estimator {
      case .weightSampling:
        slopeOfIndicator = ofMean * (parameters[place] + deviation[place] * noise.weights[place])
        gradient[layout.weightCount + place] = ofMean * z * noise.weights[place]
      case .localReparameterisation:
        let ofVariance = gradient[layout.weightCount + place]
        slopeOfIndicator = ofMean * parameters[place] + 2 * z * deviation[place] * deviation[place] * ofVariance
        gradient[layout.weightCount + place] = 2 * deviation[place] * ofVariance * z * z
      }
      gradient[place] = ofMean * z
      gradient[logit] = slopeOfIndicator * edgeSlope[place]
    }
  }
}
