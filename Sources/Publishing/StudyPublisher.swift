import Foundation
import StudyEngine

/// Writes what a study found into its folder: tables, figures, `summary.md`, `report.html`.
///
///     let publisher = try StudyPublisher(folder: folder)
///     print(publisher.rateTable.text)
///     let files = try publisher.publish()
///
/// It reads the store alone, so all can be made again without running a cell.
package struct StudyPublisher: Sendable {
  package let folder: StudyFolder
  package let findings: StudyFindings
  /// Where gnuplot is looked for.
  private let searchPath: String?

  /// Publishes an existing folder, whatever made it.
  package init(folder: StudyFolder) throws(PublishingError) {
    let store: StudyStore
    let file: (text: String, overrides: [String])
    do {
      store = try StudyStore(reading: folder)
      file = try store.studyFile()
    } catch { throw .unreadable(error) }
    let study: Study
    do {
      study = try StudyFile(
        text: file.text, path: folder.studyFile.path(percentEncoded: false), overrides: file.overrides
      ).study()
    } catch { throw .unreadableStudy(error.description) }
    try self.init(study: study, store: store)
  }

  /// - Parameters:
  ///   - store: open for reading or writing; its folder is where the files go.
  ///   - searchPath: folders parted by colons in which gnuplot is looked for; nil for none.
  package init(
    study: Study, store: StudyStore, searchPath: String? = ProcessInfo.processInfo.environment["PATH"]
  ) throws(PublishingError) {
    folder = store.folder
    findings = try StudyFindings(study: study, store: store)
    self.searchPath = searchPath
  }

  package var rateTable: RateTable { RateTable(findings) }

  /// Writes every file and returns them in order.
  /// - Throws: `PublishingError` at the first table that cannot be written. Figures come last: if gnuplot is missing
  ///   or refuses one, that is thrown once all the rest is written.
  @discardableResult
  package func publish() throws(PublishingError) -> [URL] {
    var files = [URL]()
    func write(_ text: String, _ url: URL) throws(PublishingError) {
      try OutputFile.write(text, to: url)
      files.append(url)
    }
    let tables = StudyTables(findings: findings)
    try write(tables.metrics, folder.tables.appending(path: "metrics.csv"))
    try write(tables.summary, folder.tables.appending(path: "summary.csv"))
    try write(tables.slopes, folder.tables.appending(path: "slopes.csv"))
    try write(tables.theory, folder.tables.appending(path: "theory.csv"))
    try write(tables.traces, folder.tables.appending(path: "traces.csv"))
    try write(tables.timings, folder.timings)

    let (drawings, problem) = draw()
    for drawing in drawings {
      for (data, ending) in [(drawing.svg, "svg"), (drawing.pdf, "pdf")] {
        let url = folder.figures.appending(path: "\(drawing.figure.name).\(ending)")
        try OutputFile.write(data, to: url)
        files.append(url)
      }
    }
    let report = StudyReport(
      findings: findings, provenance: StudyReport.provenance(of: folder), drawings: drawings,
      figureProblem: problem)
    let document = report.document
    try write(document.markdown, folder.url.appending(path: "summary.md"))
    try write(document.html, folder.url.appending(path: "report.html"))
    if let problem { throw problem }
    return files
  }

  /// The figures up to the first that fails, and why.
  private func draw() -> ([Gnuplot.Drawing], PublishingError?) {
    var drawings = [Gnuplot.Drawing]()
    do {
      let figures = figures
      guard !figures.isEmpty else { return ([], nil) }
      let gnuplot = try Gnuplot(searchPath: searchPath)
      for figure in figures { drawings.append(try gnuplot.draw(figure)) }
      return (drawings, nil)
    } catch {
      return (drawings, error)
    }
  }

  /// Contraction and traces, a figure for each combination of the factors other than slab and sample size.
  var figures: [Figure] {
    let combinations = findings.combinations
    let styles = FigureStyle.styles(of: findings.groups.map(\.slab))
    let contraction = combinations.enumerated().compactMap { index, factors -> Figure? in
      let curves = findings.curves.filter { $0.group.factors == factors }
      guard !curves.isEmpty else { return nil }
      return ContractionFigure(curves: curves, styles: styles, title: combinations.count > 1 ? factors.label : "")
        .figure(name: Figure.name("contraction", index, of: combinations.count, factors.label))
    }
    let traces = combinations.enumerated().compactMap { index, factors -> Figure? in
      let cells = zip(findings.table.entries, findings.traces).filter { $0.0.cell.factors == factors }
      return TraceFigure(
        cells: cells.map { ($0, $1) }, styles: styles, title: combinations.count > 1 ? factors.label : ""
      ).figure(name: Figure.name("elbo-traces", index, of: combinations.count, factors.label))
    }
    return contraction + traces
  }
}
