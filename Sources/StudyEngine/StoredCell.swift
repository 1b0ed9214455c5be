/// A cell as the store has it.
package struct StoredCell: Sendable, Equatable {
  /// Why it failed; nil if it is done.
  package let error: String?
  /// nil if it failed.
  package let converged: Bool?
  package let metrics: [CellResult.Metric]

  /// The metric's value; nil if it is undefined or absent.
  func value(of metric: String) -> Double? {
    metrics.first { $0.name == metric }?.value
  }
}
