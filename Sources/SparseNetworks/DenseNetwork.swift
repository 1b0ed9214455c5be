import NetworkShape

/// A fully connected network of plain numbers: one posterior draw θ, or a mean, as any program can run it.
///
///     f(x) = b_L + W_L ψ(b_{L−1} + W_{L−1} ψ(… ψ(b_0 + W_0 x)))
///
/// Its weights are *effective* (THEORY.md 1.1, 2.4): indicators and scales are multiplied in. For a categorical
/// likelihood f(x) are the scores before the softmax.
public struct DenseNetwork: Sendable, Equatable {
  /// One layer's map h ↦ b + W h.
  public struct Layer: Sendable, Equatable {
    /// May be 0: then the layer's outputs are its biases.
    public let inputCount: Int
    /// May be 0 in a hidden layer of which nothing is left.
    public let outputCount: Int
    /// outputs × (inputs + 1), row-major: row j is the group of node j, its bias first.
    package let values: [Float]

    package init(inputCount: Int, outputCount: Int, values: [Float]) {
      precondition(values.count == (inputCount + 1) * outputCount)
      self.inputCount = inputCount
      self.outputCount = outputCount
      self.values = values
    }

    /// b, one number an output.
    public var biases: [Float] { (0..<outputCount).map { bias(of: $0) } }

    /// W, outputs × inputs, row-major: row j holds the incoming weights of node j, as in PyTorch's `Linear.weight`.
    public var weights: [Float] {
      var result = [Float]()
      result.reserveCapacity(inputCount * outputCount)
      for output in 0..<outputCount {
        for input in 0..<inputCount { result.append(weight(from: input, to: output)) }
      }
      return result
    }

    func weight(from input: Int, to output: Int) -> Float { values[output * (inputCount + 1) + 1 + input] }
    func bias(of output: Int) -> Float { values[output * (inputCount + 1)] }
  }

  /// From the inputs up; the last one is linear.
  public let layers: [Layer]
  /// ψ, of every hidden layer.
  public let activation: Activation
  public let likelihood: Likelihood

  package init(layers: [Layer], activation: Activation, likelihood: Likelihood) {
    precondition(!layers.isEmpty && zip(layers, layers.dropFirst()).allSatisfy { $0.outputCount == $1.inputCount })
    self.layers = layers
    self.activation = activation
    self.likelihood = likelihood
  }

  /// k_0.
  public var inputCount: Int { layers[0].inputCount }
  /// k_{L+1}.
  public var outputCount: Int { layers[layers.count - 1].outputCount }
  /// Inputs, hidden layers, outputs; a hidden layer may have 0 nodes.
  public var widths: [Int] { [inputCount] + layers.map(\.outputCount) }

  /// Weights and biases: Σ_l (k_l + 1) k_{l+1}.
  public var parameterCount: Int { layers.reduce(0) { $0 + ($1.inputCount + 1) * $1.outputCount } }

  /// Floating-point operations of f at one row: Σ_l 2 k_l k_{l+1}.
  ///
  /// Each node takes k_l multiplications, k_l − 1 additions and one more for its bias. Activations are not counted.
  public var operationCount: Int { layers.reduce(0) { $0 + 2 * $1.inputCount * $1.outputCount } }

  /// f at every row: rows × outputs, row-major.
  ///
  /// - Parameter inputs: row-major, k_0 numbers a row, in the units that the network was trained in.
  /// - Throws: `FitError.mismatch` when the inputs aren't whole rows of finite numbers, or when the activation is one
  ///   for which only rates can be computed.
  public func outputs(at inputs: [Double]) throws(FitError) -> [Double] {
    guard activation.isTrainable else {
      throw FitError.mismatch(what: "activation", found: activation.rawValue, expected: "one that can be trained")
    }
    try TrainingSet<Float>.requireRows(inputs, columns: inputCount)
    let rowCount = inputs.count / inputCount
    var outputs = [Double]()
    outputs.reserveCapacity(rowCount * outputCount)
    let pass = ForwardPass(self, capacity: min(Self.chunk, max(rowCount, 1)))
    let lanes = pass.lanes
    for start in stride(from: 0, to: rowCount, by: Self.chunk) {
      let rows = min(Self.chunk, rowCount - start)
      inputs.withUnsafeBufferPointer { pass.run($0, rows: start..<(start + rows)) }
      for row in 0..<rows {
        for output in 0..<outputCount {
          outputs.append(Double(pass.hidden[layers.count][(1 + output) * lanes + row]))
        }
      }
    }
    return outputs
  }

  /// Rows that stay in cache together.
  private static let chunk = 512

  /// The buffers of a chunk's evaluation: node-major, `lanes` rows a node; `hidden` begins with a node that is always 1.
  private struct ForwardPass {
    private let network: DenseNetwork
    private let memory = ScratchMemory<Float>()
    private let gate, preactivation, slope: UnsafeMutablePointer<Float>
    let hidden: [UnsafeMutablePointer<Float>]
    let lanes: Int

    init(_ network: DenseNetwork, capacity: Int) {
      _ = BLAS.useOneThread
      self.network = network
      let widest = network.widths.max() ?? 0
      gate = memory.take(widest)
      gate.update(repeating: 1, count: widest)
      lanes = capacity.wholeLanes
      preactivation = memory.take(lanes * widest)
      slope = memory.take(lanes * widest)
      hidden = network.widths.map { [memory, lanes] in memory.take(lanes * ($0 + 1)) }
      for layer in hidden { layer.update(repeating: 1, count: lanes) }
    }

    /// Leaves the outputs of some rows of `inputs` in the last of `hidden`.
    func run(_ inputs: UnsafeBufferPointer<Double>, rows: Range<Int>) {
      let inputCount = network.inputCount
      for (place, row) in rows.enumerated() {
        for input in 0..<inputCount {
          hidden[0][(1 + input) * lanes + place] = Float(inputs[row * inputCount + input])
        }
      }
      for (l, layer) in network.layers.enumerated() {
        // BLAS takes no matrix without columns.
        if layer.outputCount > 0 {
          layer.values.withUnsafeBufferPointer { values in
            guard let base = values.baseAddress else { return }
            Float.blas(
              m: layer.outputCount, n: lanes, k: layer.inputCount + 1, base, layer.inputCount + 1,
              aIsTransposed: false, hidden[l], lanes, bIsTransposed: false, into: preactivation, lanes)
          }
        }
        Float.kernels.pointee.activate(
          (l + 1 < network.layers.count ? network.activation : .identity).code, layer.outputCount, lanes,
          gate, preactivation, slope, hidden[l + 1] + lanes)
      }
    }
  }
}
