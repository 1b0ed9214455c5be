import StudyEngine

/// The cells that differ in sample size and replicate alone: a curve in the figures, a row in the rate table.
struct CellGroup: Hashable, Sendable {
  let slab: String
  /// The factors other than slab and sample size.
  let factors: [FactorValue]

  init(_ cell: Cell) {
    slab = cell.slab
    factors = cell.factors
  }

  init(_ group: StudySummary.Group) {
    slab = group.slab
    factors = group.factors
  }
}

/// What became of some cells.
struct CellCounts: Sendable, Equatable {
  let total: Int
  let done: Int
  let converged: Int
  let failed: Int

  init(_ entries: [StudyTable.Entry]) {
    total = entries.count
    done = entries.count { $0.stored.map { $0.error == nil } ?? false }
    converged = entries.count { $0.stored?.converged == true }
    failed = entries.count { $0.stored?.error != nil }
  }

  /// Cells that have not run.
  var missing: Int { total - done - failed }
}

extension StudyTable.Entry {
  /// The metric's value; nil if the cell has none.
  func value(of metric: String) -> Double? {
    stored?.metrics.first { $0.name == metric }?.value
  }
}

extension [FactorValue] {
  /// `data.noise = 0.1, model.hidden = [20]`.
  var label: String { map { "\($0.name) = \($0.value)" }.joined(separator: ", ") }
}
