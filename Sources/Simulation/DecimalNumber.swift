/// Reads a decimal number from bytes: `[+-] digits [mark digits] [e [+-] digits]`, at least one digit before the `e`.
///
/// Nothing else is a number: no NaN, no infinity, no hexadecimal, no thousands separator, no overflow. Blanks around
/// it are skipped. The result is correctly rounded.
enum DecimalNumber {
  static func parse(_ bytes: [UInt8], in range: Range<Int>, decimalMark: UInt8) -> Double? {
    let trimmed = trim(bytes, range)
    let end = trimmed.upperBound
    var index = trimmed.lowerBound
    var isNegative = false
    if index < end, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
      isNegative = bytes[index] == UInt8(ascii: "-")
      index += 1
    }

    var significand: UInt64 = 0
    var digitCount = 0
    var fractionDigits = 0
    var sawMark = false
    // 18 digits fit into 64 bits; a number with more takes the slow way below.
    scan: while index < end {
      switch bytes[index] {
      case let byte where isDigit(byte):
        if digitCount < 18 { significand = significand * 10 + UInt64(byte - zero) }
        digitCount += 1
        if sawMark { fractionDigits += 1 }
      case decimalMark where !sawMark:
        sawMark = true
      default: break scan
      }
      index += 1
    }
    guard digitCount > 0 else { return nil }

    var exponent = 0
    if index < end, bytes[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      var exponentIsNegative = false
      if index < end, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
        exponentIsNegative = bytes[index] == UInt8(ascii: "-")
        index += 1
      }
      guard index < end else { return nil }
      while index < end, isDigit(bytes[index]) {
        exponent = min(exponent * 10 + Int(bytes[index] - zero), 100_000)
        index += 1
      }
      if exponentIsNegative { exponent = -exponent }
    }
    guard index == end else { return nil }

    // Significand and power of ten are exact doubles here, so that their product or quotient is rounded once.
    let power = exponent - fractionDigits
    if digitCount <= 18, significand < 1 << 53, abs(power) < exactPowersOfTen.count {
      let magnitude =
        power < 0 ? Double(significand) / exactPowersOfTen[-power] : Double(significand) * exactPowersOfTen[power]
      return isNegative ? -magnitude : magnitude
    }
    let text = String(decoding: bytes[trimmed].map { $0 == decimalMark ? UInt8(ascii: ".") : $0 }, as: UTF8.self)
    guard let value = Double(text), value.isFinite else { return nil }
    return value
  }

  /// The range without the spaces and tabs at its ends.
  static func trim(_ bytes: [UInt8], _ range: Range<Int>) -> Range<Int> {
    var lower = range.lowerBound
    var upper = range.upperBound
    while lower < upper, isBlank(bytes[lower]) { lower += 1 }
    while lower < upper, isBlank(bytes[upper - 1]) { upper -= 1 }
    return lower..<upper
  }

  private static let zero = UInt8(ascii: "0")
  private static let exactPowersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
  ]
  private static func isDigit(_ byte: UInt8) -> Bool { byte &- zero < 10 }
  private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
}
