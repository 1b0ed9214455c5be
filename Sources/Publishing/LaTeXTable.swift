import Foundation

/// A table for LaTeX papers, with the rules of `booktabs`:
///
/// - `NAME-fragment.tex`: a `tabular`, its note below it, to be read into a paper's `table` by `\input`.
/// - `NAME.tex`: the fragment as a document of its own, as wide as it is.
struct LaTeXTable {
  /// Of its files, without extension: letters, digits, `-`, `.`.
  let name: String
  let table: Document.Table
  let provenance: Provenance

  /// The document first.
  var files: [TextFile] {
    let document = """
      \(provenance.comment("%"))%
      % In this folder: pdflatex \(name).tex
      \\documentclass[border=2pt]{standalone}
      \\usepackage[T1]{fontenc}
      \\usepackage{lmodern}
      \\usepackage{booktabs}
      \\begin{document}
      \\input{\(name)-fragment.tex}
      \\end{document}

      """
    return [
      TextFile(name: "\(name).tex", content: document), TextFile(name: "\(name)-fragment.tex", content: fragment),
    ]
  }

  private var fragment: String {
    let head = """
      \(provenance.comment("%"))%
      % In a paper, inside a table environment:
      %   \\usepackage{booktabs}
      %   \\input{FOLDER/\(name)-fragment.tex}

      """
    let columns = table.header.indices.map { $0 < table.textColumns ? "l" : "r" }.joined()
    let cells = table.header.indices.map { column in
      let texts = table.rows.map { $0[column] }
      return column < table.textColumns ? texts.map(LaTeXText.escaped) : LaTeXNumbers.aligned(texts)
    }
    let rows = table.rows.indices.map { row in
      let line = cells.indices.map { column in
        switch table.emphasis[.init(row: row, column: column)] {
        case nil: cells[column][row]
        case .bold: Self.bold(cells[column][row])
        // Beside its column, so that numbers stay below each other.
        case .boldDagger: Self.bold(cells[column][row]) + "\\rlap{\\textsuperscript{\\dag}}"
        }
      }
      return line.joined(separator: " & ")
    }
    let header = table.header.map(LaTeXText.escaped).joined(separator: " & ")
    let tabular = """
      \\begin{tabular}{@{}\(columns)@{}}
      \\toprule
      \(header) \\\\
      \\midrule
      \(rows.map { "\($0) \\\\\n" }.joined())\\bottomrule
      \\end{tabular}
      """
    guard let note = table.note else { return "\(head)\(tabular)%\n" }
    // As wide as the table is.
    return """
      \(head)\\ifdefined\\slablabtable\\else\\newsavebox{\\slablabtable}\\fi
      \\sbox{\\slablabtable}{%
      \(tabular)}%
      \\begin{minipage}{\\wd\\slablabtable}
      \\usebox{\\slablabtable}\\par\\vspace{3pt}
      \\raggedright\\footnotesize \(LaTeXText.escaped(note))\\par
      \\end{minipage}%

      """
  }

  /// Digits become bold in mathematics by `\boldmath` alone.
  private static func bold(_ cell: String) -> String { "{\\bfseries\\boldmath \(cell)}" }
}
