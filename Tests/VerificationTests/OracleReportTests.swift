import Foundation
import Testing

@testable import Verification

/// The reference values that come with the project.
private let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .appending(path: "Fixtures/oracle")

private func path(_ name: String) -> String { fixtures.appending(path: name).path }

@Suite struct OracleReportTests {
  @Test(
    "every case of each reference file passes, and none is missing",
    arguments: [
      ("activations", 5), ("conditional_scale", 16), ("elbo_gradients", 24), ("empirical", 15), ("growth", 46),
      ("kl_budgets", 112), ("kl_closed_forms", 57), ("ln_scale_errors", 19), ("rates", 221),
    ])
  func passes(name: String, cases: Int) throws {
    let report = try OracleReport(of: try OracleFile(path: path(name + ".json")))
    #expect(report.failures == [])
    #expect(report.cases == cases && report.passed == cases)
  }

  @Test("gradients agree to 1e-9 in Double and to 1e-4 in Float, in units of their array's largest entry")
  func gradientPrecision() throws {
    let report = try OracleReport(of: try OracleFile(path: path("elbo_gradients.json")))
    #expect(report.worstRelativeError <= 1e-9)
    #expect(try #require(report.worstRelativeErrorFloat) <= 1e-4)
  }

  @Test("errors of log-normals agree to 1e-11, closer than the file asks")
  func logNormalErrorPrecision() throws {
    let report = try OracleReport(of: try OracleFile(path: path("ln_scale_errors.json")))
    #expect(report.worstRelativeError <= 1e-11)
  }

  /// Any one listed number, changed by 0.1 %, must fail its case: tried for each number of one case a file.
  @Test(
    "a number changed by 0.1 % fails",
    arguments: [
      ("kl_closed_forms", 3), ("rates", 0), ("elbo_gradients", 14), ("empirical", 0), ("growth", 0),
      ("conditional_scale", 0), ("ln_scale_errors", 1), ("kl_budgets", 16), ("kl_budgets", 107),
    ])
  func changedNumber(name: String, index: Int) throws {
    let file = try OracleFile(path: path(name + ".json"))
    let original = file.cases[index]
    let precision = file.quantity.precisions[0]
    let ours = try file.quantity.evaluate(original.inputs, as: precision)
    var tried = 0
    for place in Self.numbers(in: original.expected) {
      // A number far below the largest of its gradient array is within the tolerance of that array by design.
      guard let changed = Self.change(original.expected, at: place, measure: file.quantity.measure) else { continue }
      var comparison = OracleComparison(original, of: file.quantity, as: precision)
      comparison.compare(ours, with: changed)
      #expect(!comparison.failures.isEmpty, "\(place) changed without notice")
      tried += 1
    }
    #expect(tried > 3)
  }

  @Test("a number that we do not know fails its case")
  func unknownNumber() {
    var comparison = OracleComparison(relativeTolerance: 1, absoluteTolerance: 1) { _ in .eachNumber }
    comparison.compare(.object(["a": .number(1)]), with: .object(["a": .number(1), "b": .number(2)]))
    #expect(comparison.failures == ["b: not a number that we know"])
  }

  @Test("NaN where a number is expected, and a number where null is, both fail")
  func undefined() {
    var comparison = OracleComparison(relativeTolerance: 1, absoluteTolerance: 1) { _ in .eachNumber }
    comparison.compare(.number(.nan), with: .number(1), at: ["x"])
    comparison.compare(.number(1), with: .null, at: ["y"])
    #expect(comparison.failures == ["x: got nan, expected 1.0", "y: got 1.0, expected null"])
  }

  @Test(
    "a minibatch whose arrays are not as long as its network says is refused, whatever array it is",
    arguments: [
      "x", "y", "noise.layers", "noise.layers.0.indicator", "noise.layers.1.weight", "parameters.layers.0.bias_mean",
    ])
  func wrongShape(key: String) throws {
    let inputs = try OracleFile(path: path("elbo_gradients.json")).cases[0].inputs
    let emptied = Self.replace(inputs, at: key.split(separator: ".").map(String.init), with: .array([]))
    #expect(throws: JSONValueError.self) { try GradientOracle<Double>.evaluate(inputs: emptied) }
    if key == "x" {
      let ragged = Self.replace(inputs, at: ["x", "0"], with: .array([]))
      #expect(
        throws: JSONValueError.unexpected(key: "x.0", found: "0 numbers", expected: "3")
      ) { try GradientOracle<Double>.evaluate(inputs: ragged) }
    }
  }

  @Test("classes that the network does not have are refused", arguments: [-1, 3, 0.5, 1e300])
  func wrongClass(label: Double) throws {
    let file = try OracleFile(path: path("elbo_gradients.json"))
    let inputs = try #require(file.cases.map(\.inputs).first { try $0.string("likelihood") == "categorical" })
    let changed = Self.replace(inputs, at: ["y", "0"], with: .number(label))
    #expect(throws: JSONValueError.self) { try GradientOracle<Float>.evaluate(inputs: changed) }
  }

  // MARK: - Walking a tree

  private static func replace(_ value: JSONValue, at place: [String], with new: JSONValue) -> JSONValue {
    guard let step = place.first else { return new }
    switch value {
    case .object(var members):
      members[step] = replace(members[step] ?? .null, at: Array(place.dropFirst()), with: new)
      return .object(members)
    case .array(var elements):
      if let index = Int(step) { elements[index] = replace(elements[index], at: Array(place.dropFirst()), with: new) }
      return .array(elements)
    default: return value
    }
  }

  private static func numbers(in value: JSONValue, at path: [String] = []) -> [[String]] {
    switch value {
    case .number(let number): number == 0 ? [] : [path]
    case .object(let members): members.keys.sorted().flatMap { numbers(in: members[$0] ?? .null, at: path + [$0]) }
    case .array(let elements): elements.enumerated().flatMap { numbers(in: $1, at: path + ["\($0)"]) }
    default: []
    }
  }

  /// `value` with the number at `place` times 1.001; nil where its array measures it by a number 1000 times larger.
  private static func change(
    _ value: JSONValue, at place: [String], measure: ([String]) -> OracleComparison.Measure, walked: [String] = []
  ) -> JSONValue? {
    guard let step = place.first else {
      guard case .number(let number) = value else { return nil }
      return .number(number * 1.001)
    }
    switch value {
    case .object(var members):
      guard let inner = members[step],
        let changed = change(inner, at: Array(place.dropFirst()), measure: measure, walked: walked + [step])
      else { return nil }
      members[step] = changed
      return .object(members)
    case .array(var elements):
      guard let index = Int(step) else { return nil }
      if measure(walked) == .largestOfArray, let all = try? value.flatNumbers() {
        guard let own = try? elements[index].flatNumbers().map({ abs($0) }).max(),
          own > 1e-3 * (all.map { abs($0) }.max() ?? 0)
        else { return nil }
      }
      guard
        let changed = change(
          elements[index], at: Array(place.dropFirst()), measure: measure, walked: walked + [step])
      else { return nil }
      elements[index] = changed
      return .array(elements)
    default: return nil
    }
  }
}

@Suite struct OracleFileTests {
  private static func error(_ text: String) -> String {
    let url = FileManager.default.temporaryDirectory.appending(path: "oracle-\(UUID().uuidString).json")
    defer { try? FileManager.default.removeItem(at: url) }
    do {
      try Data(text.utf8).write(to: url)
      _ = try OracleFile(path: url.path)
      return "accepted"
    } catch {
      return "\(error)".replacingOccurrences(of: url.path + ": ", with: "")
    }
  }

  private static let good = #"{"inputs": {}, "expected": {"x": 1}, "rtol": 1e-9}"#

  @Test(
    "a broken file is named with what was found and what was expected",
    arguments: [
      (#"{"quantity": "ratse", "cases": []}"#, "unknown quantity 'ratse'; did you mean 'rates'?"),
      (#"{"quantity": "rates", "cases": []}"#, "'cases' is empty; expected at least one"),
      (#"{"cases": []}"#, "'quantity' is missing"),
      (#"{"quantity": "rates", "case": [], "cases": []}"#, "'case' is an unknown key of a file; did you mean 'cases'?"),
      (#"{"quantity": "rates", "cases": {}}"#, "'cases' is an object; expected an array"),
      (#"{"quantity": "rates", "cases": [{"inputs": {"priro": 1}, "expected": {"x": 1}, "rtol": 1}]}"#,
        "case 1: 'priro' is an unknown key of a case's inputs; did you mean 'prior'?"),
      (#"{"quantity": "rates", "cases": [{"inputs": {}, "expected": 3, "rtol": 1}]}"#,
        "case 1: 'expected' is a number; expected an object"),
      (#"{"quantity": "rates", "cases": [{"inputs": {}, "expected": {}, "rtol": -1}]}"#,
        "case 1: 'rtol' is -1.0; expected a number of at least 0"),
      (#"{"quantity": "rates", "cases": [{"inputs": {}, "expected": {}, "rtol": 0}]}"#,
        "case 1: 'expected' is empty; expected at least one number to check"),
      (#"{"quantity": "rates", "cases": [\#(good), {"inputs": {}, "expected": {}}]}"#, "case 2: 'rtol' is missing"),
    ])
  func brokenFile(text: String, message: String) { #expect(Self.error(text) == message) }

  @Test("NaN is not JSON, and the place is told", arguments: ["NaN", "1_000", ""])
  func notJSON(token: String) {
    let message = Self.error("{\"quantity\": \"rates\",\n \"cases\": [{\"rtol\": \(token)}]}")
    #expect(message.hasPrefix("not valid JSON: ") && message.contains("line 2"), "\(message)")
  }

  @Test func aMissingFileAndADirectoryAreNamed() {
    for (path, problem) in [("/nowhere.json", "no such file"), ("/", "is a directory")] {
      let error = OracleFileError(path: path, problem: "\(problem); expected a JSON file of reference values")
      #expect(throws: error) { try OracleFile(path: path) }
    }
  }
}
