import Foundation
import Priors
import Testing

@testable import Verification

@Suite struct RateOracleTests {
  @Test("inputs that don't fit together are refused by name")
  func refusals() throws {
    let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Fixtures/oracle")
    let first = try OracleFile(path: fixtures.appending(path: "rates.json").path).cases[0].inputs
    guard case .object(var inputs) = first else { throw JSONValueError.missing(key: "inputs") }
    #expect(throws: Never.self) { try RateOracle.evaluate(inputs: .object(inputs)) }
    inputs["C"] = .array([])
    let lengths = #expect(throws: JSONValueError.self) { try RateOracle.evaluate(inputs: .object(inputs)) }
    #expect(lengths?.description.contains("k, s, B, C") == true)
    inputs["C"] = nil
    #expect(throws: JSONValueError.missing(key: "C")) { try RateOracle.evaluate(inputs: .object(inputs)) }
    #expect(throws: JSONValueError.self) {
      try SlabPrior(oracle: .object(["kind": .string("XX"), "sigma0": .number(1)]))
    }
  }
}
