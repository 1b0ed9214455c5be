import Foundation

/// Named arrays of numbers as the bytes of a safetensors file, which many languages read.
///
///     offset  bytes
///          0      8  H, the length of the header, little-endian
///          8      H  JSON: {"__metadata__": {text: text}, name: {"dtype": "F32", "shape": […],
///                    "data_offsets": [first, last + 1]}, …}, blanks at its end
///      8 + H         the arrays one after another, little-endian IEEE 754 binary32, row-major; offsets count from here
///
/// Blanks fill the header up to a multiple of 8 bytes. Names are written in alphabetical order, the arrays in the order
/// given. An array may be empty.
///
/// - Source: github.com/huggingface/safetensors, "Format".
struct SafetensorsFile {
  struct Tensor {
    let name: String
    let shape: [Int]
    /// Row-major.
    let values: [Float]
  }

  let bytes: [UInt8]

  /// - Precondition: names differ from each other, and each tensor has the product of its shape of values.
  init(metadata: [String: String], tensors: [Tensor]) throws {
    var entries: [String: Entry] = ["__metadata__": .metadata(metadata)]
    var data: [UInt8] = []
    for tensor in tensors {
      precondition(tensor.shape.reduce(1, *) == tensor.values.count)
      let start = data.count
      for value in tensor.values { withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) } }
      entries[tensor.name] = .tensor(shape: tensor.shape, offsets: [start, data.count])
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var header = Array(try encoder.encode(entries))
    header += Array(repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    bytes = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header + data
  }

  private enum Entry: Encodable {
    case metadata([String: String])
    case tensor(shape: [Int], offsets: [Int])

    private enum Key: String, CodingKey {
      case dtype, shape
      case offsets = "data_offsets"
    }

    func encode(to encoder: any Encoder) throws {
      switch self {
      case .metadata(let texts): try texts.encode(to: encoder)
      case .tensor(let shape, let offsets):
        var container = encoder.container(keyedBy: Key.self)
        try container.encode("F32", forKey: .dtype)
        try container.encode(shape, forKey: .shape)
        try container.encode(offsets, forKey: .offsets)
      }
    }
  }
}
