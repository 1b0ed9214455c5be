import ArgumentParser
import Foundation
import Publishing
import SparseNetworks
import StudyEngine

/// `slablab doctor`: what this copy runs on.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Show versions, CPU features, the BLAS library in use and the optional tools found.",
    discussion: """
      Example:

        slablab doctor --json
      """)

  @Flag(help: "Print one JSON document.") var json = false

  /// A program that some commands use where it is there.
  struct Tool {
    let name: String
    let purpose: String
    /// Where it was found on PATH.
    let path: String?

    init(_ name: String, _ purpose: String, folders: [String]) {
      self.name = name
      self.purpose = purpose
      path = folders.map { "\($0)/\(name)" }.first(where: FileManager.default.isExecutableFile(atPath:))
    }
  }

  func run() throws {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    let tools = [
      Tool("gnuplot", "figures of a study, SVG and PDF", folders: folders)
    ]
    print(json ? Self.document(tools).text() : Self.report(tools))
    if BLAS.isSlowReference {
      StandardError.printWarning(
        "matrix products come from GSL's reference CBLAS, which is right but many times slower than OpenBLAS; "
          + "install OpenBLAS and build again")
    }
  }

  private static func report(_ tools: [Tool]) -> String {
    let facts = [
      ("slablab", ProgramVersion.current), ("Swift", Platform.swiftVersion), ("system", Platform.operatingSystem),
      ("processor", "\(Platform.processor), \(Platform.processorCount) cores, \(Platform.simdLevel)"),
      ("GSL", Platform.gslVersion), ("BLAS library", BLAS.library ?? "unknown"),
      ("BLAS kernel", BLAS.kernel), ("BLAS build", BLAS.configuration),
    ]
    let lines = facts.map { $0.0.padding(toLength: 14, withPad: " ", startingAt: 0) + $0.1 }
    var table = TextTable(["optional tool", "for", "found"], leftAligned: [0, 1, 2])
    for tool in tools { table.add([tool.name, tool.purpose, tool.path ?? "no"]) }
    return lines.joined(separator: "\n") + "\n\n" + table.text(indentation: "")
  }

  private static func document(_ tools: [Tool]) -> JSONText {
    .object([
      "program_version": .string(ProgramVersion.current), "swift_version": .string(Platform.swiftVersion),
      "operating_system": .string(Platform.operatingSystem), "processor": .string(Platform.processor),
      "processor_count": .integer(Platform.processorCount), "simd_level": .string(Platform.simdLevel),
      "gsl_version": .string(Platform.gslVersion),
      "blas": .object([
        "library": BLAS.library.map(JSONText.string) ?? .number(nil), "kernel": .string(BLAS.kernel),
        "configuration": .string(BLAS.configuration), "slow_reference": .bool(BLAS.isSlowReference),
      ]),
      "tools": .array(
        tools.map {
          .object([
            "name": .string($0.name), "purpose": .string($0.purpose),
            "path": $0.path.map(JSONText.string) ?? .number(nil),
          ])
        }),
    ])
  }
}
