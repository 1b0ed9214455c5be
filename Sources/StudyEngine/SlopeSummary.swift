import Foundation
import GSL
import Priors
import Simulation

/// The slopes of log radius against log n: a row for each combination of factors but sample size, and each radius.
package struct SlopeSummary: Sendable, Equatable {
  /// The metrics that shrink like a power of n.
  package static let radiusMetrics = ["radius_median", "radius_90", "radius_95", "rmse_mean"]

  package struct Row: Sendable, Equatable {
    package let group: CellGroup
    package let metric: String
    /// By least squares, every replicate counting the same, as ε_n's slope counts sample sizes; nil where no slope can be
    /// had; `note` says why.
    package let slope: StudentisedSlope?
    package let note: String?
    /// THEORY.md 9's fit with weights 1/se², with its bootstrap and the test of a straight line; nil where no weights can be had;
    /// `weightedNote` says why.
    package let weighted: ReplicatedSlope?
    package let weightedNote: String?
    /// The slope of log ε_n over the same sample sizes; nil where there is none; `theoryNote` says why.
    package let theorySlope: Double?
    package let theoryNote: String?
    /// The smallest number of replicates that a sample size rests on.
    package let replicates: Int
    package let failed: Int
    package let undefined: Int
  }

  /// In the order of the study, the metrics in the order of `radiusMetrics`.
  package let rows: [Row]

  /// - Parameter resamples: of the bootstrap.
  package init(_ table: StudyTable, seed: UInt64, resamples: Int = 2000) {
    let measured = Set(table.metricNames)
    let metrics = Self.radiusMetrics.filter { measured.contains($0) }
    let key = StreamKey(seed: seed).child("slope bootstrap")
    let groups = table.groups.filter { $0.sampleSizes.count > 1 }
    rows = parallelMap(count: groups.count) { index in
      let group = groups[index]
      let curve: Result<TheoryCurve, TheoryCurve.Unavailable> = Result { () throws(TheoryCurve.Unavailable) in
        try TheoryCurve(group.sampleSizes.flatMap { $0.entries.map(\.cell) })
      }
      let groupKey = group.key.factors.reduce(key.child(group.key.slab)) { $0.child($1.name).child($1.value) }
      return metrics.map { metric in
        Self.row(group.key, metric, group.sampleSizes, curve, groupKey.child(metric), resamples)
      }
    }.flatMap { $0 }
  }

  private static func row(
    _ group: CellGroup, _ metric: String, _ sampleSizes: [(value: Int, entries: [StudyTable.Entry])],
    _ curve: Result<TheoryCurve, TheoryCurve.Unavailable>, _ key: StreamKey,
    _ resamples: Int
  ) -> Row {
    let stored = sampleSizes.map { $0.entries.compactMap(\.stored) }
    let done = stored.map { $0.filter { $0.error == nil } }
    let values = done.map { $0.compactMap { $0.value(of: metric) } }
    let (sizes, logRadii) = (sampleSizes.map { Double($0.value) }, values.map { $0.map { log($0) } })
    let slope = Result { () throws(LogLogSlopeError) in
      try StudentisedSlope(sampleSizes: sizes, values: logRadii)
    }
    let weighted = Result { () throws(LogLogSlopeError) in
      try ReplicatedSlope(sampleSizes: sizes, logRadii: logRadii, resamples: resamples, key: key)
    }
    var theorySlope: Double?
    var theoryNote: String?
    switch curve {
    case .success(let curve):
      theorySlope = curve.slope
      theoryNote = curve.slope == nil ? "ε_n is void at one of the sample sizes" : nil
    case .failure(let unavailable):
      theoryNote = unavailable.reason
    }
    return Row(
      group: group, metric: metric, slope: try? slope.get(), note: slope.failure?.description,
      weighted: try? weighted.get(), weightedNote: weighted.failure?.description, theorySlope: theorySlope, theoryNote: theoryNote,
      replicates: values.map(\.count).min() ?? 0,
      failed: stored.joined().count { $0.error != nil },
      undefined: done.joined().count - values.joined().count)
  }
}

extension Result {
  fileprivate var failure: Failure? {
    if case .failure(let failure) = self { failure } else { nil }
  }
}
