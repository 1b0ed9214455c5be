import Foundation
import Priors
import Testing

@testable import Verification

/// One case of an oracle file, with what was wrong with our numbers.
private func complaints(
  _ got: JSONValue, against expected: JSONValue, rtol: Double, atol: Double, at path: String = ""
) -> [String] {
  switch (got, expected) {
  case (.number(let g), .number(let e)):
    abs(g - e) <= atol + rtol * abs(e) ? [] : ["\(path): \(g) instead of \(e)"]
  case (.array(let g), .array(let e)) where g.count == e.count:
    zip(g, e).enumerated().flatMap { complaints($1.0, against: $1.1, rtol: rtol, atol: atol, at: "\(path)[\($0)]") }
  case (.object(let g), .object(let e)):
    e.sorted { $0.key < $1.key }.flatMap { key, value in
      g[key].map { complaints($0, against: value, rtol: rtol, atol: atol, at: "\(path).\(key)") }
        ?? ["\(path).\(key): not computed"]
    }
  default: got == expected ? [] : ["\(path): \(got) instead of \(expected)"]
  }
}

private func cases(of quantity: String) throws -> [JSONValue] {
  let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  let file = folder.appending(path: "Fixtures/oracle/\(quantity).json")
  return try JSONDecoder().decode(JSONValue.self, from: Data(contentsOf: file)).array("cases")
}

private func check(_ quantity: String, count: Int, _ evaluate: (JSONValue) throws -> JSONValue) throws {
  let all = try cases(of: quantity)
  #expect(all.count == count)
  for (index, one) in all.enumerated() {
    let got = try evaluate(one.value("inputs"))
    let wrong = try complaints(
      got, against: one.value("expected"), rtol: one.number("rtol"), atol: one.has("atol") ? one.number("atol") : 0)
    #expect(wrong.isEmpty, "case \(index) of \(quantity)")
  }
}

@Suite struct RateOracleTests {
  @Test("all 221 reference rates, sieves and conditions")
  func rates() throws { try check("rates", count: 221, RateOracle.evaluate) }

  @Test("all 46 reference growth regimes")
  func growth() throws { try check("growth", count: 46, GrowthOracle.evaluate) }

  @Test("the reference activations")
  func activations() throws { try check("activations", count: 5, ActivationOracle.evaluate) }

  @Test("inputs that don't fit together are refused by name")
  func refusals() throws {
    guard case .object(var inputs) = try cases(of: "rates")[0].value("inputs") else { return }
    inputs["C"] = .array([])
    #expect(throws: JSONValueError.self) { try RateOracle.evaluate(inputs: .object(inputs)) }
    inputs["C"] = nil
    #expect(throws: JSONValueError.missing(key: "C")) { try RateOracle.evaluate(inputs: .object(inputs)) }
    #expect(throws: JSONValueError.self) {
      try SlabPrior(oracle: .object(["kind": .string("XX"), "sigma0": .number(1)]))
    }
  }
}
