import Foundation
import TestSupport
import Testing

@testable import Publishing
@testable import StudyEngine

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite("Publishing a study") struct StudyPublisherTests {
  /// Two slabs of one kind, so that a name needs quotes in CSV; a factor; a title to stumble over.
  private static let text = """
    study: golden
    title: "50 % of <b>α_n</b> | 'quoted' & \\"more\\""
    data: {teacher: {inputs: 8, active: [3], strength: 1}}
    model: {hidden: [10]}
    factors:
      slab: [gaussian, {kind: group-horseshoe, cap: none}, group-horseshoe]
      data.noise: [0.1, 0.2]
      sample-size: [500, 1000, 2000]
    replicates: 3

    """

  /// Numbers that follow from the cell's index without a mathematical function.
  private static func outcome(_ cell: Cell) -> Result<CellResult, CellFailure>? {
    switch cell.index {
    case 4: return FakeStudy.failure("the ELBO is NaN, at \"step 3\"\n<b>| `x`")
    case 53: return nil
    default: break
    }
    let index = Double(cell.index)
    // A cell of a version that did not keep them.
    let nodes: Double? = cell.index == 9 ? nil : 10 - index / 64
    let radius = 32 / Double(cell.sampleSize ?? 1) + Double((cell.index * 7) % 5) / 512
    return .success(
      CellResult(
        metrics: [
          .init(name: "radius_median", value: cell.index == 10 ? 0 : radius),
          .init(name: "active_nodes", value: 3 + Double(cell.index % 2)),
          .init(name: "precision", value: cell.replicate == 2 ? nil : 0.75),
        ],
        trace: [
          .init(step: 50, elbo: -1000 - index, logLikelihood: -900, kl: 100 + index, effectiveNodes: nodes),
          .init(step: 100, elbo: -index / 4, logLikelihood: .nan, kl: 0.1, effectiveNodes: nodes.map { $0 / 2 }),
        ],
        converged: cell.index != 6))
  }

  private static func publisher(
    _ folder: StudyFolder, order: [Int]? = nil, overrides: [String] = [], searchPath: String? = nil
  ) throws -> StudyPublisher {
    let study = try FakeStudy.study(text, overrides: overrides)
    let store = try FakeStudy.store(study, in: folder, order: order, outcome: outcome)
    return try StudyPublisher(study: study, store: store, searchPath: searchPath)
  }

  private static let path = ProcessInfo.processInfo.environment["PATH"]
  private static let hasGnuplot = (try? Gnuplot()) != nil

  @Test("the tables are those of the golden files") func goldenTables() throws {
    try FakeStudy.inFolder { folder in
      let tables = StudyTables(findings: try Self.publisher(folder).findings)
      try Golden.expect(tables.metrics, is: "metrics.csv")
      try Golden.expect(tables.summary, is: "summary.csv")
      try Golden.expect(tables.slopes, is: "slopes.csv")
      try Golden.expect(tables.contrasts, is: "contrasts.csv")
      try Golden.expect(tables.theory, is: "theory.csv")
      try Golden.expect(tables.traces, is: "traces.csv")
      try Golden.expect(tables.timings, is: "timings.csv")
    }
  }

  @Test("summary and rate table are those of the golden files") func goldenSummary() throws {
    try FakeStudy.inFolder { folder in
      let publisher = try Self.publisher(folder, overrides: ["title=it's new", "replicates=3"])
      let report = StudyReport(
        presentation: publisher.presentation, provenance: Provenance(command: "slablab run", date: nil), results: [],
        drawings: [], figureProblem: .gnuplotMissing)
      // The hash changes with every field that the engine adds to a cell.
      let text = report.document.markdown.replacing(publisher.findings.study.contentHash, with: "HASH")
      try Golden.expect(text, is: "summary.md")
      try Golden.expect(publisher.summary.text + "\n", is: "rate-table.txt")
    }
  }

  @Test("a mean in the summary is the mean of its rows in the metrics") func tablesAgree() throws {
    try FakeStudy.inFolder { folder in
      let study = try FakeStudy.study("factors: {sample-size: [500, 1000]}\nreplicates: 4")
      let store = try FakeStudy.store(study, in: folder)
      let tables = StudyTables(findings: try StudyFindings(study: study, store: store))
      func rows(_ csv: String, holding text: String) -> [[String]] {
        let lines = csv.split(separator: "\n").filter { $0.contains(text) }
        return lines.map { line in line.split(separator: ",").map(String.init) }
      }
      let values = rows(tables.metrics, holding: ",radius_median,").filter { $0[2] == "1000" }
        .compactMap { Double($0[5]) }
      let means = rows(tables.summary, holding: ",radius_median,").filter { $0[1] == "1000" }
      #expect(values.count == 4 && means.map { $0[3] } == ["mean", "geometric_mean", "median"])
      let sorted = values.sorted()
      let product = values.reduce(1, *)
      let expected: [Double] = [values.reduce(0, +) / 4, pow(product, 0.25), (sorted[1] + sorted[2]) / 2]
      for (row, value) in zip(means, expected) {
        #expect(abs(try #require(Double(row[4])) - value) < 1e-15)
      }
    }
  }

  @Test("every byte but the timings is the same in whatever order cells were done", .enabled(if: hasGnuplot))
  func orderIndependence() throws {
    let count = try FakeStudy.study(Self.text).cells.count
    let shuffled = (0..<count).sorted { ($0 * 29) % count < ($1 * 29) % count }
    let orders = [Array(0..<count), (0..<count).reversed(), shuffled]
    let published = try orders.map { order in
      try FakeStudy.inFolder { folder in
        let files = try Self.publisher(folder, order: order, searchPath: Self.path).publish()
        let untimed = files.filter { $0 != folder.timings }
        return try Dictionary(uniqueKeysWithValues: untimed.map { ($0.lastPathComponent, try Data(contentsOf: $0)) })
      }
    }
    #expect(published[0].count == 6 + 20 + 2)
    for other in published.dropFirst() {
      #expect(other.keys.sorted() == published[0].keys.sorted())
      for (name, data) in published[0] { #expect(other[name] == data, "\(name)") }
    }
  }

  @Test("a folder is published again from its store alone", .enabled(if: hasGnuplot)) func again() throws {
    try FakeStudy.inFolder { folder in
      let first = try Self.publisher(folder, overrides: ["replicates=3"], searchPath: Self.path).publish()
      let before = try first.map { try Data(contentsOf: $0) }
      for file in first { try FileManager.default.removeItem(at: file) }
      let second = try StudyPublisher(folder: folder).publish()
      #expect(second == first)
      #expect(try second.map { try Data(contentsOf: $0) } == before)
    }
  }

  @Test("figures are XML and one-page PDF and say what they show", .enabled(if: hasGnuplot)) func figures() throws {
    try FakeStudy.inFolder { folder in
      let study = try FakeStudy.study(FakeStudy.realistic)
      let store = try FakeStudy.store(study, in: folder)
      try StudyPublisher(study: study, store: store).publish()
      let contraction = try Self.texts(folder.figures.appending(path: "contraction.svg"))
      for label in ["sample size n", "posterior median radius", "slope [95 % interval]", "500", "8000"] {
        #expect(contraction.contains(label), "\(label)")
      }
      for slab in ["gaussian: −0.", "group-lasso: −0.", "group-horseshoe: −0.", "theory: ε", "n−1/2, for"] {
        #expect(contraction.contains { $0.hasPrefix(slab) }, "\(slab)")
      }
      let traces = try Self.texts(folder.figures.appending(path: "elbo-traces.svg"))
      for label in ["ELBO (nats)", "step", "gaussian, n = 500", "group-lasso, n = 8000", "not converged"] {
        #expect(traces.contains(label), "\(label)")
      }
      for name in ["contraction", "elbo-traces"] {
        let pdf = try Data(contentsOf: folder.figures.appending(path: "\(name).pdf"))
        #expect(pdf.starts(with: Data("%PDF-".utf8)))
        if let pages = try Self.pages(folder.figures.appending(path: "\(name).pdf")) { #expect(pages == "1") }
      }
      // The page carries both, with ids of their own.
      let html = try String(contentsOf: folder.url.appending(path: "report.html"), encoding: .utf8)
      let ids = html.matches(of: /<[^<>]*\bid=['"]([^'"]*)['"]/).map { String($0.output.1) }
      #expect(ids.contains("figure1-gnuplot_canvas") && Set(ids).count == ids.count)
      #expect(!html.contains("src=") && !html.contains("<script") && !html.contains("<link"))
    }
  }

  @Test("however long a slab's name is, the key is there", .enabled(if: hasGnuplot)) func longKey() throws {
    try FakeStudy.inFolder { folder in
      let variants = ["cap: none", "slab-sd: 0.125, cap: 0.125, local-scale: 0.125, global-scale: 0.125"]
        .map { "{kind: group-horseshoe, \($0)}" }
      let slabs = "[\(variants.joined(separator: ", "))]"
      let study = try FakeStudy.study(
        FakeStudy.realistic.replacing("[gaussian, group-lasso, group-horseshoe]", with: slabs))
      try StudyPublisher(study: study, store: FakeStudy.store(study, in: folder)).publish()
      let texts = try Self.texts(folder.figures.appending(path: "contraction.svg"))
      for variant in variants { #expect(texts.contains { $0.hasPrefix("\(variant): −0.") }, "\(variant)") }
    }
  }

  @Test("a title with every awkward character is drawn as it is", .enabled(if: hasGnuplot)) func nastyTitle() throws {
    try FakeStudy.inFolder { folder in
      let findings = try Self.publisher(folder).findings
      let title = "50 % _a_^b {c} 'd' \"e\" `date` @f $g \\h <i> & é\n#j"
      let figure = try #require(
        ContractionFigure(curves: Array(findings.curves.prefix(1)), styles: [:], title: title).figure(name: "nasty"))
      let drawing = try Gnuplot().draw(figure, stamp: FigureStamp(provenance: AwkwardFigure.provenance))
      let url = folder.url.appending(path: "nasty.svg")
      try #require(drawing.files[.svg]).write(to: url)
      #expect(try Self.texts(url).contains("50 % _a_^b {c} 'd' \"e\" `date` @f $g \\h <i> & é #j"))
    }
  }

  @Test("radii of zero are left out of the figure, and the caption says so") func zeros() throws {
    try FakeStudy.inFolder { folder in
      let captions = try Self.publisher(folder).presentation.figures.map(\.caption)
      // Cell 10 has data.noise 0.2, the second combination.
      #expect(captions[1].contains("Left out: radii of zero (1),"))
      #expect(!captions[0].contains("Left out"))
    }
  }

  @Test("figures and tables of an earlier state of the study go, other files stay", .enabled(if: hasGnuplot))
  func oldFiles() throws {
    try FakeStudy.inFolder { folder in
      let publisher = try Self.publisher(folder, searchPath: Self.path)
      try publisher.publish()
      let old = [folder.figures.appending(path: "contraction.svg"), folder.tables.appending(path: "phase-map.csv")]
      let own = folder.figures.appending(path: "notes.txt")
      for url in old + [own] { try Data("x".utf8).write(to: url) }
      let files = try publisher.publish()
      for url in old { #expect(!FileManager.default.fileExists(atPath: url.path)) }
      for url in files + [own] { #expect(FileManager.default.fileExists(atPath: url.path)) }
    }
  }

  @Test("one sample size, no radius, no trace: no figure, and the summary says why") func nothingToDraw() throws {
    try FakeStudy.inFolder { folder in
      let study = try FakeStudy.study("factors: {slab: [ig, gl]}\nreplicates: 1")
      let store = try FakeStudy.store(study, in: folder) { _ in
        .success(CellResult(metrics: [.init(name: "elbo", value: -1)], converged: true))
      }
      let publisher = try StudyPublisher(study: study, store: store, searchPath: nil)
      #expect(publisher.presentation.figures.isEmpty)
      // Nothing to draw needs no gnuplot.
      #expect(try publisher.publish().count == 9)
      let summary = try String(contentsOf: folder.url.appending(path: "summary.md"), encoding: .utf8)
      #expect(summary.contains("No radius was measured, so there is no rate."))
    }
  }

  @Test("without gnuplot all but the figures is written, and the error says what to install") func noGnuplot() throws {
    try FakeStudy.inFolder { folder in
      let publisher = try Self.publisher(folder, searchPath: "/nowhere")
      #expect(throws: PublishingError.gnuplotMissing) { try publisher.publish() }
      for file in ["tables/metrics.csv", "tables/traces.csv", "timings.csv", "summary.md", "report.html"] {
        #expect(FileManager.default.fileExists(atPath: folder.path + "/" + file), "\(file)")
      }
      #expect(PublishingError.gnuplotMissing.description.contains("apt install gnuplot-nox"))
    }
  }

  @Test("a gnuplot that fails is named with what it said, and costs no table") func brokenGnuplot() throws {
    try FakeStudy.inFolder { folder in
      let tools = folder.url.appending(path: "tools")
      let tool = tools.appending(path: "gnuplot")
      try OutputFile.write("#!/bin/sh\necho 'line 3: unknown terminal' >&2\nexit 1\n", to: tool)
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: tool.path(percentEncoded: false))
      let publisher = try Self.publisher(folder, searchPath: tools.path(percentEncoded: false))
      let name = try #require(publisher.presentation.figures.first?.name)
      #expect(throws: PublishingError.gnuplotFailed(figure: name, detail: "line 3: unknown terminal")) {
        try publisher.publish()
      }
      #expect(FileManager.default.fileExists(atPath: folder.path + "/report.html"))
    }
  }

  @Test("a place that cannot be written is one line that names it") func notWritable() throws {
    try FakeStudy.inFolder { folder in
      let publisher = try Self.publisher(folder)
      try OutputFile.write("in the way", to: folder.tables)
      let error = try #require(throws: PublishingError.self) { try publisher.publish() }
      #expect(error.description.hasPrefix(folder.tables.path(percentEncoded: false)))
      #expect(!error.description.contains("\n"))
    }
    #expect(
      PublishingError(CocoaError(.fileWriteOutOfSpace), path: "a.csv").description
        == "a.csv: the disk is full; make room, then run the same command again")
    #expect(PublishingError(CocoaError(.fileWriteVolumeReadOnly), path: "a.csv") == .notWritable(path: "a.csv"))
  }

  @Test("a folder without a store is named") func noStore() {
    #expect(throws: PublishingError.unreadable(.missing(folder: "/nowhere/at all"))) {
      try StudyPublisher(folder: StudyFolder(URL(filePath: "/nowhere/at all")))
    }
  }

  /// The content of every text element of an SVG file, which must be XML.
  private static func texts(_ url: URL) throws -> [String] {
    let reader = TextReader()
    let parser = XMLParser(data: try Data(contentsOf: url))
    parser.delegate = reader
    #expect(parser.parse(), "\(url.lastPathComponent): \(String(describing: parser.parserError))")
    return reader.texts
  }

  private final class TextReader: NSObject, XMLParserDelegate {
    private(set) var texts = [String]()
    private var isInText = false

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String]
    ) {
      guard name == "text" else { return }
      isInText = true
      texts.append("")
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
      if isInText { texts[texts.count - 1] += string }
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
      if name == "text" { isInText = false }
    }
  }

  /// The number of pages by pdfinfo; nil without that tool.
  private static func pages(_ url: URL) throws -> String? {
    let run = try ProgramRun("pdfinfo", [url.path(percentEncoded: false)])
    guard run.status == 0 else { return nil }
    let line = run.output.split(separator: "\n").first { $0.hasPrefix("Pages:") }
    return line.map { $0.dropFirst(6).trimmingCharacters(in: .whitespaces) }
  }
}
