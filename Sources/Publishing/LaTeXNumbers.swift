import Foundation

/// A column of numbers, estimates `a ± b`, intervals and words in LaTeX's mathematics. In a column that is set flush
/// right, decimal points stand below each other: what a number lacks to the right of it is filled by invisible digits.
enum LaTeXNumbers {
  /// One cell for each text.
  static func aligned(_ texts: [String]) -> [String] {
    let cells = texts.map(Cell.init)
    let values = cells.compactMap(\.value)
    let errors = cells.compactMap(\.error)
    let decimals = values.map(\.decimals).max() ?? 0
    let errorDecimals = errors.map(\.decimals).max() ?? 0
    let errorDigits = errors.map(\.digits).max() ?? 0
    return cells.map { cell in
      guard let value = cell.value else { return cell.plain }
      let first = value.text + phantom(from: value.decimals, to: decimals)
      if let error = cell.error {
        let before = phantom(digits: errorDigits - error.digits)
        return "$\(first) \\pm \(before)\(error.text)\(phantom(from: error.decimals, to: errorDecimals))$"
      }
      guard errorDigits > 0 else { return "$\(first)$" }
      let width = String(repeating: "0", count: errorDigits) + (errorDecimals > 0 ? "." : "")
        + String(repeating: "0", count: errorDecimals)
      return "$\(first)\\phantom{{}\\pm \(width)}$"
    }
  }

  private static func phantom(digits: Int) -> String {
    digits > 0 ? "\\phantom{\(String(repeating: "0", count: digits))}" : ""
  }

  private static func phantom(from decimals: Int, to most: Int) -> String {
    decimals < most
      ? "\\phantom{\(decimals == 0 ? "." : "")\(String(repeating: "0", count: most - decimals))}" : ""
  }

  private struct Number {
    let text: String
    /// Before and behind the decimal point.
    let digits: Int
    let decimals: Int
    let isPlain: Bool

    /// nil for what is none.
    init?(_ text: Substring) {
      guard let match = text.wholeMatch(of: /([−+-]?)([0-9]+)(?:\.([0-9]+))?(?:e([−+-]?)([0-9]+))?/) else { return nil }
      let sign = match.1.isEmpty ? "" : match.1 == "+" ? "+" : "-"
      var number = sign + match.2 + (match.3.map { ".\($0)" } ?? "")
      isPlain = match.5 == nil
      if let exponent = match.5 {
        let power = exponent.drop { $0 == "0" }
        let minus = match.4.map { !$0.isEmpty && $0 != "+" } ?? false
        number += " \\cdot 10^{\(minus ? "-" : "")\(power.isEmpty ? "0" : power)}"
      }
      self.text = number
      digits = match.2.count
      decimals = match.3?.count ?? 0
    }
  }

  private struct Cell {
    /// Of a number or an estimate without an exponent.
    var value: Number?
    var error: Number?
    /// Any other cell, as it is set.
    var plain = ""

    init(_ text: String) {
      let parts = text.split(separator: " ± ", omittingEmptySubsequences: false)
      let numbers = parts.compactMap(Number.init)
      if numbers.count == parts.count, numbers.count <= 2, numbers.allSatisfy(\.isPlain) {
        value = numbers[0]
        if numbers.count == 2 { error = numbers[1] }
      } else if numbers.count == parts.count, numbers.count <= 2 {
        plain = "$\(numbers.map(\.text).joined(separator: " \\pm "))$"
      } else if let match = text.wholeMatch(of: /\[([^,\]]+), ([^,\]]+)\]/), let lower = Number(match.1),
        let upper = Number(match.2)
      {
        plain = "$[\(lower.text), \(upper.text)]$"
      } else if let match = text.wholeMatch(of: /([<>≤≥]) (.+)/), let number = Number(match.2) {
        let sign = match.1 == "≤" ? "\\leq " : match.1 == "≥" ? "\\geq " : String(match.1)
        plain = "$\(sign)\(number.text)$"
      } else {
        plain = LaTeXText.escaped(text)
      }
    }
  }
}
