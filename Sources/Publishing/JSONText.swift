import Foundation

/// A JSON document in the order in which it is written.
///
/// Numbers have full precision; those that JSON cannot write, infinities and NaN, become null.
package enum JSONText: Sendable, ExpressibleByArrayLiteral, ExpressibleByStringLiteral {
  /// An object; see `object` for one whose keys are known beforehand.
  case members([(key: String, value: JSONText)])
  case array([JSONText])
  case number(Double?)
  case integer(Int)
  case string(String)
  case bool(Bool)
  /// JSON already, written as it is.
  case verbatim(String)

  package init(arrayLiteral elements: JSONText...) { self = .array(elements) }
  package init(stringLiteral text: String) { self = .string(text) }

  package static func object(_ members: KeyValuePairs<String, JSONText>) -> JSONText { .members(Array(members)) }

  /// The document, two spaces a level; an object or array without inner structure stays on its line.
  package func text(indentation: String = "") -> String {
    let inner = indentation + "  "
    switch self {
    case .members(let members):
      let parts = members.map { "\(Self.quoted($0.key)): \($0.value.text(indentation: inner))" }
      return Self.enclosed(parts, "{", "}", oneLine: members.allSatisfy { $0.value.isScalar }, indentation)
    case .array(let elements):
      let parts = elements.map { $0.text(indentation: inner) }
      return Self.enclosed(parts, "[", "]", oneLine: elements.allSatisfy(\.isScalar), indentation)
    case .number(let value): return value.flatMap { $0.isFinite ? "\($0)" : nil } ?? "null"
    case .integer(let value): return "\(value)"
    case .string(let value): return Self.quoted(value)
    case .bool(let value): return value ? "true" : "false"
    case .verbatim(let text): return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
  }

  private var isScalar: Bool {
    switch self {
    case .members, .array, .verbatim: false
    default: true
    }
  }

  private static func enclosed(
    _ parts: [String], _ open: String, _ close: String, oneLine: Bool, _ indentation: String
  ) -> String {
    guard !oneLine else { return open + parts.joined(separator: ", ") + close }
    let inner = "\n" + indentation + "  "
    return open + inner + parts.joined(separator: "," + inner) + "\n" + indentation + close
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      // Beyond control characters, the two that JSON allows in a string and older JavaScript does not.
      case _ where scalar.value < 0x20 || scalar == "\u{2028}" || scalar == "\u{2029}":
        let hex = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
