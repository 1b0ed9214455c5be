import StudyEngine

/// How many nodes are active along training, in small multiples: a column a slab, a row a sample size, a line a fit. All
/// panels share their axes, for nodes are counted alike everywhere.
struct SparsityPathFigure {
  /// Cells of one combination of factors with their traces.
  let cells: [(entry: StudyTable.Entry, trace: [CellResult.TracePoint])]
  let styles: [String: FigureStyle]
  /// Said in the caption; empty for a study with one combination.
  let title: String

  private static let maximumRows = 4
  private static let maximumColumns = 3
  private static let maximumPointsInLine = 240
  /// From which ratio on a linear axis would show the few nodes of the end as none.
  private static let logarithmicRatio = 25.0

  private struct Path {
    let sampleSize: Int
    let slab: String
    let teacher: Int?
    let places: [Panel.Place]
  }

  /// nil if no trace has its number of nodes, or nodes have no indicators.
  func figure(name: String) -> Figure? {
    let tasks = cells.compactMap { cell -> FitTask? in
      if case .fit(let task) = cell.entry.cell.task { task } else { nil }
    }
    guard tasks.contains(where: { $0.model.spike != .none }) else { return nil }
    let countsEdges = tasks.contains { $0.model.spike == .edge }
    let paths = cells.compactMap { Self.path($0, hasTeacher: !countsEdges) }
    let heights = paths.flatMap { $0.places.map(\.y) } + paths.compactMap { $0.teacher.map(Double.init) }
    guard let last = paths.compactMap({ $0.places.last?.x }).max(), let most = heights.max() else { return nil }
    let least = heights.filter { $0 > 0 }.min() ?? most
    let isLogarithmic = most > Self.logarithmicRatio * least
    let label: RichText = countsEdges ? "active weights" : "active nodes"
    guard let y = isLogarithmic
      ? Axis.logarithmic(label, holding: heights, maximumLabels: 4)
      : Axis.linear(label, from: -0.04 * max(1, most), to: 1.08 * max(1, most))
    else { return nil }
    let slabs = paths.map(\.slab).uniqued
    let sizes = Set(paths.map(\.sampleSize)).sorted().spread(Self.maximumRows)
    let columns = min(slabs.count, Self.maximumColumns)
    // Slabs beyond the third go on in further rows.
    let places = sizes.flatMap { size in
      slabs.filter { slab in paths.contains { $0.sampleSize == size && $0.slab == slab } }.map { (size: size, slab: $0) }
    }
    let panels = places.enumerated().map { index, place -> Panel in
      let own = paths.filter { $0.sampleSize == place.size && $0.slab == place.slab }
      let x = Axis.linear("step", from: 0, to: 1.03 * max(1, last), intervals: 3)
      return Panel(
        title: "\(place.slab), n = \(place.size)", x: index + columns >= places.count ? x : x.unlabelled,
        y: index % columns == 0 ? y : y.unlabelled,
        marks: marks(own, to: 1.03 * max(1, last)))
    }
    let hasTeacher = paths.contains { $0.teacher != nil }
    let hidden = Set(paths.map(\.sampleSize)).subtracting(sizes).sorted()
    return Figure(
      name: name,
      caption: caption(
        paths.filter { sizes.contains($0.sampleSize) }, hidden, panels.reduce(0) { $0 + $1.leftOut },
        countsEdges: countsEdges, isLogarithmic: isLogarithmic),
      width: columns > 1 ? FigureStyle.pageWidth : FigureStyle.columnWidth, panelHeight: 1.3, columns: columns,
      panels: panels,
      key: .init(entries: hasTeacher ? [.init(text: "active nodes of the teacher", line: Self.teacherLine)] : []))
  }

  private static let teacherLine = Figure.LineStyle(colour: "#000000", width: 0.8, dash: [4, 3])

  private static func path(
    _ cell: (entry: StudyTable.Entry, trace: [CellResult.TracePoint]), hasTeacher: Bool
  ) -> Path? {
    let all = cell.trace.compactMap { point in
      point.effectiveNodes.map { Panel.Place(x: Double(point.step), y: $0) }
    }.filter { $0.y.isFinite }
    guard !all.isEmpty else { return nil }
    // Where nothing happens, ends are enough.
    let bent = all.indices.filter { index in
      index == 0 || index == all.count - 1 || all[index - 1].y != all[index].y || all[index + 1].y != all[index].y
    }
    let stride = max(1, (bent.count + maximumPointsInLine - 1) / maximumPointsInLine)
    let kept = bent.enumerated().filter { $0.offset.isMultiple(of: stride) || $0.offset == bent.count - 1 }
    var teacher: Int?
    if hasTeacher, case .fit(let task) = cell.entry.cell.task { teacher = task.teacherActiveNodes }
    return Path(
      sampleSize: cell.entry.cell.sampleSize ?? 0, slab: cell.entry.cell.slab, teacher: teacher,
      places: kept.map { all[$0.element] })
  }

  private func marks(_ paths: [Path], to end: Double) -> [Panel.Mark] {
    let style = styles[paths[0].slab] ?? .reference
    // Many lines on top of each other still show where most are.
    let line = style.solid(width: 0.7, opacity: max(0.3, min(1, 12 / Double(paths.count))))
    let teachers = Set(paths.compactMap(\.teacher)).sorted().map { count -> Panel.Mark in
      .segments([.init(from: .init(x: 0, y: Double(count)), to: .init(x: end, y: Double(count)))], Self.teacherLine)
    }
    return paths.map { .line($0.places, line) } + teachers
  }

  private func caption(
    _ paths: [Path], _ hidden: [Int], _ leftOut: Int, countsEdges: Bool, isLogarithmic: Bool
  ) -> String {
    let counts = Dictionary(grouping: paths) { "\($0.sampleSize) \($0.slab)" }.values.map(\.count)
    var text = """
      Expected number of active \(countsEdges ? "weights" : "hidden nodes"), the sum of the indicators' probabilities under \
      the posterior, along training: a row a sample size, a column a slab, a line a fit \
      (\(CaptionText.replicates(counts)) a panel)\(isLogarithmic ? "; logarithmic" : "").
      """
    if paths.contains(where: { $0.teacher != nil }) { text += " Dashed: the teacher's number of active nodes." }
    if !hidden.isEmpty { text += " Not shown: \(CaptionText.sampleSizes(hidden))." }
    let without = cells.filter { cell in
      cell.entry.stored != nil && !cell.trace.contains { $0.effectiveNodes != nil }
    }.count
    return text
      + CaptionText.ending(
        combination: title,
        leftOut: [
          ("fits whose trace lacks these numbers", without), ("numbers that a logarithmic axis cannot show", leftOut),
        ])
  }
}
