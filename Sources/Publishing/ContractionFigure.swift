import Foundation
import StudyEngine

/// The radius against the sample size, both logarithmic, a colour and marker a slab.
struct ContractionFigure {
  /// The curves of one combination of factors.
  let curves: [RadiusCurve]
  let styles: [String: FigureStyle]
  /// Printed above; empty for a study with one combination.
  let title: String

  /// A curve, its points shifted sideways so that error bars don't hide each other.
  private struct Series {
    let curve: RadiusCurve
    let style: FigureStyle
    /// Points to the side.
    let shift: Double

    var shown: [RadiusCurve.Point] { curve.points.filter { $0.logRadius != nil } }

    var points: [Panel.Place] {
      shown.compactMap { point in point.geometricMean.map { .init(x: Double(point.sampleSize), y: $0) } }
    }

    /// ± 2 standard errors of the mean log radius.
    var intervals: [Panel.Segment] {
      shown.compactMap { point in
        guard let log = point.logRadius, let error = log.standardError else { return nil }
        let n = Double(point.sampleSize)
        return .init(from: .init(x: n, y: exp(log.value - 2 * error)), to: .init(x: n, y: exp(log.value + 2 * error)))
      }
    }

    var line: [Panel.Place] {
      guard let fit = curve.slope?.slope, let first = shown.first, let last = shown.last else { return [] }
      return [first, last].map { point in
        let n = Double(point.sampleSize)
        return .init(x: n, y: exp(fit.intercept + fit.slope * log(n)))
      }
    }

    var theory: [Panel.Place] {
      guard let anchor = curve.logAnchor, let first = shown.first else { return [] }
      return curve.points.drop { $0.sampleSize < first.sampleSize }.compactMap { point in
        curve.epsilon(at: point.sampleSize).map { .init(x: Double(point.sampleSize), y: exp(log($0) + anchor)) }
      }
    }
  }

  /// nil if fewer than two sample sizes have a positive radius.
  func figure(name: String) -> Figure? {
    let shown = Set(curves.flatMap { $0.points.filter { $0.logRadius != nil }.map(\.sampleSize) }).sorted()
    guard shown.count > 1 else { return nil }
    let series = zip(curves, SidewaysShift.points(of: curves.count, sampleSizes: shown)).map { curve, shift in
      Series(curve: curve, style: styles[curve.group.slab] ?? .reference, shift: shift)
    }
    let reference = reference(series, from: shown[0], to: shown[shown.count - 1])
    let heights = series.flatMap { one in
      one.points.map(\.y) + one.intervals.flatMap { [$0.from.y, $0.to.y] } + (one.line + one.theory).map(\.y)
    }
    guard
      let x = Axis.logarithmic(
        "sample size n", holding: shown.map(Double.init), ticks: shown.map(Double.init)),
      let y = Axis.logarithmic(
        RichText(Self.axisLabel(curves[0].metric)), holding: heights + reference.map(\.y))
    else { return nil }
    let panel = Panel(title: RichText(title), x: x, y: y, marks: marks(series, reference))
    let entries = key(series)
    return Figure(
      name: name, caption: caption,
      width: max(FigureStyle.columnWidth, FigureLayout.width(ofKey: entries.map(\.text))),
      panelHeight: title.isEmpty ? 2.5 : 2.65, panels: [panel],
      key: .init(title: "slope [95 % interval]", entries: entries, isStacked: true))
  }

  /// n^−½, a little below the points of the smallest radius so that it hides none.
  private func reference(_ series: [Series], from first: Int, to last: Int) -> [Panel.Place] {
    let levels = series.flatMap { one in
      one.points.map(\.y) + one.intervals.map(\.from.y)
    }
    let places = series.flatMap { one in one.points.map { ($0.x, $0.y) } + one.intervals.map { ($0.from.x, $0.from.y) } }
    guard !levels.isEmpty, let level = places.map({ log10($0.1) + 0.5 * log10($0.0) }).min() else { return [] }
    return [first, last].map { .init(x: Double($0), y: pow(10, level - 0.06) / Double($0).squareRoot()) }
  }

  private static let theoryDash = [7.0, 5.0]

  private func marks(_ series: [Series], _ reference: [Panel.Place]) -> [Panel.Mark] {
    let curves = series.flatMap { one -> [Panel.Mark] in
      let colour = one.style.colour
      return [
        .line(one.theory, .init(colour: colour, width: 0.9, dash: Self.theoryDash)),
        .line(one.line, .init(colour: colour)),
        .segments(one.intervals, .init(colour: colour, width: 0.75, sideways: one.shift)),
        .points(one.points, one.style.point().moved(sideways: one.shift)),
      ]
    }
    return curves + [.line(reference, FigureStyle.reference.line(width: 1))]
  }

  private func key(_ series: [Series]) -> [Figure.Key.Entry] {
    var entries = series.filter { !$0.points.isEmpty }.map { one in
      Figure.Key.Entry(text: keyText(one.curve), line: one.style.solid(), point: one.style.point())
    }
    if series.contains(where: { !$0.theory.isEmpty }) {
      entries.append(
        .init(
          text: "theory: ε" + .subscript("n") + ", anchored at the first point",
          line: .init(colour: FigureStyle.grey, width: 0.9, dash: Self.theoryDash)))
    }
    entries.append(
      .init(text: "n" + .superscript("−1/2") + ", for its slope only", line: FigureStyle.reference.line(width: 1)))
    return entries
  }

  private func keyText(_ curve: RadiusCurve) -> RichText {
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
      geometric mean over \(replicates), \(curves.count > 1 ? "moved sideways a little to stand apart; " : "")bars: ± 2 Monte \
      Carlo standard errors. Solid: least squares over replicates, with its slope and Welch's 95 % t interval in the key.
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

extension String {
  /// With a capital first letter.
  var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
