/// Sorted numbers, for quantiles (THEORY.md 9).
public struct OrderStatistics: Sendable, Equatable {
  public let sorted: [Double]

  /// - Parameter values: at least one number, none of them NaN.
  /// - Throws: `SimulationError` otherwise.
  public init(_ values: [Double]) throws(SimulationError) {
    guard !values.isEmpty, !values.contains(where: \.isNaN) else {
      throw SimulationError(
        name: "sample", value: values.isEmpty ? "empty" : "with a NaN in it", needs: "at least one number, no NaN")
    }
    sorted = values.sorted()
  }

  init(sorted: [Double]) { self.sorted = sorted }

  /// The quantile at p in [0, 1], which is clamped: linear interpolation at h = (m − 1)p, R's type 7.
  public func quantile(_ p: Double) -> Double {
    let h = Double(sorted.count - 1) * min(max(p, 0), 1)
    let below = Int(h)
    guard below + 1 < sorted.count else { return sorted[below] }
    return sorted[below] + (h - Double(below)) * (sorted[below + 1] - sorted[below])
  }
}
