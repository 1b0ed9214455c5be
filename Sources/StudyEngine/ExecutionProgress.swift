/// How far a run is, told after each cell and each report of a running one.
package struct ExecutionProgress: Sendable, Equatable {
  /// Cells done, from earlier runs included.
  package var done = 0
  package var failed = 0
  /// All cells of the study.
  package var total = 0
  package var running = 0
  /// Seconds left, from the estimated costs and the pace so far; nil until a cell of this run is through.
  package var secondsLeft: Double?
  /// The newest report of a running cell.
  package var latest: Step?

  /// Where one fit is.
  package struct Step: Sendable, Equatable {
    package let cell: Int
    package let step: Int
    package let steps: Int
    package let elbo: Double
  }
}
