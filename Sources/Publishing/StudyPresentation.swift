import StudyEngine

/// How the findings of one kind of study are shown.
protocol StudyPresentation: Sendable {
  var findings: StudyFindings { get }
  /// Above the summary in the report.
  var summaryHeading: String { get }
  var summary: SummaryTable { get }
  /// The CSV files beside `metrics.csv` in `tables/`: functions of the study alone.
  var tables: [PublishedTable] { get }
  var figures: [Figure] { get }
  /// The tables of the report that a paper may want, by name.
  var reportTables: [ReportTable] { get }
  /// What was found, in three sentences that claim no more than their intervals do.
  var sentences: [String] { get }

  /// What follows the summary in the report, before the figures.
  func addFindings(to document: inout Document)
  /// What follows the figures: what the findings rest on, and how far they can be trusted.
  func addReservations(to document: inout Document)
}

extension StudyFindings {
  /// Each kind of study is shown in its own way.
  var presentation: any StudyPresentation {
    switch study.kind {
    case .fit: FitPresentation(findings: self)
    case .theory: GrowthPresentation(findings: self)
    case .phaseMap: PhaseMapPresentation(findings: self)
    case .logNormalError: LogNormalErrorPresentation(findings: self)
    }
  }
}

/// A table of the report with a name for its files.
struct ReportTable: Sendable, Equatable {
  /// Letters and `-`.
  let name: String
  /// What its columns are, in sentences.
  let caption: String
  let table: Document.Table
}

/// A CSV file of `tables/`.
struct PublishedTable: Sendable, Equatable {
  let name: String
  let content: String
  /// What it holds, for the report's list of files.
  let meaning: String
}

extension StudyPresentation {
  var study: Study { findings.study }

  /// The figures, each saying in its caption of which study, seed and program version it is.
  var signedFigures: [Figure] {
    let random = study.kind.isRandom ? ", seed \(study.seed)" : ""
    let signature = " Study \(study.name)\(random); slablab \(ProgramVersion.current)."
    return figures.map { $0.captioned($0.caption + signature) }
  }

  /// The summary as a table of the report.
  func summaryTable(_ caption: String) -> ReportTable {
    let summary = summary
    return ReportTable(
      name: "summary", caption: caption,
      table: .init(header: summary.header, textColumns: summary.textColumns, rows: summary.rows))
  }

  /// The cells that have no result, each with its error; nothing if there is none.
  func addFailures(to document: inout Document) {
    let failed = findings.table.entries.compactMap { entry in entry.stored?.error.map { (entry.cell, $0) } }
    guard !failed.isEmpty else { return }
    document.add(.heading("Failures"))
    document.add(.paragraph("\(failed.count) of \(findings.table.entries.count) cells have no result."))
    let header = ["cell", "slab"] + study.factorColumns + ["n", "error"]
    let rows = failed.prefix(50).map { cell, error in
      ["\(cell.index)", cell.slab] + cell.factors.map(\.value) + [cell.sampleSize.map(String.init) ?? "", error]
    }
    document.add(.table(.init(header: header, textColumns: header.count, rows: rows)))
    if failed.count > 50 { document.add(.paragraph("… and \(failed.count - 50) more.")) }
  }
}
