import StudyEngine

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

extension [FactorValue] {
  /// `data.noise = 0.1, model.hidden = [20]`.
  var label: String { map { "\($0.name) = \($0.value)" }.joined(separator: ", ") }

  /// What fits over a figure: the label, or if that is too long the values alone, whose names the caption's tables have.
  var figureTitle: String { label.count <= 70 ? label : map(\.value).joined(separator: ", ") }
}
