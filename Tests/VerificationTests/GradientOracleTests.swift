import Foundation
import Testing

@testable import Verification

@Suite struct GradientOracleTests {
  private static func firstCase(of estimator: String) throws -> [String: JSONValue] {
    let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Fixtures/oracle")
    let file = try OracleFile(path: fixtures.appending(path: "elbo_gradients.json").path)
    let inputs = file.cases.map(\.inputs).first { (try? $0.string("estimator")) == estimator }
    guard case .object(let members) = try #require(inputs) else { throw JSONValueError.missing(key: "inputs") }
    return members
  }

  @Test("arrays of another size than the network's are refused, not written past the end of memory")
  func wrongSizes() throws {
    let good = try Self.firstCase(of: "weight_sampling")
    #expect(throws: Never.self) { try GradientOracle<Double>.evaluate(inputs: .object(good)) }
    let long = JSONValue.array(Array(repeating: .number(0.5), count: 1000))
    let changes: [(String, JSONValue, String)] = [
      ("x", .array([long]), "'x.0' is 1000 numbers"), ("x", .array([]), "'x, n' is 0 rows"),
      ("n", .number(0), "5 rows of 0; expected at least 1"), ("y", long, "'y' is 1000 numbers"),
      ("noise", .object(["layers": .array([])]), "'noise.layers' is 0 layers"),
      ("estimator", .string("local_reparameterisation"), "'preactivation' is missing"),
    ]
    for (key, value, message) in changes {
      var inputs = good
      inputs[key] = value
      let error = #expect(throws: JSONValueError.self) { try GradientOracle<Double>.evaluate(inputs: .object(inputs)) }
      #expect(error?.description.contains(message) == true, "\(key): \(error?.description ?? "")")
    }
  }
}
