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

  private func contraction(_ radius: String) -> String {
    let slopes = slopes
    guard !slopes.isEmpty else {
      return "No slope of the \(radius) can be estimated: that needs two sample sizes and two replicates."
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
    return "The \(radius) is seen to shrink with n in \(shrinking) of \(slopes.count) groups (\(range)); \(open) intervals hold 0, "
      + "which leaves it open, and \(growing) lie above it."
  }

  private var theory: String {
    let compared = slopes.compactMap { slope in
      slope.curve.slope?.theorySlope.map { (theory: $0, lower: slope.lower, upper: slope.upper) }
    }
    guard !compared.isEmpty else { return "There is no theory slope to compare with." }
    let slower = compared.count { $0.theory < $0.lower }
    let faster = compared.count { $0.theory > $0.upper }
    let open = compared.count - slower - faster
    let theories = compared.map(\.theory)
    let ends = [theories.min(), theories.max()].map { NumberText.fixed($0) }
    let named = ends[0] == ends[1] ? ends[0] : "\(ends[0]) to \(ends[1])"
    var parts = [String]()
    if faster > 0 { parts.append("it shrinks faster in \(faster)") }
    if slower > 0 { parts.append("more slowly in \(slower)") }
    if open > 0 { parts.append("no difference is seen in \(open)") }
    return "Against the theory's ε_n over the same n (slope \(named)), of \(compared.count) "
      + "group\(compared.count == 1 ? "" : "s") \(parts.joined(separator: ", "))."
  }

  private func slabs(_ metric: String) -> String {
    let rows = findings.contrasts.rows.filter { $0.metric == metric && $0.quantity == .slope }
    let tested = rows.compactMap { row in row.contrast.map { (row: row, contrast: $0) } }
    guard let least = tested.map(\.contrast.adjustedPValue).min() else { return "No two slabs can be compared on the same data." }
    let p = least < 0.001 ? "< 0.001" : "= \(NumberText.fixed(least))"
    let seen = tested.filter { $0.contrast.adjustedPValue < 0.05 }
    guard let first = seen.min(by: { $0.contrast.adjustedPValue < $1.contrast.adjustedPValue }) else {
      let pairs = tested.count == 1 ? "the two slabs" : "slabs (\(tested.count) paired comparisons)"
      return "Between \(pairs) no difference of slopes is seen (smallest adjusted p \(p)), which does not show that there is none."
    }
    let interval = first.contrast.interval
    let (one, other) = interval.estimate < 0 ? (first.row.first, first.row.second) : (first.row.second, first.row.first)
    let place = first.row.factors.isEmpty ? "" : " with \(first.row.factors.label)"
    return "Slopes differ in \(seen.count) of \(tested.count) paired comparisons of slabs; most clearly \(one) shrinks faster than "
      + "\(other)\(place) (adjusted p \(p))."
  }
}
