/// Where the parts of a figure stand, in inches from its lower left corner: the same in every format that is printed.
struct FigureLayout: Sendable, Equatable {
  /// Sizes of type in points.
  static let fontSize = 8.0
  static let tickFontSize = 7.0

  struct Frame: Sendable, Equatable {
    let left: Double
    let bottom: Double
    let width: Double
    let height: Double
  }

  /// A sample from `x` to `x + sampleWidth` and its text after `textGap`, both around the height `y`.
  struct KeyPlace: Sendable, Equatable {
    let entry: Figure.Key.Entry
    let x: Double
    let y: Double
  }

  static let sampleWidth = 0.26
  static let textGap = 0.05
  /// Of the axes' labels and the panel's title from its frame.
  static let xLabelDrop = 0.29
  static let titleRise = 0.09

  let width: Double
  let height: Double
  /// One a panel, the rectangle between its axes.
  let frames: [Frame]
  /// One a panel: the middle line of its upright y label.
  let yLabelPlaces: [Double]
  let keyPlaces: [KeyPlace]
  let keyTitlePlace: (x: Double, y: Double)?

  /// 8-point Helvetica is about 0.062 inch a letter.
  private static func textWidth(_ text: RichText) -> Double { 0.062 * text.length }
  private static let keyLineHeight = 0.17

  init(_ figure: Figure) {
    let columns = max(1, min(figure.columns, figure.panels.count))
    let rows = (figure.panels.count + columns - 1) / columns
    let lefts = Self.lefts(figure, columns)
    let key = Self.keyPlaces(figure.key, width: figure.width)
    let strip = key.lines == 0 ? 0 : 0.11 + Self.keyLineHeight * Double(key.lines)
    // All frames are alike; a row takes more room where it has titles or labels.
    let rowPanels = (0..<rows).map { figure.panels[$0 * columns..<min(figure.panels.count, ($0 + 1) * columns)] }
    let tops = rowPanels.map { $0.contains { !$0.title.isEmpty } ? 0.2 : 0.08 }
    let bottoms = rowPanels.map { panels in
      if panels.contains(where: { !$0.x.label.isEmpty }) { return 0.42 }
      return panels.contains { $0.x.ticks.contains { !$0.label.isEmpty } } ? 0.24 : 0.12
    }
    let frameHeight = figure.panelHeight - (tops.max() ?? 0) - (bottoms.max() ?? 0)
    let height = zip(tops, bottoms).reduce(strip + 0.04) { $0 + $1.0 + frameHeight + $1.1 }
    width = figure.width
    self.height = height
    let frameWidth = (figure.width - lefts.reduce(0, +)) / Double(columns) - 0.12
    // Where each column begins.
    let starts = lefts.indices.map { lefts[..<$0].reduce(0, +) + Double($0) * (frameWidth + 0.12) }
    var upper = height - 0.04
    var frames = [Frame]()
    for (row, panels) in rowPanels.enumerated() {
      for column in panels.indices.map({ $0 - panels.startIndex }) {
        frames.append(
          Frame(
            left: starts[column] + lefts[column], bottom: upper - tops[row] - frameHeight, width: frameWidth,
            height: frameHeight))
      }
      upper -= tops[row] + frameHeight + bottoms[row]
    }
    self.frames = frames
    yLabelPlaces = figure.panels.indices.map { starts[$0 % columns] + 0.1 }
    let y = { (line: Int) in 0.11 + Self.keyLineHeight * Double(key.lines - 1 - line) }
    keyPlaces = key.places.map { KeyPlace(entry: $0.entry, x: $0.x, y: y($0.line)) }
    keyTitlePlace = figure.key.title == nil ? nil : (Self.keyLeft, y(0))
  }

  /// What each column has beside its frames for ticks and labels. Columns that have any have the same, but for those
  /// beside a single one that has them for all.
  private static func lefts(_ figure: Figure, _ columns: Int) -> [Double] {
    let isMarked = (0..<columns).map { column in
      figure.panels.indices.contains { index in
        let axis = figure.panels[index].y
        return index % columns == column && (!axis.label.isEmpty || axis.ticks.contains { !$0.label.isEmpty })
      }
    }
    let ticks = figure.panels.flatMap { $0.y.ticks.map { textWidth($0.label) * 0.875 } }.max() ?? 0
    let marked = Double(max(1, isMarked.count { $0 }))
    // Long names take what they need, up to half of what there is.
    let left = min(max(leastLeft, 0.34 + ticks), 0.34 + 0.5 * figure.width / marked)
    return isMarked.map { $0 || !isMarked.contains(true) ? left : unmarkedLeft }
  }

  private static let leastLeft = 0.64
  private static let unmarkedLeft = 0.1

  /// The most columns, up to `most`, over which all titles have room above their frames.
  /// - Parameter isShared: whether the first column's y axis is that of the others, which have nothing written there.
  static func columns(fitting titles: [RichText], most: Int, width: Double, isShared: Bool) -> Int {
    let widest = titles.map(textWidth).max() ?? 0
    return (1...max(1, most)).last { columns in
      let besideFirst = Double(columns - 1) * (isShared ? unmarkedLeft : leastLeft)
      // A title may reach over both ends of its frame by the margin at the figure's end.
      return widest <= (width - leastLeft - besideFirst) / Double(columns) - 0.12 + 2 * 0.1
    } ?? 1
  }

  /// As few rows of at most so many as it takes, and in them as few columns as that takes: four are two and two.
  static func balanced(_ count: Int, most: Int) -> Int {
    let rows = max(1, (count + most - 1) / most)
    return max(1, (count + rows - 1) / rows)
  }

  /// Whether texts below the ticks of an axis keep apart.
  static func fitsInARow(_ texts: [RichText], width: Double) -> Bool {
    (texts.map(textWidth).max() ?? 0) * 0.875 <= width / Double(max(1, texts.count)) - 0.05
  }

  private static let keyLeft = 0.3

  /// The entries side by side, as many as fit on a line, or one below the other; lines count from the top.
  private static func keyPlaces(
    _ key: Figure.Key, width: Double
  ) -> (places: [(entry: Figure.Key.Entry, x: Double, line: Int)], lines: Int) {
    guard !key.entries.isEmpty else { return ([], 0) }
    let first = key.title == nil ? 0 : 1
    var (x, line) = (keyLeft, first)
    let places = key.entries.enumerated().map { index, entry -> (Figure.Key.Entry, Double, Int) in
      let length = sampleWidth + textGap + 0.2 + textWidth(entry.text)
      if index > 0, key.isStacked || x + length - 0.2 > width { (x, line) = (keyLeft, line + 1) }
      defer { x += length }
      return (entry, x, line)
    }
    return (places, line + 1)
  }

  /// Inches that the longest line of a stacked key takes.
  static func width(ofKey texts: [RichText]) -> Double {
    (texts.map(textWidth).max() ?? 0) + keyLeft + sampleWidth + textGap + 0.1
  }

  static func == (left: FigureLayout, right: FigureLayout) -> Bool {
    left.frames == right.frames && left.keyPlaces == right.keyPlaces && left.height == right.height
      && left.width == right.width
  }
}
