/// Runs one cell. The study engine knows networks only through this.
package protocol CellRunning: Sendable {
  /// A guess of the seconds that the cell takes, for plans and for the order of work; only ratios need be right.
  func estimatedSeconds(for cell: Cell) -> Double

  /// Runs the cell on the calling thread. The result must be a function of the cell alone.
  /// - Parameter progress: to be told of steps, and to be asked now and then whether to give up.
  /// - Throws: `CellInterrupted` when asked to give up; any other error makes the cell a failed one.
  func run(_ cell: Cell, progress: CellProgress) throws -> CellResult
}

/// The line between a running cell and its executor.
package struct CellProgress: Sendable {
  /// Tells how far the fit is: step, number of steps, ELBO.
  package let report: @Sendable (_ step: Int, _ steps: Int, _ elbo: Double) -> Void
  /// Whether the run is being stopped; the cell may then throw `CellInterrupted` and will run again on
  /// resumption, from its checkpoint if it has one.
  package let isInterrupted: @Sendable () -> Bool
  /// Where a long cell may leave its state, and find it again; nil: nowhere.
  package let checkpoint: CellCheckpoint?

  package init(
    report: @escaping @Sendable (_ step: Int, _ steps: Int, _ elbo: Double) -> Void = { _, _, _ in },
    isInterrupted: @escaping @Sendable () -> Bool = { false }, checkpoint: CellCheckpoint? = nil
  ) {
    self.report = report
    self.isInterrupted = isInterrupted
    self.checkpoint = checkpoint
  }
}

/// Thrown by a cell that gave up because the run is being stopped; nothing of it is stored but its checkpoint.
package struct CellInterrupted: Error {
  package init() {}
}
