import Priors
import Testing

@testable import Verification

@Suite struct LogNormalErrorOracleTests {
  @Test("a law, a fit or a parameter that is not known is refused by name")
  func refusals() throws {
    let inputs: [String: JSONValue] = [
      "target": .string("gamma"), "a": .number(2), "b": .number(1), "fit": .string("reverse"),
      "tail_probabilities": .array([.number(0.01)]), "quantile_probabilities": .array([.number(0.5)]),
    ]
    #expect(throws: Never.self) { try LogNormalErrorOracle.evaluate(inputs: .object(inputs)) }
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
