import Foundation
import Simulation
import StudyEngine

/// What a study of fits found, in three sentences: whether the radius shrinks, how its slope stands to the theory's, and
/// whether slabs differ. Each says what the intervals say: an interval that holds a value does not show that it is there.
struct FitSentences {
  let findings: StudyFindings

  var sentences: [String] {
    guard let metric = findings.curves.first?.metric else {
      return ["No radius was measured, so nothing can be said of contraction."]
    }
    return [contraction(ContractionFigure.axisLabel(metric)), theory, slabs(metric)]
  }

  private var slopes: [(curve: RadiusCurve, lower: Double, upper: Double, estimate: Double)] {
    findings.curves.compactMap { curve in
      (curve.slope?.slope?.interval).map { (curve, $0.lower, $0.upper, $0.estimate) }
    }
  }

  /// `1 group`, `3 groups`.
  private static func groups(_ count: Int) -> String { "\(count) group\(count == 1 ? "" : "s")" }

  // MARK: Does it shrink?

  private func contraction(_ radius: String) -> String {
    let slopes = slopes
    guard !slopes.isEmpty else {
      let notes = findings.curves.compactMap { $0.slope?.note }
      let reason = notes.first ?? (findings.sampleSizes.count < 2 ? "there is one sample size" : "it cannot be estimated")
      return "No slope of the \(radius) was found, because \(reason)\(level(radius))."
    }
    let estimates = slopes.map(\.estimate)
    let range =
      slopes.count == 1
      ? "slope \(NumberText.fixed(estimates[0])) \(NumberText.interval(slopes[0].lower, slopes[0].upper))"
      : "slopes from \(NumberText.fixed(estimates.min())) to \(NumberText.fixed(estimates.max())) on log-log axes"
    let shrinking = slopes.count { $0.upper < 0 }
    let growing = slopes.count { $0.lower > 0 }
    let open = slopes.count - shrinking - growing
    if shrinking == slopes.count {
      let all = slopes.count == 1 ? "the interval lies" : "each of the \(slopes.count) intervals (95 %) lies"
      return "The \(radius) shrinks as n grows: \(range), and \(all) below 0."
    }
    var parts = [String]()
    if shrinking > 0 { parts.append("below 0, so that it shrinks as n grows, in \(shrinking)") }
    if growing > 0 { parts.append("above 0, so that it grows, in \(growing)") }
    if open > 0 { parts.append("on both sides of 0, which leaves it open, in \(open)") }
    return "The \(radius) has \(range); of \(Self.groups(slopes.count)) the 95 % interval lies \(parts.joined(separator: "; "))."
  }

  /// The range of radii where there is no slope to tell of.
  private func level(_ radius: String) -> String {
    let means = findings.curves.compactMap { $0.points.last?.radius?.value }
    guard let largest = findings.sampleSizes.last, let least = means.min(), let most = means.max() else { return "" }
    return "; at n = \(largest) it lies between \(NumberText.short(least)) and \(NumberText.short(most)) over "
      + "\(Self.groups(means.count)) (means)"
  }

  // MARK: And the theory?

  private var theory: String {
    let compared = slopes.compactMap { slope in
      slope.curve.slope?.theorySlope.map { (theory: $0, lower: slope.lower, upper: slope.upper) }
    }
    guard !compared.isEmpty else {
      return slopes.isEmpty
        ? "So there is no slope to hold against the theory's\(caution)." : "There is no theory slope to compare with\(caution)."
    }
    let above = compared.count { $0.theory < $0.lower }
    let below = compared.count { $0.theory > $0.upper }
    let silent = compared.count { $0.lower <= $0.theory && $0.theory <= $0.upper && $0.lower <= 0 && 0 <= $0.upper }
    let open = compared.count - above - below - silent
    let theories = compared.map(\.theory)
    let ends = [theories.min(), theories.max()].map { NumberText.fixed($0) }
    let named = ends[0] == ends[1] ? ends[0] : "\(ends[0]) to \(ends[1])"
    var parts = [String]()
    if below > 0 { parts.append("the slope lies below the theory's in \(below)") }
    if above > 0 { parts.append("above it in \(above)") }
    if open > 0 { parts.append("no difference is seen in \(open)") }
    if silent > 0 { parts.append("nothing can be said in \(silent), whose intervals hold 0 as well") }
    return "Against the theory's ε_n over the same n (slope \(named)), of \(Self.groups(compared.count)) "
      + parts.joined(separator: ", ") + "\(caution)."
  }

  /// What keeps a reader from taking slopes at their word.
  private var caution: String {
    let limited = OptimisationSection(findings: findings).limited.count
    let bent = findings.curves.count { ($0.slope?.weighted?.lackOfFitPValue ?? 1) < 0.05 }
    let counts = CellCounts(findings.table.entries)
    let unconverged = counts.done - counts.converged
    var parts = [String]()
    if bent > 0 { parts.append("a straight line fits badly in \(Self.groups(bent)) (p < 0.05)") }
    if limited > 0 { parts.append("\(limited) fit\(limited == 1 ? " is" : "s are") limited by optimisation") }
    if unconverged > 0 { parts.append("\(unconverged) ha\(unconverged == 1 ? "s" : "ve") not converged") }
    return parts.isEmpty ? "" : " (with care: \(parts.joined(separator: "; ")))"
  }

  // MARK: And the slabs?

  private func slabs(_ metric: String) -> String {
    guard Set(findings.groups.map(\.slab)).count > 1 else { return "There is one slab, so slabs are not compared." }
    let rows = findings.contrasts.rows.filter { $0.metric == metric }
    let largest = findings.sampleSizes.last
    let slopes = rows.filter { $0.quantity == .slope && $0.contrast != nil }
    if !slopes.isEmpty {
      return verdict(slopes, of: "slopes") { one, other in "\(one) has a smaller slope than \(other)" }
    }
    let radii = rows.filter { row in row.contrast != nil && row.quantity == largest.map { .logRadius(sampleSize: $0) } }
    guard !radii.isEmpty else { return "No two slabs could be compared on the same data." }
    return verdict(radii, of: "radii at n = \(largest ?? 0)") { one, other in "\(one) has a smaller radius than \(other)" }
  }

  /// - Parameter rows: each with its contrast. Here they are one family: adjusted over all of them, not within each
  ///   combination of factors as the table is.
  private func verdict(_ rows: [ContrastSummary.Row], of what: String, _ claim: (String, String) -> String) -> String {
    let intervals = rows.compactMap { $0.contrast?.interval }
    let adjusted = holmAdjusted(intervals.map(\.pValue))
    guard let best = adjusted.indices.min(by: { adjusted[$0] < adjusted[$1] }) else {
      return "No two slabs could be compared on the same data."
    }
    let p = adjusted[best] < 0.001 ? "< 0.001" : "= \(NumberText.fixed(adjusted[best]))"
    let comparisons = "\(rows.count) paired comparison\(rows.count == 1 ? "" : "s")"
    let seen = adjusted.count { $0 < 0.05 }
    guard seen > 0 else {
      return "Between slabs no difference of \(what) is seen in \(comparisons) (smallest p \(p), adjusted over all of them), which "
        + "does not show that there is none."
    }
    let row = rows[best]
    let (one, other) = intervals[best].estimate < 0 ? (row.first, row.second) : (row.second, row.first)
    let place = row.factors.isEmpty ? "" : " with \(row.factors.label)"
    return "Between slabs \(what) differ in \(seen) of \(comparisons); most clearly \(claim(one, other))\(place) (p \(p), "
      + "adjusted over all of them)."
  }
}
