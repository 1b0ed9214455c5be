import Foundation

/// Draws figures with gnuplot, a process each, in a temporary folder.
struct Gnuplot: Sendable {
  let executable: URL

  /// A figure as files' contents.
  struct Drawing: Sendable, Equatable {
    let figure: Figure
    let svg: Data
    let pdf: Data
  }

  /// The gnuplot of a search path, the process's own by default.
  init(searchPath: String? = ProcessInfo.processInfo.environment["PATH"]) throws(PublishingError) {
    let candidates = (searchPath ?? "").split(separator: ":").map { URL(filePath: "\($0)/gnuplot") }
    let found = candidates.first { FileManager.default.isExecutableFile(atPath: $0.path(percentEncoded: false)) }
    guard let found else { throw .gnuplotMissing }
    executable = found
  }

  func draw(_ figure: Figure) throws(PublishingError) -> Drawing {
    let folder = FileManager.default.temporaryDirectory.appending(path: "slablab-figure-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try OutputFile.write(Self.script(figure), to: folder.appending(path: "figure.gp"))
    let errors = folder.appending(path: "errors")
    do {
      try run(in: folder, errors: errors)
      let svg = try Data(contentsOf: folder.appending(path: "figure.svg"))
      let pdf = try Data(contentsOf: folder.appending(path: "figure.pdf"))
      return Drawing(figure: figure, svg: Self.titled(svg, figure.name), pdf: Self.undated(pdf))
    } catch {
      let said = (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
      let line = said.split(separator: "\n").last { !$0.allSatisfy { " ^\t".contains($0) } }
      throw .gnuplotFailed(figure: figure.name, detail: oneLine(line.map(String.init) ?? error.localizedDescription))
    }
  }

  private func run(in folder: URL, errors: URL) throws {
    try Data().write(to: errors)
    let process = Process()
    process.executableURL = executable
    process.currentDirectoryURL = folder
    // -d: the user's own gnuplot settings must not change a study's figures.
    process.arguments = ["-d", "figure.gp"]
    let environment = ProcessInfo.processInfo.environment
    process.environment = environment.merging(
      ["LC_ALL": "C.UTF-8", "TZ": "UTC", "SOURCE_DATE_EPOCH": "0"], uniquingKeysWith: { $1 })
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failed(status: process.terminationStatus) }
  }

  private struct Failed: LocalizedError {
    let status: Int32
    var errorDescription: String? { "it ended with status \(status)" }
  }

  /// The figure for both terminals, in type of 8 points: pdfcairo scales its points by 4/3.
  private static func script(_ figure: Figure) -> String {
    // SVG counts in pixels of 1/96 inch.
    let pixels = { (inches: Double) in Int((inches * 96).rounded()) }
    return """
      set encoding utf8
      set minussign
      set terminal svg size \(pixels(figure.width)),\(pixels(figure.height)) fixed enhanced \
      font 'Helvetica,10.67' linewidth 1 background '#ffffff'
      set output 'figure.svg'
      \(figure.commands)
      unset output
      reset session
      set encoding utf8
      set minussign
      set terminal pdfcairo size \(figure.width)in,\(figure.height)in enhanced font 'Helvetica,8' fontscale 0.75 \
      linewidth 0.75 background '#ffffff'
      set output 'figure.pdf'
      \(figure.commands)
      unset output

      """
  }

  /// The SVG under the figure's name, without the tooltips `gnuplot_plot_1` and so on.
  private static func titled(_ svg: Data, _ name: String) -> Data {
    let text = String(decoding: svg, as: UTF8.self)
      .replacing("<title>Gnuplot</title>", with: "<title>\(name)</title>")
      .replacing(/<title>gnuplot_plot_[0-9a-z]*<\/title>/, with: "")
    return Data(text.utf8)
  }

  /// The PDF with its creation date at 1970: cairo writes today's, and a figure is a function of the study.
  private static func undated(_ pdf: Data) -> Data {
    var pdf = pdf
    let key = Data("/CreationDate (D:".utf8)
    guard let range = pdf.range(of: key, options: .backwards), range.upperBound + 14 <= pdf.endIndex else { return pdf }
    // As many digits as before, so that the file's table of offsets stays true.
    pdf.replaceSubrange(range.upperBound..<range.upperBound + 14, with: Data("19700101000000".utf8))
    return pdf
  }
}
