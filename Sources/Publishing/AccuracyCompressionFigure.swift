import StudyEngine

/// What is kept of the network against how near its posterior mean comes to the truth: the paper's tables of accuracy and
/// compression as a figure, a point a slab and combination of factors, at the largest sample size.
struct AccuracyCompressionFigure {
  let findings: StudyFindings
  let styles: [String: FigureStyle]

  private struct Point {
    let group: CellGroup
    let share: Estimate
    let accuracy: Estimate
  }

  private static let metrics = [("rmse_mean", "RMSE of the posterior mean"), ("radius_median", "posterior median radius")]

  /// nil without active nodes, or a distance to the truth.
  func figure(name: String) -> Figure? {
    let measured = Set(findings.table.metricNames)
    guard measured.contains("active_nodes"), let largest = findings.sampleSizes.last,
      let (metric, label) = Self.metrics.first(where: { measured.contains($0.0) })
    else { return nil }
    let cells = findings.table.entries.filter { $0.cell.sampleSize == largest }
    let points = findings.groups.compactMap { group in point(group, cells.filter { CellGroup($0.cell) == group }, metric) }
    let positive = points.filter { $0.accuracy.value > 0 }
    guard !positive.isEmpty else { return nil }
    let strokes = positive.flatMap(Self.intervals)
    let xs = positive.map(\.share.value) + strokes.flatMap { [$0.from.x, $0.to.x] }
    let ys = positive.map(\.accuracy.value) + strokes.flatMap { [$0.from.y, $0.to.y] }
    guard let y = Axis.logarithmic(RichText(label), holding: ys) else { return nil }
    let x = Axis.linear("share of hidden nodes kept", from: 0, to: max(1, xs.max() ?? 1) * 1.03)
    let slabs = positive.map(\.group.slab).uniqued
    // Slabs often keep the same nodes: side by side, 5 points apart.
    let marks = zip(slabs, SidewaysShift.offsets(of: slabs.count)).flatMap { slab, offset -> [Panel.Mark] in
      let (own, style) = (positive.filter { $0.group.slab == slab }, styles[slab] ?? .reference)
      return [
        .segments(own.flatMap(Self.intervals), style.solid(width: 0.75).moved(sideways: 5 * offset)),
        .points(own.map { .init(x: $0.share.value, y: $0.accuracy.value) }, style.point().moved(sideways: 5 * offset)),
      ]
    }
    let replicates = positive.map(\.accuracy.count)
    let counts = replicates.min() == replicates.max() ? "\(replicates[0])" : "\(replicates.min() ?? 0) to \(replicates.max() ?? 0)"
    let zeros = points.count - positive.count
    return Figure(
      name: name,
      caption: "\(label.capitalisedFirst) against the share of hidden nodes that the fit keeps, at n = \(largest); a point a slab"
        + (findings.combinations.count > 1 ? " and combination of factors" : "") + ", means over \(counts) replicates, bars "
        + "± 2 Monte Carlo standard errors; slabs moved sideways a little to stand apart. Down and to the left: smaller and nearer to the truth."
        + (zeros > 0 ? " Left out: distances of zero (\(zeros))." : ""),
      width: FigureStyle.columnWidth, panelHeight: 2.3, panels: [Panel(x: x, y: y, marks: marks)],
      key: .init(entries: slabs.map { .init(text: RichText($0), point: (styles[$0] ?? .reference).point()) }))
  }

  private func point(_ group: CellGroup, _ cells: [StudyTable.Entry], _ metric: String) -> Point? {
    let pairs = cells.compactMap { entry -> (share: Double, accuracy: Double)? in
      guard case .fit(let task) = entry.cell.task, let active = entry.value(of: "active_nodes"),
        let accuracy = entry.value(of: metric)
      else { return nil }
      return (active / Double(task.model.hidden.reduce(0, +)), accuracy)
    }
    guard let share = Estimate(meanOf: pairs.map(\.share)), let accuracy = Estimate(meanOf: pairs.map(\.accuracy)) else {
      return nil
    }
    return Point(group: group, share: share, accuracy: accuracy)
  }

  /// ± 2 standard errors both ways, where there are any.
  private static func intervals(_ point: Point) -> [Panel.Segment] {
    let (x, y) = (point.share.value, point.accuracy.value)
    let across = (point.share.standardError ?? 0) * 2
    let up = (point.accuracy.standardError ?? 0) * 2
    return (across > 0 ? [.init(from: .init(x: x - across, y: y), to: .init(x: x + across, y: y))] : [])
      + (up > 0 && y > up ? [.init(from: .init(x: x, y: y - up), to: .init(x: x, y: y + up))] : [])
  }
}
