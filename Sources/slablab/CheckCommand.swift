import ArgumentParser
import Foundation
import Publishing
import StudyEngine

/// `slablab check`: whether a store can be believed.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check a study's store, and compute a sample of its cells again, bit for bit.",
    discussion: """
      Exits with 1 if the store is damaged or a cell comes out otherwise. On another kind of processor, or with
      another BLAS, the bits may differ; such differences are listed. Examples:

        slablab check results/quickstart
        slablab check results/quickstart --sample 20 --seed 2
      """)

  @Argument(help: "The study's folder.") var folder: String
  @Option(help: "How many cells to compute again.") var sample = 3
  @Option(help: "Chooses the sample.", transform: ArgumentParsing.seed) var seed: UInt64 = 1
  @Option(help: "Cells at a time, one thread each. (default: the number of cores)") var workers: Int?
  @Flag(help: "Print one JSON document.") var json = false

  func validate() throws {
    if sample < 0 { throw ArgumentError("--sample is \(sample); it must be 0 or more") }
    if let workers, workers < 1 { throw ArgumentError("--workers is \(workers); it must be at least 1") }
  }

  func run() throws {
    let check = try StudyCheck(
      of: StudyFolder(URL(fileURLWithPath: folder)), recomputing: sample, seed: seed,
      workers: workers ?? ProcessInfo.processInfo.activeProcessorCount, with: CellRunner())
    print(json ? Self.document(check).text() : Self.text(check))
    if !check.problems.isEmpty { throw ExitCode(1) }
  }

  private static func text(_ check: StudyCheck) -> String {
    let again = check.recomputed.map(String.init).joined(separator: ", ")
    var lines = ["\(check.name): \(check.done) cells done; computed again: \(again.isEmpty ? "none" : again)"]
    if check.strays > 0 {
      lines.append("  \(check.strays) more outcomes belong to none of its cells: of a changed study, or of another version")
    }
    if check.ofEarlierVersions > 0 {
      lines.append(
        "  \(check.ofEarlierVersions) cells are of an earlier version, which gave less; what they have was compared")
    }
    lines += check.problems.map { "  \($0)" }
    if check.problems.isEmpty {
      lines.append(check.recomputed.isEmpty ? "  the store is sound" : "  the store is sound, and every bit the same")
    } else {
      lines += check.machineDifferences.map { "  \($0)" }
    }
    return lines.joined(separator: "\n")
  }

  private static func document(_ check: StudyCheck) -> JSONText {
    .object([
      "study": .string(check.name), "done": .integer(check.done), "strays": .integer(check.strays),
      "of_earlier_versions": .integer(check.ofEarlierVersions),
      "recomputed": .array(check.recomputed.map(JSONText.integer)),
      "problems": .array(check.problems.map(JSONText.string)),
      "machine_differences": .array(check.machineDifferences.map(JSONText.string)),
    ])
  }
}
