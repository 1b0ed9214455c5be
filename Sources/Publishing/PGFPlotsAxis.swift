import Foundation

/// An axis as options of PGFPlots's.
///
/// It is given the raw values, which it takes logarithms of by itself. Its arithmetic has about five digits: where an
/// axis shows a narrow range of large values, coordinates are shares of the axis instead, 0 where it begins and 1 where
/// it ends, in a column of their own.
struct PGFPlotsAxis {
  let letter: String
  let axis: Axis
  let isInShares: Bool

  init(_ letter: String, _ axis: Axis) {
    self.letter = letter
    self.axis = axis
    // Halved before it is taken, so that ±1e308 does not overflow.
    isInShares = max(abs(axis.lower), abs(axis.upper)) / 2 > 20 * (axis.upper / 2 - axis.lower / 2)
  }

  /// Of the columns with raw values and with coordinates.
  var rawColumn: String { letter }
  var column: String { isInShares ? "\(letter)share" : letter }

  /// 0 to 1 inside the frame.
  func share(_ value: Double) -> Double { share(position: axis.position(value)) }

  private func share(position: Double) -> Double {
    (position / 2 - axis.lower / 2) / (axis.upper / 2 - axis.lower / 2)
  }

  /// A value as a coordinate.
  func coordinate(_ value: Double) -> String { isInShares ? Self.number(share(value)) : Self.number(value) }

  private func coordinate(position: Double) -> String {
    if isInShares { return Self.number(share(position: position)) }
    guard axis.isLogarithmic else { return Self.number(position) }
    // Beyond what a double holds, too.
    let decade = position.rounded(.down)
    return String(format: "%.9ge%d", pow(10, position - decade), Int(decade))
  }

  var options: String {
    let ticks = axis.ticks.map { coordinate(position: $0.position) }.joined(separator: ",")
    let labels = axis.ticks.map { "{\(LaTeXText.escaped($0.label))}" }.joined(separator: ",")
    let minor = axis.minorTicks.map { coordinate(position: $0) }.joined(separator: ",")
    let mode = axis.isLogarithmic && !isInShares ? "\(letter)mode=log, " : ""
    return "  \(mode)\(letter)min=\(coordinate(position: axis.lower)), \(letter)max=\(coordinate(position: axis.upper)),\n"
      + "  \(letter)tick=\(ticks.isEmpty ? "\\empty" : "{\(ticks)}"), \(letter)ticklabels={\(labels)},\n"
      + (minor.isEmpty ? "" : "  minor \(letter)tick={\(minor)},\n")
  }

  /// Places far outside would not fit into TeX's registers: they are moved to 10 frames away, in the units of the
  /// coordinates. nil for values that need it not.
  func restriction(_ values: [Double]) -> String? {
    guard values.contains(where: { abs(share($0) - 0.5) > 10 }) else { return nil }
    let (lower, upper) = isInShares ? (0, 1) : (axis.lower, axis.upper)
    let reach = 10 * (upper / 2 - lower / 2)
    // On logarithmic axes the domain is one of natural logarithms.
    let unit = axis.isLogarithmic && !isInShares ? Foundation.log(10.0) : 1
    return "restrict \(letter) to domain*=\(Self.number(unit * (lower - reach))):\(Self.number(unit * (upper + reach)))"
  }

  /// In full precision.
  static func number(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? "\(value)".replacing("e+", with: "e")
  }
}
