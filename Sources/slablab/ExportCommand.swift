import ArgumentParser
import Foundation
import Publishing
import StudyEngine

/// `slablab export`: a finished study as files for papers.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a study's tables, figures, notebook and report in the formats of papers; no cell runs.",
    discussion: """
      Each format gets a folder of its name. Formats: csv (tidy tables with a data dictionary), pgfplots and latex (a
      standalone file and a fragment to \\input for each figure or table), svg, pdf, png, vega-lite, notebook (Jupyter,
      with its outputs), markdown, html (one page that needs nothing else). Examples:

        slablab export results/quickstart --format pdf,latex
        slablab export results/quickstart --format svg --select contraction --where slab=gaussian,ghs
        slablab export results/rate-vs-n --format all --out paper/figures
      """)

  @Argument(help: "The study's folder.") var folder: String
  @Option(help: "Formats, parted by commas, or 'all'.") var format: String
  @Option(help: "Names of figures and tables, parted by commas; * stands for any letters; reports keep their text. (default: all)")
  var select: String?
  @Option(
    name: .customLong("where"),
    help: "KEY=VALUE[,VALUE]: only cells with these values of a factor or of 'replicate'; of several, cells that meet all.")
  var conditions: [String] = []
  @Option(help: "Where to write. (default: export in the study's folder)") var out: String?
  @Option(help: "JavaScript file with Vega, Vega-Lite and vega-embed: the html report's figures become interactive.")
  var vega: String?
  @Option(
    name: .customLong("with"), help: "Another study's folder: its teachers' nodes are drawn on this study's phase maps.")
  var compared: [String] = []
  @Flag(help: "No list of files.") var quiet = false
  @Flag(help: "Print one JSON document.") var json = false

  func run() throws {
    let formats = try Self.formats(format)
    let export = try StudyExport(
      folder: StudyFolder(URL(fileURLWithPath: folder)), conditions: conditions, selection: try selection(),
      compared: compared.map { StudyFolder(URL(fileURLWithPath: $0)) }, command: command, vegaBundle: try bundle())
    let out = URL(fileURLWithPath: out ?? "\(folder)/export")
    let files = try failingWithCode1 { try export.write(formats, to: out) }
    let paths = files.map { $0.path(percentEncoded: false) }
    if json {
      print(JSONText.object(["files": .array(paths.map(JSONText.string))]).text())
    } else if !quiet {
      print("\(paths.count) files in \(out.path(percentEncoded: false)):")
      for path in paths { print("  \(path.replacing(out.path(percentEncoded: false) + "/", with: ""))") }
    }
  }

  private static func words(_ list: String) -> [String] {
    list.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  private static func formats(_ list: String) throws -> [StudyExport.Format] {
    let names = StudyExport.Format.allCases.map(\.rawValue)
    if list == "all" { return StudyExport.Format.allCases }
    let formats = try words(list).map { word in
      guard let format = StudyExport.Format(rawValue: word) else {
        throw ArgumentError("--format \(list): '\(word)' is no format; expected \(names.joined(separator: ", ")) or all")
      }
      return format
    }
    guard !formats.isEmpty else {
      throw ArgumentError("--format is empty; expected \(names.joined(separator: ", ")) or all")
    }
    return formats
  }

  private func selection() throws -> [String] {
    guard let select else { return [] }
    let names = Self.words(select)
    guard !names.isEmpty else { throw ArgumentError("--select \(select): names no figure or table; leave it out for all") }
    return names
  }

  private func bundle() throws -> String? {
    guard let vega else { return nil }
    do { return try String(contentsOf: URL(fileURLWithPath: vega), encoding: .utf8) } catch {
      throw ArgumentError("\(vega): cannot be read; --vega expects a JavaScript file")
    }
  }

  /// What was typed, for the files' provenance.
  private var command: String {
    var words = ["slablab", "export", folder, "--format", format]
    if let select { words += ["--select", select] }
    words += compared.flatMap { ["--with", $0] }
    words += conditions.flatMap { ["--where", $0] }
    if let vega { words += ["--vega", vega] }
    if let out { words += ["--out", out] }
    return ShellWord.commandLine(words)
  }
}
