import Foundation
import StudyEngine

/// A file of reference values: one quantity, many cases.
///
///     {"quantity": "rates", "cases": [{"inputs": {…}, "expected": {…}, "rtol": 1e-11}, …]}
package struct OracleFile: Sendable {
  /// Inputs, the numbers they should give, and how closely.
  package struct Case: Sendable {
    package let name: String
    package let inputs: JSONValue
    package let expected: JSONValue
    package let relativeTolerance: Double
    package let absoluteTolerance: Double
    /// `rtol_argmin` and `rtol_parts`, which some quantities have for some of their numbers.
    package let minimiserTolerance, partTolerance: Double?

    /// The relative tolerance of one kind of number; `rtol` where the case does not name another.
    func relativeTolerance(_ tolerance: Tolerance) -> Double {
      switch tolerance {
      case .value: relativeTolerance
      case .minimiser: minimiserTolerance ?? relativeTolerance
      case .part: partTolerance ?? relativeTolerance
      }
    }
  }

  /// Which relative tolerance of a case.
  package enum Tolerance: Sendable {
    case value
    /// Where a minimum lies, which is known less closely than how low it is.
    case minimiser
    /// A part of a total that only as a whole is at its minimum.
    case part
  }

  package let path: String
  package let quantity: Oracle
  package let cases: [Case]

  /// Keys of a case that say how it may be read, not what is checked.
  private static let caseKeys: Set = [
    "name", "inputs", "expected", "rtol", "atol", "rtol_argmin", "rtol_parts", "float32_error",
  ]
  private static let fileKeys: Set = ["quantity", "description", "schema", "conventions", "cases"]

  /// - Throws: `OracleFileError` for a file that is missing, unreadable, not JSON, or not of this shape.
  package init(path: String) throws(OracleFileError) {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw OracleFileError(path: path, problem: "no such file; expected a JSON file of reference values")
    }
    guard !isDirectory.boolValue else {
      throw OracleFileError(path: path, problem: "is a directory; expected a JSON file of reference values")
    }
    let bytes: Data
    do {
      bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw OracleFileError(path: path, problem: "cannot be read: \(error.localizedDescription)")
    }
    guard let root = try? JSONDecoder().decode(JSONValue.self, from: bytes) else {
      throw OracleFileError(path: path, problem: "not valid JSON: \(Self.syntaxProblem(bytes))")
    }
    do {
      try Self.check(root, keys: Self.fileKeys, what: "file")
      let name = try root.string("quantity")
      guard let quantity = Oracle(rawValue: name) else {
        let known = Oracle.allCases.map(\.rawValue)
        throw OracleFileError(path: path, problem: "unknown quantity '\(name)'; \(Self.hint(name, known))")
      }
      self.quantity = quantity
      cases = try root.array("cases").enumerated().map { index, value in
        do {
          return try Self.readCase(value, of: quantity, number: index + 1)
        } catch {
          throw OracleFileError(path: path, problem: "case \(index + 1): \(error)")
        }
      }
    } catch let error as OracleFileError {
      throw error
    } catch {
      throw OracleFileError(path: path, problem: "\(error)")
    }
    guard !cases.isEmpty else { throw OracleFileError(path: path, problem: "'cases' is empty; expected at least one") }
    self.path = path
  }

  private static func readCase(
    _ value: JSONValue, of quantity: Oracle, number: Int
  ) throws(JSONValueError) -> Case {
    try check(value, keys: caseKeys, what: "case")
    try check(value.value("inputs"), keys: quantity.inputKeys, what: "case's inputs")
    let relative = try value.number("rtol")
    let absolute = try optionalNumber("atol", of: value)
    let minimiser = try optionalNumber("rtol_argmin", of: value)
    let part = try optionalNumber("rtol_parts", of: value)
    let tolerances = [
      ("rtol", relative), ("atol", absolute), ("rtol_argmin", minimiser), ("rtol_parts", part),
    ]
    for case (let key, let tolerance?) in tolerances where tolerance < 0 {
      throw .unexpected(key: key, found: "\(tolerance)", expected: "a number of at least 0")
    }
    let expected = try value.object("expected")
    guard !expected.isEmpty else {
      throw .unexpected(key: "expected", found: "empty", expected: "at least one number to check")
    }
    return Case(
      name: value.has("name") ? try value.string("name") : "case \(number)", inputs: try value.value("inputs"),
      expected: .object(expected), relativeTolerance: relative, absoluteTolerance: absolute ?? 0,
      minimiserTolerance: minimiser, partTolerance: part)
  }

  private static func optionalNumber(_ key: String, of value: JSONValue) throws(JSONValueError) -> Double? {
    value.has(key) ? try value.number(key) : nil
  }

  /// What is wrong, and where: the decoder does not say, the serialiser says `… around character N.`.
  private static func syntaxProblem(_ bytes: Data) -> String {
    do {
      _ = try JSONSerialization.jsonObject(with: bytes)
      return "it has a number beyond the range of a double"
    } catch {
      let message = (error as NSError).userInfo["NSDebugDescription"] as? String ?? error.localizedDescription
      guard let offset = message.split(separator: " ").last.flatMap({ Int($0.dropLast()) }) else { return message }
      let before = bytes.prefix(offset).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      return "\(message.dropLast()), at line \(before.count), column \((before.last?.count ?? 0) + 1)"
    }
  }

  private static func check(_ value: JSONValue, keys: Set<String>, what: String) throws(JSONValueError) {
    guard case .object(let members) = value else {
      throw .unexpected(key: what, found: value.kindName, expected: "an object")
    }
    if let unknown = members.keys.filter({ !keys.contains($0) }).min() {
      throw .unknown(key: unknown, of: what, hint: hint(unknown, keys.sorted()))
    }
  }

  private static func hint(_ name: String, _ known: [String]) -> String {
    nearestName(to: name, among: known).map { "did you mean '\($0)'?" }
      ?? "expected one of \(known.joined(separator: ", "))"
  }
}
