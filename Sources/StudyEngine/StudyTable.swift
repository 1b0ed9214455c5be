/// The tidy table of a study: a row for each metric of each finished cell, in the order of the study.
///
/// A function of the study alone: neither order of completion, number of workers nor interruptions show in it.
package struct StudyTable: Sendable, Equatable {
  /// A cell with its outcome.
  package struct Entry: Sendable, Equatable {
    package let cell: Cell
    /// nil for a cell that has not run.
    package let stored: StoredCell?
  }

  /// One number.
  package struct Row: Sendable, Equatable {
    package let cell: Int
    package let slab: String
    package let sampleSize: Int?
    package let replicate: Int
    package let factors: [FactorValue]
    package let metric: String
    package let value: Double?
  }

  /// All cells of the study, in order.
  package let entries: [Entry]

  package init(study: Study, store: StudyStore) throws(StudyStoreError) {
    let stored = try store.cells()
    entries = study.cells.map { Entry(cell: $0, stored: stored[$0.contentHash]) }
  }

  init(entries: [Entry]) { self.entries = entries }

  /// The table of some cells alone.
  package func filtered(_ filter: CellFilter) -> StudyTable {
    StudyTable(entries: entries.filter { filter.includes($0.cell) })
  }

  package var rows: [Row] {
    entries.flatMap { entry in
      (entry.stored?.metrics ?? []).map { metric in
        Row(
          cell: entry.cell.index, slab: entry.cell.slab, sampleSize: entry.cell.sampleSize,
          replicate: entry.cell.replicate, factors: entry.cell.factors, metric: metric.name, value: metric.value)
      }
    }
  }
}
