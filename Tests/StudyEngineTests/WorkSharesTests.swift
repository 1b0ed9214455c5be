import Testing

@testable import StudyEngine

@Suite("Sharing cells among tasks") struct WorkSharesTests {
  @Test("each cell is in one share, the shares are even, and always the same", arguments: [1, 2, 3, 4, 7, 36, 50])
  func deal(tasks: Int) throws {
    let cells = try StudyFileTests.study(LocalExecutorTests.text).cells
    let runner = FakeRunner()
    let shares = WorkShares.deal(cells, tasks: tasks, runner)
    #expect(shares.count == min(tasks, 36))
    #expect(shares.flatMap { $0 }.sorted() == Array(0..<36))
    #expect(shares.allSatisfy { !$0.isEmpty && $0 == $0.sorted() })
    let costs = shares.map { $0.reduce(0) { $0 + runner.estimatedSeconds(for: cells[$1]) } }
    let total = costs.reduce(0, +)
    // No schedule is shorter than the longest cell, 2000, or an even share; this one is by a third at most.
    #expect(try #require(costs.max()) <= 4 / 3 * max(2000, total / Double(shares.count)))
    #expect(WorkShares.deal(cells.reversed(), tasks: tasks, runner) == shares)
  }

  @Test("no cells, no shares; the same costs, the same numbers of cells") func edges() throws {
    let cells = try StudyFileTests.study(LocalExecutorTests.text).cells
    #expect(WorkShares.deal([], tasks: 3, FakeRunner()).isEmpty)
    let theory = try StudyFileTests.study("study: t\nkind: theory\ntheory: {widths: [10, 5, 1], active: [3], bounds: [1, 1]}\nfactors: {sample-size: [10, 20, 30, 40]}\n")
    #expect(WorkShares.deal(theory.cells, tasks: 2, CellRunner()).map(\.count) == [2, 2])
    #expect(WorkShares.deal(Array(cells[5..<6]), tasks: 3, FakeRunner()) == [[5]])
  }
}
