import Foundation
import StudyEngine

/// The CSV files of a study. All but `timings` are functions of the study alone: no times, whatever the number of
/// workers and the order in which cells were done.
struct StudyTables {
  let findings: StudyFindings

  private var factorColumns: [String] { findings.study.factorColumns }
  private var groupColumns: [String] { findings.study.groupColumns }

  private func factors(_ values: [FactorValue]) -> [String] { values.map(\.value) }

  /// A row for each metric of each finished cell.
  var metrics: String {
    var csv = CSVText(["cell", "slab", "sample_size", "replicate"] + factorColumns + ["metric", "value"])
    for row in findings.table.rows {
      csv.add(
        ["\(row.cell)", row.slab, Self.text(row.sampleSize), "\(row.replicate)"] + factors(row.factors)
          + [row.metric, CSVText.number(row.value)])
    }
    return csv.text
  }

  /// Averages over replicates. Radii also have a `geometric_mean`, the exponential of the mean log radius that the
  /// slopes are fitted to, its error by the delta method, and a `median`, whose error is left empty.
  var summary: String {
    var csv = CSVText(
      ["slab", "sample_size"] + groupColumns
        + ["metric", "statistic", "value", "mc_error", "replicates", "failed", "undefined", "missing"])
    let entries = Dictionary(grouping: findings.table.entries) {
      SizeKey(group: CellGroup($0.cell), sampleSize: $0.cell.sampleSize)
    }
    for row in findings.summary.rows {
      func add(_ statistic: String, _ value: Double?, _ error: Double?) {
        csv.add(
          [row.group.slab, "\(row.sampleSize)"] + factors(row.group.factors)
            + [
              row.metric, statistic, CSVText.number(value), CSVText.number(error), "\(row.mean?.count ?? 0)",
              "\(row.failed)", "\(row.undefined)", "\(row.missing)",
            ])
      }
      add("mean", row.mean?.value, row.mean?.standardError)
      guard SlopeSummary.radiusMetrics.contains(row.metric) else { continue }
      let cells = entries[SizeKey(group: row.group, sampleSize: row.sampleSize)] ?? []
      let values = cells.compactMap { $0.value(of: row.metric) }
      // A zero radius has no logarithm, so that there is no geometric mean.
      let logMean = values.allSatisfy { $0 > 0 } ? Estimate(meanOf: values.map { log($0) }) : nil
      let geometricMean = logMean.map { exp($0.value) }
      add("geometric_mean", geometricMean, logMean?.standardError.map { $0 * (geometricMean ?? .nan) })
      add("median", Self.median(values), nil)
    }
    return csv.text
  }

  /// Slopes of log radius on log n, beside the theory's over the same sample sizes and the weighted fit.
  var slopes: String {
    var csv = CSVText(
      ["slab"] + groupColumns
        + ["metric", "slope", "std_error", "lower", "upper", "theory_slope", "lack_of_fit_p"]
        + ["level", "interval", "degrees_of_freedom"]
        + ["weighted_slope", "weighted_std_error", "weighted_lower", "weighted_upper"]
        + ["bootstrap_lower", "bootstrap_upper"]
        + ["replicates", "failed", "undefined", "note", "weighted_note", "theory_note"])
    for row in findings.slopes.rows {
      let (slope, weighted) = (row.slope?.interval, row.weighted)
      var (bootstrapLower, bootstrapUpper): (Double?, Double?) = (nil, nil)
      if case .interval(let lower, let upper, _) = weighted?.bootstrap {
        (bootstrapLower, bootstrapUpper) = (lower, upper)
      }
      let estimate = [
        slope?.estimate, slope?.standardError, slope?.lower, slope?.upper, row.theorySlope, weighted?.lackOfFitPValue,
        slope?.level,
      ]
      let rest = [
        slope?.degreesOfFreedom, weighted?.fit.slope, weighted?.standardError, weighted?.lower, weighted?.upper,
        bootstrapLower, bootstrapUpper,
      ]
      csv.add(
        [row.group.slab] + factors(row.group.factors) + [row.metric] + estimate.map(CSVText.number)
          + [slope == nil ? "" : "welch-t"] + rest.map(CSVText.number)
          + ["\(row.replicates)", "\(row.failed)", "\(row.undefined)"]
          + [row.note ?? "", row.weightedNote ?? "", row.theoryNote ?? ""])
    }
    return csv.text
  }

  /// Slabs against each other, first minus second, on the same replicates: slopes, and log radii at each sample size.
  var contrasts: String {
    var csv = CSVText(
      ["slab", "minus_slab"] + groupColumns
        + ["metric", "quantity", "sample_size", "difference", "std_error", "lower", "upper", "p", "p_adjusted"]
        + ["degrees_of_freedom", "pairs", "unpaired", "note"])
    for row in findings.contrasts.rows {
      let (quantity, size) =
        switch row.quantity {
        case .slope: ("slope", "")
        case .logRadius(let sampleSize): ("log_radius", "\(sampleSize)")
        }
      let difference = row.contrast?.interval
      let numbers = [
        difference?.estimate, difference?.standardError, difference?.lower, difference?.upper, difference?.pValue,
        row.contrast?.adjustedPValue, difference?.degreesOfFreedom,
      ]
      csv.add(
        [row.first, row.second] + factors(row.factors) + [row.metric, quantity, size] + numbers.map(CSVText.number)
          + ["\(row.pairs)", "\(row.unpaired)", row.note ?? ""])
    }
    return csv.text
  }

  /// The fits' evidence bounds less what they should not fall below, and less the second best start's.
  var optimisation: String {
    var csv = CSVText(
      ["slab", "sample_size"] + factorColumns
        + ["against", "gap", "mc_error", "smallest_gap", "below", "replicates", "undefined", "earlier", "failed"]
        + ["missing", "note"])
    for row in findings.optimisation.rows {
      csv.add(
        [row.group.slab, "\(row.sampleSize)"] + factors(row.group.factors) + [row.comparison.rawValue]
          + [row.gap?.value, row.gap?.standardError, row.smallestGap].map(CSVText.number)
          + [row.below.map(String.init) ?? "", "\(row.gap?.count ?? 0)", "\(row.undefined)", "\(row.earlier)"]
          + ["\(row.failed)", "\(row.missing)", row.note ?? ""])
    }
    return csv.text
  }

  /// The evidence bound and the expected number of active nodes along training; the latter is empty for results of
  /// versions that did not keep it.
  var traces: String {
    var csv = CSVText(
      ["cell", "slab", "sample_size", "replicate"] + factorColumns
        + ["step", "elbo", "log_likelihood", "kl", "effective_nodes"])
    for (entry, trace) in zip(findings.table.entries, findings.traces) {
      let cell = entry.cell
      let key = ["\(cell.index)", cell.slab, Self.text(cell.sampleSize), "\(cell.replicate)"] + factors(cell.factors)
      for point in trace {
        let numbers = [point.elbo, point.logLikelihood, point.kl, point.effectiveNodes]
        csv.add(key + ["\(point.step)"] + numbers.map(CSVText.number))
      }
    }
    return csv.text
  }

  /// ε_n, and ε_n shifted to pass through the first measured radius as figures draw it.
  var theory: String {
    var csv = CSVText(["slab"] + groupColumns + ["sample_size", "epsilon", "anchored", "note"])
    for curve in findings.curves {
      var note = ""
      if case .failure(let unavailable) = curve.theory { note = unavailable.reason }
      for point in curve.points {
        let epsilon = curve.epsilon(at: point.sampleSize)
        let anchored = epsilon.flatMap { epsilon in curve.logAnchor.map { exp(log(epsilon) + $0) } }
        csv.add(
          [curve.group.slab] + factors(curve.group.factors)
            + ["\(point.sampleSize)", CSVText.number(epsilon), CSVText.number(anchored), note])
      }
    }
    return csv.text
  }

  /// When each cell started and what it took: the one file that two runs of a study don't share.
  var timings: String {
    var csv = CSVText(["cell", "slab", "sample_size", "replicate"] + factorColumns + ["started_at", "seconds"])
    for (entry, timing) in zip(findings.table.entries, findings.timings) {
      guard let timing else { continue }
      let cell = entry.cell
      let date = Date(timeIntervalSince1970: timing.startedAt).ISO8601Format()
      csv.add(
        ["\(cell.index)", cell.slab, Self.text(cell.sampleSize), "\(cell.replicate)"] + factors(cell.factors)
          + [date, CSVText.number(timing.seconds)])
    }
    return csv.text
  }

  /// Empty where there are no data.
  private static func text(_ sampleSize: Int?) -> String { sampleSize.map(String.init) ?? "" }

  private struct SizeKey: Hashable {
    let group: CellGroup
    let sampleSize: Int?
  }

  /// The mean of the two middle values if their number is even; nil if there is none.
  private static func median(_ values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
  }
}
