import Foundation

/// An axis as scale, ticks and tooltips of Vega-Lite, in the real units of its values.
struct VegaLiteAxis {
  /// `x` or `y`.
  let letter: String
  let axis: Axis

  init(_ letter: String, _ axis: Axis) {
    self.letter = letter
    self.axis = axis
  }

  /// A value inside the frame, its edges included.
  func holds(_ value: Double) -> Bool {
    let position = axis.position(value)
    let slack = 1e-9 * (axis.upper / 2 - axis.lower / 2)
    return position >= axis.lower - slack && position <= axis.upper + slack
  }

  /// A value, moved to 20 frames away where it lies further outside.
  func near(_ value: Double) -> Double {
    let (position, reach) = (axis.position(value), 20 * (axis.upper / 2 - axis.lower / 2))
    let bounds = (lower: axis.lower - reach, upper: axis.upper + reach)
    return position < bounds.lower ? self.value(bounds.lower) : position > bounds.upper ? self.value(bounds.upper) : value
  }

  /// What stands at a position: its end of the range of a double where it is beyond that.
  private func value(_ position: Double) -> Double {
    guard axis.isLogarithmic else {
      // So that the difference of two is a double, too.
      return min(max(position, -0.5 * .greatestFiniteMagnitude), 0.5 * .greatestFiniteMagnitude)
    }
    return min(max(pow(10, position), .leastNonzeroMagnitude), .greatestFiniteMagnitude)
  }

  static func number(_ value: Double) -> JSONText { Int(exactly: value).map(JSONText.integer) ?? .number(value) }

  /// The encoding channel that all layers of a panel share.
  var encoding: JSONText {
    var ticks = axis.ticks.map { (position: $0.position, label: $0.label.unicode) }
    ticks += axis.minorTicks.filter { minor in !axis.ticks.contains { abs($0.position - minor) < 1e-9 } }.map { ($0, "") }
    ticks.sort { $0.position < $1.position }
    // By halves between neighbours: programs that pass a specification on may change a number's last digit.
    let limits = zip(ticks, ticks.dropFirst()).map { value(($0.position + $1.position) / 2) }
    let labels = ticks.map { Self.expression(.string($0.label)) }
    let steps = zip(limits, labels).map { "datum.value < \(Self.expression(Self.number($0))) ? \($1) : " }
    let label = steps.joined() + (labels.last ?? "''")
    var options: [(key: String, value: JSONText)] = [
      ("values", .array(ticks.map { Self.number(value($0.position)) })), ("labelExpr", .string(label)),
    ]
    if !axis.minorTicks.isEmpty {
      options.append(
        (
          "tickSize",
          .object(["condition": .object(["test": .string("(\(label)) === \"\""), "value": .integer(2)]), "value": .integer(4)])
        ))
    }
    var scale: [(key: String, value: JSONText)] = [
      ("type", .string(axis.isLogarithmic ? "log" : "linear")),
      ("domain", [Self.number(value(axis.lower)), Self.number(value(axis.upper))]), ("nice", .bool(false)),
    ]
    if !axis.isLogarithmic { scale.append(("zero", .bool(false))) }
    return .object([
      "field": .string(letter), "type": .string("quantitative"),
      "title": axis.label.isEmpty ? .number(nil) : .string(axis.label.unicode), "scale": .members(scale),
      "axis": .members(options),
    ])
  }

  /// JSON without line breaks, which is an expression of Vega's as well.
  private static func expression(_ json: JSONText) -> String { json.text() }

  // MARK: Tooltips

  /// Where values are places of named things, a calculated field with the names.
  var transform: JSONText? {
    guard axis.isCategorical else { return nil }
    let names = Self.expression(.array(axis.ticks.map { .string($0.label.unicode) }))
    let places = Self.expression(.array(axis.ticks.map { Self.number($0.position) }))
    return .object([
      "calculate": .string("\(names)[indexof(\(places), round(datum.\(letter)))]"), "as": .string("\(letter)_name"),
    ])
  }

  /// - Parameters:
  ///   - end: what is added to the axis's label for a stroke's beginning and end.
  ///   - field: `x`, or `x2` for the end.
  func tooltip(_ field: String? = nil, end: String = "") -> JSONText {
    let title = (axis.label.isEmpty ? letter : axis.label.unicode) + end
    if axis.isCategorical {
      return .object(["field": .string("\(letter)_name"), "type": .string("nominal"), "title": .string(title)])
    }
    return .object([
      "field": .string(field ?? letter), "type": .string("quantitative"), "title": .string(title),
      "format": .string(".6~g"),
    ])
  }
}
