import Foundation

/// A figure for LaTeX papers, set in their type by PGFPlots:
///
/// - `NAME-P-M-KIND.dat`: the raw values of a mark or of a run of marks that look the same, M of panel P, as a table
///   with named columns. Rows of `nan` part lines.
/// - `NAME-fragment.tex`: a `tikzpicture` to be read into a paper by `\input`. It takes its data from the folder
///   `\slablabdata`, from the current one where that is not defined.
/// - `NAME.tex`: the fragment as a document of its own.
///
/// Frames, labels and key stand where the other formats have them (`FigureLayout`); ticks are `Axis`'s.
struct PGFPlotsFigure {
  let figure: Figure
  let provenance: Provenance
  private let layout: FigureLayout
  private let series: FigureSeries
  private let styles: PGFPlotsStyles

  init(_ figure: Figure, provenance: Provenance) {
    self.figure = figure
    self.provenance = provenance
    layout = FigureLayout(figure)
    series = FigureSeries(figure.key)
    styles = PGFPlotsStyles(figure)
  }

  /// The document first, then its fragment and the data.
  var files: [TextFile] {
    var data = [TextFile]()
    let panels = figure.panels.enumerated().map { index, panel in axis(panel, index, &data) }
    let fragment = """
      \(provenance.comment("%"))%
      \(LaTeXText.comment(figure.caption))%
      % In a paper:
      %   \\usepackage{pgfplots}  \\pgfplotsset{compat=1.16}
      %   \\newcommand{\\slablabdata}{FOLDER OF THE .dat FILES}
      %   \\input{FOLDER/\(figure.name)-fragment.tex}
      \\begin{tikzpicture}[font=\(Self.font(FigureLayout.fontSize))]
      \\providecommand{\\slablabdata}{.}
      \(styles.definitions)\\pgfplotsset{slablab axis/.style={
        scale only axis, anchor=south west, axis x line*=bottom, axis y line*=left, axis on top,
        clip mode=individual, unbounded coords=jump, scaled ticks=false,
        tick align=inside, major tick length=2.9pt, minor tick length=1.5pt, tick style={black, line width=0.6pt},
        axis line style={line width=0.6pt}, tick label style={font=\(Self.font(FigureLayout.tickFontSize))},
        xticklabel style={anchor=base, yshift=-0.12in}, every axis title/.style={at={(axis description cs:0.5,1)},
          yshift=\(Self.inches(FigureLayout.titleRise)), anchor=mid},
        every axis x label/.style={at={(axis description cs:0.5,0)}, yshift=\(Self.inches(-FigureLayout.xLabelDrop)), anchor=mid}}}
      \\path[use as bounding box] (0,0) rectangle (\(Self.inches(layout.width)),\(Self.inches(layout.height)));
      \(panels.joined())\(key)\\end{tikzpicture}%

      """
    let document = """
      \(provenance.comment("%"))%
      % In this folder: pdflatex \(figure.name).tex
      \\documentclass{standalone}
      \\usepackage[T1]{fontenc}
      \\usepackage{lmodern}
      \\usepackage{pgfplots}
      \\pgfplotsset{compat=1.16}
      \\begin{document}
      \\input{\(figure.name)-fragment.tex}
      \\end{document}

      """
    return [
      TextFile(name: "\(figure.name).tex", content: document),
      TextFile(name: "\(figure.name)-fragment.tex", content: fragment),
    ] + data
  }

  // MARK: A panel

  private func axis(_ panel: Panel, _ index: Int, _ data: inout [TextFile]) -> String {
    let frame = layout.frames[index]
    let (x, y) = (PGFPlotsAxis("x", panel.x), PGFPlotsAxis("y", panel.y))
    var body = ""
    for (number, run) in panel.runs.enumerated() {
      if case .label(let label) = run[0] {
        body += Self.node(label, x, y)
        continue
      }
      let table = PGFPlotsTable(run, x, y)
      let name = "\(figure.name)-\(index + 1)-\(number + 1)-\(table.kind).dat"
      let entry = series.index(of: run[0]).map { layout.keyPlaces[$0].entry.text.unicode }
      data.append(TextFile(name: name, content: provenance.comment("#") + table.text(panel, series: entry)))
      body += "\\addplot[\(styles.name(of: run[0]))\(table.options)] table[\(table.columns)] {\\slablabdata/\(name)};"
      body += entry.map { " % \(oneLine($0))" } ?? ""
      body += "\n"
    }
    let yLabelPlace = (layout.yLabelPlaces[index] - frame.left) / frame.width
    let yLabel = panel.y.label.isEmpty ? "" : """
        ylabel={\(LaTeXText.escaped(panel.y.label))},
        every axis y label/.style={at={(axis description cs:\(String(format: "%.4f", yLabelPlace)),0.5)}, rotate=90, anchor=mid},

      """
    let title = panel.title.isEmpty ? "" : "  title={\(LaTeXText.escaped(panel.title))},\n"
    let xLabel = panel.x.label.isEmpty ? "" : "  xlabel={\(LaTeXText.escaped(panel.x.label))},\n"
    return """
      \\begin{axis}[slablab axis, at={(\(Self.inches(frame.left)),\(Self.inches(frame.bottom)))},
        width=\(Self.inches(frame.width)), height=\(Self.inches(frame.height)),
      \(title)\(xLabel)\(yLabel)\(x.options)\(y.options)]
      \(body)\\end{axis}

      """
  }

  private static func node(_ label: Panel.Label, _ x: PGFPlotsAxis, _ y: PGFPlotsAxis) -> String {
    let anchor = switch label.anchor { case .centre: "mid"; case .left: "mid west"; case .right: "mid east" }
    let (red, green, blue) = FigureStyle.components(label.colour)
    return """
      \\node[anchor=\(anchor), inner sep=0pt\(label.isUpright ? ", rotate=90" : ""), \
      text={rgb,255:red,\(red);green,\(green);blue,\(blue)}] \
      at (axis cs:\(x.coordinate(label.place.x)),\(y.coordinate(label.place.y))) {\(LaTeXText.escaped(label.text))};

      """
  }

  // MARK: The key

  private var key: String {
    var text = ""
    func place(_ x: Double, _ y: Double) -> String { "(\(Self.inches(x)),\(Self.inches(y)))" }
    func node(_ words: RichText, _ x: Double, _ y: Double) -> String {
      "\\node[anchor=mid west, inner sep=0pt] at \(place(x, y)) {\(LaTeXText.escaped(words))};\n"
    }
    if let title = figure.key.title, let at = layout.keyTitlePlace { text += node(title, at.x, at.y) }
    for item in layout.keyPlaces {
      let end = item.x + FigureLayout.sampleWidth
      if let line = item.entry.line {
        text += "\\draw[\(styles.name(of: .segments([], line)))] \(place(item.x, item.y)) -- \(place(end, item.y));\n"
      }
      if let point = item.entry.point {
        let middle = place((item.x + end) / 2, item.y)
        text += "\\path[\(styles.name(of: .points([], point)))] plot coordinates {\(middle)};\n"
      }
      text += node(item.entry.text, end + FigureLayout.textGap, item.y)
    }
    return text.isEmpty ? "" : "% Key\n\(text)"
  }

  // MARK: Numbers

  private static func inches(_ value: Double) -> String { String(format: "%.4f", value) + "in" }

  private static func font(_ size: Double) -> String {
    String(format: "\\fontsize{%g}{%g}\\selectfont", size, 1.2 * size)
  }
}
