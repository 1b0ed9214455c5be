/// A key in a strip of its own under a figure's panels: samples with their names, side by side. gnuplot's own key
/// belongs to one panel and guesses text widths badly.
struct KeyStrip {
  struct Entry {
    /// gnuplot's options of the sample: of a line, or of a point.
    let sample: Sample
    let text: String
  }

  enum Sample {
    case line(String)
    case point(String)
    /// Both, as `linespoints` draws them.
    case lineAndPoint(line: String, point: String)
  }

  let entries: [Entry]
  /// The figure's, in inches.
  let width: Double
  let height: Double

  private static let lineHeight = 0.17
  private static let left = 0.6

  /// The entries with their places in inches from the left and the line they are on, from 0 at the bottom.
  private var places: [(entry: Entry, x: Double, line: Int)] {
    var x = Self.left
    var line = 0
    let places = entries.map { entry -> (Entry, Double, Int) in
      // 8-point Helvetica is about 0.062 inch a character.
      let length = 0.55 + 0.062 * Double(entry.text.count)
      if x > Self.left, x + length - 0.2 > width { (x, line) = (Self.left, line + 1) }
      defer { x += length }
      return (entry, x, line)
    }
    return places.map { ($0, $1, line - $2) }
  }

  /// Inches that the strip takes.
  var stripHeight: Double { 0.11 + Self.lineHeight * Double((places.first?.line ?? -1) + 1) }

  /// To be given before the last panel, since gnuplot draws labels with every panel.
  var commands: String {
    places.map { entry, x, line in
      let y = (0.13 + Self.lineHeight * Double(line)) / height
      let (from, middle, to) = (x / width, (x + 0.13) / width, (x + 0.26) / width)
      let arrow = { (options: String) in
        "set arrow from screen \(from),\(y) to screen \(to),\(y) nohead \(options)\n"
      }
      let mark = { (options: String) in "set label '' at screen \(middle),\(y) point \(options)\n" }
      let sample =
        switch entry.sample {
        case .line(let options): arrow(options)
        case .point(let options): mark(options)
        case .lineAndPoint(let line, let point): arrow(line) + mark(point)
        }
      return sample
        + "set label \(Figure.quoted(entry.text)) noenhanced at screen \((x + 0.31) / width),\(y) left\n"
    }.joined()
  }
}
