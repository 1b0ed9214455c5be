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
    let ticks = figure.panels.flatMap { $0.y.ticks.map { Self.textWidth($0.label) * 0.875 } }.max() ?? 0
    // Long names take what they need, up to half the panel.
    let left = min(max(0.64, 0.34 + ticks), 0.34 + 0.5 * figure.width / Double(columns))
    let key = Self.keyPlaces(figure.key, width: figure.width)
    let strip = key.lines == 0 ? 0 : 0.11 + Self.keyLineHeight * Double(key.lines)
    // All frames are alike; a row takes more room where it has titles or labels.
    let rowPanels = (0..<rows).map { figure.panels[$0 * columns..<min(figure.panels.count, ($0 + 1) * columns)] }
    let tops = rowPanels.map { $0.contains { !$0.title.isEmpty } ? 0.2 : 0.08 }
    let bottoms = rowPanels.map { $0.contains { !$0.x.label.isEmpty } ? 0.42 : 0.24 }
    let frameHeight = figure.panelHeight - (tops.max() ?? 0) - (bottoms.max() ?? 0)
    let height = zip(tops, bottoms).reduce(strip + 0.04) { $0 + $1.0 + frameHeight + $1.1 }
    width = figure.width
    self.height = height
    let cellWidth = figure.width / Double(columns)
    var upper = height - 0.04
    var frames = [Frame]()
    for (row, panels) in rowPanels.enumerated() {
      for column in panels.indices.map({ $0 - panels.startIndex }) {
        frames.append(
          Frame(
            left: cellWidth * Double(column) + left, bottom: upper - tops[row] - frameHeight,
            width: cellWidth - left - 0.12, height: frameHeight))
      }
      upper -= tops[row] + frameHeight + bottoms[row]
    }
    self.frames = frames
    yLabelPlaces = figure.panels.indices.map { cellWidth * Double($0 % columns) + 0.1 }
    let y = { (line: Int) in 0.11 + Self.keyLineHeight * Double(key.lines - 1 - line) }
    keyPlaces = key.places.map { KeyPlace(entry: $0.entry, x: $0.x, y: y($0.line)) }
    keyTitlePlace = figure.key.title == nil ? nil : (Self.keyLeft, y(0))
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
