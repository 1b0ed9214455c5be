import Foundation
import Priors
import SparseNetworks

/// A value that a flag cannot take: what it is, and what would do.
struct ArgumentError: Error, Equatable, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// How the command line spells numbers, lists, grids and names; each of these fits an option's `transform`.
enum ArgumentParsing {
  /// `--seed -1` as `--seed=-1`. The parser takes a word with a dash for a flag, and would only say that the value is
  /// missing; so the option itself gets to say what is wrong with the number.
  static func joiningNegativeNumbers(_ arguments: [String]) -> [String] {
    var joined: [String] = []
    for argument in arguments {
      let isNegative = argument.hasPrefix("-") && argument.dropFirst().first.map { $0.isNumber || $0 == "." } ?? false
      if isNegative, let option = joined.last, option.hasPrefix("--"), option != "--", !option.contains("=") {
        joined[joined.count - 1] = "\(option)=\(argument)"
      } else {
        joined.append(argument)
      }
    }
    return joined
  }

  /// A finite decimal number: `3`, `-0.5`, `1e3`; not `1_000`, `0x10`, `nan` or `inf`.
  static func number(_ text: String) throws(ArgumentError) -> Double {
    let isPlain = text.allSatisfy { "0123456789+-.eE".contains($0) }
    guard isPlain, let value = Double(text), value.isFinite else {
      throw ArgumentError("'\(text)' is not a number; write it like 3, 0.25 or 1e3")
    }
    return value
  }

  /// A whole number, however it is written: `1000`, `1e3`, `2.0e+2`.
  static func integer(_ text: String) throws(ArgumentError) -> Int {
    guard let value = Int(exactly: try number(text)) else {
      throw ArgumentError("'\(text)' is not a whole number")
    }
    return value
  }

  /// A seed: a whole number from 0 to 2⁶⁴ − 1.
  static func seed(_ text: String) throws(ArgumentError) -> UInt64 {
    if let seed = UInt64(text) { return seed }
    guard let seed = UInt64(exactly: try number(text)) else {
      throw ArgumentError("'\(text)' is not a seed; give a whole number from 0 to 18446744073709551615")
    }
    return seed
  }

  /// A number of posterior draws.
  static func draws(_ text: String) throws(ArgumentError) -> Int {
    let draws = try integer(text)
    guard (2...1_000_000).contains(draws) else {
      throw ArgumentError("'\(text)' is not a number of draws; give one from 2 to 1000000")
    }
    return draws
  }

  /// Numbers separated by commas.
  static func numbers(_ text: String) throws(ArgumentError) -> [Double] { try list(text, of: number) }

  /// Whole numbers separated by commas.
  static func integers(_ text: String) throws(ArgumentError) -> [Int] { try list(text, of: integer) }

  /// `first:last:count`: a grid that is even in the logarithm, both ends on it.
  static func logarithmicGrid(_ text: String) throws(ArgumentError) -> [Double] {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3 else {
      throw ArgumentError("'\(text)' is not a grid; write first:last:count, as 1e2:1e6:25")
    }
    let first = try number(parts[0])
    let last = try number(parts[1])
    let count = try integer(parts[2])
    guard first > 0, last > first else {
      throw ArgumentError("'\(text)' must go from a positive number to a larger one")
    }
    guard (2...100_000).contains(count) else {
      throw ArgumentError("'\(text)' must have from 2 to 100000 points, not \(count)")
    }
    // Over logarithms: the ratio of the ends may overflow.
    let step = (log(last) - log(first)) / Double(count - 1)
    return (0..<count).map { $0 == count - 1 ? last : $0 == 0 ? first : exp(log(first) + Double($0) * step) }
  }

  /// The grid's whole numbers, each once.
  static func wholes(_ grid: [Double]) -> [Double] {
    let rounded = grid.map { $0.rounded() }
    return rounded.indices.filter { $0 == 0 || rounded[$0] > rounded[$0 - 1] }.map { rounded[$0] }
  }

  /// `gaussian`, `group-lasso`, `group-horseshoe` or an alias; several with commas; `all`.
  static func slabKinds(_ text: String) throws(ArgumentError) -> [SlabKind] {
    text == "all" ? SlabKind.allCases : try list(text, of: slabKind)
  }

  /// One slab, by its name or alias.
  static func slabKind(_ text: String) throws(ArgumentError) -> SlabKind {
    guard let kind = SlabKind(name: text) else {
      let names = SlabKind.allCases.map(\.rawValue).joined(separator: ", ")
      throw ArgumentError("'\(text)' is not a slab; there are \(names) (or ig, gl, ghs)")
    }
    return kind
  }

  /// `proportional:κ`, `fixed:ς²` or `hyper`.
  static func rateParameter(_ text: String) throws(ArgumentError) -> SlabPrior.RateParameter {
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    switch (parts.first, parts.count) {
    case ("proportional", 2): return .proportional(try number(parts[1]))
    case ("fixed", 2): return .fixed(try number(parts[1]))
    case ("hyper", 1): return .hyperprior()
    default:
      throw ArgumentError("'\(text)' is not a rate parameter; write proportional:1, fixed:2 or hyper")
    }
  }

  /// A number, or `none`, which is infinity.
  static func cap(_ text: String) throws(ArgumentError) -> Double { text == "none" ? .infinity : try number(text) }

  /// Seconds of a time such as `90s`, `45m`, `2h`, `1h30m` or `1.5d`.
  static func duration(_ text: String) throws(ArgumentError) -> Double {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
    var (seconds, digits, last) = (0.0, "", Double.infinity)
    for character in text {
      guard let unit = units[character] else {
        digits.append(character)
        continue
      }
      guard unit < last, let value = try? number(digits), value >= 0 else {
        seconds = 0
        break
      }
      (seconds, digits, last) = (seconds + value * unit, "", unit)
    }
    guard digits.isEmpty, seconds > 0, seconds < 1e9, text.last.map({ units[$0] == last }) ?? false else {
      throw ArgumentError("'\(text)' is not a time; write it like 90s, 45m, 2h or 1h30m")
    }
    return seconds
  }

  /// A separator of cells: one character, or the word `tab`.
  static func separator(_ text: String) throws(ArgumentError) -> Character {
    if text == "tab" || text == "\\t" { return "\t" }
    guard let character = text.first, text.count == 1 else {
      throw ArgumentError("'\(text)' is not a separator; give one character, as ';', or tab")
    }
    return character
  }

  /// `FILE:LINE`, the line counted from 1.
  static func fileLine(_ text: String) throws(ArgumentError) -> FileLine {
    guard let colon = text.lastIndex(of: ":"), colon > text.startIndex,
      let line = Int(text[text.index(after: colon)...]), line >= 1
    else { throw ArgumentError("'\(text)' is not a line of a file; write FILE:LINE, as splits.txt:1") }
    return FileLine(file: String(text[..<colon]), line: line)
  }

  struct FileLine: Equatable {
    let file: String
    let line: Int
  }

  private static func list<Element>(
    _ text: String, of element: (String) throws(ArgumentError) -> Element
  ) throws(ArgumentError) -> [Element] {
    var elements: [Element] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      elements.append(try element(part.trimmingCharacters(in: .whitespaces)))
    }
    return elements
  }
}
