import Foundation

/// Numbers that a coder writes as one block of bytes, in this machine's order, and not one by one.
struct PackedNumbers<Number: BinaryFloatingPoint & Sendable>: Equatable, Sendable {
  var numbers: [Number]

  init(_ numbers: [Number]) { self.numbers = numbers }
}

extension PackedNumbers: Codable {
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let data = try container.decode(Data.self)
    guard data.count.isMultiple(of: MemoryLayout<Number>.stride) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "half a number at the end")
    }
    numbers = [Number](unsafeUninitializedCapacity: data.count / MemoryLayout<Number>.stride) { buffer, count in
      count = data.copyBytes(to: UnsafeMutableRawBufferPointer(buffer)) / MemoryLayout<Number>.stride
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(numbers.withUnsafeBytes { Data($0) })
  }
}
