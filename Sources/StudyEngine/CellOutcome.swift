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
