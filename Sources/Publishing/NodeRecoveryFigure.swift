import StudyEngine

/// Whether fits find the teacher's nodes: the share with its structure, and how many nodes they have too many and too
/// few; over the sample sizes, or with one sample size over the slabs. Where the teacher is no network, the active nodes.
struct NodeRecoveryFigure {
  /// Of one combination of factors.
  let entries: [StudyTable.Entry]
  let styles: [String: FigureStyle]
  /// Said in the caption; empty for a study with one combination.
  let title: String

  private enum Measure: String, CaseIterable {
    case found = "structure_found"
    case excess = "excess_nodes"
    case missing = "missing_nodes"
    case active = "active_nodes"

    var label: RichText {
      switch self {
      case .found: "structure found"
      case .excess: "excess nodes"
      case .missing: "missing nodes"
      case .active: "active nodes"
      }
    }
  }

  private struct Point {
    let value: Double
    /// nil for a mean of one number.
    let interval: (lower: Double, upper: Double)?
    let count: Int

    init?(_ measure: Measure, _ values: [Double]) {
      if measure == .found {
        guard let share = ShareEstimate(values.map { $0 > 0.5 }) else { return nil }
        (value, interval, count) = (share.share, (share.lower, share.upper), share.count)
      } else {
        guard let mean = Estimate(meanOf: values) else { return nil }
        (value, count) = (mean.value, mean.count)
        // No number of nodes is below 0.
        interval = mean.standardError.map { (max(0, mean.value - 2 * $0), mean.value + 2 * $0) }
      }
    }
  }

  private struct Series {
    let slab: String
    let style: FigureStyle
    let points: [(x: Double, point: Point)]
    /// By which marks are moved sideways, in points.
    let shift: Double

    var places: [Panel.Place] { points.map { .init(x: $0.x, y: $0.point.value) } }
    var intervals: [Panel.Segment] {
      points.compactMap { x, point in
        point.interval.map { .init(from: .init(x: x, y: $0.lower), to: .init(x: x, y: $0.upper)) }
      }
    }
  }

  /// nil if nothing of this was measured, or for one slab at one sample size: a number or three need no figure.
  func figure(name: String) -> Figure? {
    let isKnown = entries.contains { $0.value(of: Measure.found.rawValue) != nil }
    let measures = isKnown ? [Measure.found, .excess, .missing] : [.active]
    let measured = entries.filter { entry in measures.contains { entry.value(of: $0.rawValue) != nil } }
    let sizes = Set(measured.compactMap(\.cell.sampleSize)).sorted()
    let slabs = measured.map(\.cell.slab).uniqued
    guard !sizes.isEmpty, sizes.count > 1 || slabs.count > 1 else { return nil }
    let shown = measures.map { measure in (measure: measure, series: series(measure, measured, slabs, sizes)) }
      .filter { $0.series.contains { !$0.points.isEmpty } }
    // Names below each other's marks if there is room for all of them.
    let hasNames = sizes.count == 1
      && FigureLayout.fitsInARow(slabs.map { RichText($0) }, width: FigureStyle.columnWidth - 0.76)
    let panels = shown.enumerated().compactMap { index, part -> Panel? in
      let isLast = index == shown.count - 1
      let x = sizes.count == 1
        ? Axis.categories("", slabs.map { hasNames ? RichText($0) : "" })
        : Axis.logarithmic(
          "sample size n", holding: part.series.flatMap { $0.points.map(\.x) }, ticks: sizes.map(Double.init))
      guard let x else { return nil }
      return Panel(
        x: isLast ? x : x.unlabelled, y: Self.axis(part.measure, part.series),
        marks: part.series.flatMap { marks($0, joined: sizes.count > 1) })
    }
    let entries = slabs.map { slab -> Figure.Key.Entry in
      let style = styles[slab] ?? .reference
      return sizes.count > 1 ? style.entry(RichText(slab)) : .init(text: RichText(slab), point: style.point())
    }
    return Figure(
      name: name, caption: caption(shown.map(\.series), sizes, measured, isKnown: isKnown), width: FigureStyle.columnWidth,
      panelHeight: panels.count > 1 ? 1.35 : 2.1, panels: panels, key: .init(entries: hasNames ? [] : entries))
  }

  private func series(
    _ measure: Measure, _ measured: [StudyTable.Entry], _ slabs: [String], _ sizes: [Int]
  ) -> [Series] {
    let shifts = SidewaysShift.points(of: slabs.count, sampleSizes: sizes)
    return slabs.enumerated().map { index, slab in
      let points = sizes.compactMap { size -> (x: Double, point: Point)? in
        let values = measured.filter { $0.cell.slab == slab && $0.cell.sampleSize == size }
          .compactMap { $0.value(of: measure.rawValue) }
        return Point(measure, values).map { (sizes.count == 1 ? Double(index) : Double(size), $0) }
      }
      return Series(slab: slab, style: styles[slab] ?? .reference, points: points, shift: shifts[index])
    }
  }

  private static func axis(_ measure: Measure, _ series: [Series]) -> Axis {
    if measure == .found { return .linear(measure.label, from: -0.06, to: 1.06) }
    let upper = max(1, series.flatMap { $0.points.map { $0.point.interval?.upper ?? $0.point.value } }.max() ?? 0)
    return .linear(measure.label, from: -0.06 * upper, to: 1.08 * upper, intervals: 3)
  }

  private func marks(_ series: Series, joined: Bool) -> [Panel.Mark] {
    let colour = series.style.colour
    let line = Panel.Mark.line(series.places, series.style.line(width: 0.8))
    return (joined ? [line] : []) + [
      .segments(series.intervals, .init(colour: colour, width: 0.75, sideways: series.shift)),
      .points(series.places, series.style.point().moved(sideways: series.shift)),
    ]
  }

  private func caption(_ series: [[Series]], _ sizes: [Int], _ measured: [StudyTable.Entry], isKnown: Bool) -> String {
    let counts = series.flatMap { $0.flatMap { $0.points.map(\.point.count) } }
    let place = sizes.count > 1 ? "against the sample size n (logarithmic)" : "at n = \(sizes[0])"
    var text: String
    if isKnown {
      text = """
        How fits recover the teacher's nodes \(place). Top: share of fits in which every layer has the teacher's number of \
        active nodes, with Wilson's 95 % intervals. Below: active nodes beyond the teacher's and nodes of the teacher not \
        found, summed over layers, means
        """
    } else {
      text = "Active hidden nodes \(place): means"
    }
    text += " over \(CaptionText.replicates(counts))"
    let single = counts.count { $0 == 1 }
    let hasBars = series.joined().contains { $0.points.contains { $0.point.count > 1 } }
    if hasBars { text += " with ± 2 Monte Carlo standard errors, cut at 0" }
    if hasBars, single > 0 { text += " (none for a mean of one fit)" }
    text += "."
    if sizes.count > 1, Set(measured.map(\.cell.slab)).count > 1 {
      text += " Points are moved sideways a little to stand apart."
    }
    let done = entries.count { $0.stored?.error == nil && $0.stored != nil }
    let failed = entries.count { $0.stored?.error != nil }
    return text
      + CaptionText.ending(
        combination: title,
        leftOut: [("fits without these numbers", done - measured.count), ("fits that failed", failed)])
  }
}
