import NetworkShape

/// A network without its dead nodes: dense layers of the smallest widths that compute the same f.
///
///     let network = try posterior.meanNetwork()
///     let compact = CompactNetwork(network)
///     let scores = try compact.network.outputs(at: inputs)
///
/// A hidden node is dead when the network's output doesn't need it:
/// - it is *constant*: no effective weight from something that varies with x leads into it. A pruned node, of value
///   ψ(0), is one; so is every node beyond a layer that was pruned as a whole. Its value times its outgoing weights
///   goes into the biases of the next layer;
/// - it is *unread*: all of its outgoing weights to nodes that are left are 0.
///
/// Hence widths are at most the counts of active nodes, and may be smaller. A layer of which nothing is left has width
/// 0, and f is then constant. Inputs are never removed, so the same rows go in. Outputs agree with the whole network's to
/// rounding.
public struct CompactNetwork: Sendable, Equatable {
  public let network: DenseNetwork
  /// The nodes of each hidden layer that are left, by their numbers in the whole network, ascending.
  public let keptNodes: [[Int]]
  /// Weights and biases that are left, over those of the whole network, pruned ones counted:
  /// (Σ_l (k'_l + 1) k'_{l+1}) / (Σ_l (k_l + 1) k_{l+1}).
  public let parameterRatio: Double
  /// The same ratio of floating-point operations a row, 2 k_l k_{l+1} a layer (see `DenseNetwork.operationCount`).
  public let operationRatio: Double

  public init(_ whole: DenseNetwork) {
    // From the inputs up: biases with the constants folded in, and which nodes still vary.
    var biases: [[Double]] = []
    var varies = [Array(repeating: true, count: whole.inputCount)]
    var constants = [Double](repeating: 0, count: whole.inputCount)
    for layer in whole.layers {
      let sources = varies[varies.count - 1]
      let folded = (0..<layer.outputCount).map { output in
        sources.indices.reduce(Double(layer.bias(of: output))) { sum, input in
          sources[input] ? sum : sum + Double(layer.weight(from: input, to: output)) * constants[input]
        }
      }
      varies.append(
        (0..<layer.outputCount).map { output in
          sources.indices.contains { sources[$0] && layer.weight(from: $0, to: output) != 0 }
        })
      constants = folded.map(whole.activation.value(at:))
      biases.append(folded)
    }
    // From the outputs down: which of these are read.
    var kept = [Array(0..<whole.outputCount)]
    for layer in whole.layers.dropFirst().reversed() {
      let sources = varies[whole.layers.count - kept.count]
      let readers = kept[0]
      kept.insert(
        sources.indices.filter { input in
          sources[input] && readers.contains { layer.weight(from: input, to: $0) != 0 }
        }, at: 0)
    }
    keptNodes = Array(kept.dropLast())
    kept.insert(Array(0..<whole.inputCount), at: 0)

    network = DenseNetwork(
      layers: whole.layers.indices.map { l in
        let (inputs, outputs) = (kept[l], kept[l + 1])
        let groups = outputs.flatMap { output in
          [Float(biases[l][output])] + inputs.map { whole.layers[l].weight(from: $0, to: output) }
        }
        return DenseNetwork.Layer(
          inputCount: inputs.count, outputCount: outputs.count, values: groups)
      }, activation: whole.activation, likelihood: whole.likelihood)
    parameterRatio = Double(network.parameterCount) / Double(whole.parameterCount)
    // A network that was constant already took none.
    operationRatio =
      whole.operationCount == 0 ? 1 : Double(network.operationCount) / Double(whole.operationCount)
  }
}
