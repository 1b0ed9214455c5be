import ArgumentParser
import Foundation
import StudyEngine

/// `slablab status`: how far a study is, from another terminal.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "How far a study is, without disturbing its run.",
    discussion: """
      Example, while `slablab run Studies/quickstart.yaml` is at work:

        slablab status results/quickstart
      """)

  @Argument(help: "The study's folder.") var folder: String
  @Flag(help: "Print one JSON document.") var json = false

  func run() throws {
    let status = try StudyStatus(reading: StudyFolder(URL(fileURLWithPath: folder)))
    print(json ? Self.document(status).text() : Self.text(status))
  }

  private static func text(_ status: StudyStatus) -> String {
    var lines = ["\(status.name): \(status.done) of \(status.total) cells done, \(status.remaining) to go"]
    if status.notConverged > 0 { lines.append("  \(status.notConverged) have not converged") }
    for failure in status.failures { lines.append("  cell \(failure.cell) failed: \(failure.message)") }
    lines.append("  \(status.runner.map { "run by \($0)" } ?? "nobody runs it now")")
    if let seconds = status.meanCellSeconds, status.remaining > 0 {
      lines.append(
        "  a cell takes \(String(format: "%.1f", seconds)) s; "
          + "about \(roughDuration(seconds * Double(status.remaining))) of computing is left")
    }
    return lines.joined(separator: "\n")
  }

  private static func document(_ status: StudyStatus) -> JSONText {
    .object([
      "study": .string(status.name), "total": .integer(status.total), "done": .integer(status.done),
      "not_converged": .integer(status.notConverged), "failed": .integer(status.failures.count),
      "remaining": .integer(status.remaining),
      "failures": .array(
        status.failures.map { .object(["cell": .integer($0.cell), "error": .string($0.message)]) }),
      "runner": status.runner.map(JSONText.string) ?? .number(nil),
      "mean_cell_seconds": .number(status.meanCellSeconds),
    ])
  }
}
