/// The averages over replicates: for each combination of factors and sample size, each metric's mean.
package struct StudySummary: Sendable, Equatable {
  package struct Row: Sendable, Equatable {
    package let group: CellGroup
    package let sampleSize: Int
    package let metric: String
    /// nil if no replicate has a value.
    package let mean: Estimate?
    /// Replicates that are done but where this metric is undefined; `mean.count` leaves them out.
    package let undefined: Int
    /// Replicates that failed.
    package let failed: Int
    /// Replicates that have not run.
    package let missing: Int
  }

  /// In the order of the study, metrics in the order in which they appear.
  package let rows: [Row]

  package init(_ table: StudyTable) {
    let metrics = table.metricNames
    rows = table.groups.flatMap { group in
      group.sampleSizes.flatMap { sampleSize in
        metrics.map { metric in
          Self.row(group.key, sampleSize.value, metric, sampleSize.entries)
        }
      }
    }
  }

  private static func row(
    _ group: CellGroup, _ sampleSize: Int, _ metric: String, _ entries: [StudyTable.Entry]
  ) -> Row {
    let stored = entries.compactMap(\.stored)
    let done = stored.filter { $0.error == nil }
    let values = done.compactMap { $0.value(of: metric) }
    return Row(
      group: group, sampleSize: sampleSize, metric: metric, mean: Estimate(meanOf: values),
      undefined: done.count - values.count, failed: stored.count - done.count, missing: entries.count - stored.count)
  }
}

extension StudyTable.Entry {
  /// The metric's value; nil if it is undefined, or the cell has not run or failed.
  package func value(of metric: String) -> Double? { stored?.value(of: metric) }
}

extension StudyTable {
  /// Each metric's name once, as they first appear.
  package var metricNames: [String] {
    var seen = Set<String>()
    return entries.flatMap { $0.stored?.metrics.map(\.name) ?? [] }.filter { seen.insert($0).inserted }
  }

  /// The entries by group, and in a group by sample size, each in the order of the study; cells without a sample size
  /// are left out.
  var groups: [(key: CellGroup, sampleSizes: [(value: Int, entries: [Entry])])] {
    grouped(entries) { CellGroup($0.cell) }.map { group in
      let sizes = grouped(group.entries) { $0.cell.sampleSize }
      return (group.key, sizes.compactMap { size in size.key.map { ($0, size.entries) } })
    }
  }

  private func grouped<Key: Hashable>(
    _ entries: [Entry], by key: (Entry) -> Key
  ) -> [(key: Key, entries: [Entry])] {
    var order = [Key]()
    var groups = [Key: [Entry]]()
    for entry in entries {
      let key = key(entry)
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(entry)
    }
    return order.map { ($0, groups[$0] ?? []) }
  }
}
