/// Measurements of one thing in rounds that took turns with others', so that whatever else the machine did hit all alike.
struct Rounds: Equatable {
  var values: [Double] = []

  mutating func add(_ value: Double) { values.append(value) }

  var median: Double { quantile(0.5) }
  /// Round by round over another's: what the machine did in a round it did to both.
  func over(_ other: Rounds) -> Rounds { Rounds(values: zip(values, other.values).map { $0 / $1 }) }

  /// The interquartile range over the median.
  var spread: Double { (quantile(0.75) - quantile(0.25)) / median }

  /// Between order statistics, linearly; NaN without any.
  private func quantile(_ p: Double) -> Double {
    guard let last = values.indices.last else { return .nan }
    let sorted = values.sorted()
    let position = p * Double(last)
    let below = Int(position)
    return sorted[below] + (position - Double(below)) * (sorted[min(below + 1, last)] - sorted[below])
  }
}
