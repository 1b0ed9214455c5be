import Foundation
import StudyEngine

/// The radius of one group of cells against the sample size, with the theory's ε_n: what figures and tables show.
struct RadiusCurve: Sendable, Equatable {
  struct Point: Sendable, Equatable {
    let sampleSize: Int
    /// The mean log radius over replicates, the quantity that slopes are fitted to; nil without a positive radius.
    let logRadius: Estimate?
    /// The radius's mean over replicates, zeros included.
    let radius: Estimate?
    /// Radii that a log axis cannot show.
    let zeros: Int

    /// exp of the mean log radius.
    var geometricMean: Double? { logRadius.map { exp($0.value) } }
  }

  let group: CellGroup
  /// Which of `SlopeSummary.radiusMetrics` it is.
  let metric: String
  /// In ascending order of the sample size.
  let points: [Point]
  /// nil for a single sample size.
  let slope: SlopeSummary.Row?
  let theory: Result<TheoryCurve, TheoryCurve.Unavailable>
  let cells: CellCounts

  init(
    _ group: CellGroup, entries: [StudyTable.Entry], metric: String, slopes: SlopeSummary
  ) {
    self.group = group
    self.metric = metric
    let bySize = Dictionary(grouping: entries) { $0.cell.sampleSize }
    points = bySize.keys.compactMap { $0 }.sorted().map { size in
      let values = (bySize[size] ?? []).compactMap { $0.value(of: metric) }
      let positive = values.filter { $0 > 0 }
      return Point(
        sampleSize: size, logRadius: Estimate(meanOf: positive.map { log($0) }), radius: Estimate(meanOf: values),
        zeros: values.count - positive.count)
    }
    slope = slopes.rows.first { $0.group == group && $0.metric == metric }
    theory = Result { () throws(TheoryCurve.Unavailable) in
      try TheoryCurve(entries.map(\.cell))
    }
    cells = CellCounts(entries)
  }

  /// ε_n at a sample size; nil where there is none.
  func epsilon(at sampleSize: Int) -> Double? {
    (try? theory.get())?.points.first { $0.sampleSize == sampleSize }?.epsilon
  }

  /// log(radius/ε_n) at the smallest sample size that has both: what a curve of ε_n is shifted by to pass through it.
  var logAnchor: Double? {
    for point in points {
      if let radius = point.logRadius, let epsilon = epsilon(at: point.sampleSize) {
        return radius.value - log(epsilon)
      }
    }
    return nil
  }
}
