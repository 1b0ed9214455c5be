import Foundation
import StudyEngine

/// A study of kind `lognormal-error`: how far the best log-normals are from the laws of scales, over the width.
struct LogNormalErrorPresentation: StudyPresentation {
  let findings: StudyFindings
  let summaryHeading = "Errors of the log-normal"

  /// The cells that differ in width alone.
  private struct Curve {
    /// The levels of the factor `target`, or the target's name.
    let target: String
    let fit: String
    /// The factors other than target, fit and width.
    let others: [FactorValue]
    /// Finished cells, in ascending order of the width.
    let entries: [StudyTable.Entry]

    func points(_ metric: String) -> [(x: Double, y: Double?)] {
      entries.compactMap { entry in
        Self.width(entry).map { (Double($0), entry.value(of: metric)) }
      }
    }

    static func width(_ entry: StudyTable.Entry) -> Int? {
      guard case .logNormalError(let task) = entry.cell.task else { return nil }
      return task.width
    }
  }

  private let curves: [Curve]
  private let tails: [String]

  init(findings: StudyFindings) {
    self.findings = findings
    struct Key: Hashable {
      let target: String
      let fit: String
      let others: [FactorValue]
    }
    var order = [Key]()
    var entries = [Key: [StudyTable.Entry]]()
    for entry in findings.table.entries {
      guard case .logNormalError(let task) = entry.cell.task else { continue }
      func level(_ name: String) -> String? {
        entry.cell.factors.first { $0.name.split(separator: ".").last.map(String.init) == name }?.value
      }
      let others = entry.cell.factors.filter {
        !["target", "fit", "width"].contains($0.name.split(separator: ".").last.map(String.init) ?? "")
      }
      let key = Key(
        target: level("target") ?? task.target.rawValue, fit: level("fit") ?? task.fit.rawValue, others: others)
      if entries[key] == nil { order.append(key) }
      entries[key, default: []].append(entry)
    }
    curves = order.map { key in
      let done = (entries[key] ?? []).filter { $0.stored != nil && $0.stored?.error == nil }
      return Curve(
        target: key.target, fit: key.fit, others: key.others,
        entries: done.sorted { (Curve.width($0) ?? 0) < (Curve.width($1) ?? 0) })
    }
    tails = findings.table.metricNames.filter { $0.hasPrefix("upper_ratio_") }
      .map { String($0.dropFirst("upper_ratio_".count)) }
  }

  private var otherColumns: [String] { curves.first?.others.map(\.name) ?? [] }

  /// A row a target, fit and other factors: at the smallest and the largest width.
  var summary: SummaryTable {
    let hasWidths = curves.contains { $0.entries.count > 1 }
    let metrics = [("KL(LN ‖ law)", "kl_reverse"), ("total variation", "total_variation")]
    let tail = tails.first.map { [("upper tail ratio at \($0)", "upper_ratio_\($0)")] } ?? []
    let columns = metrics + tail
    var header = ["target", "fit"] + otherColumns
    if hasWidths { header.append("widths") }
    header += columns.flatMap { column in hasWidths ? [column.0, "…"] : [column.0] }
    let rows = curves.map { curve -> [String] in
      let ends = [curve.entries.first, curve.entries.last]
      var row = [curve.target, curve.fit] + curve.others.map(\.value)
      if hasWidths { row.append(ends.map { $0.flatMap(Curve.width).map(String.init) ?? "–" }.joined(separator: " … ")) }
      for (_, metric) in columns {
        row += (hasWidths ? ends : [ends[0]]).map { NumberText.short($0?.value(of: metric)) }
      }
      return row
    }
    return SummaryTable(header: header, textColumns: 2 + otherColumns.count, rows: rows)
  }

  /// A row a cell, its metrics in columns.
  var reportTables: [ReportTable] {
    [summaryTable("Errors of the best log-normal at the smallest and the largest width; KL(LN ‖ law) in nats.")]
  }

  var sentences: [String] {
    func range(_ metric: String, _ entry: (Curve) -> StudyTable.Entry?) -> String? {
      let values = curves.compactMap { entry($0)?.value(of: metric) }
      guard let least = values.min(), let most = values.max() else { return nil }
      return "\(NumberText.short(least)) to \(NumberText.short(most))"
    }
    func sentence(_ start: String, _ metric: String) -> String {
      let (first, last) = (range(metric) { $0.entries.first }, range(metric) { $0.entries.last })
      guard let first, let last else { return "\(start) was not measured." }
      return "\(start) is \(first) at the smallest width of each curve and \(last) at the largest."
    }
    let tail = tails.first.map { sentence("The upper tail's probability beyond its \($0) point, over it,", "upper_ratio_\($0)") }
    return [
      sentence("The KL divergence of the log-normal to the law, in nats,", "kl_reverse"),
      sentence("The total variation distance", "total_variation"), tail ?? "Tails were not measured.",
    ]
  }

  var tables: [PublishedTable] {
    let metrics = findings.table.metricNames
    var csv = CSVText(["target", "fit"] + otherColumns + ["width"] + metrics)
    for curve in curves {
      for entry in curve.entries {
        csv.add(
          [curve.target, curve.fit] + curve.others.map(\.value) + [Curve.width(entry).map(String.init) ?? ""]
            + metrics.map { CSVText.number(entry.value(of: $0)) })
      }
    }
    return [
      PublishedTable(
        name: "lognormal-error.csv", content: csv.text, meaning: "the errors, a row a law and a log-normal")
    ]
  }

  /// KL, total variation and a tail against the width, a column a target; at most four columns a figure.
  var figures: [Figure] {
    var others = [[FactorValue]]()
    for curve in curves where !others.contains(curve.others) { others.append(curve.others) }
    let styles = Dictionary(
      uniqueKeysWithValues: zip(curves.map(\.fit).uniqued, FigureStyle.others + FigureStyle.others))
    return others.enumerated().flatMap { index, factors -> [Figure] in
      let densities = densities(
        factors, name: Figure.name("scale-density", index, of: others.count, factors.label), styles: styles)
      let shown = curves.filter { $0.others == factors && $0.entries.count > 1 }
      guard !shown.isEmpty else { return [densities].compactMap { $0 } }
      let targets = Array(shown.map(\.target).uniqued.prefix(4))
      func row(_ label: String, _ metrics: [String], titled: Bool = false) -> [PanelFigure.Curves] {
        targets.map { target in
          PanelFigure.Curves(
            title: titled ? RichText(target) : "", yLabel: target == targets[0] ? RichText(label) : "", isLogarithmic: true,
            lines: shown.filter { $0.target == target }.flatMap { curve in
              metrics.map { PanelFigure.Line(points: curve.points($0), style: styles[curve.fit] ?? .reference) }
            })
        }
      }
      let tail = tails.first.map { row("tail ratio at \($0)", ["upper_ratio_\($0)", "lower_ratio_\($0)"]) } ?? []
      let errors = PanelFigure(
        panels: row("KL(LN ‖ law), nats", ["kl_reverse"], titled: true)
          + row("total variation", ["total_variation"]) + tail,
        columns: targets.count, xLabel: "width k",
        key: shown.map(\.fit).uniqued.map { (styles[$0] ?? .reference).entry("\($0) fit") },
        width: targets.count > 1 ? FigureStyle.pageWidth : FigureStyle.columnWidth
      ).figure(
        name: Figure.name("lognormal-error", index, of: others.count, factors.label), caption: caption(targets.count))
      return [errors, densities].compactMap { $0 }
    }
  }

  /// The laws' densities and the log-normals', at the least, the middle and the largest width.
  private func densities(_ factors: [FactorValue], name: String, styles: [String: FigureStyle]) -> Figure? {
    let shown = curves.filter { $0.others == factors && !$0.entries.isEmpty }
    let targets = Array(shown.map(\.target).uniqued.prefix(4))
    let widths = Set(shown.flatMap { $0.entries.compactMap(Curve.width) }).sorted()
    let rows = widths.isEmpty ? [nil] : [0, widths.count / 2, widths.count - 1].map { widths[$0] as Int? }
    let shownRows = rows.reduce(into: [Int?]()) { if !$0.contains($1) { $0.append($1) } }
    let panels = shownRows.enumerated().flatMap { row, width in
      targets.compactMap { target -> Panel? in
        let entries = shown.filter { $0.target == target }.compactMap { curve in
          curve.entries.first { Curve.width($0) == width }.map { (fit: curve.fit, entry: $0) }
        }
        let density: RichText = width.map { "density, k = \($0)" } ?? "density"
        return ScaleDensityPanel(
          title: row == 0 ? target : "", xLabel: row == shownRows.count - 1 ? "x" : "",
          yLabel: target == targets[0] ? density : "", entries: entries, styles: styles
        ).panel
      }
    }
    guard !panels.isEmpty else { return nil }
    let law = Figure.Key.Entry(text: "law", line: ScaleDensityPanel.lawStyle)
    return Figure(
      name: name,
      caption: "Densities of log x, the logarithm of a node's squared scale x, over x on a logarithmic axis: the law and the "
        + "log-normals that stand for it; a column a law, a row a width k.",
      width: targets.count > 1 ? FigureStyle.pageWidth : FigureStyle.columnWidth, panelHeight: 1.5,
      columns: targets.count, panels: panels,
      key: .init(
        entries: [law] + shown.map(\.fit).uniqued.map { .init(text: "\($0) fit", line: (styles[$0] ?? .reference).line()) }))
  }

  private func caption(_ targets: Int) -> String {
    let tail =
      tails.first.map { p in
        " Bottom: the log-normal's probability of a tail of which the law has \(p), over \(p): above 1 in the upper tail, "
          + "below 1 in the lower one where it is too heavy and too light."
      } ?? ""
    return
      "How far a log-normal is from the law of a node's squared scale, against the node's width, on logarithmic axes; a "
      + "column a law, a line a way to choose the log-normal. Top: KL divergence of the log-normal to the law. Middle: "
      + "total variation distance." + tail
  }

  func addFindings(to document: inout Document) {
    document.add(
      .paragraph(
        "KL(LN ‖ law) in nats, what an evidence bound is lower by; total variation: the largest error of a probability; "
          + "tail ratio: the log-normal's probability beyond the point that the law exceeds with the given one, over it."
      ))
    let errors = findings.table.entries.compactMap { $0.value(of: "absolute_error") }
    if let largest = errors.max() {
      document.add(.paragraph("Integrals are good to an absolute \(String(format: "%.1g", largest)) or better."))
    }
  }

  func addReservations(to document: inout Document) { addFailures(to: &document) }
}
