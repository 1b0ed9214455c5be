/// Numbers as study files write them: decimal digits, a point, an exponent; nothing else.
///
/// YAML 1.1 reads `1_000`, `0x10`, `20:30`, `.inf` and `010` as numbers too, each a trap of its own; here they
/// are text.
enum StrictNumber {
  /// `[+-] (0 | [1-9][0-9]*) [. [0-9]*] [e [+-] [0-9]+]`, finite; the leading 0 may be left out before a point.
  static func parse(_ text: String) -> Double? {
    var rest = Substring(text)
    if let sign = rest.first, sign == "+" || sign == "-" { rest.removeFirst() }
    let whole = takeDigits(&rest)
    var decimals = ""
    if rest.first == "." {
      rest.removeFirst()
      decimals = takeDigits(&rest)
    }
    guard !(whole.isEmpty && decimals.isEmpty), whole.count <= 1 || whole.first != "0" else { return nil }
    if rest.first == "e" || rest.first == "E" {
      rest.removeFirst()
      if let sign = rest.first, sign == "+" || sign == "-" { rest.removeFirst() }
      guard !takeDigits(&rest).isEmpty else { return nil }
    }
    guard rest.isEmpty, let value = Double(text), value.isFinite else { return nil }
    return value
  }

  /// The whole number that `text` writes exactly, `1e3` and `2.0e+2` included.
  static func parseWhole(_ text: String) -> Int? {
    guard let value = parse(text) else { return nil }
    // Beyond 2⁵³ a Double no longer tells neighbours apart; plain digits still do.
    return Int(text) ?? (value.magnitude <= 0x1p53 ? Int(exactly: value) : nil)
  }

  /// The number that a refused spelling most likely meant.
  static func guess(_ text: String) -> String? {
    let digits = text.filter { $0 != "_" }
    if digits != text, let value = parse(digits) { return print(value) }
    if text.hasPrefix("0x"), let value = Int(text.dropFirst(2), radix: 16) { return String(value) }
    let unpadded = String(text.drop { $0 == "0" })
    if unpadded != text, let value = parse(unpadded) { return print(value) }
    return nil
  }

  /// The shortest text that reads back as the same number; whole numbers without a point.
  static func print(_ value: Double) -> String {
    if value.magnitude <= 0x1p53, let whole = Int(exactly: value) { return String(whole) }
    return "\(value)"
  }

  private static func takeDigits(_ rest: inout Substring) -> String {
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    rest.removeFirst(digits.count)
    return String(digits)
  }
}
