import Foundation

/// A logarithmic axis in decades: positions are log₁₀ of the values, so that 1e-300 and 1e300 are ordinary numbers
/// and near-constant data still get several labels.
struct LogAxis: Equatable {
  struct Tick: Equatable {
    let position: Double
    /// In gnuplot's enhanced markup.
    let label: String
  }

  let lower: Double
  let upper: Double
  let major: [Tick]
  /// Positions of the ticks without a label.
  let minor: [Double]

  /// An axis that holds all positions with some room; `nil` without a finite position.
  /// - Parameter maximumLabels: what there is room for, at least 4.
  init?(holding positions: [Double], maximumLabels: Int = 7) {
    guard let least = positions.filter(\.isFinite).min(), let most = positions.filter(\.isFinite).max() else {
      return nil
    }
    // At least a factor of 1.25 is shown: noise in the third digit is no finding.
    let span = max(most - least, 0.1)
    let middle = (least + most) / 2
    lower = middle - 0.56 * span
    upper = middle + 0.56 * span
    major = Self.majorTicks(lower, upper, maximumLabels)
    minor = upper - lower < 4 ? Self.ticks([1, 2, 3, 4, 5, 6, 7, 8, 9], lower, upper).map(\.position) : []
  }

  /// Labels at the given values, such as sample sizes, if they stand apart; otherwise round ones.
  init?(holding positions: [Double], labelled values: [Int]) {
    guard let axis = LogAxis(holding: positions) else { return nil }
    let ticks = values.sorted().map { Tick(position: log10(Double($0)), label: "\($0)") }
    let gaps = zip(ticks, ticks.dropFirst()).map { $1.position - $0.position }
    let apart = ticks.count <= 7 && gaps.allSatisfy { $0 > 0.13 * (axis.upper - axis.lower) }
    lower = axis.lower
    upper = axis.upper
    major = apart ? ticks : axis.major
    minor = apart ? [] : axis.minor
  }

  private static func majorTicks(_ lower: Double, _ upper: Double, _ maximum: Int) -> [Tick] {
    for mantissas in [[1], [1, 3], [1, 2, 5], [1, 2, 3, 5, 7], [1, 2, 3, 4, 5, 6, 7, 8, 9]] as [[Double]] {
      let ticks = ticks(mantissas, lower, upper)
      if ticks.count >= 3, ticks.count <= maximum { return ticks }
    }
    let decades = Int(lower.rounded(.up))...max(Int(lower.rounded(.up)), Int(upper.rounded(.down)))
    if decades.count > maximum {
      let stride = (decades.count + maximum - 2) / (maximum - 1)
      return decades.filter { $0.isMultiple(of: stride) }.map { tick(1, $0) }
    }
    return evenTicks(lower, upper)
  }

  /// Evenly spaced values, for less than half a decade.
  private static func evenTicks(_ lower: Double, _ upper: Double) -> [Tick] {
    // Relative to the decade, so that neither end overflows.
    let decade = Int(lower.rounded(.down))
    let (from, to) = (pow(10, lower - Double(decade)), pow(10, upper - Double(decade)))
    let rough = (to - from) / 4
    let magnitude = pow(10, floor(log10(rough)))
    let step = ([1, 2, 2.5, 5, 10].first { $0 * magnitude >= rough } ?? 10) * magnitude
    return stride(from: (from / step).rounded(.up), through: (to / step).rounded(.down), by: 1).map {
      tick($0 * step, decade)
    }
  }

  private static func ticks(_ mantissas: [Double], _ lower: Double, _ upper: Double) -> [Tick] {
    (Int(lower.rounded(.down))...Int(upper.rounded(.up))).flatMap { decade in
      mantissas.map { tick($0, decade) }
    }.filter { $0.position >= lower && $0.position <= upper }
  }

  private static func tick(_ mantissa: Double, _ decade: Int) -> Tick {
    let digits = String(format: "%.4g", mantissa)
    let label: String
    if (-4...4).contains(decade) {
      label = String(format: "%.6g", mantissa * pow(10, Double(decade)))
    } else {
      let power = "10^{\(decade < 0 ? "−" : "")\(abs(decade))}"
      label = digits == "1" ? power : "\(digits)·\(power)"
    }
    return Tick(position: Double(decade) + log10(mantissa), label: label)
  }
}
