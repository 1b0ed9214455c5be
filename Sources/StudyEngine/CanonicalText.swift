import Simulation

/// One text for one content: the lines `path=value` of every stored property, in order of declaration.
///
/// Read by reflection, so that no field can be forgotten: a new one enters every identity by itself. An optional
/// that is nil leaves no line, so a later optional field keeps the identities of what does not use it.
enum CanonicalText {
  struct Line: Equatable {
    let key: String
    let value: String
  }

  /// The lines as one text.
  static func text(of value: Any, key: String) -> String { text(lines(of: value, key: key)) }

  static func text(_ lines: [Line]) -> String { lines.map { "\($0.key)=\($0.value)\n" }.joined() }

  static func lines(of value: Any, key: String) -> [Line] {
    if let text = scalar(value) { return [Line(key: key, value: text)] }
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .optional:
      return mirror.children.first.map { lines(of: $0.value, key: key) } ?? []
    case .collection:
      let items = mirror.children.map(\.value)
      let scalars = items.compactMap(scalar)
      if scalars.count == items.count { return [Line(key: key, value: "[\(scalars.joined(separator: ", "))]")] }
      return items.enumerated().flatMap { lines(of: $1, key: "\(key)[\($0 + 1)]") }
    case .enum:
      guard let payload = mirror.children.first else { return [Line(key: key, value: kebab("\(value)"))] }
      let name = kebab(payload.label ?? "")
      return [Line(key: key, value: name)] + lines(of: payload.value, key: "\(key).\(name)")
    default:
      return mirror.children.flatMap { child in
        lines(of: child.value, key: child.label.map { "\(key).\(kebab($0))" } ?? key)
      }
    }
  }

  private static func scalar(_ value: Any) -> String? {
    switch value {
    case let number as Double: StrictNumber.print(number)
    case let number as Int: String(number)
    case let number as UInt64: String(number)
    case let flag as Bool: flag ? "true" : "false"
    case let text as String: text.debugDescription
    case let formula as Formula: formula.canonical.debugDescription
    default: caseName(value)
    }
  }

  /// The name of an enumeration's case without payload.
  private static func caseName(_ value: Any) -> String? {
    let mirror = Mirror(reflecting: value)
    return mirror.displayStyle == .enum && mirror.children.isEmpty ? kebab("\(value)") : nil
  }

  /// `learningRate` as study files spell it, `learning-rate`.
  private static func kebab(_ name: String) -> String {
    name.reduce(into: "") { $0 += $1.isUppercase ? "-" + $1.lowercased() : String($1) }
  }
}
