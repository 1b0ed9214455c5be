/// A Monte Carlo average with its error: no mean goes into a table without one.
package struct Estimate: Sendable, Equatable {
  package let value: Double
  /// The standard deviation of the values over √count; nil for one value, which says nothing of its error.
  package let standardError: Double?
  package let count: Int

  /// The mean of the values; nil if there is none.
  package init?(meanOf values: [Double]) {
    guard !values.isEmpty else { return nil }
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    value = mean
    self.count = values.count
    // Around the mean, not Σx² − n x̄², which cancels.
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    standardError = values.count > 1 ? (squares / (count - 1) / count).squareRoot() : nil
  }
}
