/// What the theory bounds in a network of a given topology: s_l active nodes and row norms B_l (THEORY.md 1.2).
///
/// Layer l = 0, …, L has at most s_l nodes whose incoming weights (bias among them) are not all zero, and none of these
/// rows is longer than B_l in the Euclidean norm. All nodes of the output layer are active: s_L = k_{L+1}.
public struct WeightBounds: Hashable, Sendable {
  /// s_0, …, s_L.
  public let activeNodes: [Int]
  /// B_0, …, B_L.
  public let rowNorms: [Double]

  /// - Parameters:
  ///   - activeNodes: s_0, …, s_L.
  ///   - rowNorms: B_0, …, B_L.
  ///   - topology: the widths that they must fit.
  /// - Throws: `ShapeError` unless both have a number a layer, 1 ≤ s_l ≤ k_{l+1}, s_L = k_{L+1} and 0 < B_l < ∞.
  public init(activeNodes: [Int], rowNorms: [Double], topology: Topology) throws(ShapeError) {
    let layers = topology.layerCount
    guard activeNodes.count == layers else {
      throw ShapeError(
        name: "active nodes", value: "\(activeNodes)", needs: "\(layers) numbers, one a layer with the output layer")
    }
    guard rowNorms.count == layers else {
      throw ShapeError(
        name: "row-norm bounds", value: "\(rowNorms)", needs: "\(layers) numbers, one a layer with the output layer")
    }
    for layer in 0..<layers {
      let nodes = topology.nodeCount(ofLayer: layer)
      guard (1...nodes).contains(activeNodes[layer]) else {
        throw ShapeError(
          name: "the number of active nodes in layer \(layer)", value: "\(activeNodes[layer])",
          needs: "from 1 to the layer's \(nodes) nodes")
      }
      guard rowNorms[layer] > 0, rowNorms[layer].isFinite else {
        throw ShapeError(
          name: "the row-norm bound of layer \(layer)", value: "\(rowNorms[layer])", needs: "positive and finite")
      }
    }
    guard activeNodes[layers - 1] == topology.outputCount else {
      throw ShapeError(
        name: "the number of active nodes in the output layer", value: "\(activeNodes[layers - 1])",
        needs: "\(topology.outputCount), all of its nodes")
    }
    self.activeNodes = activeNodes
    self.rowNorms = rowNorms
  }

  /// - Parameter hiddenActiveNodes: s_0, …, s_{L-1}; the output layer's s_L = k_{L+1} is added.
  /// - Throws: `ShapeError`, as the other initialiser does.
  public init(hiddenActiveNodes: [Int], rowNorms: [Double], topology: Topology) throws(ShapeError) {
    guard hiddenActiveNodes.count == topology.hiddenLayerCount else {
      throw ShapeError(
        name: "active nodes", value: "\(hiddenActiveNodes)",
        needs: topology.hiddenLayerCount == 1
          ? "1 number, for the hidden layer" : "\(topology.hiddenLayerCount) numbers, one a hidden layer")
    }
    try self.init(activeNodes: hiddenActiveNodes + [topology.outputCount], rowNorms: rowNorms, topology: topology)
  }
}
