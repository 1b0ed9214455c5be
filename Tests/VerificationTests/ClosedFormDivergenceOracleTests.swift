import Foundation
import Testing

import Verification

@Suite struct ClosedFormDivergenceOracleTests {
  static let cases: [JSONValue] = {
    let fixture = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/oracle/kl_closed_forms.json")
    // An unreadable file leaves no cases, which the count below reports.
    let file = try? JSONDecoder().decode(JSONValue.self, from: Data(contentsOf: fixture))
    return (try? file?.array("cases")) ?? []
  }()

  @Test("there are the 57 cases of the file")
  func count() { #expect(Self.cases.count == 57) }

  @Test("every number of the file is met within its tolerance", arguments: cases)
  func meets(oracleCase: JSONValue) throws {
    let got = try ClosedFormDivergenceOracle.evaluate(inputs: oracleCase.value("inputs"))
    let expected = try oracleCase.object("expected")
    #expect(Set(got.keys) == Set(expected.keys))
    let rtol = try oracleCase.number("rtol")
    let atol = oracleCase.has("atol") ? try oracleCase.number("atol") : 0
    for key in expected.keys.sorted() {
      let reference = try oracleCase.value("expected").number(key)
      let value = try #require(got[key])
      #expect(abs(value - reference) <= atol + rtol * abs(reference), "\(key): \(value), not \(reference)")
    }
  }

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
