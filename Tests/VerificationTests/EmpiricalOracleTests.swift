import Testing

@testable import Verification

@Suite struct EmpiricalOracleTests {
  @Test("an unknown kind and a missing input are named")
  func refusals() {
    #expect(throws: JSONValueError.self) { try EmpiricalOracle.evaluate(inputs: .object(["kind": .string("spread")])) }
    #expect(throws: JSONValueError.missing(key: "distances")) {
      try EmpiricalOracle.evaluate(inputs: .object(["kind": .string("radius")]))
    }
  }
}
