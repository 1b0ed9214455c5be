/// How far the weights of each layer may stray from a network of the class while the function stays within Δ² of it,
/// in mean square (THEORY.md 7.1).
///
///     T_L² = 1,  T_l² = K_ψ^{2(L−l)} Π_{m>l} s_m B_m²
///     H_0 = 1 + M₂,  σ_l² = Δ² / {(L+1)² s_l T_l² H_l},  H_{l+1} = 1 + K_ψ² s_l (B_l² + σ_l²) H_l
///
/// All three lists run over the layers l = 0, …, L.
public struct ApproximationRadii: Sendable, Equatable {
  /// Δ².
  public let squaredRadius: Double
  /// σ_l²: a bound on the variance of each weight of an active row under q.
  public let variances: [Double]
  /// H_l ≥ E‖(1, h_l)‖², the layer's inputs and its bias.
  public let inputMoments: [Double]
  /// T_l²: the squared Lipschitz constant of what follows the layer.
  public let squaredTailConstants: [Double]

  /// - Throws: `RateError` unless Δ² is positive and finite, and where a radius or what it is made of leaves the range
  ///   of a `Double`.
  package init(_ inputs: RateInputs, squaredRadius: Double) throws(RateError) {
    guard squaredRadius > 0, squaredRadius.isFinite else {
      throw RateError(name: "the squared radius Δ²", value: "\(squaredRadius)", needs: "positive and finite")
    }
    let layers = inputs.rowNorms.indices
    let squaredLipschitz = inputs.lipschitzConstant * inputs.lipschitzConstant
    var tails = Array(repeating: 1.0, count: layers.count)
    for layer in layers.dropLast().reversed() {
      let norm = inputs.rowNorms[layer + 1]
      tails[layer] = tails[layer + 1] * squaredLipschitz * inputs.activeNodes[layer + 1] * norm * norm
    }
    let depth = Double(layers.count)  // L + 1
    var moments = [1 + inputs.inputMoment]
    var variances = [Double]()
    for layer in layers {
      let nodes = inputs.activeNodes[layer]
      let variance = squaredRadius / (depth * depth * nodes) / tails[layer] / moments[layer]
      let numbers = [("T_\(layer)²", tails[layer]), ("H_\(layer)", moments[layer]), ("σ_\(layer)²", variance)]
      for (name, value) in numbers where !(value > 0 && value.isFinite) {
        throw RateError(
          name: "\(name) at Δ² = \(squaredRadius)", value: "\(value)",
          needs: "positive and finite; bring Δ² and the bounds B_l closer to 1")
      }
      variances.append(variance)
      guard layer + 1 < layers.count else { break }
      let norm = inputs.rowNorms[layer]
      moments.append(1 + squaredLipschitz * nodes * (norm * norm + variance) * moments[layer])
    }
    self.squaredRadius = squaredRadius
    self.variances = variances
    inputMoments = moments
    squaredTailConstants = tails
  }
}
