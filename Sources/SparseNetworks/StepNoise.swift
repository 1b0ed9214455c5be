import CKernels
import GSL

/// What a stream of one step is for: the low bits of the counter's high word.
private enum Purpose {
  static let weights: UInt64 = 0
  static let nodes: UInt64 = 1
  static let indicators: UInt64 = 2
  static let rows: UInt64 = 3
  static let secondFactors: UInt64 = 4
  static let firstLayer: UInt64 = 16
  static let count: UInt64 = 1 << 12
}

/// Piece 1 of a step, its draws: standard normals and uniforms, in the places where the step reads them.
///
/// Each number is a pure function of (key, step, purpose, index), so a draw that is skipped changes no other and a
/// resumed fit goes on with the same numbers. Those of weights and pre-activations are drawn only where the step turns
/// out to need them. Not `Sendable`: it belongs to one objective.
package final class StepNoise<Scalar: NetworkScalar> {
  package typealias Vector = UnsafeMutablePointer<Scalar>
  /// One normal a weight, in the layout of the weights (weight sampling).
  package let weights: Vector
  /// One normal per node and row, layer by layer, nodes `preactivationStride` apart (local reparameterisation).
  package let preactivations: [Vector]
  package let preactivationStride: Int
  /// One uniform on (0, 1) per indicator, of nodes or of weights, in the order of their logits.
  package let uniforms: Vector
  /// One normal per node's scale, then one each for the global scale and for a random cap; the second factors' behind.
  /// A product of log-normals takes the first alone.
  package let scales: Vector
  package let scaleStride: Int

  private let memory = ScratchMemory<Scalar>()
  private let layout: ParameterLayout
  private let estimator: GradientEstimator
  private let hasScales, hasSecondFactors: Bool
  /// The stream that weights and pre-activations are still to be drawn from; nil where the numbers are there.
  private var pending: (key: UInt64, high: UInt64)?
  private let kernels: UnsafePointer<slab_kernels>

  init(
    model: NetworkModel, layout: ParameterLayout, estimator: GradientEstimator, capacity: Int,
    kernels: UnsafePointer<slab_kernels>
  ) {
    let memory = memory
    self.layout = layout
    self.estimator = estimator
    self.kernels = kernels
    let local = estimator == .localReparameterisation
    let stride = capacity.wholeLanes
    preactivationStride = stride
    weights = memory.take(local ? 0 : layout.weightCount)
    preactivations = layout.layers.map { memory.take(local ? stride * $0.nodeCount : 0) }
    uniforms = memory.take(layout.inclusionLogits.count, of: Scalar.self, repeating: 0.5)
    scaleStride = layout.nodeCount + 2
    scales = memory.take(2 * scaleStride)
    hasScales = model.slab.kind != .gaussian
    hasSecondFactors = hasScales && (model.scaleFamily == .gamma || layout.shared.contains { $0.role == .cap })
  }

  /// Draws what every step reads, and remembers where weights and pre-activations come from.
  package func draw(key: StreamKey, step: Int) {
    let high = UInt64(step) * Purpose.count
    pending = (key.value, high)
    kernels.pointee.uniforms(key.value, high + Purpose.indicators, layout.inclusionLogits.count, uniforms)
    guard hasScales else { return }
    kernels.pointee.normals(key.value, high + Purpose.nodes, 0, scaleStride - 1, scales)
    guard hasSecondFactors else { return }
    kernels.pointee.normals(key.value, high + Purpose.secondFactors, 0, scaleStride, scales + scaleStride)
    scales[scaleStride - 1] = scales[2 * scaleStride - 1]
  }

  /// The normals of the weights in `range`, to their own places.
  func drawWeights(_ range: Range<Int>) { drawWeights(range, into: weights + range.lowerBound) }

  /// The normals of the weights in `range`, to somewhere else, or from where somebody has put them.
  func drawWeights(_ range: Range<Int>, into place: Vector) {
    if let (key, high) = pending {
      kernels.pointee.normals(key, high + Purpose.weights, range.lowerBound, range.count, place)
    } else if place != weights + range.lowerBound {
      place.update(from: weights + range.lowerBound, count: range.count)
    }
  }

  /// The normals of node `node` of layer `layer` at the first `rows` rows.
  func drawPreactivations(layer: Int, node: Int, rows: Int) {
    guard let (key, high) = pending else { return }
    let start = node * preactivationStride
    kernels.pointee.normals(
      key, high + Purpose.firstLayer + UInt64(layer), start, rows, preactivations[layer] + start)
  }

  /// Draws all that is left, for whoever reads numbers that the step may not need.
  package func drawTheRest(rows: Int) {
    guard pending != nil else { return }
    switch estimator {
    case .weightSampling: drawWeights(0..<layout.weightCount)
    case .localReparameterisation:
      for (l, layer) in layout.layers.enumerated() {
        for node in 0..<layer.nodeCount { drawPreactivations(layer: l, node: node, rows: rows) }
      }
    }
    pending = nil
  }

  /// No noise for the weights: each stands at its mean.
  package func clearWeights() {
    weights.update(repeating: 0, count: layout.weightCount)
    pending = nil
  }

  /// Row numbers 0 ..< `rowCount` drawn with replacement: the minibatch of `step`.
  package func drawRows(key: StreamKey, step: Int, rowCount: Int, into rows: UnsafeMutableBufferPointer<Int32>) {
    guard let base = rows.baseAddress else { return }
    kernels.pointee.rows(
      key.value, UInt64(step) * Purpose.count + Purpose.rows, rows.count, UInt32(rowCount), base)
  }

  // MARK: - Number by number

  /// Of each factor of a node's scale.
  func scale(node: Int) -> SIMD2<Double> { SIMD2(Double(scales[node]), Double(scales[scaleStride + node])) }
  /// Of each factor of the network's global scale.
  var globalScale: SIMD2<Double> { scale(node: layout.nodeCount) }
  /// Of a random cap.
  var cap: Double { Double(scales[layout.nodeCount + 1]) }
}
