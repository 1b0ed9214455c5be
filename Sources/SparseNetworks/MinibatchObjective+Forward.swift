import CKernels
import Foundation
import NetworkShape

/// Piece 2: forward.
extension MinibatchObjective {
  /// h_{l+1} = ψ(z t̃ ∘ (w_l (1, h_l))); the output layer is linear. With local reparameterisation the pre-activation is
  /// drawn instead of the weights: mean m (1, h), variance s² (1, h²).
  package func forward(_ parameters: Constant) {
    for l in 0..<layerCount {
      let layer = work[l]
      let (from, to) = (nodes[l], nodes[l + 1])
      let inputs = 1 + from.live
      let (w, stride) = productWeights(parameters, layer: l)
      multiply(m: to.needed, k: inputs, w, stride: stride, isTransposed: false, layer.inputs, into: layer.preactivation)
      if estimator == .localReparameterisation {
        kernels.pointee.square(inputs * lanes, layer.inputs, layer.squaredInputs)
        multiply(
          m: to.needed, k: inputs, productSquares(layer: l), stride: stride,
          isTransposed: false, layer.squaredInputs, into: layer.variance)
        addLocalNoise(layer: l)
      }
      kernels.pointee.activate(
        layer.isOutput ? Activation.identity.code : activationCode, to.live, lanes, gates(layer: l),
        layer.preactivation, layer.slope, layer.outputs + lanes)
    }
  }

  /// u = mean + √variance ε, node by node.
  private func addLocalNoise(layer l: Int) {
    let (layer, to) = (work[l], nodes[l + 1])
    for a in 0..<to.needed {
      let node = Int(to.order[a])
      noise.drawPreactivations(layer: l, node: node, rows: rows)
      kernels.pointee.local_noise(
        lanes, noise.preactivations[l] + node * noise.preactivationStride, layer.preactivation + a * lanes,
        layer.variance + a * lanes)
    }
  }

  /// z t̃ of the layer's nodes, in the order in which they are computed.
  func gates(layer l: Int) -> Constant {
    let to = nodes[l + 1]
    let gates = gate + work[l].firstNode
    guard !to.isWhole else { return Constant(gates) }
    kernels.pointee.take(to.needed, to.order, gates, orderedGate)
    return Constant(orderedGate)
  }

  /// f_θ(x) of row `row`, output `output`, after `forward`.
  package func output(row: Int, output: Int) -> Scalar { work[layerCount - 1].outputs[(1 + output) * lanes + row] }

  /// The mean negative log-likelihood; ∂/∂f goes to `outputDelta`, ∂/∂(log σ_e) to its slot of the gradient.
  func likelihood(_ parameters: Constant) -> Double {
    let outputs = model.topology.outputCount
    let f = work[layerCount - 1].outputs + lanes
    switch model.likelihood {
    case .gaussian(let noise):
      let logDeviation =
        switch (noise, layout.logNoise) {
        case (.learned, let index?): Double(parameters[index])
        case (.known(let sd), _), (.learned(let sd), nil): log(sd)
        }
      let precision = exp(-2 * logDeviation)
      let squares = kernels.pointee.gaussian(outputs, rows, lanes, precision, f, realTargets, outputDelta)
      let meanSquare = squares * precision / Double(rows)
      if let index = layout.logNoise { gradient[index] = Scalar(Double(outputs) - meanSquare) }
      return 0.5 * meanSquare + Double(outputs) * (logDeviation + 0.5 * log(2 * Double.pi))
    case .categorical:
      return kernels.pointee.categorical(outputs, rows, lanes, f, classTargets, outputDelta) / Double(rows)
    case .bernoulli:
      return kernels.pointee.bernoulli(rows, lanes, f, classTargets, outputDelta) / Double(rows)
    }
  }
}
