import Foundation
import StudyEngine

/// The combinations of a factorial study as lollies (Morris, White & Crowther 2019): a row each, a panel a metric, a stick
/// from the mean of all combinations to the combination's own.
struct FactorialLollyFigure {
  let design: FactorialDesign
  /// What was measured.
  let metricNames: [String]
  let styles: [String: FigureStyle]

  static let maximumCombinations = 64
  private static let maximumLabel = 44

  private struct Metric {
    let name: String
    let label: RichText
    var isRatio = false
    /// What it should be.
    var nominal: Double?
  }

  /// A stick: of a slab in a row.
  private struct Lolly {
    let slab: String
    let y: Double
    let measurement: FactorialDesign.Measurement
  }

  /// nil for more combinations than a page has rows for, or if none of its metrics was measured.
  func figure(name: String) -> Figure? {
    guard design.combinations.count <= Self.maximumCombinations else { return nil }
    let rows = self.rows
    let names = rows.map { RichText(FactorialDesign.cut($0.name, Self.maximumLabel)) }
    let places = Axis.categories("", names, isDownwards: true)
    let measured = metrics.compactMap { metric -> (metric: Metric, lollies: [Lolly])? in
      let lollies = self.lollies(metric, rows)
      return lollies.isEmpty ? nil : (metric, lollies)
    }
    let panels = measured.enumerated().compactMap { index, part in
      panel(part.metric, part.lollies, rows, places, hasNames: index == 0)
    }
    guard !panels.isEmpty else { return nil }
    let pitch = (rows.count > 48 ? 0.115 : 0.135) * (1 + 0.45 * Double(design.slabs.count - 1))
    let hasNominal = measured.contains { $0.metric.nominal != nil }
    let entries = design.slabs.map { slab -> Figure.Key.Entry in
      let style = styles[slab] ?? .reference
      return .init(text: RichText(slab), line: style.solid(width: 1.5), point: style.point())
    }
    return Figure(
      name: name, caption: caption(measured), width: FigureStyle.pageWidth,
      panelHeight: max(1.2, pitch * Double(rows.count) + 0.5), columns: panels.count, panels: panels,
      key: .init(
        entries: entries + [.init(text: "mean of all", line: Self.meanLine)]
          + (hasNominal ? [.init(text: "nominal 95 %", line: Self.nominalLine)] : [])))
  }

  private static let meanLine = Figure.LineStyle(colour: FigureStyle.grey, width: 0.8)
  private static let nominalLine = Figure.LineStyle(colour: "#000000", width: 0.8, dash: [4, 3])
  private static let ruleColour = "#D9D9D9"

  private var metrics: [Metric] {
    let radius = SlopeSummary.radiusMetrics.first { metricNames.contains($0) }
    let label: RichText =
      switch radius {
      case "rmse_mean": "RMSE"
      case "radius_median": "median radius"
      default: "radius"
      }
    let known = [radius.map { Metric(name: $0, label: label, isRatio: true) }]
      + [Metric(name: "active_nodes", label: "active nodes"), Metric(name: "coverage_pointwise", label: "pointwise coverage", nominal: 0.95)]
      + (design.variesData ? [] : [Metric(name: "elbo", label: "ELBO (nats)")])
    return known.compactMap { $0 }.filter { metricNames.contains($0.name) }
  }

  private var sampleSize: Int? { design.sampleSizes.last }

  // MARK: Rows

  /// From above: a combination, or a heading over those that share all but the last two factors. A level is written
  /// where it is another than above.
  private var rows: [(name: String, combination: [FactorValue]?)] {
    var rows = [(name: String, combination: [FactorValue]?)]()
    let headed = max(0, design.factors.count - 2)
    var above: [FactorValue]?
    for combination in design.combinations {
      let heading = combination.prefix(headed)
      let isNew = above.map { $0.prefix(headed) != heading } ?? true
      if headed > 0, isNew {
        rows.append((heading.map(\.shortLabel).joined(separator: ", ") + ":", nil))
      }
      let levels = combination.dropFirst(headed).map(\.shortLabel)
      let isRepeated = !isNew && above?.dropFirst(headed).first == combination.dropFirst(headed).first
      rows.append(((isRepeated ? Array(levels.dropFirst()) : levels).joined(separator: ", "), combination))
      above = combination
    }
    return rows
  }

  private func lollies(_ metric: Metric, _ rows: [(name: String, combination: [FactorValue]?)]) -> [Lolly] {
    let offsets = SidewaysShift.offsets(of: design.slabs.count).map { -0.8 * $0 / Double(design.slabs.count) }
    return rows.enumerated().flatMap { index, row -> [Lolly] in
      guard let combination = row.combination else { return [] }
      return zip(design.slabs, offsets).compactMap { slab, offset in
        let found = design.measurement(
          metric.name, combination, slab: slab, sampleSize: sampleSize, isRatio: metric.isRatio)
        return found.map { Lolly(slab: slab, y: Double(rows.count - 1 - index) + offset, measurement: $0) }
      }
    }
  }

  // MARK: Panels

  private func panel(
    _ metric: Metric, _ lollies: [Lolly], _ rows: [(name: String, combination: [FactorValue]?)], _ places: Axis,
    hasNames: Bool
  ) -> Panel? {
    let values = lollies.map(\.measurement.value)
    let mean = Estimate(meanOf: metric.isRatio ? values.map { log($0) } : values)?.value ?? 0
    let middle = metric.isRatio ? exp(mean) : mean
    let all = lollies.flatMap { lolly in
      let interval = lolly.measurement.interval
      return [lolly.measurement.value, interval?.lower, interval?.upper, metric.nominal].compactMap { $0 }
    }
    let x = metric.isRatio
      ? Axis.logarithmic(metric.label, holding: all, maximumLabels: 4) : Axis.linear(metric.label, holding: all, intervals: 3)
    guard let x else { return nil }
    let (from, to) = metric.isRatio ? (pow(10, x.lower), pow(10, x.upper)) : (x.lower, x.upper)
    let headings = rows.enumerated().filter { $0.element.combination == nil }.map { index, _ -> Panel.Segment in
      let y = Double(rows.count - 1 - index)
      return .init(from: .init(x: from, y: y), to: .init(x: to, y: y))
    }
    let marks = design.slabs.flatMap { slab -> [Panel.Mark] in
      let own = lollies.filter { $0.slab == slab }
      let style = styles[slab] ?? .reference
      return [
        .segments(
          own.map { .init(from: .init(x: middle, y: $0.y), to: .init(x: $0.measurement.value, y: $0.y)) },
          style.solid(width: 1.5)),
        .segments(
          own.compactMap { lolly in
            lolly.measurement.interval.map {
              .init(from: .init(x: $0.lower, y: lolly.y), to: .init(x: $0.upper, y: lolly.y))
            }
          }, .init(colour: "#000000", width: 0.6)),
        .points(own.map { .init(x: $0.measurement.value, y: $0.y) }, style.point()),
      ]
    }
    let nominal = metric.nominal.map { value -> Panel.Mark in
      .segments(
        [.init(from: .init(x: value, y: places.lower), to: .init(x: value, y: places.upper))], Self.nominalLine)
    }
    let axis: [Panel.Mark] = [nominal].compactMap { $0 } + [
      .segments(headings, .init(colour: Self.ruleColour, width: 0.6)),
      .segments(
        [.init(from: .init(x: middle, y: places.lower), to: .init(x: middle, y: places.upper))], Self.meanLine),
    ]
    return Panel(x: x, y: hasNames ? places : places.unlabelled, marks: axis + marks)
  }

  private func caption(_ measured: [(metric: Metric, lollies: [Lolly])]) -> String {
    let headed = max(0, design.factors.count - 2)
    let names = design.factors.map(\.name)
    var text = "All combinations of \(names.joined(separator: ", ")) as lollies"
    if headed > 0 { text += " (headings: \(names.prefix(headed).joined(separator: ", ")))" }
    text += sampleSize.map { " at n = \($0)" } ?? ""
    text += """
      : a stick from the mean over all combinations to the combination's mean over \
      \(CaptionText.replicates(measured.flatMap { $0.lollies.map(\.measurement.count) })), thin black lines ± 2 Monte Carlo \
      standard errors. A level stands where it changes.
      """
    if let radius = measured.first(where: \.metric.isRatio)?.metric {
      text += " \(ContractionFigure.axisLabel(radius.name).capitalisedFirst): geometric means on a logarithmic axis."
    }
    let isCut = rows.contains { $0.name.count > Self.maximumLabel }
    if isCut { text += " Long levels are cut." }
    if design.variesData, metricNames.contains("elbo") {
      text += " Evidence bounds are not shown: between different data they cannot be compared."
    }
    var leftOut = [(what: String, count: Int)]()
    if measured.contains(where: { $0.metric.name == "elbo" }) {
      leftOut.append(("from the ELBO, fits with point scales, whose number is no bound", design.incomparable))
    }
    if let radius = measured.first(where: \.metric.isRatio)?.metric {
      leftOut.append(("radii of zero", design.nonPositive(radius.name)))
    }
    return text + CaptionText.ending(leftOut: leftOut)
  }
}
