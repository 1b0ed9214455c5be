import Contraction
import Foundation
import StudyEngine

/// A study of kind `phase-map`: which slab asks least for one active node, over strength and width.
struct PhaseMapPresentation: StudyPresentation {
  let findings: StudyFindings
  let summaryHeading = "Which slab is cheapest"

  /// One strength and width under one combination of the other factors.
  private struct Point {
    let strength: Double
    let width: Int
    /// By slab, in the order of the study; nil where the cell has not run or failed.
    let costs: [(slab: String, cost: Double?)]

    /// The cheapest slab; nil for a tie or where a cost is missing.
    var best: String? {
      let known = costs.compactMap { item in item.cost.map { (slab: item.slab, cost: $0) } }
      guard known.count == costs.count, let least = known.map(\.cost).min() else { return nil }
      let cheapest = known.filter { $0.cost <= least + PhaseMap.tieTolerance * abs(least) }
      return cheapest.count == 1 ? cheapest[0].slab : nil
    }
  }

  private struct Map {
    /// The factors that are neither strength nor width.
    let factors: [FactorValue]
    let points: [Point]
  }

  private let maps: [Map]
  /// Whose nodes are drawn on the maps.
  var studies: [PhaseMapFigure.Study] = []
  private let slabs: [String]

  init(findings: StudyFindings) {
    self.findings = findings
    struct Key: Hashable {
      let strength: Double
      let width: Int
    }
    let slabs = findings.table.entries.map(\.cell.slab).uniqued
    self.slabs = slabs
    var order = [[FactorValue]]()
    var costs = [[FactorValue]: [Key: [String: Double?]]]()
    for entry in findings.table.entries {
      guard case .nodeCost(let task) = entry.cell.task else { continue }
      let others = entry.cell.factors.filter { !["strength", "width"].contains($0.name.split(separator: ".").last) }
      if costs[others] == nil { order.append(others) }
      let key = Key(strength: task.strength, width: task.width)
      costs[others, default: [:]][key, default: [:]][entry.cell.slab] = entry.value(of: "cost")
    }
    maps = order.map { factors in
      let points = (costs[factors] ?? [:]).map { key, costs in
        Point(strength: key.strength, width: key.width, costs: slabs.map { ($0, costs[$0] ?? nil) })
      }
      return Map(factors: factors, points: points.sorted { ($0.width, $0.strength) < ($1.width, $1.strength) })
    }
  }

  private var otherColumns: [String] { maps.first?.factors.map(\.name) ?? [] }

  /// A row a slab: where it is cheapest.
  var summary: SummaryTable {
    let rows = maps.flatMap { map in
      slabs.map { slab in
        let won = map.points.filter { $0.best == slab }
        let strengths = won.map(\.strength)
        return map.factors.map(\.value) + [slab]
          + [
            "\(won.count)", "\(map.points.count)",
            won.isEmpty
              ? "–" : "\(NumberText.short(strengths.min())) to \(NumberText.short(strengths.max()))",
          ]
      }
    }
    return SummaryTable(
      header: otherColumns + ["slab", "cheapest at", "of points", "at strengths"],
      textColumns: otherColumns.count + 1, rows: rows)
  }

  var reportTables: [ReportTable] {
    [summaryTable("Where each slab asks least for one active node. " + setting)]
  }

  var sentences: [String] {
    let points = maps.flatMap(\.points)
    let won = slabs.map { slab in (slab: slab, points: points.filter { $0.best == slab }) }
    let shares = won.map { "\($0.slab) at \($0.points.count)" }.joined(separator: ", ")
    let ranges = won.filter { !$0.points.isEmpty }.map { slab, points in
      let strengths = points.map(\.strength)
      return "\(slab) between x = \(NumberText.short(strengths.min())) and \(NumberText.short(strengths.max()))"
    }
    let open = points.count { $0.best == nil }
    return [
      "Of \(points.count) nodes the cheapest slab is \(shares).",
      ranges.isEmpty ? "No slab is cheapest anywhere." : "By effective strength: \(ranges.joined(separator: ", ")).",
      open == 0 ? "No node is a tie." : "\(open) nodes have no cheapest slab: ties, or costs that are missing.",
    ]
  }

  var tables: [PublishedTable] {
    var csv = CSVText(otherColumns + ["strength", "width", "best"] + slabs)
    for map in maps {
      for point in map.points {
        csv.add(
          map.factors.map(\.value) + [CSVText.number(point.strength), "\(point.width)", point.best ?? ""]
            + point.costs.map { CSVText.number($0.cost) })
      }
    }
    return [
      PublishedTable(
        name: "phase-map.csv", content: csv.text,
        meaning: "the cost of a node under each slab in nats, and the cheapest")
    ]
  }

  var figures: [Figure] {
    maps.enumerated().flatMap { index, map -> [Figure] in
      let label = map.factors.label
      let figure = PhaseMapFigure(
        points: map.points.map { PhaseMapFigure.Point(strength: $0.strength, width: $0.width, best: $0.best) },
        studies: studies, setting: setting + (label.isEmpty ? "" : " Here \(label).")
      ).figure(name: Figure.name("phase-map", index, of: maps.count, label))
      return [figure, costs(map, name: Figure.name("node-cost", index, of: maps.count, label))].compactMap { $0 }
    }
  }

  /// The cost per weight against the strength at the least, the middle and the largest width.
  private func costs(_ map: Map, name: String) -> Figure? {
    let widths = Set(map.points.map(\.width)).sorted()
    guard !widths.isEmpty else { return nil }
    let shown = Array(Set([0, widths.count / 2, widths.count - 1])).sorted().map { widths[$0] }
    let styles = FigureStyle.styles(of: slabs)
    let panels = shown.map { width in
      let points = map.points.filter { $0.width == width }
      return PanelFigure.Curves(
        title: "k = \(width)", yLabel: "nats per weight", isLogarithmic: true,
        lines: slabs.enumerated().map { index, slab in
          PanelFigure.Line(
            points: points.map { ($0.strength, $0.costs[index].cost.map { $0 / Double(width + 1) }) },
            style: styles[slab] ?? .reference)
        })
    }
    return PanelFigure(
      panels: panels, columns: panels.count, xLabel: "effective strength x",
      key: slabs.map { (styles[$0] ?? .reference).entry(RichText($0)) }, width: FigureStyle.pageWidth
    ).figure(
      name: name,
      caption: "What one active node pays under each slab, in nats per weight, against its effective strength, both on "
        + "logarithmic axes; a panel a width. " + setting)
  }

  private var setting: String {
    guard case .nodeCost(let task) = study.cells.first?.task else { return "" }
    return PhaseMapFigure.setting(squaredRadius: task.squaredRadius, task.parametrisation)
  }

  func addFindings(to document: inout Document) {
    document.add(
      .paragraph(
        "The cost of a node is the least KL divergence of q to the prior, in nats, over log-normal scales and Gaussian "
          + "weights that stay within the radius. Two slabs within \(PhaseMap.tieTolerance) of each other tie."))
  }

  func addReservations(to document: inout Document) { addFailures(to: &document) }
}
