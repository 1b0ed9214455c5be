/// How a run ended.
package struct ExecutionReport: Sendable, Equatable {
  /// Cells run now, failed ones included.
  package let ran: Int
  /// Cells that an earlier run had done.
  package let skipped: Int
  /// Failed cells of the study, from now and before.
  package let failed: Int
  /// Cells without an outcome, which only an interruption leaves.
  package let remaining: Int

  package var wasInterrupted: Bool { remaining > 0 }
}
