import Testing

@testable import StudyEngine

@Suite("Optimisation error by sample size") struct OptimisationSummaryTests {
  private static func stored(_ metrics: [String: Double?]) -> StoredCell {
    StoredCell(
      error: nil, converged: true,
      metrics: metrics.sorted { $0.key < $1.key }.map { CellResult.Metric(name: $0.key, value: $0.value) })
  }

  private static func table(_ text: String, _ stored: (Cell) -> StoredCell?) throws -> StudyTable {
    StudyTable(entries: try StudyFileTests.study(text).cells.map { .init(cell: $0, stored: stored($0)) })
  }

  @Test("replicates below, undefined, of an earlier version, failed and missing are all counted") func counts() throws {
    let table = try Self.table("factors: {sample-size: [500, 1000]}\ntraining: {restarts: 2}\nreplicates: 6") { cell in
      switch cell.replicate {
      case 1: return Self.stored(["elbo": -1, "certificate": -5, "certificate_gap": 4, "below_certificate": 0, "restart_gap": 1])
      case 2: return Self.stored(["elbo": -9, "certificate": -7, "certificate_gap": -2, "below_certificate": 1, "restart_gap": nil])
      case 3: return Self.stored(["elbo": -9, "certificate": nil, "certificate_gap": nil, "below_certificate": nil, "restart_gap": 3])
      case 4: return Self.stored(["elbo": -9])
      case 5: return StoredCell(error: "diverged", converged: nil, metrics: [])
      default: return nil
      }
    }
    let rows = OptimisationSummary(table).rows
    #expect(rows.map(\.sampleSize) == [500, 500, 1000, 1000])
    #expect(rows.map(\.comparison) == [.certificate, .restart, .certificate, .restart])
    #expect(rows[0].gap == Estimate(meanOf: [4, -2]) && rows[0].smallestGap == -2 && rows[0].below == 1)
    #expect(rows[1].gap == Estimate(meanOf: [1, 3]) && rows[1].below == nil && rows[1].undefined == 1)
    for row in rows { #expect([row.undefined, row.earlier, row.failed, row.missing] == [1, 1, 1, 1]) }
    #expect(rows[0].note == "no certificate, because its numbers leave their range")
    #expect(rows[1].note == "fewer than two starts did not diverge")
  }

  @Test("a teacher without certificate is named, and a study from before there were any has no rows") func absent() throws {
    let rows = OptimisationSummary(
      try Self.table("data: {teacher: friedman1}\nreplicates: 2\nmeasure: {teacher-start: true}") { _ in
        Self.stored(["elbo": -1, "certificate": nil, "certificate_gap": nil, "teacher_start_gap": nil])
      }
    ).rows
    #expect(rows.map(\.comparison) == [.certificate, .teacherStart])
    for row in rows {
      #expect(row.gap == nil && row.below == 0 && row.undefined == 2)
      #expect(row.note == "no certificate, because the teacher is not a network")
    }
    #expect(OptimisationSummary(try Self.table("replicates: 2") { _ in Self.stored(["elbo": -1]) }).rows.isEmpty)
  }
}
