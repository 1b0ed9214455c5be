import Foundation
import Testing

@testable import Publishing
@testable import StudyEngine

@Suite("Tables for LaTeX") struct LaTeXTableTests {
  private static func files(_ table: Document.Table) -> [TextFile] {
    LaTeXTable(name: "table", table: table, provenance: AwkwardFigure.provenance).files
  }

  @Test("numbers, estimates and intervals are mathematics with their decimal points below each other") func numbers() {
    #expect(LaTeXNumbers.aligned(["0.5", "−12.25", "3"]) == ["$0.5\\phantom{0}$", "$-12.25$", "$3\\phantom{.00}$"])
    #expect(
      LaTeXNumbers.aligned(["0.0712 ± 0.0023", "−1203 ± 12", "5", "–"]) == [
        "$0.0712 \\pm \\phantom{0}0.0023$", "$-1203\\phantom{.0000} \\pm 12\\phantom{.0000}$",
        "$5\\phantom{.0000}\\phantom{{}\\pm 00.0000}$", "\\textendash{}",
      ])
    #expect(
      LaTeXNumbers.aligned(["[−0.56, −0.44]", "< 0.001", "1e−12 ± 2e−13", "1.2e+08", "3/5", "[a, b]"]) == [
        "$[-0.56, -0.44]$", "$<0.001$", "$1 \\cdot 10^{-12} \\pm 2 \\cdot 10^{-13}$", "$1.2 \\cdot 10^{8}$", "3/5",
        "{[}a, b{]}",
      ])
  }

  @Test("any text is set as it is, and a note stands below in the table's width") func awkwardText() throws {
    var table = Document.Table(
      header: ["[k] \(AwkwardFigure.text)", "n"], textColumns: 1,
      rows: [["* \(AwkwardFigure.text)", "0.5 ± 0.1"], ["[x]", "−12"], ["", "–"]])
    table.emphasis = [.init(row: 0, column: 1): .boldDagger, .init(row: 1, column: 1): .bold]
    table.note = "Note: \(AwkwardFigure.text)"
    let files = Self.files(table)
    #expect(files.map(\.name) == ["table.tex", "table-fragment.tex"])
    let page = OpenedFiles.words(try OpenedFiles.set(files, "table"))
    let shown = OpenedFiles.words(AwkwardFigure.text).replacing("🦊 漢", with: "U+1F98A U+6F22")
    for text in ["[k] \(shown)", "* \(shown) 0.5 ± 0.1†", "[x] −12", "Note: \(shown)"] {
      #expect(page.contains(text), "\(text) in \(page)")
    }
    #expect(files[1].content.contains("{\\bfseries\\boldmath $0.5 \\pm 0.1$}\\rlap{\\textsuperscript{\\dag}}"))
  }

  @Test("two tables with notes stand in one paper") func inPaper() throws {
    var table = Document.Table(header: ["slab", "n"], textColumns: 1, rows: [["gaussian", "1"]])
    table.note = "A note."
    let paper = """
      \\documentclass{article}
      \\usepackage{booktabs}
      \\begin{document}
      \\begin{table}\\centering\\caption{One}\\input{table-fragment.tex}\\end{table}
      \\begin{table}\\centering\\caption{Two}\\input{table-fragment.tex}\\end{table}
      \\end{document}
      """
    let page = try OpenedFiles.set(Self.files(table) + [TextFile(name: "paper.tex", content: paper)], "paper")
    #expect(page.components(separatedBy: "A note.").count == 3)
  }
}

@Suite("The table of radii") struct RadiusTableTests {
  /// At 500 group-lasso wins every replicate by about as much; at 1000 gaussian is better on average alone; at 2000 they
  /// are equal.
  private static func table(_ folder: StudyFolder) throws -> Document.Table {
    let study = try FakeStudy.study(
      """
      study: radii
      data: {teacher: {inputs: 8, active: [3], strength: 1}}
      model: {hidden: [10]}
      factors: {slab: [gaussian, group-lasso], sample-size: [500, 1000, 2000]}
      replicates: 5

      """)
    let store = try FakeStudy.store(study, in: folder) { cell in
      let (isGaussian, replicate) = (cell.slab == "gaussian", Double(cell.replicate))
      let radius =
        switch cell.sampleSize {
        case 500: isGaussian ? 0.25 + replicate / 256 : 0.125 + replicate * replicate / 1024
        case 1000: isGaussian ? 0.125 + replicate / 32 : 0.34375 - replicate / 32
        default: 0.0625
        }
      return .success(CellResult(metrics: [.init(name: "radius_median", value: radius)], converged: true))
    }
    return RadiusTable(findings: try StudyPublisher(study: study, store: store).findings).table
  }

  @Test("the smallest mean is bold, and has a dagger where the paired tests confirm it") func emphasis() throws {
    try FakeStudy.inFolder { folder in
      let table = try Self.table(folder)
      func cell(_ row: Int, _ column: Int) -> Document.Table.Emphasis? { table.emphasis[.init(row: row, column: column)] }
      #expect(cell(1, 1) == .boldDagger && cell(0, 1) == nil)
      #expect(cell(0, 2) == .bold && cell(1, 2) == nil)
      #expect(cell(0, 3) == .bold && cell(1, 3) == .bold)
      #expect(table.note?.hasPrefix("Bold: smallest mean of its column. †: paired t tests of log radius") == true)
    }
  }

  @Test("Markdown and HTML show what is bold, the dagger and the note") func formats() throws {
    try FakeStudy.inFolder { folder in
      let table = try Self.table(folder)
      var document = Document(title: "t")
      document.add(.table(table))
      let best = table.rows[1][1]
      #expect(document.markdown.contains("| **\(best)** † |") && document.markdown.contains("\n\nBold: smallest mean"))
      #expect(document.html.contains("<strong>\(best)</strong><span class=\"dagger\">†</span>"))
      #expect(document.html.contains("<p class=\"note\">Bold: smallest mean"))
    }
  }

  @Test("where no test confirms the smallest, the note says so; one slab alone is not marked") func unconfirmed() throws {
    try FakeStudy.inFolder { folder in
      let study = try FakeStudy.study(FakeStudy.realistic, overrides: ["replicates=2"])
      let table = RadiusTable(findings: try StudyPublisher(study: study, store: FakeStudy.store(study, in: folder)).findings).table
      #expect(table.emphasis.count == 5 && table.emphasis.values.allSatisfy { $0 == .bold })
      #expect(table.note?.contains("None is confirmed") == true)
    }
    try FakeStudy.inFolder { folder in
      let study = try FakeStudy.study(
        FakeStudy.realistic.replacing("[gaussian, group-lasso, group-horseshoe]", with: "[gaussian]"))
      let table = RadiusTable(findings: try StudyPublisher(study: study, store: FakeStudy.store(study, in: folder)).findings).table
      #expect(table.emphasis.isEmpty && table.note == nil)
    }
  }
}
