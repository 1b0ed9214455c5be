import StudyEngine

/// A study with all that is published of it, read from its store.
package struct StudyFindings: Sendable {
  package struct Timing: Sendable, Equatable {
    /// Seconds since 1970.
    package let startedAt: Double
    package let seconds: Double
  }

  package let study: Study
  package let table: StudyTable
  package let summary: StudySummary
  package let slopes: SlopeSummary
  package let contrasts: ContrastSummary
  let optimisation: OptimisationSummary
  /// One a group, in the order of the study; empty if no radius was measured.
  let curves: [RadiusCurve]
  /// One a cell, in the order of the study.
  let traces: [[CellResult.TracePoint]]
  /// One a cell; nil for a cell that has not run.
  let timings: [Timing?]

  /// - Parameter filter: which cells count; the others are as if the study had none of them.
  package init(study: Study, store: StudyStore, only filter: CellFilter = .all) throws(PublishingError) {
    do {
      let timings = try store.timings()
      let cells = study.cells.filter(filter.includes)
      var traces = [[CellResult.TracePoint]]()
      for cell in cells { traces.append(try store.trace(of: cell)) }
      self.init(
        study: study, table: try StudyTable(study: study, store: store).filtered(filter), traces: traces,
        timings: cells.map { cell in
          timings[cell.contentHash].map { Timing(startedAt: $0.startedAt, seconds: $0.seconds) }
        })
    } catch {
      throw .unreadable(error)
    }
  }

  init(study: Study, table: StudyTable, traces: [[CellResult.TracePoint]], timings: [Timing?]) {
    self.study = study
    self.table = table
    self.traces = traces
    self.timings = timings
    summary = StudySummary(table)
    contrasts = ContrastSummary(table)
    optimisation = OptimisationSummary(table)
    let slopes = SlopeSummary(table, seed: study.seed)
    self.slopes = slopes
    let measured = Set(table.metricNames)
    if let metric = SlopeSummary.radiusMetrics.first(where: measured.contains) {
      let entries = Dictionary(grouping: table.entries) { CellGroup($0.cell) }
      curves = Self.groups(of: table).map { group in
        RadiusCurve(group, entries: entries[group] ?? [], metric: metric, slopes: slopes)
      }
    } else {
      curves = []
    }
  }

  /// The groups of cells in the order of the study.
  var groups: [CellGroup] { Self.groups(of: table) }

  private static func groups(of table: StudyTable) -> [CellGroup] {
    var seen = Set<CellGroup>()
    return table.entries.map { CellGroup($0.cell) }.filter { seen.insert($0).inserted }
  }

  /// The combinations of the factors other than slab and sample size, in the order of the study: a figure each.
  var combinations: [[FactorValue]] {
    var seen = Set<[FactorValue]>()
    return groups.map(\.factors).filter { seen.insert($0).inserted }
  }

  /// In ascending order; empty for a study without sample sizes.
  var sampleSizes: [Int] { Set(table.entries.compactMap(\.cell.sampleSize)).sorted() }

  /// The metrics that count active nodes: one in all, then one a layer if there are several.
  var activeNodeMetrics: [String] { table.metricNames.filter { $0.hasPrefix("active_nodes") } }
}
