import Foundation
import StudyEngine

/// What was asked, what came out and how far it can be trusted: the content of `summary.md` and `report.html`.
struct StudyReport {
  let presentation: any StudyPresentation
  let provenance: Provenance
  /// What the results rest on, as rows of a table.
  let results: [[String]]
  let drawings: [Gnuplot.Drawing]
  /// Why figures are missing; nil if none is.
  let figureProblem: PublishingError?
  /// Whether it stands by itself instead of in the study's folder.
  var isExport = false

  private var findings: StudyFindings { presentation.findings }
  private var study: Study { findings.study }

  var document: Document {
    let title = oneLine(study.title).trimmingCharacters(in: .whitespaces)
    var document = Document(title: title.isEmpty ? study.name : title)
    addQuestion(to: &document)
    addSentences(to: &document)
    addSummary(to: &document)
    presentation.addFindings(to: &document)
    addFigures(to: &document)
    presentation.addReservations(to: &document)
    addRepetition(to: &document)
    return document
  }

  // MARK: Parts

  private func addQuestion(to document: inout Document) {
    var rows = [["study", study.name]]
    if study.kind.isRandom { rows += [["seed", "\(study.seed)"], ["replicates", "\(study.replicates)"]] }
    rows += study.factors.map { [$0.name, Self.listed($0.levels)] }
    rows += study.zips.map { ["side by side", $0.joined(separator: ", ")] }
    if !findings.sampleSizes.isEmpty, !study.factors.contains(where: { $0.path.last == "sample-size" }) {
      rows.append(["sample-size", findings.sampleSizes.map(String.init).joined(separator: ", ")])
    }
    let cells = findings.table.entries.count
    rows.append(["cells", cells == study.cells.count ? "\(cells)" : "\(cells) of \(study.cells.count), as chosen"])
    document.add(.heading("What was asked"))
    document.add(.table(.init(header: ["setting", "value"], textColumns: 2, rows: rows)))
  }

  /// All levels, or of a long grid its ends.
  private static func listed(_ levels: [String]) -> String {
    guard levels.count > 12 else { return levels.joined(separator: ", ") }
    return "\(levels[0]), \(levels[1]), …, \(levels[levels.count - 1]) (\(levels.count) values)"
  }

  private func addSentences(to document: inout Document) {
    document.add(.heading("What was found"))
    let counts = CellCounts(findings.table.entries)
    if counts.missing > 0 {
      document.add(.warning("Interim results: of \(counts.total) cells, \(counts.missing) \(counts.missing == 1 ? "has" : "have") not run."))
    }
    if counts.failed > 0 {
      document.add(.warning("Of \(counts.total) cells, \(counts.failed) failed; they are in no number below."))
    }
    document.add(.paragraph(presentation.sentences.joined(separator: " ")))
  }

  private func addSummary(to document: inout Document) {
    document.add(.heading(presentation.summaryHeading))
    let table = presentation.summary
    document.add(.table(.init(header: table.header, textColumns: table.textColumns, rows: table.rows)))
  }

  private func addFigures(to document: inout Document) {
    guard !drawings.isEmpty || figureProblem != nil else { return }
    document.add(.heading("Figures"))
    for drawing in drawings { document.add(.figure(drawing)) }
    if let figureProblem { document.add(.warning("\(figureProblem.description.capitalisedFirst).")) }
  }

  private func addRepetition(to document: inout Document) {
    document.add(.heading("How to repeat it"))
    document.add(.code(Self.runCommand(study)))
    document.add(.paragraph("study.yaml lies in the study's folder. One cell alone: slablab run study.yaml --cell N."))
    if !isExport {
      var files = [["tables/metrics.csv", "a row for each metric of each cell"]]
      files += presentation.tables.map { ["tables/\($0.name)", $0.meaning] }
      files += drawings.map { ["figures/\($0.figure.name).svg, .pdf", "figure"] }
      files += [
        ["report.html", "this summary with its figures, in one page"], ["store.sqlite", "every result"],
        ["timings.csv", "seconds and dates, which the tables leave out"],
      ]
      document.add(.table(.init(header: ["file", "content"], textColumns: 2, rows: files)))
    }
    let rows = provenance.fields.map { [$0.name, $0.value] } + results.map { ["results: \($0[0])", $0[1]] }
    document.add(.table(.init(header: ["provenance", ""], textColumns: 2, rows: rows)))
  }

  /// What makes the study again, from the file in its folder.
  static func runCommand(_ study: Study) -> String {
    "slablab run study.yaml" + study.overrides.map { " --set \(shellQuoted($0))" }.joined()
  }

  /// The rows of a study folder's manifest; none if it has no manifest, and a row that says so if it cannot be read.
  static func results(of folder: StudyFolder) -> [[String]] {
    guard let data = try? Data(contentsOf: folder.manifest) else { return [] }
    do {
      let manifest = try JSONDecoder().decode(ProvenanceManifest.self, from: data)
      return [
        ["slablab", ([manifest.programVersion] + [manifest.gitCommit].compactMap { $0 }).joined(separator: ", commit ")],
        ["Swift", manifest.swiftVersion], ["system", manifest.operatingSystem],
        ["processor", ([manifest.processor] + [manifest.simdLevel].compactMap { $0 }).joined(separator: ", ")],
        ["BLAS", "\(manifest.blasConfiguration), kernel \(manifest.blasKernel)"],
        ["GSL", manifest.gslVersion],
      ]
    } catch {
      return [["manifest.json", "is not a manifest of this version"]]
    }
  }

  /// One word for a POSIX shell.
  private static func shellQuoted(_ text: String) -> String {
    let safe = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./=,:+@%".contains($0)) }
    return safe && !text.isEmpty ? text : "'\(text.escapingScalars { $0 == "'" ? "'\\''" : nil })'"
  }
}
