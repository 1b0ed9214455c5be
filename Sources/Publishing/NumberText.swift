import Foundation

/// Numbers for people.
package enum NumberText {
  /// With `decimals` places and a true minus sign.
  static func fixed(_ value: Double?, _ decimals: Int = 3, undefined: String = "–") -> String {
    guard let value, value.isFinite else { return undefined }
    let text = String(format: "%.\(decimals)f", value)
    // No sign on what rounds to zero.
    return text.contains { ("1"..."9").contains($0) } ? text.replacing("-", with: "−") : text.replacing("-", with: "")
  }

  /// Four significant digits.
  package static func short(_ value: Double?, undefined: String = "–") -> String {
    guard let value, value.isFinite else { return undefined }
    return String(format: "%.4g", value).replacing("-", with: "−")
  }

  /// `0.0712 ± 0.0023`: both to the place of the error's second digit.
  static func estimate(_ value: Double?, error: Double?) -> String {
    guard let value, value.isFinite else { return "–" }
    guard let error, error.isFinite else { return short(value) }
    guard error > 0 else { return "\(short(value)) ± 0" }
    // As printed, 0.0996 is 0.10: its second digit is that of hundredths.
    let place = Int(floor(log10(error / 0.995))) - 1
    guard place > -8, error < 1e6, abs(value) < 1e9 else {
      return String(format: "%.4g ± %.2g", value, error).replacing("-", with: "−")
    }
    func text(_ number: Double) -> String {
      let unit = pow(10, Double(max(0, place)))
      return fixed((number / unit).rounded() * unit, 0)
    }
    return place > 0
      ? "\(text(value)) ± \(text(error))" : "\(fixed(value, -place)) ± \(fixed(error, -place))"
  }

  /// `[−0.56, −0.44]`.
  static func interval(_ lower: Double?, _ upper: Double?) -> String {
    lower == nil || upper == nil ? "" : "[\(fixed(lower)), \(fixed(upper))]"
  }
}
