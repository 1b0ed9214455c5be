/// What one fit gave.
package struct CellResult: Sendable, Equatable {
  /// One number of a cell; nil where it is undefined, such as the precision of nothing selected.
  package struct Metric: Sendable, Equatable {
    package let name: String
    package let value: Double?

    /// - Parameter value: infinite and NaN count as undefined.
    package init(name: String, value: Double?) {
      self.name = name
      self.value = value.flatMap { $0.isFinite ? $0 : nil }
    }
  }

  /// The ELBO and its parts at one step, per sample (not per row).
  package struct TracePoint: Sendable, Equatable {
    package let step: Int
    package let elbo: Double
    package let logLikelihood: Double
    package let kl: Double

    package init(step: Int, elbo: Double, logLikelihood: Double, kl: Double) {
      self.step = step
      self.elbo = elbo
      self.logLikelihood = logLikelihood
      self.kl = kl
    }
  }

  /// In the order of the tables, each name once.
  package let metrics: [Metric]
  package let trace: [TracePoint]
  /// A fit that has not converged is flagged, not failed.
  package let converged: Bool

  package init(metrics: [Metric], trace: [TracePoint] = [], converged: Bool) {
    self.metrics = metrics
    self.trace = trace
    self.converged = converged
  }
}

/// What is to be stored of a cell that has run: its result, or why it has none.
package struct CellOutcome: Sendable {
  package let cell: Cell
  package let result: Result<CellResult, CellFailure>
  /// Seconds since 1970; for people, never for arithmetic.
  package let startedAt: Double
  /// By the monotonic clock.
  package let seconds: Double
}

/// The error of a cell as text, the only form that every error has.
package struct CellFailure: Error, Sendable, Equatable {
  package let message: String
}

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
  /// Whether the run is being stopped; the cell may then throw `CellInterrupted` and will run again on resumption.
  package let isInterrupted: @Sendable () -> Bool

  package init(
    report: @escaping @Sendable (_ step: Int, _ steps: Int, _ elbo: Double) -> Void = { _, _, _ in },
    isInterrupted: @escaping @Sendable () -> Bool = { false }
  ) {
    self.report = report
    self.isInterrupted = isInterrupted
  }
}

/// Thrown by a cell that gave up because the run is being stopped; nothing of it is stored.
package struct CellInterrupted: Error {
  package init() {}
}
