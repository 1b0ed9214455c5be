import COpenBLAS

/// The matrix products of one step of a plain network of the same shape, by bare `sgemm`: forward, gradient of the
/// weights and, above the first layer, gradient of the inputs.
struct MatrixProductYardstick {
  private struct Layer {
    let inputs, outputs: Int
    let weights: UnsafeMutablePointer<Float>  // inputs × outputs
    let activations: UnsafeMutablePointer<Float>  // rows × inputs
    let preactivations: UnsafeMutablePointer<Float>  // rows × outputs
  }

  private let rows: Int
  private let layers: [Layer]

  /// - Parameter widths: k_0, …, k_{L+1}; each layer has a bias besides.
  init(widths: [Int], rows: Int) {
    self.rows = rows
    layers = zip(widths, widths.dropFirst()).map { width, outputs in
      let inputs = width + 1
      return Layer(
        inputs: inputs, outputs: outputs, weights: Self.ones(inputs * outputs), activations: Self.ones(rows * inputs),
        preactivations: Self.ones(rows * outputs))
    }
  }

  func run(steps: Int) {
    for _ in 0..<steps {
      for layer in layers {
        multiply(
          CblasNoTrans, CblasNoTrans, rows, layer.outputs, layer.inputs, layer.activations, layer.weights,
          into: layer.preactivations)
      }
      for (l, layer) in layers.enumerated().reversed() {
        multiply(
          CblasTrans, CblasNoTrans, layer.inputs, layer.outputs, rows, layer.activations, layer.preactivations,
          into: layer.weights)
        guard l > 0 else { continue }
        multiply(
          CblasNoTrans, CblasTrans, rows, layer.inputs, layer.outputs, layer.preactivations, layer.weights,
          into: layer.activations)
      }
    }
  }

  /// C = A B, row-major, with A (m × k) and B (k × n) after transposition. Scaled down, so that repetition neither
  /// overflows nor slows down on denormal numbers.
  private func multiply(
    _ transposeA: CBLAS_TRANSPOSE, _ transposeB: CBLAS_TRANSPOSE, _ m: Int, _ n: Int, _ k: Int,
    _ a: UnsafeMutablePointer<Float>, _ b: UnsafeMutablePointer<Float>, into c: UnsafeMutablePointer<Float>
  ) {
    cblas_sgemm(
      CblasRowMajor, transposeA, transposeB, Int32(m), Int32(n), Int32(k), 1 / Float(k), a,
      Int32(transposeA == CblasTrans ? m : k), b, Int32(transposeB == CblasTrans ? k : n), 0, c, Int32(n))
  }

  /// Lives as long as the process.
  private static func ones(_ count: Int) -> UnsafeMutablePointer<Float> {
    let memory = UnsafeMutablePointer<Float>.allocate(capacity: count)
    memory.initialize(repeating: 1, count: count)
    return memory
  }
}
