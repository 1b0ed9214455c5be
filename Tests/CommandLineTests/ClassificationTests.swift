import Foundation
import TestSupport
import Testing

@testable import slablab

/// `slablab train --likelihood categorical`, `predict` with it, and the compact network that other programs read.
@Suite struct ClassificationTests {
  private let folder: URL
  private static let short = ["--hidden", "6", "--steps", "400", "--tune-steps", "50", "--search-rounds", "1"]
  private static let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Examples/read_compact.py").path

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("slablab-classes-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  /// Which of three sectors a point of a grid is in; one label needs quotes, and one column is constant.
  private func writeTable() throws -> String {
    var text = "a,kind,b,c\n"
    for i in 0..<120 {
      let (a, b) = (Double(i % 11) - 5, Double(i % 13) - 6)
      text += "\(100 + a),\(a > b ? "low" : b > 2 ? "\"high, \"\"up\"\"\"" : "mid"),\(b / 1000),7\n"
    }
    try Data(text.utf8).write(to: folder.appendingPathComponent("sectors.csv"))
    return path("sectors.csv")
  }

  private func numbers(_ csv: String) -> [[Double]] {
    csv.split(separator: "\n").dropFirst().map { $0.split(separator: ",").compactMap { Double($0) } }
  }

  @Test("a table of classes is learned, scored and predicted by label")
  func classes() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let table = try writeTable()
    let run = try SlabLabProcess(
      ["train", table, "--target", "kind", "--likelihood", "categorical", "--json", "--out", path("model")]
        + Self.short)
    #expect(run.status == 0, "\(run.errors)")
    let result = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    for key in ["test_rmse", "coverage_95", "calibration", "noise_sd", "test_rmse_of_mean"] {
      #expect(result[key] is NSNull, "\(key)")
    }
    let accuracy = try #require(result["accuracy"] as? Double)
    let majority = try #require(result["accuracy_of_most_frequent"] as? Double)
    #expect(accuracy > 0.75 && majority < 0.75)
    for key in ["brier", "ece", "test_nll"] {
      let score = try #require(result[key] as? Double)
      #expect(score > 0 && score < 1, "\(key)")
    }

    let predicted = try SlabLabProcess(["predict", path("model"), table])
    #expect(predicted.status == 0, "\(predicted.errors)")
    let header = #"row,"p_high, ""up""",p_low,p_mid,entropy,mutual_information"#
    #expect(predicted.output.split(separator: "\n")[0] == header)
    let rows = numbers(predicted.output)
    #expect(rows.count == 120)
    #expect(rows.allSatisfy { abs($0[1] + $0[2] + $0[3] - 1) < 1e-12 && $0[4] <= log(3) && $0[5] <= $0[4] })
    let truth = (0..<120).map { i in i % 11 - 5 > i % 13 - 6 ? 2 : i % 13 - 6 > 2 ? 1 : 3 }
    #expect(zip(rows, truth).count { $0[$1] == max($0[1], $0[2], $0[3]) } > 90)

    let again = try SlabLabProcess(["train", table, "--target", "kind"] + Self.short)
    #expect(again.status == 2 && again.errors.contains("or predict its class with --likelihood categorical"))
  }

  @Test(
    "NumPy reads compact.safetensors, and foretells from raw inputs what `predict --compact` does",
    arguments: [
      ["--target", "kind", "--likelihood", "categorical"],
      ["--target", "b", "--activation", "silu", "--hidden", "5,4"],
      ["--target", "b", "--activation", "relu", "--inclusion", "log:-500"],  // everything is pruned
    ])
  func numPy(flags: [String]) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let isNumber = flags[1] == "b"
    let table = try writeTable()
    if isNumber {  // without the column of text
      let lines = try String(contentsOfFile: table, encoding: .utf8).split(separator: "\n").map { line in
        let cells = line.split(separator: ",")
        return [cells[0], cells[cells.count - 2], cells[cells.count - 1]].joined(separator: ",")
      }
      try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: folder.appendingPathComponent("sectors.csv"))
    }
    let run = try SlabLabProcess(["train", table, "--quiet", "--out", path("model")] + Self.short + flags)
    #expect(run.status == 0, "\(run.errors)")
    let ours = try SlabLabProcess(["predict", path("model"), table, "--compact"])
    #expect(ours.status == 0, "\(ours.errors)")
    let theirs = try python([Self.example, path("model/compact.safetensors"), table])
    #expect(ours.output.split(separator: "\n")[0] == theirs.split(separator: "\n")[0])
    let (a, b) = (numbers(ours.output), numbers(theirs))
    #expect(a.count == 120 && b.count == 120)
    // Both compute in single precision, in another order.
    let largest = a.reduce(0) { $1.dropFirst().reduce($0) { max($0, abs($1)) } }
    for (x, y) in zip(a, b) { #expect(zip(x.dropFirst(), y.dropFirst()).allSatisfy { abs($0 - $1) < 1e-5 * largest }) }
    if flags.contains("log:-500") { #expect(Set(a.map { $0[1] }).count == 1) }
  }

  private func python(_ arguments: [String]) throws -> String {
    let run = try ProgramRun("python3", arguments)
    #expect(run.status == 0)
    return run.output
  }
}
