import Foundation

/// A figure as data: panels of marks over axes, and one key below them. `Gnuplot` draws it as SVG, PDF and PNG,
/// `PGFPlotsFigure` and `VegaLiteFigure` write it in their languages; all from this one description.
struct Figure: Sendable, Equatable {
  /// Of its files, without extension: letters, digits, `-`, `.`.
  let name: String
  /// What is shown and how it was made, in sentences; plain text.
  private(set) var caption: String
  /// Inches.
  let width: Double
  /// Of each panel with its labels, in inches.
  var panelHeight = 1.62
  /// Panels side by side.
  var columns = 1
  /// Row by row; never empty.
  let panels: [Panel]
  var key = Key(entries: [])

  /// What each mark stands for.
  struct Key: Sendable, Equatable {
    struct Entry: Sendable, Equatable {
      let text: RichText
      var line: LineStyle?
      var point: PointStyle?
    }

    var title: RichText?
    let entries: [Entry]
    /// One below the other instead of side by side.
    var isStacked = false
  }

  struct LineStyle: Sendable, Equatable {
    /// `#RRGGBB`.
    let colour: String
    /// Points.
    var width = 1.2
    /// As in `FigureStyle`.
    var dash: [Double] = []
    /// 0 to 1.
    var opacity = 1.0
    /// Points to the right of its values, so that marks with the same x stand apart.
    var sideways = 0.0
  }

  struct PointStyle: Sendable, Equatable {
    let colour: String
    let marker: FigureStyle.Marker
    /// Across, in points.
    var size = 4.0
    /// As of lines.
    var sideways = 0.0
  }

  func captioned(_ caption: String) -> Figure {
    var figure = self
    figure.caption = caption
    return figure
  }

  /// `base`, or for one of several combinations of factors a name that says which, safe on any file system.
  static func name(_ base: String, _ index: Int, of count: Int, _ label: String) -> String {
    guard count > 1 else { return base }
    let safe = label.unicodeScalars.map { scalar -> Character in
      scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == ".")
        ? Character(scalar) : "-"
    }
    let words = String(safe).split(separator: "-").joined(separator: "-").prefix(60)
    return "\(base)-\(index + 1)-\(words)".trimmingCharacters(in: CharacterSet(charactersIn: "-."))
  }
}

extension Figure.LineStyle {
  func moved(sideways points: Double) -> Self {
    var style = self
    style.sideways = points
    return style
  }
}

extension Figure.PointStyle {
  func moved(sideways points: Double) -> Self {
    var style = self
    style.sideways = points
    return style
  }
}

extension FigureStyle {
  func line(width: Double = 1.2, opacity: Double = 1) -> Figure.LineStyle {
    Figure.LineStyle(colour: colour, width: width, dash: dash, opacity: opacity)
  }

  func solid(width: Double = 1.2, opacity: Double = 1) -> Figure.LineStyle {
    Figure.LineStyle(colour: colour, width: width, opacity: opacity)
  }

  func point(size: Double = 4) -> Figure.PointStyle {
    Figure.PointStyle(colour: colour, marker: marker, size: size)
  }

  /// The key's sample of a line with markers.
  func entry(_ text: RichText) -> Figure.Key.Entry { .init(text: text, line: line(), point: point()) }
}
