import StudyEngine

/// The slopes that were measured against those of the theory: a point a group of fits, on the diagonal if they agree.
struct SlopeComparisonFigure {
  /// Of one radius, in the order of the study.
  let rows: [SlopeSummary.Row]
  let sampleSizes: [Int]
  let styles: [String: FigureStyle]

  private static let maximumPanels = 6
  /// Of the theory's axis: slopes that differ in the third digit are the same slope.
  private static let leastSpan = 0.06
  /// Between neighbours, as a share of the axis.
  private static let gap = 0.045

  private struct Point {
    let group: CellGroup
    let theory: Double
    let slope: Double
    let lower: Double
    let upper: Double
  }

  /// nil unless a group has both slopes.
  func figure(name: String) -> Figure? {
    let points = rows.compactMap { row in
      row.slope.flatMap { slope in
        row.theorySlope.map { theory in
          Point(
            group: row.group, theory: theory, slope: slope.slope, lower: slope.interval.lower, upper: slope.interval.upper)
        }
      }
    }
    guard let least = points.map(\.theory).min(), let most = points.map(\.theory).max() else { return nil }
    let half = max(0.62 * (most - least), Self.leastSpan / 2)
    let (from, to) = ((least + most) / 2 - half, (least + most) / 2 + half)
    let heights = points.flatMap { [$0.lower, $0.upper] } + [from, to]
    guard let y = Axis.linear("slope of log radius", holding: heights, room: 0.05) else { return nil }
    var seen = Set<[FactorValue]>()
    let combinations = points.map(\.group.factors).filter { seen.insert($0).inserted }
    let isParted = combinations.count > 1 && combinations.count <= Self.maximumPanels
    let titles = isParted ? combinations.map { RichText($0.map(\.shortLabel).joined(separator: ", ")) } : [""]
    let width = isParted ? FigureStyle.pageWidth : FigureStyle.columnWidth
    let columns = FigureLayout.columns(
      fitting: titles, most: FigureLayout.balanced(titles.count, most: 3), width: width, isShared: true)
    var isMoved = false
    let panels = titles.enumerated().map { index, title -> Panel in
      let own = isParted ? points.filter { $0.group.factors == combinations[index] } : points
      let theories = own.map(\.theory)
      let places = SidewaysShift.apart(theories, gap: Self.gap * (to - from))
      if places != theories { isMoved = true }
      let shifts = zip(places, theories).map { ($0 - $1) / (to - from) * Self.frameWidth(width, columns) }
      let isFirst = index % columns == 0
      let isLast = index + columns >= titles.count
      return Panel(
        title: title,
        x: .linear(isLast ? "slope of log ε" + .subscript("n") : "", from: from, to: to, intervals: columns > 2 ? 3 : 4),
        y: isFirst ? y : y.unlabelled, marks: marks(own, shifts, from, to))
    }
    let slabs = points.map(\.group.slab).uniqued
    let entries = slabs.map { Figure.Key.Entry(text: RichText($0), point: (styles[$0] ?? .reference).point()) }
    let agreement = Figure.Key.Entry(text: "both equal", line: FigureStyle.reference.line(width: 1))
    return Figure(
      name: name, caption: caption(points, combinations, isParted: isParted, isMoved: isMoved), width: width,
      panelHeight: titles.count > 1 ? 1.95 : 2.4, columns: columns, panels: panels,
      key: .init(entries: entries + [agreement]))
  }

  /// How wide the frames are in a figure of so many inches, in points: without the labels, near enough for shifts.
  private static func frameWidth(_ width: Double, _ columns: Int) -> Double { (72 * width - 60) / Double(columns) }

  private func marks(_ points: [Point], _ shifts: [Double], _ from: Double, _ to: Double) -> [Panel.Mark] {
    let diagonal = Panel.Mark.line(
      [.init(x: from, y: from), .init(x: to, y: to)], FigureStyle.reference.line(width: 1))
    return [diagonal] + zip(points, shifts).flatMap { point, shift -> [Panel.Mark] in
      let style = styles[point.group.slab] ?? .reference
      let x = point.theory
      return [
        .segments(
          [.init(from: .init(x: x, y: point.lower), to: .init(x: x, y: point.upper))],
          .init(colour: style.colour, width: 0.75, sideways: shift)),
        .points([.init(x: x, y: point.slope)], style.point().moved(sideways: shift)),
      ]
    }
  }

  private func caption(_ points: [Point], _ combinations: [[FactorValue]], isParted: Bool, isMoved: Bool) -> String {
    let metric = ContractionFigure.axisLabel(rows[0].metric)
    let shown = rows.filter { row in points.contains { $0.group == row.group } }
    let names = points[0].group.factors.map(\.name)
    var text = """
      Slope of the log \(metric) on log n, by least squares, every replicate counting the same, against the slope of the \
      theory's log ε_n over the same sample sizes, \(CaptionText.sampleSizes(sampleSizes)). Points: a slab\
      \(combinations.count > 1 ? " and a combination of \(names.joined(separator: ", "))" : ""); bars: Welch's 95 % t intervals over \
      \(CaptionText.replicates(shown.map(\.replicates))) a sample size. On the dotted diagonal both slopes are the same; \
      below it the radius shrinks faster than ε_n.
      """
    if combinations.count > 1, !isParted {
      text += " The \(combinations.count) combinations are in one panel; slopes.csv tells them apart."
    }
    if isMoved { text += " Points with nearly equal slopes of the theory are moved sideways to stand apart." }
    return text + CaptionText.ending(leftOut: [("groups without both slopes", rows.count - points.count)])
  }
}
