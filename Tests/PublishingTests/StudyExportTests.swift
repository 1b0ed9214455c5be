import Foundation
import Testing

@testable import Publishing
@testable import StudyEngine

/// What export writes of a small made-up study, held against golden files; `ExportCommandTests` opens real exports.
@Suite("Exporting a study") struct StudyExportTests {
  private static let text = """
    study: exported
    title: "50 % of <b>α_n</b> | 'quoted' & more"
    data: {teacher: {inputs: 8, active: [3], strength: 1}}
    model: {hidden: [10]}
    factors: {slab: [gaussian, group-lasso], sample-size: [500, 2000]}
    replicates: 2

    """

  private static let hash = (try? FakeStudy.study(text))?.contentHash ?? "no hash"

  private static func result(_ cell: Cell) -> CellResult {
    let radius = 32 / Double(cell.sampleSize ?? 1) + Double((cell.index * 7) % 5) / 512
    return CellResult(
      metrics: [
        .init(name: "radius_median", value: radius), .init(name: "rmse_mean", value: radius / 2),
        .init(name: "active_nodes", value: 3 + Double(cell.index % 2)),
      ],
      trace: [
        .init(step: 50, elbo: -1000, logLikelihood: -900, kl: 100, effectiveNodes: 10),
        .init(step: 100, elbo: -10, logLikelihood: 20, kl: 30, effectiveNodes: 3),
      ], converged: true)
  }

  private static func inExport<Value>(
    selection: [String] = [], conditions: [String] = [], _ body: (StudyExport, URL) throws -> Value
  ) throws -> Value {
    try FakeStudy.inFolder { folder in
      let study = try FakeStudy.study(text)
      _ = try FakeStudy.store(study, in: folder) { .success(result($0)) }
      let export = try StudyExport(
        folder: folder, conditions: conditions, selection: selection, command: "slablab export exported",
        date: Date(timeIntervalSince1970: 1_800_000_000))
      return try body(export, folder.url.appending(path: "export"))
    }
  }

  @Test("every text format is what it was") func golden() throws {
    try Self.inExport { export, out in
      try export.write([.csv, .pgfplots, .latex, .vegaLite], to: out)
      for name in [
        "pgfplots/contraction-fragment.tex", "latex/radius-fragment.tex", "latex/summary.tex",
        "vega-lite/contraction.vl.json", "csv/datapackage.json",
      ] {
        let text = try String(contentsOf: out.appending(path: name), encoding: .utf8)
        // The commit is that of whoever runs the tests.
        let settled = text.replacing(/, commit [0-9a-f]+(-dirty)?/, with: "")
        try Golden.expect(settled, is: "export-\(name.replacing("/", with: "-"))")
      }
    }
  }

  @Test("every file says where it comes from") func provenance() throws {
    try Self.inExport { export, out in
      for file in try export.write(StudyExport.Format.allCases, to: out) {
        guard file.pathExtension != "csv" else { continue }
        let data = try Data(contentsOf: file)
        for said in ["slablab export exported", "slablab 0.", "2027-01-15T08:00:00Z", Self.hash] {
          #expect(data.range(of: Data(said.utf8)) != nil, "\(file.lastPathComponent): \(said)")
        }
      }
    }
  }

  @Test("a condition leaves the numbers of its cells alone") func condition() throws {
    try Self.inExport(conditions: ["slab=gaussian"]) { export, out in
      try export.write([.csv], to: out)
      let metrics = try String(contentsOf: out.appending(path: "csv/metrics.csv"), encoding: .utf8)
      #expect(metrics.split(separator: "\n").count == 1 + 2 * 2 * 3 && !metrics.contains("group-lasso"))
      let contrasts = try String(contentsOf: out.appending(path: "csv/contrasts.csv"), encoding: .utf8)
      #expect(contrasts.split(separator: "\n").count == 1)
    }
  }

  @Test("a name that is nowhere is refused with those that are") func selection() throws {
    #expect(throws: PublishingError.self) { try Self.inExport(selection: ["contraction-2"]) { _, _ in } }
    try Self.inExport(selection: ["contra*"]) { export, out in
      let files = try export.write([.svg, .csv], to: out).map(\.lastPathComponent)
      #expect(files == ["contraction.svg", "contrasts.csv", "datapackage.json"])
    }
  }

  @Test("a combining mark behind a special character hides it from nobody") func combiningMarks() {
    let mark = "\u{301}"
    #expect(CSVText(["a\"\(mark)b"]).text == "\"a\"\"\(mark)b\"\n")
    #expect(MarkupText.escaped("<\(mark)&\(mark)") == "&lt;\(mark)&amp;\(mark)")
    #expect(Document.markdown("*\(mark)") == "\\*\(mark)")
    let quoted = GnuplotScript.quoted("x'\(mark) `touch file`")
    #expect(Array(quoted.unicodeScalars).filter { $0 == "'" }.count == 4)
    #expect(GnuplotScript.text(RichText("a_\(mark)") + .superscript("^\(mark)")).unicodeScalars.filter { $0 == "\\" }.count == 2)
  }

  @Test("what is selected but not held by a format is refused before anything is written") func emptyFormat() throws {
    try Self.inExport(selection: ["contraction"]) { export, out in
      #expect(throws: PublishingError.nothingSelected(format: "latex")) { try export.write([.svg, .latex], to: out) }
      #expect(!FileManager.default.fileExists(atPath: out.path(percentEncoded: false)))
      // Without its metrics a notebook has no cell that reads them.
      let files = try export.write([.notebook], to: out)
      let notebook = try #require(files.first { $0.pathExtension == "ipynb" })
      #expect(try !String(contentsOf: notebook, encoding: .utf8).contains("metrics.csv"))
    }
  }

  @Test("fields of a CSV text are read back as they were written") func csv() {
    var csv = CSVText(["a", "b,c"])
    csv.add(["x \"quoted\"", "two\nlines"])
    csv.add(["", "é"])
    let table = PublishedTable(name: "t.csv", content: csv.text, meaning: "")
    #expect(table.header == ["a", "b,c"] && table.rows() == [["a", "b,c"], ["x \"quoted\"", "two\nlines"], ["", "é"]])
  }

  @Test("accuracy is set against what is kept, at the largest n") func accuracy() throws {
    try FakeStudy.inFolder { folder in
      let study = try FakeStudy.study(Self.text)
      let store = try FakeStudy.store(study, in: folder) { .success(Self.result($0)) }
      let findings = try StudyFindings(study: study, store: store)
      let figure = try #require(AccuracyCompressionFigure(findings: findings, styles: [:]).figure(name: "a"))
      let places = figure.panels[0].marks.flatMap { mark -> [Panel.Place] in
        if case .points(let places, _) = mark { places } else { [] }
      }
      let cells = study.cells.filter { $0.sampleSize == 2000 && $0.slab == "gaussian" }.map(Self.result)
      let means = ["active_nodes", "rmse_mean"].map { name in
        cells.map { $0.metrics.first { $0.name == name }?.value ?? .nan }.reduce(0, +) / Double(cells.count)
      }
      #expect(places.count == 2)
      #expect(abs(places[0].x - means[0] / 10) < 1e-12 && abs(places[0].y - means[1]) < 1e-12)
      #expect(figure.caption.contains("at n = 2000") && figure.caption.contains("2 replicates"))
    }
  }
}
