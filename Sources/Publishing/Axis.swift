import Foundation

/// One axis: where it begins and ends, and what is written along it. Positions along a logarithmic axis are decades,
/// log₁₀ of the values, so that 1e-300 and 1e300 are ordinary numbers; along a linear one they are the values.
struct Axis: Sendable, Equatable {
  struct Tick: Sendable, Equatable {
    let position: Double
    let label: RichText
  }

  let label: RichText
  let isLogarithmic: Bool
  /// Whether its values are but places of named things.
  let isCategorical: Bool
  let lower: Double
  let upper: Double
  let ticks: [Tick]
  /// Positions of ticks without a label.
  let minorTicks: [Double]

  private init(
    _ label: RichText, isLogarithmic: Bool, isCategorical: Bool = false, lower: Double, upper: Double, ticks: [Tick],
    minorTicks: [Double] = []
  ) {
    self.label = label
    self.isLogarithmic = isLogarithmic
    self.isCategorical = isCategorical
    self.lower = lower
    self.upper = upper
    self.ticks = ticks
    self.minorTicks = minorTicks
  }

  /// Whether a value has a place on this kind of axis.
  func shows(_ value: Double) -> Bool { value.isFinite && (!isLogarithmic || value > 0) }

  /// Of a value that it shows.
  func position(_ value: Double) -> Double { isLogarithmic ? log10(value) : value }

  /// The same axis with nothing written along it, for panels beside one that has it.
  var unlabelled: Axis {
    Axis(
      "", isLogarithmic: isLogarithmic, lower: lower, upper: upper,
      ticks: ticks.map { Tick(position: $0.position, label: "") }, minorTicks: minorTicks)
  }

  // MARK: Logarithmic

  /// Holds all values above zero with some room, and shows at least a factor of 1.25: noise in the third digit is no
  /// finding. nil without such a value.
  /// - Parameters:
  ///   - ticks: values to label, such as sample sizes, if they stand apart; otherwise round ones are.
  ///   - maximumLabels: what there is room for, at least 4.
  ///   - isTight: without the room.
  static func logarithmic(
    _ label: RichText, holding values: some Sequence<Double>, ticks: [Double] = [], maximumLabels: Int = 7,
    isTight: Bool = false
  ) -> Axis? {
    let positions = values.filter { $0 > 0 && $0.isFinite }.map(log10)
    return logarithmic(label, decades: positions, ticks: ticks, maximumLabels: maximumLabels, isTight: isTight)
  }

  /// The same for values given as decades.
  static func logarithmic(
    _ label: RichText, decades: [Double], ticks values: [Double] = [], maximumLabels: Int = 7, isTight: Bool = false
  ) -> Axis? {
    guard let least = decades.filter(\.isFinite).min(), let most = decades.filter(\.isFinite).max() else { return nil }
    let span = max(most - least, 0.1)
    let middle = (least + most) / 2
    let room = isTight ? 0.5 : 0.56
    let (lower, upper) = (middle - room * span, middle + room * span)
    let given = values.sorted().map { Tick(position: log10($0), label: RichText(String(format: "%.6g", $0))) }
    let gaps = zip(given, given.dropFirst()).map { $1.position - $0.position }
    if !given.isEmpty, given.count <= maximumLabels, gaps.allSatisfy({ $0 > 0.13 * (upper - lower) }) {
      return Axis(label, isLogarithmic: true, lower: lower, upper: upper, ticks: given)
    }
    let minor = upper - lower < 4 ? logTicks(Array(1...9).map(Double.init), lower, upper).map(\.position) : []
    return Axis(
      label, isLogarithmic: true, lower: lower, upper: upper, ticks: majorLogTicks(lower, upper, maximumLabels),
      minorTicks: minor)
  }

  private static func majorLogTicks(_ lower: Double, _ upper: Double, _ maximum: Int) -> [Tick] {
    for mantissas in [[1], [1, 3], [1, 2, 5], [1, 2, 3, 5, 7], [1, 2, 3, 4, 5, 6, 7, 8, 9]] as [[Double]] {
      let ticks = logTicks(mantissas, lower, upper)
      if ticks.count >= 3, ticks.count <= maximum { return ticks }
    }
    let decades = Int(lower.rounded(.up))...max(Int(lower.rounded(.up)), Int(upper.rounded(.down)))
    if decades.count > maximum {
      let stride = (decades.count + maximum - 2) / (maximum - 1)
      return decades.filter { $0.isMultiple(of: stride) }.map { logTick(1, $0) }
    }
    return evenLogTicks(lower, upper)
  }

  /// Evenly spaced values, for less than half a decade.
  private static func evenLogTicks(_ lower: Double, _ upper: Double) -> [Tick] {
    // Relative to the decade, so that neither end overflows.
    let decade = Int(lower.rounded(.down))
    let (from, to) = (pow(10, lower - Double(decade)), pow(10, upper - Double(decade)))
    let step = roundStep((to - from) / 4, [1, 2, 2.5, 5])
    return stride(from: (from / step).rounded(.up), through: (to / step).rounded(.down), by: 1).map {
      logTick($0 * step, decade)
    }
  }

  private static func logTicks(_ mantissas: [Double], _ lower: Double, _ upper: Double) -> [Tick] {
    (Int(lower.rounded(.down))...Int(upper.rounded(.up))).flatMap { decade in
      mantissas.map { logTick($0, decade) }
    }.filter { $0.position >= lower && $0.position <= upper }
  }

  private static func logTick(_ mantissa: Double, _ decade: Int) -> Tick {
    let label: RichText
    if (-4...4).contains(decade) {
      label = RichText(String(format: "%.6g", mantissa * pow(10, Double(decade))))
    } else {
      let digits = String(format: "%.4g", mantissa)
      label = RichText(digits == "1" ? "10" : "\(digits)·10") + .superscript("\(decade < 0 ? "−" : "")\(abs(decade))")
    }
    return Tick(position: Double(decade) + log10(mantissa), label: label)
  }

  // MARK: Linear

  /// Holds all finite values with some room; nil without one.
  /// - Parameter room: on each side, as a share of the span.
  static func linear(
    _ label: RichText, holding values: some Sequence<Double>, room: Double = 0.08, intervals: Double = 4
  ) -> Axis? {
    let finite = values.filter(\.isFinite)
    guard let least = finite.min(), let most = finite.max() else { return nil }
    // Near-constant data get room for ticks that differ in the digits a label has.
    let margin = max(room * (most - least), most > least ? 1e-4 * max(abs(most), abs(least)) : 0.05 * max(1e-300, abs(most)))
    return linear(
      label, from: least - (margin > 0 ? margin : 1), to: most + (margin > 0 ? margin : 1), intervals: intervals)
  }

  /// From `lower` to `upper`, which must be above it.
  /// - Parameter intervals: between ticks, at most.
  static func linear(_ label: RichText, from lower: Double, to upper: Double, intervals: Double = 4) -> Axis {
    // Divided before it is taken, so that ±1e308 does not overflow.
    var step = roundStep((upper / intervals - lower / intervals), [1, 2, 2.5, 5])
    // A single number would leave the scale open.
    if (upper / step).rounded(.down) - (lower / step).rounded(.up) < 1 { step /= 2 }
    let ticks = stride(from: (lower / step).rounded(.up), through: (upper / step).rounded(.down), by: 1).map {
      Tick(position: $0 * step, label: linearLabel($0 * step, step: step))
    }
    return Axis(label, isLogarithmic: false, lower: lower, upper: upper, ticks: ticks)
  }

  /// Linear from `lower` to `upper`, its places without a number.
  static func unmarked(_ label: RichText, from lower: Double, to upper: Double) -> Axis {
    Axis(label, isLogarithmic: false, lower: lower, upper: upper, ticks: [])
  }

  /// A place for each name, from 0 on in steps of 1.
  static func categories(_ label: RichText, _ names: [RichText], isDownwards: Bool = false) -> Axis {
    let ticks = names.enumerated().map { index, name in
      Tick(position: Double(isDownwards ? names.count - 1 - index : index), label: name)
    }
    return Axis(
      label, isLogarithmic: false, isCategorical: true, lower: -0.6, upper: Double(names.count) - 0.4,
      ticks: ticks.sorted { $0.position < $1.position })
  }

  /// The least of the mantissas times a power of ten that is no less than `rough`.
  private static func roundStep(_ rough: Double, _ mantissas: [Double]) -> Double {
    let magnitude = pow(10, floor(log10(rough)))
    return (mantissas.first { $0 * magnitude >= rough } ?? 10) * magnitude
  }

  private static func linearLabel(_ value: Double, step: Double) -> RichText {
    let magnitude = max(abs(value), step)
    guard magnitude >= 1e-4, magnitude < 1e6 else {
      guard value != 0 else { return "0" }
      let exponent = Int(floor(log10(abs(value)) + 1e-9))
      let digits = String(format: "%.4g", value / pow(10, Double(exponent))).replacing("-", with: "−")
      return RichText("\(digits)·10") + .superscript("\(exponent < 0 ? "−" : "")\(abs(exponent))")
    }
    // Of the step's digits: 0.25 needs one more than 0.2.
    let power = floor(log10(step) + 1e-9)
    let decimals = max(0, -Int(power) + (abs(step / pow(10, power) - 2.5) < 1e-6 ? 1 : 0))
    let text = String(format: "%.\(min(decimals, 12))f", value)
    return RichText(text.contains { ("1"..."9").contains($0) } ? text.replacing("-", with: "−") : text.replacing("-", with: ""))
  }
}
