import Foundation
import GSL
import NetworkShape
import Testing

@testable import SparseNetworks

/// f at one row by plain loops in Double, for any activation.
private func value(of network: DenseNetwork, at row: [Double]) -> [Double] {
  var hidden = row
  for (l, layer) in network.layers.enumerated() {
    let (weights, biases) = (layer.weights, layer.biases)
    hidden = (0..<layer.outputCount).map { j in
      let sum = hidden.indices.reduce(Double(biases[j])) {
        $0 + Double(weights[j * layer.inputCount + $1]) * hidden[$1]
      }
      return l + 1 < network.layers.count ? network.activation.value(at: sum) : sum
    }
  }
  return hidden
}

@Suite struct CompactNetworkTests {
  private let random = RandomGenerator(key: StreamKey(seed: 11))

  private func rows(_ count: Int, inputs: Int) -> [[Double]] {
    (0..<count).map { _ in (0..<inputs).map { _ in random.gaussian() } }
  }

  /// Random weights; each hidden node is off with probability `off`, each weight 0 with probability `zero`.
  private func network(_ widths: [Int], _ activation: Activation, off: Double, zero: Double) -> DenseNetwork {
    let layers = zip(widths, widths.dropFirst()).enumerated().map { l, shape in
      let (inputs, outputs) = shape
      let isOff = (0..<outputs).map { _ in l + 2 < widths.count && random.uniform() < off }
      let values = (0..<((inputs + 1) * outputs)).map { place -> Float in
        isOff[place / (inputs + 1)] || random.uniform() < zero ? 0 : Float(random.gaussian())
      }
      return DenseNetwork.Layer(inputCount: inputs, outputCount: outputs, values: values)
    }
    return DenseNetwork(layers: layers, activation: activation, likelihood: .categorical)
  }

  /// The same f, by definition, to the rounding of the biases (Float, of sums of at most a few dozen terms).
  private func expectSame(_ compact: CompactNetwork, _ whole: DenseNetwork, _ comment: Comment) {
    for row in rows(5, inputs: whole.inputCount) {
      for (a, b) in zip(value(of: compact.network, at: row), value(of: whole, at: row)) {
        #expect(abs(a - b) < 1e-5 * max(1, abs(b)), comment)
      }
    }
  }

  @Test("random networks of every activation, ψ(0) ≠ 0 among them, keep their outputs", arguments: Activation.allCases)
  func sameOutputs(activation: Activation) {
    let shapes = [[3, 5, 2], [2, 4, 4, 1], [1, 6, 3, 5, 2], [4, 1, 1, 1, 3], [2, 3], [5, 8, 8, 1]]
    for (index, widths) in shapes.enumerated() {
      for (off, zero) in [(0.0, 0.0), (0.4, 0), (0.8, 0), (0.3, 0.5), (0.5, 0.9), (1, 0)] {
        let whole = network(widths, activation, off: off, zero: zero)
        let compact = CompactNetwork(whole)
        expectSame(compact, whole, "\(activation) \(widths) off \(off) zero \(zero) shape \(index)")
        #expect(compact.network.widths.first == widths.first && compact.network.widths.last == widths.last)
        #expect(compact.network.widths.dropFirst().dropLast().elementsEqual(compact.keptNodes.map(\.count)))
        #expect(CompactNetwork(compact.network).network == compact.network, "compacting twice changes nothing")
        if off == 1, widths.count > 2 { #expect(compact.operationRatio == 0) }
      }
    }
  }

  @Test("no node that is left can be left out: each has something that varies coming in, and a reader")
  func minimal() {
    for _ in 0..<50 {
      let compact = CompactNetwork(network([4, 7, 6, 5, 2], .tanh, off: 0.4, zero: 0.6)).network
      for (layer, next) in zip(compact.layers, compact.layers.dropFirst()) {
        for node in 0..<layer.outputCount {
          #expect((0..<layer.inputCount).contains { layer.weight(from: $0, to: node) != 0 })
          #expect((0..<next.outputCount).contains { next.weight(from: node, to: $0) != 0 })
        }
      }
    }
  }

  @Test("by hand: an off node's ψ(0) = ½ moves into the bias, an unread node and its input's path go")
  func byHand() throws {
    // Node 0 is f's only path; node 1 is off; node 2 has no outgoing weight.
    let whole = DenseNetwork(
      layers: [
        .init(inputCount: 2, outputCount: 3, values: [0.5, 2, -1, 0, 0, 0, 1, 1, 1]),
        .init(inputCount: 3, outputCount: 1, values: [10, 3, 4, 0]),
      ], activation: .sigmoid, likelihood: .categorical)
    let compact = CompactNetwork(whole)
    #expect(compact.keptNodes == [[0]])
    #expect(compact.network.layers[0].weights == [2, -1] && compact.network.layers[0].biases == [0.5])
    #expect(compact.network.layers[1].weights == [3] && compact.network.layers[1].biases == [12])
    // 3 + 2 of 9 + 4 parameters; 2·2·1 + 2·1·1 of 2·2·3 + 2·3·1 operations.
    #expect(compact.parameterRatio == 5.0 / 13 && compact.operationRatio == 6.0 / 18)
  }

  @Test("a layer that is pruned as a whole leaves a constant network, whatever lies before and behind it")
  func wholeLayerPruned() throws {
    let before = network([3, 4, 5, 4, 2], .tanh, off: 0, zero: 0)
    for pruned in 0..<3 {
      var layers = before.layers
      let layer = layers[pruned]
      layers[pruned] = .init(
        inputCount: layer.inputCount, outputCount: layer.outputCount, values: layer.values.map { _ in 0 })
      let whole = DenseNetwork(layers: layers, activation: .tanh, likelihood: .categorical)
      let compact = CompactNetwork(whole)
      #expect(compact.network.widths == [3, 0, 0, 0, 2])
      #expect(compact.network.parameterCount == 2 && compact.parameterRatio == 2 / Double(whole.parameterCount))
      expectSame(compact, whole, "layer \(pruned)")
      let outputs = try compact.network.outputs(at: [1, 2, 3, -4, 5, 6])
      #expect(outputs[..<2] == outputs[2...])
    }
  }

  @Test("the fast forward pass is the definition, in chunks too", arguments: Activation.allCases.filter(\.isTrainable))
  func outputs(activation: Activation) throws {
    for widths in [[3, 5, 4, 2], [2, 3]] {
      let network = network(widths, activation, off: 0.2, zero: 0.2)
      let rows = rows(1100, inputs: widths[0])
      let outputs = try network.outputs(at: rows.flatMap { $0 })
      let outputCount = network.outputCount
      for row in [0, 1, 511, 512, 1099] {
        for (a, b) in zip(outputs[(row * outputCount)...], value(of: network, at: rows[row])) {
          #expect(abs(a - b) < 1e-5 * max(1, abs(b)))
        }
      }
      #expect(outputs.count == 1100 * outputCount)
      #expect(try network.outputs(at: []).isEmpty)
    }
  }

  @Test("half a row, a NaN and an activation without a kernel are refused")
  func refusals() {
    let network = network([3, 2, 1], .relu, off: 0, zero: 0)
    #expect(throws: FitError.self) { try network.outputs(at: [1, 2, 3, 4]) }
    #expect(throws: FitError.self) { try network.outputs(at: [1, .nan, 3]) }
    let other = DenseNetwork(layers: network.layers, activation: .mish, likelihood: .categorical)
    let error = #expect(throws: FitError.self) { try other.outputs(at: [1, 2, 3]) }
    #expect(error?.description == "activation: found mish, expected one that can be trained")
  }
}
