import Testing

@testable import StudyEngine

@Suite("Averages over replicates") struct StudySummaryTests {
  @Test("the mean and its error by hand") func estimate() throws {
    let estimate = try #require(Estimate(meanOf: [1, 2, 3, 6]))
    #expect(estimate.value == 3 && estimate.count == 4)
    // Σ(x − 3)² = 14; √(14/3/4)
    #expect(abs(try #require(estimate.standardError) - (14.0 / 12).squareRoot()) < 1e-15)
    #expect(Estimate(meanOf: [5])?.standardError == nil && Estimate(meanOf: []) == nil)
    // A common offset of 10⁹ must not eat the digits of the error.
    let shifted = try #require(Estimate(meanOf: [1e9 + 1, 1e9 + 2, 1e9 + 3, 1e9 + 6])?.standardError)
    #expect(abs(shifted - (14.0 / 12).squareRoot()) < 1e-12)
  }

  @Test("undefined, failed and missing replicates are counted, never silently left out") func counts() throws {
    let study = try StudyFileTests.study("factors: {slab: [ig, gl], sample-size: [500, 1000]}\nreplicates: 4")
    let entries = study.cells.map { cell in
      let metrics = [CellResult.Metric(name: "m", value: cell.replicate == 2 ? nil : Double(cell.replicate))]
      let stored: StoredCell? =
        switch (cell.slab, cell.replicate) {
        case ("group-lasso", 3): StoredCell(error: "diverged", converged: nil, metrics: [])
        case ("group-lasso", 4): nil
        default: StoredCell(error: nil, converged: true, metrics: metrics)
        }
      return StudyTable.Entry(cell: cell, stored: stored)
    }
    let rows = StudySummary(StudyTable(entries: entries)).rows
    #expect(rows.map(\.group.slab) == ["gaussian", "gaussian", "group-lasso", "group-lasso"])
    #expect(rows.map(\.sampleSize) == [500, 1000, 500, 1000])
    #expect(rows[0].mean == Estimate(meanOf: [1, 3, 4]))
    #expect(rows[0].undefined == 1 && rows[0].failed == 0 && rows[0].missing == 0)
    #expect(rows[2].mean == Estimate(meanOf: [1]))
    #expect(rows[2].undefined == 1 && rows[2].failed == 1 && rows[2].missing == 1)
  }
}
