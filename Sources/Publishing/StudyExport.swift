import Foundation
import StudyEngine

/// A finished study in the formats of papers, from its store alone: no cell runs.
///
///     let export = try StudyExport(folder: folder, conditions: ["slab=gaussian"], selection: [], command: "slablab export …")
///     let files = try export.write([.csv, .latex], to: out)
package struct StudyExport: Sendable {
  package enum Format: String, Sendable, CaseIterable {
    case csv, pgfplots, latex, svg, pdf, png
    case vegaLite = "vega-lite"
    case notebook, markdown, html
  }

  private let findings: StudyFindings
  private let folder: StudyFolder
  private let provenance: Provenance
  private let presentation: any StudyPresentation
  private let isSelection: Bool
  // What is selected, made once: several formats need each.
  private let tables: [PublishedTable]
  private let reportTables: [ReportTable]
  private let figures: [Figure]
  private let searchPath: String?
  /// JavaScript of Vega, Vega-Lite and vega-embed, for figures that move.
  private let vegaBundle: String?

  /// - Parameters:
  ///   - conditions: `KEY=VALUE[,VALUE]` as `CellFilter` takes them.
  ///   - selection: names of tables and figures; `*` stands for any letters.
  ///   - compared: folders of studies whose teachers' nodes are drawn on phase maps.
  ///   - command: what was typed, for the files' provenance.
  /// - Throws: `PublishingError` if the store cannot be read, or nothing is called as selected; `StudyFileError` for a
  ///   condition that no cell meets.
  package init(
    folder: StudyFolder, conditions: [String] = [], selection: [String] = [], compared: [StudyFolder] = [],
    command: String, date: Date = Date(),
    vegaBundle: String? = nil, searchPath: String? = ProcessInfo.processInfo.environment["PATH"]
  ) throws {
    let (study, store) = try StudyPublisher.read(folder)
    var studiesOnMap = [PhaseMapFigure.Study]()
    for (folder, marker) in zip(compared, [.disc, .diamond, .square, .triangle, .pentagon] as [FigureStyle.Marker]) {
      let study = try StudyPublisher.read(folder).study
      studiesOnMap.append(.init(name: study.name, places: Self.nodes(of: study), marker: marker))
    }
    let filter = try CellFilter(conditions, of: study, option: "--where")
    findings = try StudyFindings(study: study, store: store, only: filter)
    self.folder = folder
    self.searchPath = searchPath
    self.vegaBundle = vegaBundle
    provenance = Provenance(study: study, command: command, date: date, commit: ProgramVersion.commit())
    var presentation = findings.presentation
    if var map = presentation as? PhaseMapPresentation {
      map.studies = studiesOnMap
      presentation = map
    }
    let metrics = PublishedTable(
      name: "metrics.csv", content: StudyTables(findings: findings).metrics, meaning: "a row for each metric of each cell")
    let tables = [metrics] + presentation.tables
    let (reportTables, figures) = (presentation.reportTables, presentation.signedFigures)
    let names = tables.map(\.stem) + reportTables.map(\.name) + figures.map(\.name)
    for pattern in selection where !names.contains(where: { Self.matches(pattern, $0) }) {
      throw PublishingError.noSuchPart(pattern, names: names.uniqued)
    }
    func isSelected(_ name: String) -> Bool { selection.isEmpty || selection.contains { Self.matches($0, name) } }
    isSelection = !selection.isEmpty
    self.presentation = presentation
    self.tables = tables.filter { isSelected($0.stem) }
    self.reportTables = reportTables.filter { isSelected($0.name) }
    self.figures = figures.filter { isSelected($0.name) }
  }

  /// Writes all files of the formats, each format into a folder of its name, and returns them.
  /// - Throws: `PublishingError` at the first that cannot be made or written. What is drawn is drawn before anything is
  ///   written, so that a missing gnuplot leaves no half of an export.
  @discardableResult
  package func write(_ formats: [Format], to out: URL) throws(PublishingError) -> [URL] {
    let drawings = try drawings(formats)
    var files = [URL]()
    var parts = [(format: Format, contents: [(String, Data)])]()
    for format in formats.map(\.rawValue).uniqued.compactMap(Format.init) {
      parts.append((format, contents(format, drawings)))
    }
    if isSelection, let empty = parts.first(where: { $0.contents.isEmpty }) {
      throw .nothingSelected(format: empty.format.rawValue)
    }
    for (format, contents) in parts {
      for (name, content) in contents {
        let url = out.appending(path: format.rawValue).appending(path: name)
        try OutputFile.write(content, to: url)
        files.append(url)
      }
    }
    return files
  }

  /// Where the active nodes of a study's teachers stand on a phase map, each place once; hidden layers only.
  private static func nodes(of study: Study) -> [Panel.Place] {
    var places = [Panel.Place]()
    for case .fit(let task) in study.cells.map(\.task) {
      guard case .sparseNetwork(let teacher) = task.data.teacher else { continue }
      for (bound, width) in zip(teacher.rowNorms, [teacher.inputs] + teacher.hidden.dropLast()) {
        let place = Panel.Place(x: bound * bound / Double(width + 1), y: Double(width))
        if !places.contains(place) { places.append(place) }
      }
    }
    return places
  }

  // MARK: Parts

  /// `*` stands for any letters.
  private static func matches(_ pattern: String, _ name: String) -> Bool {
    let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
    guard parts.count > 1 else { return pattern == name }
    guard name.hasPrefix(parts[0]), name.hasSuffix(parts[parts.count - 1]) else { return false }
    var rest = name.dropFirst(parts[0].count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let range = rest.range(of: part) else { return false }
      rest = rest[range.upperBound...]
    }
    return rest.count >= parts[parts.count - 1].count
  }

  /// Every figure in all drawn formats that are asked for or stand inside another one.
  private func drawings(_ formats: [Format]) throws(PublishingError) -> [Gnuplot.Drawing] {
    var drawn = formats.compactMap { Gnuplot.Format(rawValue: $0.rawValue) }
    if !Set(formats).isDisjoint(with: [.notebook, .markdown, .html]), !drawn.contains(.svg) { drawn.append(.svg) }
    guard !drawn.isEmpty else { return [] }
    // What an export lacks is an error, not a note in it: the caller asked for these files.
    let (drawings, problem) = Gnuplot.draw(
      figures, as: drawn, searchPath: searchPath, stamp: FigureStamp(provenance: provenance))
    if let problem { throw problem }
    return drawings
  }

  private func contents(_ format: Format, _ drawings: [Gnuplot.Drawing]) -> [(String, Data)] {
    switch format {
    case .csv: return DataPackage(findings: findings, tables: tables, provenance: provenance).files
    case .svg, .pdf, .png: return drawn(drawings, format)
    case .pgfplots: return figures.flatMap { PGFPlotsFigure($0, provenance: provenance).files }.map(Self.data)
    case .vegaLite: return figures.map { Self.data(VegaLiteFigure(figure: $0, provenance: provenance).file) }
    case .latex:
      return reportTables.flatMap { table in
        LaTeXTable(name: table.name, table: table.table.captioned(table.caption), provenance: provenance).files.map(Self.data)
      }
    case .notebook: return notebook(drawings)
    case .markdown:
      return [("summary.md", Data(report(drawings).document.markdown.utf8))]
        + drawn(drawings, .svg).map { ("figures/\($0.0)", $0.1) }
    case .html:
      let interaction = vegaBundle.map { bundle in
        let specifications = drawings.map { drawing in
          let figure = VegaLiteFigure(figure: drawing.figure, provenance: provenance, isCaptioned: false)
          return (drawing.figure.name, figure.file.content)
        }
        return Document.Interaction(bundle: bundle, specifications: Dictionary(specifications) { first, _ in first })
      }
      return [("report.html", Data(report(drawings).document.html(with: interaction).utf8))]
    }
  }

  private static func data(_ file: TextFile) -> (String, Data) { (file.name, Data(file.content.utf8)) }

  private func drawn(_ drawings: [Gnuplot.Drawing], _ format: Format) -> [(String, Data)] {
    guard let format = Gnuplot.Format(rawValue: format.rawValue) else { return [] }
    return drawings.compactMap { drawing in
      drawing.files[format].map { ("\(drawing.figure.name).\(format.rawValue)", $0) }
    }
  }

  private func report(_ drawings: [Gnuplot.Drawing]) -> StudyReport {
    StudyReport(
      presentation: presentation, provenance: provenance, results: StudyReport.results(of: folder), drawings: drawings,
      figureProblem: nil, isExport: true)
  }

  private func notebook(_ drawings: [Gnuplot.Drawing]) -> [(String, Data)] {
    let published = drawings.map { drawing in
      NotebookFile.PublishedFigure(
        name: drawing.figure.name, caption: drawing.figure.caption, svg: drawing.files[.svg] ?? Data(),
        specification: VegaLiteFigure(figure: drawing.figure, provenance: provenance, isCaptioned: false).file.content)
    }
    let notebook = NotebookFile(
      findings: findings, sentences: presentation.sentences, tables: tables, figures: published, provenance: provenance)
    let package = DataPackage(findings: findings, tables: tables, provenance: provenance)
    return [("\(findings.study.name).ipynb", Data(notebook.text.utf8))]
      + package.files.map { ("data/\($0.name)", $0.content) }
      + published.flatMap { figure in
        [("figures/\(figure.name).svg", figure.svg), ("figures/\(figure.name).vl.json", Data(figure.specification.utf8))]
      }
  }
}

extension PublishedTable {
  /// Its name without `.csv`.
  var stem: String { name.hasSuffix(".csv") ? String(name.dropLast(4)) : name }
}
