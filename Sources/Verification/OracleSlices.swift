import Priors
import SparseNetworks

/// Which slice of a parameter arena each array of the oracle's parameter tree is, e.g. `layers.0.weight_mean`.
struct OracleSlices {
  struct Slice {
    let path: [String]
    /// In the order of the oracle's array.
    let places: [Int]
    /// Columns of a matrix, row by row; nil for a vector; 0 for a single number.
    let columns: Int?
  }

  private var slices: [Slice] = []

  init(layout: ParameterLayout, model: NetworkModel) {
    for (l, layer) in layout.layers.enumerated() {
      let (biases, matrix) = (Self.biases(layer), Self.weights(layer))
      for (name, offset) in [("mean", 0), ("rho", layout.weightCount)] {
        let path = ["layers", "\(l)"]
        slices.append(
          Slice(path: path + ["weight_" + name], places: matrix.map { $0 + offset }, columns: layer.nodeCount))
        slices.append(Slice(path: path + ["bias_" + name], places: biases.map { $0 + offset }, columns: nil))
      }
      if let logits = layer.inclusionLogits {
        slices.append(Slice(path: ["layers", "\(l)", "inclusion_logit"], places: Array(logits), columns: nil))
      }
      add(layer.scales, path: ["layers", "\(l)"], single: "scale", pair: "scale", columns: nil)
    }
    add(layout.shared.map(\.scale), path: ["global"], single: "rate", pair: "global", columns: 0)
  }

  /// Where a layer's biases are, node by node.
  static func biases(_ layer: ParameterLayout.Layer) -> [Int] {
    (0..<layer.nodeCount).map { layer.group($0).lowerBound }
  }

  /// Where a layer's weights are in the oracle's order, inputs × nodes; the arena's is the other way round.
  static func weights(_ layer: ParameterLayout.Layer) -> [Int] {
    (1..<layer.groupSize).flatMap { input in biases(layer).map { $0 + input } }
  }

  private mutating func add(
    _ scales: [ParameterLayout.Scale], path: [String], single: String, pair: String, columns: Int?
  ) {
    for (scale, name) in zip(scales, scales.count == 1 ? [single] : [pair + "_a", pair + "_b"]) {
      slices.append(Slice(path: path + [name + "_mean"], places: Array(scale.location), columns: columns))
      if let rho = scale.rho { slices.append(Slice(path: path + [name + "_rho"], places: Array(rho), columns: columns)) }
    }
  }

  func forEach(_ body: (Slice) throws -> Void) rethrows { for slice in slices { try body(slice) } }

  /// The oracle's tree of arrays, each number from its place in the arena.
  func tree(_ number: (Int) -> Double) -> JSONValue {
    var layers: [[String: JSONValue]] = []
    var global: [String: JSONValue] = [:]
    for slice in slices {
      let numbers = slice.places.map { JSONValue.number(number($0)) }
      let value: JSONValue =
        switch slice.columns {
        case nil: .array(numbers)
        case 0: numbers[0]
        case let columns?:
          .array(stride(from: 0, to: numbers.count, by: columns).map { .array(Array(numbers[$0..<($0 + columns)])) })
        }
      if slice.path[0] == "global" {
        global[slice.path[1]] = value
      } else {
        let layer = Int(slice.path[1]) ?? 0
        while layers.count <= layer { layers.append([:]) }
        layers[layer][slice.path[2]] = value
      }
    }
    return .object(["layers": .array(layers.map(JSONValue.object)), "global": .object(global)])
  }
}

extension JSONValue {
  /// Every number of nested arrays in reading order; a number by itself is one.
  func flatNumbers() throws(JSONValueError) -> [Double] {
    switch self {
    case .number(let number): return [number]
    case .array(let elements):
      var numbers: [Double] = []
      for element in elements { numbers += try element.flatNumbers() }
      return numbers
    default: throw .unexpected(key: "array", found: kindName, expected: "numbers")
    }
  }

  /// Every number of nested arrays, of which there have to be `count`; `key` is what errors call them.
  func numbers(_ count: Int, of key: String) throws(JSONValueError) -> [Double] {
    let numbers = try flatNumbers()
    guard numbers.count == count else {
      throw .unexpected(key: key, found: "\(numbers.count) numbers", expected: "\(count)")
    }
    return numbers
  }

  /// The numbers at the end of `path`; a digit steps into an array.
  func numbers(along path: [String]) throws(JSONValueError) -> [Double] {
    var value = self
    for step in path {
      if case .array(let elements) = value, let index = Int(step) {
        guard elements.indices.contains(index) else { throw .missing(key: path.joined(separator: ".")) }
        value = elements[index]
      } else {
        value = try value.value(step)
      }
    }
    return try value.flatNumbers()
  }
}
