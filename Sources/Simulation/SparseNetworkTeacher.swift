import Foundation
import GSL
import NetworkShape

/// A sparse network of the class that the theory is about (THEORY.md 1.2), with one output and known nodes.
///
/// Drawn so that the bounds are attained: in each hidden layer s_l nodes are active, and the row of each active node
/// is a random direction of length B_l. Directions spread over the bias and the active nodes of the layer before (in
/// the first layer, all inputs), since a weight on a dead node would do nothing but count.
///
/// Before scaling, weights on inputs are U(−1, 1), biases U(−½, ½), and weights on hidden nodes ±U(½, 3⁄2): a beta-min
/// condition, without which some "active" node may matter too little to be found at any sample size. A row whose node
/// is constant over 256 uniform probe points, as a ReLU can be, is drawn again.
public struct SparseNetworkTeacher: Teacher, Equatable {
  public let topology: Topology
  public let activation: Activation
  /// s_l and B_l, for the theory's curves.
  public let bounds: WeightBounds
  /// The active nodes of each layer in ascending order, the output layer's single node last.
  public let activeNodes: [[Int]]
  /// Layer l is row-major, k_{l+1} rows of k_l + 1 weights, bias first; the rows of dead nodes are 0.
  public let weights: [[Double]]

  public var inputCount: Int { topology.inputCount }
  public var domain: InputDomain { .symmetric }

  /// Draws a teacher.
  ///
  /// - Throws: `ShapeError` if the topology has several outputs, networks with the activation cannot be trained, or no
  ///   live network can be drawn.
  public init(
    topology: Topology, bounds: WeightBounds, activation: Activation, key: StreamKey
  ) throws(ShapeError) {
    try Self.require(topology, activation)
    let random = RandomGenerator(key: key)
    var liveSources = Array(0..<topology.inputCount)
    var activeNodes: [[Int]] = []
    var weights: [[Double]] = []
    // The outputs of the live sources at the probe points, a list a source.
    var probe = liveSources.map { _ in (0..<probeCount).map { _ in 2 * random.uniform() - 1 } }
    for layer in 0..<topology.layerCount {
      let isOutput = layer == topology.hiddenLayerCount
      let nodes = topology.nodeCount(ofLayer: layer)
      let active = isOutput ? [0] : Self.sample(bounds.activeNodes[layer], of: nodes, random)
      let rowLength = topology.groupSize(ofLayer: layer)
      var layerWeights = [Double](repeating: 0, count: nodes * rowLength)
      var outputs: [[Double]] = []
      for node in active {
        let (direction, output) = try Self.liveRow(
          sources: probe, norm: bounds.rowNorms[layer], activation: isOutput ? .identity : activation, random, layer)
        layerWeights[node * rowLength] = direction[0]
        for (source, weight) in zip(liveSources, direction.dropFirst()) {
          layerWeights[node * rowLength + 1 + source] = weight
        }
        outputs.append(output)
      }
      activeNodes.append(active)
      weights.append(layerWeights)
      liveSources = active
      probe = outputs
    }
    self.topology = topology
    self.activation = activation
    self.bounds = bounds
    self.activeNodes = activeNodes
    self.weights = weights
  }

  /// The teacher with given weights; its bounds are those that the weights attain.
  ///
  /// - Parameter weights: layer l row-major, k_{l+1} rows of k_l + 1 weights, bias first. A hidden row of zeros is a
  ///   dead node.
  /// - Throws: `ShapeError` if the sizes differ, a weight is not finite or a layer is dead, and as above.
  public init(topology: Topology, weights: [[Double]], activation: Activation) throws(ShapeError) {
    try Self.require(topology, activation)
    let sizes = (0..<topology.layerCount).map { topology.nodeCount(ofLayer: $0) * topology.groupSize(ofLayer: $0) }
    guard weights.map(\.count) == sizes, weights.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
      throw ShapeError(name: "sizes of the weights", value: "\(weights.map(\.count))", needs: "\(sizes), all finite")
    }
    var activeNodes: [[Int]] = []
    var norms: [Double] = []
    for layer in 0..<topology.layerCount {
      let length = topology.groupSize(ofLayer: layer)
      let rowNorms = (0..<topology.nodeCount(ofLayer: layer)).map { node in
        weights[layer][(node * length)..<((node + 1) * length)].reduce(0) { $0 + $1 * $1 }.squareRoot()
      }
      activeNodes.append(rowNorms.indices.filter { rowNorms[$0] > 0 })
      norms.append(rowNorms.max() ?? 0)
    }
    bounds = try WeightBounds(activeNodes: activeNodes.map(\.count), rowNorms: norms, topology: topology)
    self.topology = topology
    self.activation = activation
    self.activeNodes = activeNodes
    self.weights = weights
  }

  public func value(at x: ArraySlice<Double>) -> Double {
    var sources = Array(0..<topology.inputCount)
    var values = Array(x)
    for layer in weights.indices {
      let isOutput = layer == topology.hiddenLayerCount
      let rowLength = topology.groupSize(ofLayer: layer)
      let next = activeNodes[layer].map { node in
        let row = node * rowLength
        var sum = weights[layer][row]
        for (source, value) in zip(sources, values) { sum += weights[layer][row + 1 + source] * value }
        return isOutput ? sum : activation.value(at: sum)
      }
      sources = activeNodes[layer]
      values = next
    }
    return values[0]
  }

  private static func require(_ topology: Topology, _ activation: Activation) throws(ShapeError) {
    guard topology.outputCount == 1 else {
      throw ShapeError(name: "a teacher's number of outputs", value: "\(topology.outputCount)", needs: "1")
    }
    try activation.requireTrainable()
    guard activation.valueAtZero == 0 else {
      throw ShapeError(
        name: "a teacher's activation", value: "'\(activation.rawValue)', with ψ(0) ≠ 0",
        needs: "0 at 0: a node that is off would give out a constant")
    }
  }

  /// `count` of the numbers below `total`, ascending.
  private static func sample(_ count: Int, of total: Int, _ random: RandomGenerator) -> [Int] {
    var nodes = Array(0..<total)
    for index in 0..<count { nodes.swapAt(index, index + random.index(below: total - index)) }
    return nodes[..<count].sorted()
  }

  /// A row of length `norm`, bias first, and what its node puts out at the probe points, which is not constant.
  private static func liveRow(
    sources: [[Double]], norm: Double, activation: Activation, _ random: RandomGenerator, _ layer: Int
  ) throws(ShapeError) -> (row: [Double], output: [Double]) {
    for _ in 0..<1000 {
      let bias = random.uniform() - 0.5
      let direction = [bias] + sources.map { _ in
        layer == 0 ? 2 * random.uniform() - 1 : (random.uniform() < 0.5 ? -1 : 1) * (0.5 + random.uniform())
      }
      let scale = norm / direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let row = direction.map { $0 * scale }
      let output = (0..<probeCount).map { k in
        activation.value(at: zip(row.dropFirst(), sources).reduce(row[0]) { $0 + $1.0 * $1.1[k] })
      }
      if output.contains(where: { $0 != output[0] }) { return (row, output) }
    }
    throw ShapeError(
      name: "every node drawn for layer \(layer) of the teacher", value: "constant",
      needs: "a function of the inputs; use larger row norms or another activation")
  }
}

private let probeCount = 256
