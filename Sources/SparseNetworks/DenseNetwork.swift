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
    /// (inputs + 1) × outputs, row-major, the biases first: column j is the group of node j.
    package let values: [Float]

    package init(inputCount: Int, outputCount: Int, values: [Float]) {
      precondition(values.count == (inputCount + 1) * outputCount)
      self.inputCount = inputCount
      self.outputCount = outputCount
      self.values = values
    }

    /// b, one number an output.
    public var biases: [Float] { Array(values[..<outputCount]) }

    /// W, outputs × inputs, row-major: row j holds the incoming weights of node j, as in PyTorch's `Linear.weight`.
    public var weights: [Float] {
      var result = [Float]()
      result.reserveCapacity(inputCount * outputCount)
      for output in 0..<outputCount {
        for input in 0..<inputCount { result.append(weight(from: input, to: output)) }
      }
      return result
    }

    func weight(from input: Int, to output: Int) -> Float { values[(input + 1) * outputCount + output] }
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
    for start in stride(from: 0, to: rowCount, by: Self.chunk) {
      let rows = min(Self.chunk, rowCount - start)
      inputs.withUnsafeBufferPointer { pass.run($0, rows: start..<(start + rows)) }
      for row in 0..<rows {
        for output in 0..<outputCount {
          outputs.append(Double(pass.hidden[layers.count][row * (outputCount + 1) + 1 + output]))
        }
      }
    }
    return outputs
  }

  /// Rows that stay in cache together.
  private static let chunk = 512

  /// The buffers of a chunk's evaluation; each row of `hidden`, which has the inputs first, begins with a one.
  private struct ForwardPass {
    private let network: DenseNetwork
    private let memory = ScratchMemory<Float>()
    private let gate, preactivation, slope: UnsafeMutablePointer<Float>
    let hidden: [UnsafeMutablePointer<Float>]

    init(_ network: DenseNetwork, capacity: Int) {
      _ = BLAS.useOneThread
      self.network = network
      let widest = network.widths.max() ?? 0
      gate = memory.take(widest)
      gate.update(repeating: 1, count: widest)
      preactivation = memory.take(capacity * widest)
      slope = memory.take(capacity * widest)
      hidden = network.widths.map { [memory] in memory.take(capacity * ($0 + 1)) }
    }

    /// Leaves the outputs of some rows of `inputs` in the last of `hidden`.
    func run(_ inputs: UnsafeBufferPointer<Double>, rows: Range<Int>) {
      let inputCount = network.inputCount
      var place = hidden[0]
      for row in rows {
        place[0] = 1
        for column in 0..<inputCount { place[1 + column] = Float(inputs[row * inputCount + column]) }
        place += inputCount + 1
      }
      for (l, layer) in network.layers.enumerated() {
        // BLAS takes no matrix without columns.
        if layer.outputCount > 0 {
          layer.values.withUnsafeBufferPointer { values in
            guard let base = values.baseAddress else { return }
            Float.multiply(
              .none, m: rows.count, n: layer.outputCount, k: layer.inputCount + 1, hidden[l], base, into: preactivation)
          }
        }
        Float.activate(
          l + 1 < network.layers.count ? network.activation : .identity, rows: rows.count, columns: layer.outputCount,
          gate: gate, preactivation: preactivation, slope: slope, into: hidden[l + 1])
      }
    }
  }
}
