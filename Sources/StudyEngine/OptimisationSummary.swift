/// Optimisation error beside statistical error: for each combination of factors and sample size, how the fits' evidence bounds
/// compare with what should not be above them.
///
/// A fit below is limited by its optimisation (`EvidenceGap`): its radius is not to be read as slow contraction.
package struct OptimisationSummary: Sendable, Equatable {
  /// What the fits are held against.
  package enum Comparison: String, CaseIterable, Sendable {
    /// The evidence bound of the proof's q (`Certificate`).
    case certificate
    /// That of a fit which started there.
    case teacherStart = "teacher_start"
    /// The second best of several starts; the fit is the best.
    case restart

    /// The metric of the fit's bound less the other's.
    package var gapMetric: String { "\(rawValue)_gap" }
    /// The metric that says whether the fit is below; nil where it never is.
    package var belowMetric: String? { self == .restart ? nil : "below_\(rawValue)" }
  }

  package struct Row: Sendable, Equatable {
    package let group: CellGroup
    package let sampleSize: Int
    package let comparison: Comparison
    /// The mean over replicates, in nats; nil if there is none to compare.
    package let gap: Estimate?
    package let smallestGap: Double?
    /// How many of `gap.count` replicates are below; nil for restarts.
    package let below: Int?
    /// Replicates that are done but have nothing to compare with; `note` says why.
    package let undefined: Int
    /// Replicates that are done by a version of SlabLab without certificates.
    package let earlier: Int
    package let failed: Int
    package let missing: Int
    package let note: String?
  }

  /// In the order of the study; empty where no cell has what to compare.
  package let rows: [Row]

  package init(_ table: StudyTable) {
    let measured = Set(table.metricNames)
    let comparisons = Comparison.allCases.filter { measured.contains($0.gapMetric) }
    rows = table.groups.flatMap { group in
      group.sampleSizes.flatMap { size in
        comparisons.compactMap { Self.row(group.key, size.value, $0, size.entries) }
      }
    }
  }

  /// nil for cells that were not asked for the comparison.
  private static func row(
    _ group: CellGroup, _ sampleSize: Int, _ comparison: Comparison, _ entries: [StudyTable.Entry]
  ) -> Row? {
    guard case .fit(let task) = entries.first?.cell.task, isMeasured(comparison, task) else { return nil }
    let stored = entries.compactMap(\.stored)
    let done = stored.filter { $0.error == nil }
    let earlier = done.count { $0.lacks(.certificates) }
    let gaps = done.compactMap { $0.value(of: comparison.gapMetric) }
    let undefined = done.count - earlier - gaps.count
    return Row(
      group: group, sampleSize: sampleSize, comparison: comparison, gap: Estimate(meanOf: gaps),
      smallestGap: gaps.min(),
      below: comparison.belowMetric.map { metric in done.count { $0.value(of: metric) == 1 } },
      undefined: undefined, earlier: earlier, failed: stored.count - done.count,
      missing: entries.count - stored.count, note: undefined > 0 ? note(comparison, task) : nil)
  }

  private static func isMeasured(_ comparison: Comparison, _ task: FitTask) -> Bool {
    guard task.measure.metrics.contains(.elbo) else { return false }
    return switch comparison {
    case .certificate: true
    case .teacherStart: task.measure.teacherStart == true
    case .restart: task.training.restarts > 1
    }
  }

  private static func note(_ comparison: Comparison, _ task: FitTask) -> String {
    switch comparison {
    case .certificate, .teacherStart:
      if let obstacle = Certificate.obstacle(task) { return "no certificate, because \(obstacle)" }
      return comparison == .certificate
        ? "no certificate, because its numbers leave their range"
        : "no certificate to start from, or the fit from it diverged"
    case .restart: return "fewer than two starts did not diverge"
    }
  }
}
