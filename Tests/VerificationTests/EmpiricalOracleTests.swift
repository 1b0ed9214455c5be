import Foundation
import Testing

@testable import Verification

private struct OracleFile: Decodable {
  struct Case: Decodable {
    let inputs: JSONValue
    let expected: [String: JSONValue]
    let rtol: Double
  }
  let cases: [Case]
}

private let cases: [OracleFile.Case] = {
  let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/oracle/empirical.json")
  guard let data = try? Data(contentsOf: file) else { return [] }
  return (try? JSONDecoder().decode(OracleFile.self, from: data).cases) ?? []
}()

@Suite("Empirical contraction against reference values of 45 digits") struct EmpiricalOracleTests {
  @Test("the file has its 15 cases")
  func count() { #expect(cases.count == 15) }

  @Test("every field of every case agrees", arguments: cases.indices)
  func agrees(index: Int) throws {
    let reference = cases[index]
    let computed = try EmpiricalOracle.evaluate(inputs: reference.inputs)
    #expect(!reference.expected.isEmpty)
    for (field, expected) in reference.expected {
      // `value` throws for a field that we do not compute.
      expectAgreement(try computed.value(field), expected, rtol: reference.rtol, field: field)
    }
  }

  @Test("an unknown kind and a missing input are named")
  func refusals() {
    #expect(throws: JSONValueError.self) { try EmpiricalOracle.evaluate(inputs: .object(["kind": .string("spread")])) }
    #expect(throws: JSONValueError.missing(key: "distances")) {
      try EmpiricalOracle.evaluate(inputs: .object(["kind": .string("radius")]))
    }
  }

  private func expectAgreement(_ got: JSONValue, _ expected: JSONValue, rtol: Double, field: String) {
    switch (got, expected) {
    case (.number(let x), .number(let reference)):
      #expect(abs(x - reference) <= rtol * abs(reference), "\(field)")
    case (.array(let xs), .array(let references)):
      #expect(xs.count == references.count, "\(field)")
      for (x, reference) in zip(xs, references) { expectAgreement(x, reference, rtol: rtol, field: field) }
    default:
      #expect(got == expected, "\(field)")
    }
  }
}
