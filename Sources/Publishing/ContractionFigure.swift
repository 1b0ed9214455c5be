import Foundation
import StudyEngine

/// The radius against the sample size, both logarithmic, a colour and marker a slab.
struct ContractionFigure {
  /// The curves of one combination of factors.
  let curves: [RadiusCurve]
  let styles: [String: FigureStyle]
  /// Printed above; empty for a study with one combination.
  let title: String

  /// A curve in decades, its points shifted sideways so that error bars don't hide each other.
  private struct Series {
    let curve: RadiusCurve
    let style: FigureStyle
    /// Sideways, in decades.
    let shift: Double

    var shown: [RadiusCurve.Point] { curve.points.filter { $0.logRadius != nil } }

    /// x, y, and the ends of ±2 standard errors.
    var rows: [[Double]] {
      shown.compactMap { point in
        guard let log = point.logRadius else { return nil }
        let error = 2 * (log.standardError ?? 0)
        let values = [log.value, log.value - error, log.value + error]
        return [log10(Double(point.sampleSize)) + shift] + values.map(decades)
      }
    }

    var line: [[Double]] {
      guard let fit = curve.slope?.slope, let first = shown.first, let last = shown.last else { return [] }
      return [first, last].map { point in
        let x = Foundation.log(Double(point.sampleSize))
        return [decades(x), decades(fit.intercept + fit.slope * x)]
      }
    }

    var theory: [[Double]] {
      guard let anchor = curve.logAnchor, let first = shown.first else { return [] }
      return curve.points.drop { $0.sampleSize < first.sampleSize }.compactMap { point in
        guard let epsilon = curve.epsilon(at: point.sampleSize) else { return nil }
        return [log10(Double(point.sampleSize)), decades(Foundation.log(epsilon) + anchor)]
      }
    }
  }

  /// nil if fewer than two sample sizes have a positive radius.
  func figure(name: String) -> Figure? {
    let shown = Set(curves.flatMap { $0.points.filter { $0.logRadius != nil }.map(\.sampleSize) }).sorted()
    guard shown.count > 1 else { return nil }
    let gap = zip(shown, shown.dropFirst()).map { log10(Double($1) / Double($0)) }.min() ?? 0
    let span = log10(Double(shown[shown.count - 1]) / Double(shown[0]))
    // Wide enough for markers to stand apart, narrow enough to belong to one sample size.
    let step = min(0.5 * gap / Double(curves.count), 0.022 * span)
    let series = curves.enumerated().map { index, curve in
      Series(
        curve: curve, style: styles[curve.group.slab] ?? FigureStyle(colour: FigureStyle.grey, marker: 7),
        shift: (Double(index) - Double(curves.count - 1) / 2) * step)
    }
    let reference = reference(series, from: shown[0], to: shown[shown.count - 1])
    let drawn = series.flatMap { $0.rows.flatMap { $0.dropFirst() } + ($0.line + $0.theory).map { $0[1] } }
    guard let x = LogAxis(holding: series.flatMap { $0.rows.map { $0[0] } }, labelled: shown),
      let y = LogAxis(holding: drawn + reference.map { $0[1] })
    else { return nil }
    let keyLines = Double(curves.count + (series.contains { !$0.theory.isEmpty } ? 1 : 0) + 2)
    return Figure(
      name: name, caption: caption, width: keyWidth,
      height: 2.5 + 0.155 * keyLines + (title.isEmpty ? 0 : 0.15), commands: commands(series, reference, x, y))
  }

  /// n^−½, a little below the points of the smallest radius so that it hides none.
  private func reference(_ series: [Series], from first: Int, to last: Int) -> [[Double]] {
    let level = series.flatMap(\.rows).map { $0[2] + 0.5 * $0[0] }.min() ?? 0
    return [first, last].map { [log10(Double($0)), level - 0.06 - 0.5 * log10(Double($0))] }
  }

  private func commands(_ series: [Series], _ reference: [[Double]], _ x: LogAxis, _ y: LogAxis) -> String {
    var script = title.isEmpty ? "" : "set title \(Figure.quoted(title)) noenhanced offset 0,-0.6\nset tmargin 1.8\n"
    var plots = [String]()
    script += Figure.data("reference", reference)
    for (index, one) in series.enumerated() {
      let colour = "lc rgb '\(one.style.colour)'"
      if !one.theory.isEmpty {
        script += Figure.data("theory\(index)", one.theory)
        plots.append("$theory\(index) using 1:2 with lines dt (7,5) lw 1.2 \(colour) notitle")
      }
      if !one.line.isEmpty {
        script += Figure.data("line\(index)", one.line)
        plots.append("$line\(index) using 1:2 with lines lw 1.6 \(colour) notitle")
      }
      guard !one.rows.isEmpty else { continue }
      script += Figure.data("points\(index)", one.rows)
      // As plain lines: gnuplot's own error bars paint white around each point and hide what lies under it.
      script += Figure.data("bars\(index)", one.rows.flatMap { [[$0[0], $0[2]], [$0[0], $0[3]], []] })
      plots.append("$bars\(index) with lines lw 1 \(colour) notitle")
      plots.append(
        "$points\(index) using 1:2 with points pt \(one.style.marker) ps 0.6 \(colour) "
          + "title \(Figure.quoted(keyText(one.curve))) noenhanced")
    }
    if series.contains(where: { !$0.theory.isEmpty }) {
      plots.append(
        "NaN with lines dt (7,5) lw 1.2 lc rgb '\(FigureStyle.grey)' title 'theory: ε_n, "
          + "anchored at the first point'")
    }
    plots.append(
      "$reference using 1:2 with lines dt (1.5,3) lw 1.4 lc rgb '\(FigureStyle.grey)' "
        + "title 'n^{−1/2}, for its slope only'")
    script += """
      set border 3 lw 0.8
      \(x.commands("x"))\(y.commands("y"))set xtics offset 0,0.3
      set xlabel 'sample size n' offset 0,0.6
      set ylabel \(Figure.quoted(Self.axisLabel(series[0].curve.metric))) offset 0.2,0
      set key title 'slope [95 % interval]' left
      set key outside bottom center Left reverse maxcols 1 samplen 2.2 spacing 1.05 height 0.4
      plot \(plots.joined(separator: ", \\\n  "))
      """
    return script
  }

  /// Inches that the key's longest line may take; gnuplot leaves out a key that is wider than its figure. A variant of
  /// a slab, `{kind: group-horseshoe, cap: none}`, needs more than a column.
  private var keyWidth: Double {
    let longest = curves.map { keyText($0).count }.max() ?? 0
    // gnuplot takes a letter for 0.067 inches; a column holds 44.
    return longest <= 44 ? FigureStyle.columnWidth : 0.6 + 0.075 * Double(longest)
  }

  private func keyText(_ curve: RadiusCurve) -> String {
    guard let slope = curve.slope?.slope else { return "\(curve.group.slab): no slope" }
    let fixed = NumberText.fixed(slope.slope)
    return "\(curve.group.slab): \(fixed) \(NumberText.interval(slope.interval.lower, slope.interval.upper))"
  }

  /// Words for a radius metric.
  static func axisLabel(_ metric: String) -> String {
    switch metric {
    case "radius_median": "posterior median radius"
    case "radius_90": "radius holding 90 % of the posterior"
    case "radius_95": "radius holding 95 % of the posterior"
    default: "RMSE of the posterior mean"
    }
  }

  /// What the figure shows, and what it leaves out.
  private var caption: String {
    let counts = curves.flatMap { $0.points.compactMap(\.logRadius?.count) }
    let (least, most) = (counts.min() ?? 0, counts.max() ?? 0)
    let replicates = least == most ? "\(most) replicate\(most == 1 ? "" : "s")" : "\(least) to \(most) replicates"
    var text = """
      \(Self.axisLabel(curves[0].metric).capitalisedFirst) against the sample size, both on logarithmic axes. Points: \
      geometric mean over \(replicates), moved sideways a little to stand apart; bars: ± 2 Monte \
      Carlo standard errors. Solid: least squares over replicates, with its slope and 95 % interval in the key.
      """
    if curves.contains(where: { $0.logAnchor != nil }) {
      text += " Dashed: the theory's ε_n, shifted to pass through the first point: its slope is the theory's, its"
      text += " level is not."
    }
    let zeros = curves.flatMap(\.points).reduce(0) { $0 + $1.zeros }
    if zeros > 0 { text += " Left out: radii of zero (\(zeros)), which a logarithmic axis cannot show." }
    let empty = curves.reduce(0) { $0 + $1.points.count { $0.logRadius == nil } }
    if empty > 0 { text += " Missing: points without a replicate of positive radius (\(empty))." }
    return text
  }
}

/// Natural logarithms as decades.
private func decades(_ logarithm: Double) -> Double { logarithm / log(10) }

extension String {
  /// With a capital first letter.
  var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
