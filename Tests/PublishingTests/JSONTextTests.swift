import Foundation
import Testing

@testable import Publishing

@Suite struct JSONTextTests {
  @Test("what it writes, another parser reads back")
  func roundTrip() throws {
    let text = JSONText.object([
      "a \"quoted\"\n\\name\u{1}": .string("ε\t\u{1F}"), "third": .number(1.0 / 3),
      "tiny": .number(.leastNonzeroMagnitude), "nothing": .number(nil),
      "infinite": .number(.infinity), "list": [.integer(3), .bool(true), [], .object([:])],
    ]).text()
    let parsed = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(parsed["a \"quoted\"\n\\name\u{1}"] as? String == "ε\t\u{1F}")
    #expect(parsed["tiny"] as? Double == Double.leastNonzeroMagnitude)
    #expect(parsed["third"] as? Double == 1.0 / 3)
    #expect(parsed["nothing"] is NSNull && parsed["infinite"] is NSNull)
    #expect((parsed["list"] as? [Any])?.count == 4)
  }

  @Test func keepsTheOrder() {
    #expect(JSONText.object(["b": .integer(1), "a": .integer(2)]).text() == #"{"b": 1, "a": 2}"#)
  }
}
