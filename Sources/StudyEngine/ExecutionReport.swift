/// How a run ended.
package struct ExecutionReport: Sendable, Equatable {
  /// Cells run now, failed ones included.
  package let ran: Int
  /// Cells that an earlier run had done.
  package let skipped: Int
  /// Failed cells among those asked for, from now and, where they were not tried again, before.
  package let failed: Int
  /// Cells that were to run and have not, which only an interruption leaves.
  package let remaining: Int

  package init(ran: Int, skipped: Int, failed: Int, remaining: Int) {
    (self.ran, self.skipped, self.failed, self.remaining) = (ran, skipped, failed, remaining)
  }

  package var wasInterrupted: Bool { remaining > 0 }

  /// Of both runs, of which the later one had at least the cells of this.
  package func followed(by later: ExecutionReport) -> ExecutionReport {
    ExecutionReport(ran: ran + later.ran, skipped: skipped, failed: later.failed, remaining: later.remaining)
  }
}
