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

/// The draws of one training step: standard normals and uniforms, in the places where the step reads them.
///
/// Each number is a pure function of (key, step, purpose, index), so a draw that is skipped changes no other and a
/// resumed fit goes on with the same numbers.
package struct StepNoise<Scalar: NetworkScalar> {
  /// One normal a weight, in the layout of the weights (weight sampling).
  package let weights: UnsafeMutablePointer<Scalar>
  /// One normal per row and node, layer by layer (local reparameterisation).
  package let preactivations: [UnsafeMutablePointer<Scalar>]
  /// One uniform on (0, 1) per indicator, of nodes or of weights, layer by layer.
  package var uniforms: [[Double]]
  /// One normal per factor of a node's scale, layer by layer. A product of log-normals takes the first alone.
  package var scales: [[SIMD2<Double>]]
  /// One normal per factor of the network's global scale, likewise.
  package var globalScale = SIMD2(0.0, 0.0)
  /// One normal for a random cap.
  package var cap = 0.0

  private let memory = ScratchMemory<Scalar>()
  private let layout: ParameterLayout
  private let estimator: GradientEstimator
  /// Whether a second factor or the cap is drawn by itself.
  private let drawsSecondFactors: Bool
  private let indicatorCount: Int
  private var normals: [Double]
  private var words: [UInt32]

  init(model: NetworkModel, layout: ParameterLayout, estimator: GradientEstimator, capacity: Int) {
    let memory = memory
    self.layout = layout
    self.estimator = estimator
    let local = estimator == .localReparameterisation
    weights = memory.take(local ? 0 : layout.weightCount)
    preactivations = layout.layers.map { memory.take(local ? capacity * $0.columns : 0) }
    // A uniform for each node of the output too, which has no indicator: which draws others get does not hang on it.
    uniforms = layout.layers.map { Array(repeating: 0.5, count: $0.inclusionLogits?.count ?? $0.columns) }
    scales = layout.layers.map { Array(repeating: .zero, count: $0.columns) }
    drawsSecondFactors = model.scaleFamily == .gamma || layout.shared.contains { $0.role == .cap }
    indicatorCount = uniforms.reduce(0) { $0 + $1.count }
    let nodes = layout.layers.reduce(0) { $0 + $1.columns }
    normals = Array(repeating: 0, count: nodes + 2)
    words = Array(repeating: 0, count: max(indicatorCount, capacity))
  }

  /// Draws everything that one step on `rows` rows reads.
  package mutating func draw(key: StreamKey, step: Int, rows: Int) {
    let high = UInt64(step) * Purpose.count
    switch estimator {
    case .weightSampling:
      Scalar.normals(key: key.value, high: high + Purpose.weights, count: layout.weightCount, into: weights)
    case .localReparameterisation:
      for (l, layer) in layout.layers.enumerated() {
        Scalar.normals(
          key: key.value, high: high + Purpose.firstLayer + UInt64(l), count: rows * layer.columns,
          into: preactivations[l])
      }
    }
    slab_words(key.value, high + Purpose.indicators, indicatorCount, &words)
    var next = 0
    for l in uniforms.indices {
      for j in uniforms[l].indices {
        uniforms[l][j] = Self.uniform(words[next])
        next += 1
      }
    }
    drawFactor(0, key: key, high: high + Purpose.nodes)
    guard drawsSecondFactors else { return }
    drawFactor(1, key: key, high: high + Purpose.secondFactors)
    cap = normals[normals.count - 1]
  }

  private mutating func drawFactor(_ factor: Int, key: StreamKey, high: UInt64) {
    slab_normals_f64(key.value, high, normals.count, &normals)
    var next = 0
    for l in scales.indices {
      for j in scales[l].indices {
        scales[l][j][factor] = normals[next]
        next += 1
      }
    }
    globalScale[factor] = normals[next]
  }

  /// Row numbers 0 ..< `rowCount` drawn with replacement: the minibatch of `step`.
  package mutating func drawRows(key: StreamKey, step: Int, rowCount: Int, into rows: inout [Int]) {
    slab_words(key.value, UInt64(step) * Purpose.count + Purpose.rows, rows.count, &words)
    // Multiply-shift: a row's probability is off by less than rowCount / 2³² of itself.
    for i in rows.indices { rows[i] = Int((UInt64(words[i]) * UInt64(rowCount)) >> 32) }
  }

  /// The middle of one of 2³² cells of (0, 1), so that neither log u nor log(1 − u) is infinite.
  private static func uniform(_ word: UInt32) -> Double { (Double(word) + 0.5) * 0x1p-32 }
}
