import Foundation
import Priors
import Testing

@testable import Verification

@Suite struct LogNormalErrorOracleTests {
  private static func cases() throws -> [JSONValue] {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = tests.appending(path: "Fixtures/oracle/ln_scale_errors.json")
    return try JSONDecoder().decode(JSONValue.self, from: Data(contentsOf: file)).array("cases")
  }

  @Test("all 19 reference cases, to 10⁻¹¹")
  func cases() throws {
    let cases = try Self.cases()
    #expect(cases.count == 19)
    for one in cases {
      var comparison = OracleComparison(
        relativeTolerance: 1e-11, absoluteTolerance: try one.number("atol")
      ) { _ in .eachNumber }
      let got = try LogNormalErrorOracle.evaluate(inputs: one.value("inputs"))
      comparison.compare(got, with: try one.value("expected"))
      #expect(comparison.failures == [])
    }
  }

  @Test("a law, a fit or a parameter that is not known is refused by name")
  func refusals() throws {
    guard case .object(let inputs) = try Self.cases()[0].value("inputs") else {
      Issue.record("inputs are no object")
      return
    }
    func evaluate(_ key: String, _ value: JSONValue?) throws -> JSONValue {
      var changed = inputs
      changed[key] = value
      return try LogNormalErrorOracle.evaluate(inputs: .object(changed))
    }
    #expect(throws: JSONValueError.missing(key: "a")) { try evaluate("a", nil) }
    #expect(
      throws: JSONValueError.unexpected(
        key: "target", found: "'weibull'", expected: "gamma or halfcauchy_squared")
    ) { try evaluate("target", .string("weibull")) }
    #expect(
      throws: JSONValueError.unexpected(
        key: "fit", found: "'best'", expected: "one of reverse, forward, moments, product")
    ) { try evaluate("fit", .string("best")) }
    #expect(throws: LogNormalFitError.self) { try evaluate("fit", .string("product")) }
    #expect(throws: LogNormalFitError.self) { try evaluate("a", .number(-1)) }
  }
}
