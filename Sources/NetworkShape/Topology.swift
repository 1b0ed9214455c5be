/// The widths k_0, …, k_{L+1} of a fully connected network: inputs, L ≥ 1 hidden layers, outputs (THEORY.md 1.1).
///
/// Layer l = 0, …, L maps k_l inputs to k_{l+1} nodes. The incoming weights of one node, its bias among them,
/// are its *group*: d_l = k_l + 1 numbers.
public struct Topology: Hashable, Sendable {
  /// k_0, …, k_{L+1}.
  public let widths: [Int]

  /// Beyond any network; the weights of a layer of this size can still be counted.
  public static let largestWidth = 1_000_000_000

  /// - Throws: `ShapeError` unless there are at least two widths (no hidden layer is allowed here, since a linear
  ///   model is a network of one layer; rates need L ≥ 1 and say so) and each is from 1 to `largestWidth`.
  public init(widths: [Int]) throws(ShapeError) {
    guard widths.count >= 2 else {
      throw ShapeError(name: "widths", value: "\(widths)", needs: "at least two numbers: inputs and outputs")
    }
    if let bad = widths.first(where: { $0 < 1 }) {
      throw ShapeError(name: "width", value: "\(bad)", needs: "at least 1")
    }
    if let bad = widths.first(where: { $0 > Self.largestWidth }) {
      throw ShapeError(name: "width", value: "\(bad)", needs: "at most \(Self.largestWidth)")
    }
    self.widths = widths
  }

  /// L.
  public var hiddenLayerCount: Int { widths.count - 2 }
  /// L + 1: the number of weight matrices.
  public var layerCount: Int { widths.count - 1 }
  /// k_0.
  public var inputCount: Int { widths[0] }
  /// k_{L+1}.
  public var outputCount: Int { widths[widths.count - 1] }
  /// d_l = k_l + 1: the size of a node's group in layer l, bias included.
  public func groupSize(ofLayer layer: Int) -> Int { widths[layer] + 1 }
  /// k_{l+1}: the number of nodes that layer l feeds.
  public func nodeCount(ofLayer layer: Int) -> Int { widths[layer + 1] }
  /// Σ_l (k_l + 1) k_{l+1}: every weight and bias.
  public var weightCount: Int {
    (0..<layerCount).reduce(0) { $0 + groupSize(ofLayer: $1) * nodeCount(ofLayer: $1) }
  }
}
