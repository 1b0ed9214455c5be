import Foundation

/// How a width, a node count or a bound grows with the sample size (THEORY.md 8.1).
public enum GrowthLaw: Sendable, Equatable {
  /// coefficient · n^exponent.
  case power(coefficient: Double, exponent: Double)
  /// Values at rising sample sizes, joined by straight lines in log-log coordinates; undefined outside of them.
  case table(sampleSizes: [Double], values: [Double])

  /// The same value at every n.
  public static func constant(_ value: Double) -> GrowthLaw { .power(coefficient: value, exponent: 0) }

  /// The value at sample size n; nil outside of a table.
  public func value(at n: Double) -> Double? {
    switch self {
    case .power(let coefficient, let exponent): return coefficient * pow(n, exponent)
    case .table(let sizes, let values):
      guard let first = sizes.first, let last = sizes.last, n >= first, n <= last else { return nil }
      let upper = max(1, sizes.firstIndex { $0 >= n } ?? 1)
      let weight = log(n / sizes[upper - 1]) / log(sizes[upper] / sizes[upper - 1])
      return exp((1 - weight) * log(values[upper - 1]) + weight * log(values[upper]))
    }
  }

  /// The sample sizes at which the law has a value.
  public var sampleSizes: ClosedRange<Double> {
    guard case .table(let sizes, _) = self, let first = sizes.first, let last = sizes.last, first <= last else {
      return 0...Double.infinity
    }
    return first...last
  }

  /// The power of n; nil for a table, which says nothing of large n.
  public var exponent: Double? {
    guard case .power(_, let exponent) = self else { return nil }
    return exponent
  }

  /// Throws `RateError` unless every value is positive and finite, and a table has two rising sample sizes or more.
  func validate(_ name: String) throws(RateError) {
    switch self {
    case .power(let coefficient, let exponent):
      guard coefficient > 0, coefficient.isFinite else {
        throw RateError(name: "the coefficient of \(name)", value: "\(coefficient)", needs: "positive and finite")
      }
      guard exponent.isFinite else {
        throw RateError(name: "the exponent of \(name)", value: "\(exponent)", needs: "finite")
      }
    case .table(let sizes, let values):
      guard sizes.count >= 2, sizes.count == values.count, zip(sizes, sizes.dropFirst()).allSatisfy({ $0 < $1 }),
        sizes[0] > 0, sizes[sizes.count - 1].isFinite
      else {
        throw RateError(
          name: "the table of \(name)", value: "\(sizes) with \(values.count) values",
          needs: "two rising, positive sample sizes or more, and a value for each")
      }
      for value in values where !(value > 0 && value.isFinite) {
        throw RateError(name: "a value of \(name)", value: "\(value)", needs: "positive and finite")
      }
    }
  }
}
