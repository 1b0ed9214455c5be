/// What a study will take, before any of it runs.
package struct Plan: Sendable, Equatable {
  package let factors: [Factor]
  /// Groups of factors that go side by side, by name.
  package let zips: [[String]]
  package let replicates: Int
  package let cellCount: Int
  /// Combinations that the exclusions leave out.
  package let excludedCombinations: Int
  /// Of all cells, one after the other, by the runner's estimates.
  package let estimatedCellSeconds: Double
  package let workers: Int
  /// Of the study's folder once all cells are done.
  package let estimatedBytes: Double

  /// - Parameters:
  ///   - filter: which cells are meant.
  ///   - secondsPerCell: the runner's estimate; `CellRunning.estimatedSeconds`.
  package init(_ study: Study, only filter: CellFilter = .all, workers: Int, secondsPerCell: (Cell) -> Double) {
    factors = study.factors
    replicates = study.replicates
    let cells = study.cells.filter(filter.includes)
    cellCount = cells.count
    excludedCombinations = study.combinationCount - study.cells.count / study.replicates
    zips = study.zips
    self.workers = workers
    estimatedBytes = cells.reduce(0) { $0 + CellStorage($1).bytes }
    let seconds = cells.map(secondsPerCell)
    estimatedCellSeconds = seconds.reduce(0, +)
    longestCellSeconds = seconds.max() ?? 0
  }

  private let longestCellSeconds: Double

  /// Until the last cell is through: the work shared by the workers, and never less than the longest cell.
  package var estimatedSeconds: Double { max(longestCellSeconds, estimatedCellSeconds / Double(max(1, workers))) }
}
