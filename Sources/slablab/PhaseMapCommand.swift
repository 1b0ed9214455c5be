import ArgumentParser
import Contraction
import Foundation
import Priors
import Publishing

/// `slablab phase-map`: which slab has the smallest budget over strength × width.
struct PhaseMapCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "phase-map",
    abstract: "Which slab has the smallest KL budget for a node, over effective strength × width.",
    discussion: """
      For each strength x = B²/(k + 1) and width k, the exact cost in nats of one active node with k inputs and a bias \
      whose row has the norm B, under each slab. The node counts as a network of its own: its output stays within Δ² \
      in mean square for inputs of ‖x‖² ≤ k, which allows each of its k + 1 weights the variance Δ²/(k + 1); a deep \
      network leaves each node less (docs/THEORY.md 7.1). The hyperprior of the group lasso belongs to a whole \
      network and is refused. Examples:

        slablab phase-map
        slablab phase-map --strength 1e-2:1e2:60 --width 10:1000:40 --radius2 1e-3 --cap 2 --out phase-map
      """)

  @Option(
    help: "x = B²/(k + 1), even in log x: first:last:count. (default: 1e-3:1e3:100)",
    transform: ArgumentParsing.logarithmicGrid)
  var strength: [Double]?

  @Option(
    help: "k, even in log k, rounded to whole numbers, each once: first:last:count. (default: 8:1024:100)",
    transform: ArgumentParsing.logarithmicGrid)
  var width: [Double]?

  @Option(help: "Δ². (default: 0.01)", transform: ArgumentParsing.number)
  var radius2 = 1e-2

  @Option(help: "non-centred or centred: how q writes weights with a scale. (default: non-centred)")
  var parametrisation: Parametrisation?

  @OptionGroup(title: "Prior") var prior: PriorOptions

  @Option(help: "A folder for phase-map.csv, .svg and .pdf; made if there is none.") var out: String?
  @Flag(help: "Print one JSON document.") var json = false
  @Flag(help: "Print CSV, a line for each point.") var csv = false

  func validate() throws {
    guard !(json && csv) else { throw ArgumentError("--json and --csv exclude each other; give one of them") }
  }

  func run() throws {
    let folder = try outputFolder()
    let map = try map()
    if let folder { _ = try failingWithCode1 { try PhaseMapPublisher(map: map).publish(to: folder) } }
    print(text(of: map), terminator: "")
  }

  func map() throws -> PhaseMap {
    let widths = try width ?? ArgumentParsing.logarithmicGrid("8:1024:100")
    guard widths[0] >= 1, let last = widths.last, last <= Self.largestWidth else {
      throw ArgumentError("--width must lie between 1 and \(Int(Self.largestWidth))")
    }
    let strengths = try strength ?? ArgumentParsing.logarithmicGrid("1e-3:1e3:100")
    let wholes = ArgumentParsing.wholes(widths).map { Int($0) }
    guard strengths.count * wholes.count <= Self.mostPoints else {
      throw ArgumentError(
        "--strength and --width cross to \(strengths.count * wholes.count) points; give at most \(Self.mostPoints)")
    }
    return try PhaseMap(
      strengths: strengths, widths: wholes, slabs: prior.slabs, squaredRadius: radius2,
      parametrisation: parametrisation ?? .nonCentred)
  }

  private static let largestWidth = 1e9
  private static let mostPoints = 1_000_000

  /// What goes to stdout, with its last line break.
  func text(of map: PhaseMap) -> String {
    if csv { return PhaseMapPublisher(map: map).csv }
    return (json ? PhaseMapText.json(map).text() : PhaseMapText.report(map)) + "\n"
  }

  /// The folder of --out, refused before anything is computed if it cannot be one.
  private func outputFolder() throws(ArgumentError) -> URL? {
    guard let out else { return nil }
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: out, isDirectory: &isFolder), !isFolder.boolValue {
      throw ArgumentError("--out is \(out), which is a file; give a folder")
    }
    let folder = URL(fileURLWithPath: out, isDirectory: true)
    do { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) } catch {
      throw ArgumentError("--out is \(out), which cannot be made; give a folder that can be written to")
    }
    return folder
  }
}
