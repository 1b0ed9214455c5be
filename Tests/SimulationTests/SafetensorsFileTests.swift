import Foundation
import Testing

@testable import Simulation

@Suite struct SafetensorsFileTests {
  @Test("the bytes are those of the format, tensor after tensor, an empty one among them")
  func layout() throws {
    let file = try SafetensorsFile(
      metadata: ["note": "\"é\""],
      tensors: [
        .init(name: "b", shape: [2, 1], values: [1, -2]), .init(name: "a", shape: [0, 3], values: []),
        .init(name: "c", shape: [1], values: [0.5]),
      ])
    let header =
      #"{"__metadata__":{"note":"\"é\""},"a":{"data_offsets":[8,8],"dtype":"F32","shape":[0,3]},"#
      + #""b":{"data_offsets":[0,8],"dtype":"F32","shape":[2,1]},"#
      + #""c":{"data_offsets":[8,12],"dtype":"F32","shape":[1]}}"#
    let length = header.utf8.count
    let padded = (length + 7) / 8 * 8
    #expect(file.bytes[..<8].elementsEqual([UInt8(padded % 256), UInt8(padded / 256), 0, 0, 0, 0, 0, 0]))
    #expect(String(decoding: file.bytes[8..<(8 + length)], as: UTF8.self) == header)
    #expect(file.bytes[(8 + length)..<(8 + padded)].allSatisfy { $0 == UInt8(ascii: " ") })
    #expect(file.bytes[(8 + padded)...].elementsEqual([0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 0, 0, 0, 0x3F]))
  }
}
