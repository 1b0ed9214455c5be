/// Our numbers beside a case's expected ones.
struct OracleComparison {
  /// What |ref| stands for in |got − ref| ≤ atol + rtol |ref|.
  enum Measure {
    case eachNumber, largestOfArray
    /// The number, or 1 where that is more: for a location, whose origin means nothing.
    case atLeastOne
  }

  let relativeTolerance: (_ path: [String]) -> Double
  let absoluteTolerance: Double
  let measure: (_ path: [String]) -> Measure

  /// The largest |got − ref| / |ref| so far, where ref isn't 0.
  private(set) var worstRelativeError = 0.0
  /// What was outside its tolerance, or not known: `path: got …, expected …`.
  private(set) var failures: [String] = []

  init(relativeTolerance: Double, absoluteTolerance: Double, measure: @escaping (_ path: [String]) -> Measure) {
    self.relativeTolerance = { _ in relativeTolerance }
    self.absoluteTolerance = absoluteTolerance
    self.measure = measure
  }

  /// With the tolerances of one case.
  init(_ oracleCase: OracleFile.Case, of quantity: Oracle, as precision: Oracle.Precision) {
    relativeTolerance = { path in
      precision == .float
        ? Oracle.Precision.floatTolerance : oracleCase.relativeTolerance(quantity.tolerance(at: path))
    }
    absoluteTolerance = oracleCase.absoluteTolerance
    measure = quantity.measure
  }

  /// Checks whatever `expected` lists; what only `got` has isn't asked for.
  mutating func compare(_ got: JSONValue?, with expected: JSONValue, at path: [String] = [], scale: Double? = nil) {
    guard let got else {
      failures.append("\(name(path)): not a number that we know")
      return
    }
    switch (got, expected) {
    case (.object(let ours), .object(let theirs)):
      for key in theirs.keys.sorted() { compare(ours[key], with: theirs[key] ?? .null, at: path + [key], scale: scale) }
    case (.array(let ours), .array(let theirs)):
      guard ours.count == theirs.count else {
        failures.append("\(name(path)): got \(ours.count) entries, expected \(theirs.count)")
        return
      }
      let scale = scale ?? (measure(path) == .largestOfArray ? Self.largest(expected) : nil)
      for (index, pair) in zip(ours, theirs).enumerated() {
        compare(pair.0, with: pair.1, at: path + ["\(index)"], scale: scale)
      }
    case (.number(let ours), .number(let theirs)):
      let size = scale ?? (measure(path) == .atLeastOne ? max(1, abs(theirs)) : abs(theirs))
      let error = abs(ours - theirs)
      if size > 0 { worstRelativeError = max(worstRelativeError, error / size) }
      // Written so that a NaN fails.
      if !(error <= absoluteTolerance + relativeTolerance(path) * size) { differ(path, got, expected) }
    default:
      if got != expected { differ(path, got, expected) }
    }
  }

  private mutating func differ(_ path: [String], _ got: JSONValue, _ expected: JSONValue) {
    failures.append("\(name(path)): got \(got.text), expected \(expected.text)")
  }

  private func name(_ path: [String]) -> String { path.joined(separator: ".") }

  /// The largest |number| of an array that holds numbers; nil where it holds objects, whose arrays have their own.
  private static func largest(_ value: JSONValue) -> Double? {
    switch value {
    case .number(let number): abs(number)
    case .array(let elements): elements.compactMap(largest).max()
    default: nil
    }
  }
}

extension JSONValue {
  fileprivate var text: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let value): "\"\(value)\""
    case .array, .object: kindName
    }
  }
}
