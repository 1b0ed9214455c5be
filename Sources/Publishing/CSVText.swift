/// A CSV file by RFC 4180, lines ending in LF: a field that holds a comma, a quote or a line break stands in quotes,
/// its quotes doubled; an undefined number is an empty field.
package struct CSVText {
  package private(set) var text: String

  package init(_ header: [String]) {
    text = ""
    add(header)
  }

  package mutating func add(_ fields: [String]) {
    text += fields.map(Self.quoted).joined(separator: ",")
    text += "\n"
  }

  /// The shortest text that reads back as the same number; whole numbers without a point, nil and NaN empty.
  package static func number(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "" }
    // −0 stays −0.0, since its sign would be lost.
    if value.magnitude <= 0x1p53, !(value == 0 && value.sign == .minus), let whole = Int(exactly: value) {
      return String(whole)
    }
    return "\(value)"
  }

  private static let special = Array(",\"\r\n".utf8)

  private static func quoted(_ field: String) -> String {
    // Over bytes: "\r\n" is one Character, which is neither "\r" nor "\n".
    guard field.utf8.contains(where: special.contains) else { return field }
    return "\"\(field.escapingScalars { $0 == "\"" ? "\"\"" : nil })\""
  }
}
