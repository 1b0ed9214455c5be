import Foundation
import Priors
import StudyEngine

/// Writes what a study found into its folder: tables, figures, `summary.md`, `report.html`.
///
///     let publisher = try StudyPublisher(folder: folder)
///     print(publisher.summary.text)
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
    let (study, store) = try Self.read(folder)
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

  /// The study that a folder has, and its store to read.
  static func read(_ folder: StudyFolder) throws(PublishingError) -> (study: Study, store: StudyStore) {
    do {
      let store = try StudyStore(reading: folder)
      return (try store.study(), store)
    } catch let error as StudyStoreError {
      throw .unreadable(error)
    } catch { throw .unreadableStudy("\(error)") }
  }

  package var summary: SummaryTable { presentation.summary }

  var presentation: any StudyPresentation { findings.presentation }

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
    for table in presentation.tables { try write(table.content, folder.tables.appending(path: table.name)) }
    try write(tables.timings, folder.timings)

    let (drawings, problem) = draw()
    for drawing in drawings {
      for format in Self.formats {
        guard let data = drawing.files[format] else { continue }
        let url = folder.figures.appending(path: "\(drawing.figure.name).\(format.rawValue)")
        try OutputFile.write(data, to: url)
        files.append(url)
      }
    }
    let report = StudyReport(
      presentation: presentation, provenance: provenance, results: StudyReport.results(of: folder), drawings: drawings,
      figureProblem: problem)
    let document = report.document
    try write(document.markdown, folder.url.appending(path: "summary.md"))
    try write(document.html, folder.url.appending(path: "report.html"))
    if let problem { throw problem }
    removeOldFiles(keeping: files)
    return files
  }

  /// A study that has grown may have other figures, and a changed one other tables: what an earlier publication left must
  /// not be taken for this one's. Other kinds of files in these folders are not ours.
  private func removeOldFiles(keeping files: [URL]) {
    let kept = Set(files.map(\.lastPathComponent))
    for folder in [folder.tables, folder.figures] {
      let found = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
      for file in found where ["csv", "svg", "pdf"].contains(file.pathExtension) && !kept.contains(file.lastPathComponent) {
        try? FileManager.default.removeItem(at: file)
      }
    }
  }

  private static let formats = [Gnuplot.Format.svg, .pdf]

  /// The figures up to the first that fails, and why.
  private func draw() -> ([Gnuplot.Drawing], PublishingError?) {
    Gnuplot.draw(
      presentation.signedFigures, as: Self.formats, searchPath: searchPath, stamp: FigureStamp(provenance: provenance))
  }

  private var provenance: Provenance {
    Provenance(study: findings.study, command: StudyReport.runCommand(findings.study), date: nil)
  }
}
