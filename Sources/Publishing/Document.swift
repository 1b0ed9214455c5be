import Foundation

/// A text with headings, tables and figures, before it is Markdown or HTML; all its strings are plain text.
struct Document: Sendable, Equatable {
  enum Block: Sendable, Equatable {
    /// Level 2 and below; the title is level 1.
    case heading(String)
    case paragraph(String)
    /// A paragraph that a reader must not overlook.
    case warning(String)
    case code(String)
    case table(Table)
    case figure(Gnuplot.Drawing)
  }

  struct Table: Sendable, Equatable {
    let header: [String]
    /// How many columns, from the first, are words; the others are numbers.
    let textColumns: Int
    let rows: [[String]]
    /// Cells that stand out.
    var emphasis: [Cell: Emphasis] = [:]
    /// What the emphasis means, and what else a reader of the table alone must know; below it. Plain text.
    var note: String?

    struct Cell: Sendable, Hashable {
      let row: Int
      let column: Int
    }

    enum Emphasis: Sendable, Equatable {
      case bold
      /// Bold, with a dagger.
      case boldDagger
    }

    /// With a sentence above what its note says already.
    func captioned(_ caption: String) -> Table {
      var table = self
      table.note = [caption, note].compactMap { $0 }.joined(separator: " ")
      return table
    }
  }

  let title: String
  var blocks: [Block] = []

  init(title: String) { self.title = title }

  mutating func add(_ block: Block) { blocks.append(block) }
}

// MARK: Markdown

extension Document {
  /// GitHub's Markdown; figures are links into the folder `figures`.
  var markdown: String {
    (["# \(Self.markdown(title))"] + blocks.map(Self.markdown)).joined(separator: "\n\n") + "\n"
  }

  private static func markdown(_ block: Block) -> String {
    switch block {
    case .heading(let text): return "## \(markdown(text))"
    case .paragraph(let text): return markdown(text)
    case .warning(let text): return "**\(markdown(text))**"
    case .code(let text):
      // A fence longer than any run of backticks inside.
      let longest = text.split { $0 != "`" }.map(\.count).max() ?? 0
      let fence = String(repeating: "`", count: max(3, longest + 1))
      return "\(fence)\n\(text)\n\(fence)"
    case .table(let table):
      let rule = table.header.indices.map { $0 < table.textColumns ? ":--" : "--:" }
      let cells = table.rows.enumerated().map { row, cells in
        cells.enumerated().map { column, cell in
          switch table.emphasis[.init(row: row, column: column)] {
          case nil: markdown(cell)
          case .bold: "**\(markdown(cell))**"
          case .boldDagger: "**\(markdown(cell))** †"
          }
        }
      }
      let rows = [table.header.map(markdown), rule] + cells
      return rows.map { "| \($0.joined(separator: " | ")) |" }.joined(separator: "\n")
        + (table.note.map { "\n\n\(markdown($0))" } ?? "")
    case .figure(let drawing):
      let name = drawing.figure.name
      return "![\(markdown(name))](figures/\(name).svg)\n\n\(markdown(drawing.figure.caption))"
    }
  }

  /// Every character of a text as itself.
  static func markdown(_ text: String) -> String {
    oneLine(text).escapingScalars { scalar in
      switch scalar {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "\\", "`", "*", "_", "[", "]", "|", "#", "~", "$": "\\\(scalar)"
      default: nil
      }
    }
  }
}

// MARK: HTML

extension Document {
  /// Figures that move: JavaScript of Vega, Vega-Lite and vega-embed, and each figure's specification by its name.
  struct Interaction: Sendable {
    let bundle: String
    let specifications: [String: String]
  }

  /// One page that needs nothing else: style and figures are in it, and it may load nothing.
  var html: String { html(with: nil) }

  /// - Parameter interaction: figures are drawn by it where scripts run, and stay pictures where they don't.
  func html(with interaction: Interaction?) -> String {
    var figures = 0
    let body = blocks.map { block in
      if case .figure = block { figures += 1 }
      return Self.html(block, figure: figures, interaction)
    }
    // Vega compiles its expressions, which the policy calls eval; nothing is ever loaded.
    let policy = "default-src 'none'; style-src 'unsafe-inline'" + (interaction == nil ? "" : "; script-src 'unsafe-inline' 'unsafe-eval'; img-src data:")
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="\(policy)">
      <title>\(Self.html(title))</title>
      <style>
      \(Self.style)
      </style>
      </head>
      <body>
      <main>
      <h1>\(Self.html(title))</h1>
      \(body.joined(separator: "\n"))
      </main>\(interaction.map(Self.scripts) ?? "")
      </body>
      </html>

      """
  }

  private static func html(_ block: Block, figure: Int, _ interaction: Interaction?) -> String {
    switch block {
    case .heading(let text): return "<h2>\(html(text))</h2>"
    case .paragraph(let text): return "<p>\(html(text))</p>"
    case .warning(let text): return "<p class=\"warning\">\(html(text))</p>"
    case .code(let text): return "<pre><code>\(html(text, keepingLines: true))</code></pre>"
    case .table(let table):
      func row(_ tag: String, _ cells: [String]) -> String {
        let cells = cells.enumerated().map { column, cell in
          "<\(tag)\(column < table.textColumns ? "" : " class=\"number\"")>\(cell)</\(tag)>"
        }
        return "<tr>\(cells.joined())</tr>"
      }
      let rows = table.rows.enumerated().map { number, cells in
        row(
          "td",
          cells.enumerated().map { column, cell in
            switch table.emphasis[.init(row: number, column: column)] {
            case nil: html(cell)
            case .bold: "<strong>\(html(cell))</strong>"
            case .boldDagger: "<strong>\(html(cell))</strong><span class=\"dagger\">†</span>"
            }
          })
      }.joined(separator: "\n")
      let note = table.note.map { "\n<p class=\"note\">\(html($0))</p>" } ?? ""
      return """
        <div class="wide"><table>
        <thead>\(row("th", table.header.map { html($0) }))</thead>
        <tbody>
        \(rows)
        </tbody>
        </table></div>\(note)
        """
    case .figure(let drawing):
      let isPage = drawing.figure.width > FigureStyle.columnWidth
      return """
        <figure\(isPage ? " class=\"page\"" : "")>
        <div class="wide picture">\(inline(drawing, figure: figure))</div>\(live(drawing.figure.name, interaction))
        <figcaption>Figure \(figure). \(html(drawing.figure.caption))</figcaption>
        </figure>
        """
    }
  }

  private static func live(_ name: String, _ interaction: Interaction?) -> String {
    guard let specification = interaction?.specifications[name] else { return "" }
    // Inside a script nothing but its end has a meaning to HTML.
    let safe = specification.escapingScalars { $0 == "<" ? "\\u003c" : nil }
    return "\n<div class=\"wide live\" hidden></div><script type=\"application/json\">\(safe)</script>"
  }

  private static func scripts(_ interaction: Interaction) -> String {
    """

    <script>
    \(interaction.bundle.replacing("</script", with: "<\\/script"))
    </script>
    <script>
    for (const live of document.querySelectorAll(".live")) {
      live.hidden = false;
      const specification = JSON.parse(live.nextElementSibling.textContent);
      // Later versions of Vega-Lite draw these as well, but complain of the number.
      delete specification.$schema;
      vegaEmbed(live, specification, {actions: false, renderer: "svg", mode: "vega-lite"})
        .then(() => live.previousElementSibling.classList.add("replaced"))
        .catch(error => { live.hidden = true; console.error(error); });
    }
    </script>
    """
  }

  /// The `svg` element alone, its ids made this figure's own: gnuplot's are the same in every file.
  private static func inline(_ drawing: Gnuplot.Drawing, figure: Int) -> String {
    let svg = String(decoding: drawing.files[.svg] ?? Data(), as: UTF8.self)
    guard let start = svg.range(of: "<svg") else { return "" }
    let prefix = Array("figure\(figure)-".utf8)
    let beforeIDs = ["id='", "id=\"", "href='#", "url(#"].map { Array($0.utf8) }
    let (less, greater) = (UInt8(ascii: "<"), UInt8(ascii: ">"))
    // By bytes: regular expressions took longer than gnuplot.
    var bytes = [UInt8]()
    var isInTag = false
    for byte in svg[start.lowerBound...].utf8 {
      bytes.append(byte)
      if byte == less || byte == greater { isInTag = byte == less }
      // Inside tags only: labels may hold any text.
      if isInTag, beforeIDs.contains(where: { $0.last == byte && bytes.suffix($0.count) == $0[...] }) {
        bytes += prefix
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func html(_ text: String, keepingLines: Bool = false) -> String {
    MarkupText.escaped(keepingLines ? text : oneLine(text))
  }

  private static let style = """
    :root { color-scheme: light; }
    body { margin: 0; color: #1c1c1c; background: #fff; font: 1rem/1.55 Charter, Georgia, "Times New Roman", serif; }
    main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; overflow-wrap: break-word; }
    h1 { font-size: 1.7rem; line-height: 1.25; margin: 0.5rem 0 1.2rem; }
    h2 { font-size: 1.2rem; margin: 2.2rem 0 0.6rem; padding-top: 0.8rem; border-top: 1px solid #ddd; }
    p { margin: 0.6rem 0; max-width: 44rem; }
    .warning { border-left: 4px solid #c2185b; padding: 0.3rem 0.8rem; background: #fdf1f5; }
    /* A shadow at the edge behind which there is more to scroll to. */
    .wide { overflow-x: auto; background: linear-gradient(90deg, #fff 40%, #fff0) local, linear-gradient(270deg, #fff 40%, #fff0)
      100% 0 local, linear-gradient(90deg, #0003, #0000) scroll, linear-gradient(270deg, #0003, #0000) 100% 0 scroll;
      background-repeat: no-repeat; background-size: 2.5rem 100%, 2.5rem 100%, 0.7rem 100%, 0.7rem 100%; }
    table { border-collapse: collapse; margin: 0.8rem 0;
      border-top: 2px solid #1c1c1c; border-bottom: 2px solid #1c1c1c;
      font: 0.85rem/1.4 Helvetica, Arial, sans-serif; font-variant-numeric: tabular-nums; }
    th { border-bottom: 1px solid #1c1c1c; font-weight: 600; vertical-align: bottom; }
    th, td { padding: 0.25rem 0.7rem 0.25rem 0; text-align: left; }
    td { vertical-align: top; }
    th.number, td.number { text-align: right; }
    td.number, td:first-child { white-space: nowrap; }
    td.number { position: relative; }
    .dagger { position: absolute; right: 0.3rem; }
    .note { font: 0.85rem/1.45 Helvetica, Arial, sans-serif; color: #444; }
    pre { background: #f5f5f5; padding: 0.7rem 0.9rem; overflow-x: auto; font-size: 0.85rem; }
    figure { margin: 1.5rem 0; }
    figure svg { display: block; width: 100%; max-width: 30rem; height: auto; margin: 0 auto; }
    figure.page svg { max-width: none; min-width: 34rem; }
    @media not print { .picture.replaced { display: none; } }
    .live { text-align: center; }
    @media print { .live { display: none; } }
    figcaption { font: 0.85rem/1.45 Helvetica, Arial, sans-serif; color: #444; margin-top: 0.6rem; }
    @media print { main { max-width: none; } figure, table { break-inside: avoid; } }
    """
}
