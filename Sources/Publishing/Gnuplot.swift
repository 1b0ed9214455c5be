import Foundation
import Priors

/// Draws figures with gnuplot, a process each, in a temporary folder.
struct Gnuplot: Sendable {
  let executable: URL

  enum Format: String, Sendable, CaseIterable { case svg, pdf, png }

  /// A figure as files' contents.
  struct Drawing: Sendable, Equatable {
    let figure: Figure
    let files: [Format: Data]
  }

  /// The gnuplot of a search path, the process's own by default.
  init(searchPath: String? = ProcessInfo.processInfo.environment["PATH"]) throws(PublishingError) {
    let candidates = (searchPath ?? "").split(separator: ":").map { URL(filePath: "\($0)/gnuplot") }
    let found = candidates.first { FileManager.default.isExecutableFile(atPath: $0.path(percentEncoded: false)) }
    guard let found else { throw .gnuplotMissing }
    executable = found
  }

  /// Several figures at once, up to the first that fails, and why it did.
  static func draw(
    _ figures: [Figure], as formats: [Format], searchPath: String?, stamp: FigureStamp
  ) -> ([Drawing], PublishingError?) {
    guard !figures.isEmpty else { return ([], nil) }
    var drawings = [Drawing]()
    do throws(PublishingError) {
      let gnuplot = try Gnuplot(searchPath: searchPath)
      let results = parallelMap(count: figures.count) { index in
        Result { () throws(PublishingError) in try gnuplot.draw(figures[index], as: formats, stamp: stamp) }
      }
      for result in results { drawings.append(try result.get()) }
      return (drawings, nil)
    } catch {
      return (drawings, error)
    }
  }

  func draw(_ figure: Figure, as formats: [Format] = [.svg, .pdf], stamp: FigureStamp) throws(PublishingError) -> Drawing {
    let folder = FileManager.default.temporaryDirectory.appending(path: "slablab-figure-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try OutputFile.write(Self.script(figure, formats), to: folder.appending(path: "figure.gp"))
    let errors = folder.appending(path: "errors")
    do {
      try run(in: folder, errors: errors)
      var files = [Format: Data]()
      for format in formats {
        let data = try Data(contentsOf: folder.appending(path: "figure.\(format.rawValue)"))
        files[format] = stamp.stamped(data, format, name: figure.name)
      }
      return Drawing(figure: figure, files: files)
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

  /// The figure for each terminal, in type of 8 points.
  private static func script(_ figure: Figure, _ formats: [Format]) -> String {
    let script = GnuplotScript(figure)
    let (width, height) = script.size
    return formats.map { format in
      """
      reset session
      set encoding utf8
      set minussign
      set terminal \(terminal(format, width, height)) background '#ffffff'
      set output 'figure.\(format.rawValue)'
      \(script.commands)
      unset output

      """
    }.joined()
  }

  private static func terminal(_ format: Format, _ width: Double, _ height: Double) -> String {
    let size = FigureLayout.fontSize
    switch format {
    case .svg:
      // SVG counts in pixels of 1/96 inch.
      let pixels = { (inches: Double) in Int((inches * 96).rounded()) }
      return "svg size \(pixels(width)),\(pixels(height)) fixed enhanced font 'Helvetica,\(size * 96 / 72)' linewidth 1"
    case .pdf:
      // pdfcairo scales its points by 4/3.
      return "pdfcairo size \(width)in,\(height)in enhanced font 'Helvetica,\(size)' fontscale 0.75 linewidth 0.75"
    case .png:
      let pixels = { (inches: Double) in Int((inches * Double(dotsPerInch)).rounded()) }
      let scale = Double(dotsPerInch) / 96
      return """
        pngcairo size \(pixels(width)),\(pixels(height)) enhanced font 'Helvetica,\(size)' fontscale \(scale) \
        linewidth \(scale) pointscale \(scale)
        """
    }
  }

  /// Of PNG files, what journals ask of images with lines.
  static let dotsPerInch = 300
}
