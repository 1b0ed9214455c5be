import Contraction
import Foundation
import StudyEngine

/// A study of kind `theory`: ε_n along growing network classes, its local and its asymptotic slope.
struct GrowthPresentation: StudyPresentation {
  let findings: StudyFindings
  let summaryHeading = "Rates of the theory"

  /// One class under one slab along the sample sizes.
  private struct Curve {
    let group: CellGroup
    let regime: GrowthRegime
    /// Finished cells in ascending order of n.
    let entries: [StudyTable.Entry]
    /// The least-squares slope of log ε_n on log n over all of them; nil for a single n, or where ε_n is undefined.
    let slope: Double?
    let sampleSizeAtAsymptoticSlope: Double?
    let log10SampleSizeAtUnitRate: Double?

    func points(_ metric: String) -> [(x: Double, y: Double?)] {
      entries.map { (Double($0.cell.sampleSize ?? 0), $0.value(of: metric)) }
    }
  }

  private let curves: [Curve]

  init(findings: StudyFindings) {
    self.findings = findings
    let entries = Dictionary(grouping: findings.table.entries) { CellGroup($0.cell) }
    curves = findings.groups.compactMap { group in
      let cells = (entries[group] ?? []).sorted { ($0.cell.sampleSize ?? 0) < ($1.cell.sampleSize ?? 0) }
      guard case .rate(let task) = cells.first?.cell.task else { return nil }
      let done = cells.filter { $0.stored?.error == nil && $0.stored != nil }
      return Curve(
        group: group, regime: task.regime, entries: done, slope: Self.slope(done),
        sampleSizeAtAsymptoticSlope: task.regime.sampleSizeAtAsymptoticSlope(),
        log10SampleSizeAtUnitRate: (try? task.regime.log10SampleSizeAtUnitRate()) ?? nil)
    }
  }

  private static func slope(_ entries: [StudyTable.Entry]) -> Double? {
    let points = entries.compactMap { entry -> (x: Double, y: Double)? in
      guard let n = entry.cell.sampleSize, let epsilon = entry.value(of: "eps"), epsilon > 0 else { return nil }
      return (log(Double(n)), log(epsilon))
    }
    guard points.count > 1, points.count == entries.count else { return nil }
    return ContractionRate.slope(of: points)
  }

  private var hasBudget: Bool { findings.table.metricNames.contains("budget_total") }

  var summary: SummaryTable {
    let sizes = findings.sampleSizes
    let ends = sizes.count > 1 ? [sizes[0], sizes[sizes.count - 1]] : sizes
    let header =
      ["slab"] + study.groupColumns + ends.map { "ε at n = \(Self.round($0))" }
      + ["slope", "local slope at the end", "asymptotic slope", "reached at n", "ε = 1 at n"]
      + (hasBudget ? ["budget at the end", "of closed form"] : [])
    let rows = curves.map { curve in
      let last = curve.entries.last
      var row = [curve.group.slab] + curve.group.factors.map(\.value)
      row += ends.map { size in
        NumberText.short(curve.entries.first { $0.cell.sampleSize == size }?.value(of: "eps"))
      }
      row += [
        NumberText.fixed(curve.slope), NumberText.fixed(last?.value(of: "local_slope")),
        NumberText.fixed(curve.regime.asymptoticSlope),
        curve.sampleSizeAtAsymptoticSlope.map { Self.power(log10($0)) } ?? "beyond 1e60",
        curve.log10SampleSizeAtUnitRate.map(Self.power) ?? "none up to 1e60",
      ]
      if hasBudget {
        let (total, closed) = (last?.value(of: "budget_total"), last?.value(of: "budget_closed_form"))
        row += [NumberText.short(total), NumberText.fixed(total.flatMap { total in closed.map { total / $0 } })]
      }
      return row
    }
    return SummaryTable(header: header, textColumns: 1 + study.groupColumns.count, rows: rows)
  }

  /// `1000`, or from a hundred thousand on `1e6`, `2.5e+07`.
  private static func round(_ n: Int) -> String {
    n < 100_000 ? "\(n)" : power(log10(Double(n)))
  }

  private static func power(_ exponent: Double) -> String {
    let whole = exponent.rounded()
    return abs(exponent - whole) < 1e-9
      ? "1e\(Int(whole))" : String(format: "%.1fe%d", pow(10, exponent - floor(exponent)), Int(floor(exponent)))
  }

  var reportTables: [ReportTable] {
    [
      summaryTable(
        "ε: the bound on the contraction rate. Slope: of log ε on log n over the study's n. Asymptotic slope: the power of "
          + "n that it tends to, and the n from which on the local slope stays within 0.02 of it.")
    ]
  }

  var sentences: [String] {
    let slopes = curves.compactMap(\.slope)
    var first = "ε_n has no slope here: one sample size, or ε_n is undefined."
    if let least = slopes.min(), let most = slopes.max() {
      first = "Over these n, log ε_n falls with slopes from \(NumberText.fixed(least)) to \(NumberText.fixed(most)) on log n."
    }
    let differing = findings.combinations.filter { factors in
      let limits = curves.filter { $0.group.factors == factors }.compactMap(\.regime.asymptoticSlope)
      return limits.contains { abs($0 - (limits.first ?? $0)) >= 1e-12 }
    }
    let all = findings.combinations.count
    let second =
      differing.isEmpty
      ? "The slab changes no power of n: all slabs tend to the same slope\(all > 1 ? " in each of the \(all) cases" : "")."
      : "The slab changes the power of n in \(differing.count) of \(all) cases"
        + (all > 1 ? " (\(differing.map(\.label).joined(separator: "; ")))." : ".")
    let ends = curves.compactMap { $0.entries.last?.value(of: "eps") }
    let useful = ends.count { $0 < 1 }
    let third =
      "At the largest n the bound is below 1, and so says something, for \(useful) of \(curves.count) curves."
    return [first, second, third]
  }

  var tables: [PublishedTable] {
    var csv = CSVText(
      ["slab"] + study.groupColumns
        + ["slope", "asymptotic_slope", "n_at_asymptotic_slope", "log10_n_eps_one", "sample_sizes", "failed"])
    let counts = Dictionary(grouping: findings.table.entries) { CellGroup($0.cell) }.mapValues(CellCounts.init)
    for curve in curves {
      csv.add(
        [curve.group.slab] + curve.group.factors.map(\.value)
          + [
            curve.slope, curve.regime.asymptoticSlope, curve.sampleSizeAtAsymptoticSlope,
            curve.log10SampleSizeAtUnitRate,
          ].map(CSVText.number) + ["\(curve.entries.count)", "\(counts[curve.group]?.failed ?? 0)"])
    }
    return [
      PublishedTable(
        name: "slopes.csv", content: csv.text,
        meaning: "slopes of log ε_n on log n, and the power of n that they tend to")
    ]
  }

  /// ε_n above, its local slope below, a column for each combination of the factors; at most three columns a figure.
  var figures: [Figure] {
    let combinations = findings.combinations
    let groups = stride(from: 0, to: combinations.count, by: 3).map {
      Array(combinations[$0..<min($0 + 3, combinations.count)])
    }
    let styles = FigureStyle.styles(of: curves.map(\.group.slab))
    return groups.enumerated().compactMap { index, combinations in
      let columns = combinations.map { factors in (factors, curves.filter { $0.group.factors == factors }) }
      let rates = columns.map { factors, curves in
        PanelFigure.Curves(
          title: RichText(factors.map(\.value).joined(separator: ", ")), yLabel: "ε" + .subscript("n"), isLogarithmic: true,
          lines: curves.map { curve in
            PanelFigure.Line(points: curve.points("eps"), style: styles[curve.group.slab] ?? .reference)
          } + reference(curves))
      }
      let slopes = columns.map { _, curves in
        PanelFigure.Curves(
          title: "", yLabel: "slope", isLogarithmic: false,
          lines: curves.map { curve in
            PanelFigure.Line(points: curve.points("local_slope"), style: styles[curve.group.slab] ?? .reference)
          }
            + curves.compactMap { curve -> PanelFigure.Line? in
              guard let limit = curve.regime.asymptoticSlope else { return nil }
              return PanelFigure.Line(
                points: curve.points("eps").map { ($0.x, limit) },
                style: FigureStyle(
                  colour: styles[curve.group.slab]?.colour ?? FigureStyle.grey, marker: .ring, dash: [1.5, 3]),
                hasMarkers: false)
            })
      }
      let name = groups.count > 1 ? "contraction-rate-\(index + 1)" : "contraction-rate"
      return PanelFigure(
        panels: rates + slopes, columns: columns.count, xLabel: "sample size n",
        key: Set(curves.map(\.group.slab)).sorted().map { (styles[$0] ?? .reference).entry(RichText($0)) }
          + [
            .init(
              text: "below: asymptotic slope; above: " + referenceName + ", for its slope only",
              line: FigureStyle.reference.line())
          ],
        width: columns.count > 1 ? FigureStyle.pageWidth : FigureStyle.columnWidth
      ).figure(name: name, caption: caption)
    }
  }

  private var hasMinimax: Bool { findings.table.metricNames.contains("minimax") }
  private var referenceName: RichText { hasMinimax ? "minimax rate" : "n" + .superscript("−1/2") }

  /// The minimax rate, or where no smoothness is given the parametric one, moved to the lowest curve's first point.
  private func reference(_ curves: [Curve]) -> [PanelFigure.Line] {
    let starts = curves.compactMap { curve in
      curve.points("eps").first.flatMap { point in point.y.map { (y: $0, curve: curve) } }
    }
    guard let lowest = starts.min(by: { $0.y < $1.y }) else { return [] }
    let points = lowest.curve.points(hasMinimax ? "minimax" : "parametric")
    guard let first = points.first?.y else { return [] }
    return [
      PanelFigure.Line(
        points: points.map { ($0.x, $0.y.map { $0 * lowest.y / first }) }, style: .reference, hasMarkers: false)
    ]
  }

  private var caption: String {
    let columns =
      study.groupColumns.isEmpty ? "" : " A column for each value of \(study.groupColumns.joined(separator: ", "))."
    return """
      Above: the bound ε_n on the contraction rate against the sample size, both on logarithmic axes; a bound of 1 or \
      more says nothing yet. Below: the local slope of log ε_n on log n; dotted, in the slab's colour, the slope that \
      it tends to once logarithms no longer count. Real-valued widths and counts: nothing is rounded.\(columns)
      """
  }

  func addFindings(to document: inout Document) {
    document.add(
      .paragraph(
        "Slope: of log ε_n on log n by least squares over the study's n, log factors included: what an experiment over "
          + "these n should see. Asymptotic slope: the power of n alone; reached: the n from which on the local slope "
          + "stays within 0.02 of it. ε = 1: from this n on the bound says something."))
    for factors in findings.combinations {
      if let text = reading(factors) { document.add(.paragraph(text)) }
    }
  }

  /// Whether the slab matters for the power of n.
  private func reading(_ factors: [FactorValue]) -> String? {
    let limits = curves.filter { $0.group.factors == factors }.compactMap { curve in
      curve.regime.asymptoticSlope.map { (slab: curve.group.slab, slope: $0) }
    }
    guard limits.count > 1, let first = limits.first else { return nil }
    let start = factors.isEmpty ? "" : "With \(factors.label), "
    if limits.allSatisfy({ abs($0.slope - first.slope) < 1e-12 }) {
      return "\(start)every slab tends to the slope \(NumberText.fixed(first.slope)).".capitalisedFirst
    }
    let slopes = limits.map { "\($0.slab) \(NumberText.fixed($0.slope))" }.joined(separator: ", ")
    return "\(start)the slab changes the power of n: \(slopes).".capitalisedFirst
  }

  func addReservations(to document: inout Document) { addFailures(to: &document) }
}
