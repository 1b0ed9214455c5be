import Testing

import Verification

@Suite struct ClosedFormDivergenceOracleTests {
  @Test("an unknown kind and a missing input are named")
  func refusals() {
    let unknown = #expect(throws: ClosedFormDivergenceOracle.UnknownKind.self) {
      try ClosedFormDivergenceOracle.evaluate(inputs: .object(["kind": .string("cauchy")]))
    }
    #expect(unknown?.description == "unknown kind of closed form 'cauchy'")
    #expect(throws: JSONValueError.missing(key: "rho")) {
      try ClosedFormDivergenceOracle.evaluate(inputs: .object(["kind": .string("softplus")]))
    }
  }
}
