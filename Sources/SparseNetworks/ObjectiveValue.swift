/// The parts of one evaluation of the objective: nats, unscaled. The loss is `negativeLogLikelihood` + KL / n.
package struct ObjectiveValue: Equatable, Sendable {
  /// The KL terms of one layer (THEORY.md 3.3).
  package struct LayerDivergence: Equatable, Sendable {
    package var inclusion = 0.0
    /// Of weights and biases.
    package var slab = 0.0
    /// Of τ², or of its factors a and b, in the order of the layout.
    package var scale = SIMD2(0.0, 0.0)

    package var total: Double { inclusion + slab + scale[0] + scale[1] }
  }

  /// A mean over the minibatch's rows.
  package var negativeLogLikelihood = 0.0
  package var layers: [LayerDivergence]
  /// Of the scales that the network shares, in the order of the layout.
  package var shared = SIMD4(0.0, 0.0, 0.0, 0.0)

  package init(layerCount: Int) { layers = Array(repeating: LayerDivergence(), count: layerCount) }

  package var divergence: Double { layers.reduce(shared[0] + shared[1] + shared[2] + shared[3]) { $0 + $1.total } }

  /// The evidence lower bound of `rows` training rows that this evaluation estimates.
  package func evidenceBound(rows: Int) -> Double { -Double(rows) * negativeLogLikelihood - divergence }
}
