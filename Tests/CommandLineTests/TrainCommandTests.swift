import Foundation
import Testing

@testable import slablab

/// Runs of the real binary on small tables; recipes are short, so that a debug build takes a second.
@Suite struct TrainCommandTests {
  private let folder: URL
  private static let tables = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/tables").path
  private static let short = ["--hidden", "4", "--steps", "300", "--tune-steps", "50", "--search-rounds", "1"]

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("slablab-train-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  /// y = 2a − b + 10, nearly noiseless, on a grid, with a column in the middle that the model doesn't need.
  private func writeTable(_ name: String = "plane.csv") throws -> String {
    var text = "a,y,b\n"
    for i in 0..<60 {
      let (a, b) = (Double(i % 8) / 4, Double(i % 7) / 3)
      text += "\(a),\(2 * a - b + 10 + 0.02 * Double(i % 3 - 1)),\(b)\n"
    }
    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    return path(name)
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test("train has the JSON fields that scripts rely on, learns, and repeats itself bit for bit")
  func json() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let arguments = ["train", try writeTable(), "--target", "y", "--json", "--seed", "3"] + Self.short
    let first = try SlabLabProcess(arguments)
    #expect(first.status == 0)
    var result = try object(first.output)
    for key in ["test_rmse", "test_nll", "coverage_95", "elbo", "seconds"] { #expect(result[key] is Double, "\(key)") }
    #expect((result["active_nodes"] as? [Int])?.count == 1)
    #expect(result["converged"] is Bool && result["steps"] is Int)
    let (rmse, mean) = try (#require(result["test_rmse"] as? Double), #require(result["test_rmse_of_mean"] as? Double))
    #expect(rmse < 0.3 * mean)
    #expect(result["diagnoses"] is [String] && result["elbo_rise"] is Double && result["elbo_frozen"] is NSNull)
    #expect(try #require(result["funnel"] as? Double) > 0)
    #expect(result["test_rows"] as? Int == 6 && result["training_rows"] as? Int == 54)
    let calibration = try #require(result["calibration"] as? [[String: Double]])
    #expect(calibration.map { $0["level"] } == [0.5, 0.8, 0.9, 0.95, 0.99])
    #expect(calibration[3]["coverage"] == result["coverage_95"] as? Double)
    #expect(abs(try #require(calibration[0]["standard_error"]) - (0.25 / 6).squareRoot()) < 1e-15)
    for key in ["accuracy", "brier", "ece", "accuracy_of_most_frequent"] { #expect(result[key] is NSNull, "\(key)") }
    // 2-k-1, of 2-4-1 with 17 parameters and 24 operations.
    let nodes = try #require(result["compact_widths"] as? [Int])[1]
    #expect(nodes > 0 && result["compact_widths"] as? [Int] == [2, nodes, 1])
    #expect(result["parameter_ratio"] as? Double == Double(4 * nodes + 1) / 17)
    #expect(result["flop_ratio"] as? Double == Double(6 * nodes) / 24)
    var second = try object(SlabLabProcess(arguments).output)
    result["seconds"] = nil
    second["seconds"] = nil
    #expect(NSDictionary(dictionary: result) == NSDictionary(dictionary: second))
  }

  @Test("a saved model predicts what its scores say, columns found by name")
  func predict() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let table = try writeTable()
    try Data("0 7 14 21 28 59\n".utf8).write(to: folder.appendingPathComponent("splits.txt"))
    let model = path("model")
    let trained = try SlabLabProcess(
      ["train", table, "--target", "y", "--json", "--out", model, "--test-rows", path("splits.txt") + ":1"]
        + Self.short)
    #expect(trained.status == 0)
    let rmse = try #require(try object(trained.output)["test_rmse"] as? Double)

    let all = try SlabLabProcess(["predict", model, table])
    #expect(all.status == 0)
    let lines = all.output.split(separator: "\n")
    #expect(lines.count == 61 && lines[0] == "row,mean,sd,lower,upper,epistemic_sd")
    let rows = lines.dropFirst().map { $0.split(separator: ",").compactMap { Double($0) } }
    let targets = try String(contentsOfFile: table, encoding: .utf8).split(separator: "\n").dropFirst()
      .compactMap { Double($0.split(separator: ",")[1]) }
    let squares = [0, 7, 14, 21, 28, 59].map { (rows[$0][1] - targets[$0]) * (rows[$0][1] - targets[$0]) }
    #expect(abs((squares.reduce(0, +) / 6).squareRoot() / rmse - 1) < 1e-9)
    #expect(rows.allSatisfy { $0[3] < $0[1] && $0[1] < $0[4] && $0[2] > $0[5] && $0[5] > 0 })

    // Other order, no target, an extra column, a missing row: the same numbers, and the file's own row numbers.
    try Data("name,b,a\nx,0,0\nx,NA,1\nx,\(2.0 / 3),0.5\n".utf8).write(to: folder.appendingPathComponent("new.csv"))
    let file = path("out.csv")
    let some = try SlabLabProcess(["predict", model, path("new.csv"), "--drop-missing", "--out", file])
    #expect(some.status == 0 && some.output.isEmpty)
    let written = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
    #expect(written.count == 3)
    #expect(written[1] == lines[1])
    #expect(written[2] == lines[3])
    let narrow = try SlabLabProcess(["predict", model, path("new.csv"), "--drop-missing", "--level", "0.5"])
    let half = narrow.output.split(separator: "\n")[1].split(separator: ",").compactMap { Double($0) }
    #expect(half[4] - half[3] < rows[0][4] - rows[0][3])

    let before = try Data(contentsOf: URL(fileURLWithPath: table))
    let overItself = try SlabLabProcess(["predict", model, table, "--out", folder.path + "/./plane.csv"])
    #expect(overItself.status == 2 && overItself.errors.contains("this is the table itself"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: table)) == before)
    #expect(try SlabLabProcess(["predict", model, table, "--out", model]).errors.contains("this is a folder"))

    try Data("a,c\n1,2\n".utf8).write(to: folder.appendingPathComponent("wrong.csv"))
    let wrong = try SlabLabProcess(["predict", model, path("wrong.csv")])
    #expect(wrong.status == 2 && wrong.output.isEmpty)
    #expect(
      wrong.errors
        == "error: \(path("wrong.csv")), line 1: no column `b`; expected one of `a`, `c`; check the spelling\n")
    try FileManager.default.createDirectory(atPath: path("odd/model.json"), withIntermediateDirectories: true)
    #expect(
      try SlabLabProcess(["predict", path("odd"), table]).errors
        == "error: \(path("odd"))/model.json: a folder; expected a file that `slablab train --out` made; "
        + "restore a copy or train again\n")
    let noModel = try SlabLabProcess(["predict", path("nothing"), table])
    #expect(noModel.status == 2)
    #expect(noModel.errors.hasPrefix("error: \(path("nothing")): no model folder; expected"))
  }

  @Test(
    "a broken table is refused in one line that says where, with exit code 2, and nothing is written",
    arguments: [
      ("03-semicolon-decimal-comma.csv", ", line 1: ", "--separator ';' --decimal-comma"),
      ("05-ragged-row.csv", ", line 6: ", "the row has 3 cells; expected 4"),
      ("06-missing-cells.csv", ", line 3, column 2: ", "--drop-missing"),
      ("07-duplicate-header.csv", ", line 1, column 3: ", "`bmi` is used twice"),
      ("08-header-only.csv", ": ", "a header but no data rows"),
      ("10-thousands-separator.csv", ", line 2, column 4: ", "\"151,000.5\""),
      ("11-empty.csv", ": ", "0 bytes"),
      ("12-text-target.csv", ", line 2, column 4: ", "target `risk` is \"high\", not a number"),
      ("no-such.csv", ": ", "no such file"),
    ])
  func refused(file: String, place: String, text: String) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let table = "\(Self.tables)/\(file)"
    let run = try SlabLabProcess(["train", table, "--target", "risk", "--out", path("model")])
    #expect(run.status == 2 && run.output.isEmpty)
    #expect(run.errors.hasPrefix("error: \(table)\(place)") && run.errors.contains(text), "\(run.errors)")
    #expect(run.errors.filter(\.isNewline).count == 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test(
    "tables that only look odd give the reference's result",
    arguments: [
      ("01-bom.csv", []), ("02-crlf.csv", []),
      ("03-semicolon-decimal-comma.csv", ["--separator", ";", "--decimal-comma"]),
    ])
  func accepted(file: String, flags: [String]) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    func result(_ file: String, _ flags: [String]) throws -> NSMutableDictionary {
      let run = try SlabLabProcess(
        ["train", "\(Self.tables)/\(file)", "--target", "risk", "--json", "--test-fraction", "0.25"] + Self.short
          + flags)
      #expect(run.status == 0)
      let result = NSMutableDictionary(dictionary: try object(run.output))
      result["seconds"] = nil
      return result
    }
    #expect(try result(file, flags) == result("reference.csv", []))
  }

  @Test("a constant column is warned of, a network without nodes and a fit that has not converged are flagged")
  func flagged() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let run = try SlabLabProcess(
      [
        "train", "\(Self.tables)/09-constant-column.csv", "--target", "risk", "--json", "--test-fraction", "0.25",
        "--inclusion", "log:-500", "--confirmations", "1",
      ] + Self.short)
    #expect(run.status == 0)
    let result = try object(run.output)
    #expect(result["active_nodes"] as? [Int] == [0] && result["constant"] as? Bool == true)
    #expect(run.errors.contains("`bp` is constant (100) in the training rows"))
    #expect(run.errors.contains("warning: layer-pruned: ") && run.errors.contains("the network predicts a constant"))
    #expect((result["diagnoses"] as? [String])?.first == "layer-pruned")
    #expect(run.errors.contains("has not converged") == (result["converged"] as? Bool == false))
  }

  @Test(
    "wrong flags are refused in one line with exit code 2",
    arguments: [
      (["--target", "rsk"], "no column `rsk`; expected one of `age`, `bmi`, `bp`, `risk`"),
      (["--target", "risk", "--slab", "horshoe"], "--slab horshoe: model.slab is 'horshoe'; expected gaussian"),
      (["--target", "risk", "--hidden", "0"], "model.hidden[1] is 0; expected a whole number"),
      (["--target", "risk", "--hidden", "1e18"], "model.hidden[1] is"),
      (["--target", "risk", "--hidden", "100000,100000"], "it must be at most 2147483647"),
      (["--target", "risk", "--tune-steps", "0"], "training.tune-steps is 0; expected a whole number, at least 1"),
      (["--target", "risk", "--noise-sd", "0"], "model.noise is 0"),
      (["--target", "risk", "--noise-sd", "1", "--likelihood", "categorical"], "model.noise is a number, but"),
      (["--target", "risk", "--likelihood", "poisson"], "model.likelihood is 'poisson'"),
      (["--target", "risk", "--seed", "-1"], "'-1' is not a seed; give a whole number from 0"),
      (["--target", "risk", "--momentum", "0.5"], "momentum is given without optimiser: sgd"),
      (["--target", "risk", "--schedule", "step:2:0.5"], "training.schedule.step.factor is 2"),
      (["--target", "risk", "--schedule", "linear"], "training.schedule is 'linear'; expected cosine, constant"),
      (["--target", "risk", "--temperature", "0"], "training.temperature is 0"),
      (["--target", "risk", "--early-stop", "1:2"], "training.early-stop.window is 2"),
      (["--target", "risk", "--gradient-clip", "0"], "training.gradient-clip is 0"),
      (["--target", "risk", "--parametrisation", "center"], "model.parametrisation is 'center'"),
      (["--target", "risk", "--inclusion", "theorem"], "--inclusion theorem needs --active and --bounds"),
      (["--target", "risk", "--active", "2"], "--active and --bounds go together"),
      (["--target", "risk", "--model", "no-such.yaml"], "no-such.yaml"),
      (["--target", "risk", "--explain", "--noise-sd", "known"], "a table's noise is not"),
      (["--target", "risk", "--trace", "/tmp"], "--trace /tmp: this is a folder"),
      (["--target", "risk", "--trace", "no-such-folder/trace.csv"], "no-such-folder; make it first"),
      (["--target", "risk", "--save-every", "-1"], "--save-every is -1.0; it must be from 0 to 1e9"),
      (["--target", "risk", "--resume"], "--resume needs --out"),
      (["--target", "risk", "--draws", "-5"], "'-5' is not a number of draws; give one from 2"),
      (["--target", "risk", "--steps", "0"], "training.steps is 0"),
      (["--target", "risk", "--test-fraction", "1.5"], "test fraction is 1.5"),
      (["--target", "risk", "--test-fraction", "0.5", "--test-rows", "x:1"], "exclude each other"),
      (["--target", "risk", "--test-rows", "no-such.txt:1"], "no-such.txt: no such file"),
      (["--target", "risk", "--activation", "mish"], "model.activation is 'mish'"),
      (["--target", "risk", "--cap", "0"], "model.slab.cap is 0; expected a number above 0, none or hyper"),
      (["--target", "risk", "--inclusion", "2"], "model.inclusion is 2"),
      (["--target", "risk", "--out", "/dev/null"], "/dev/null: a file; expected a new folder"),
      (["--target", "risk", "--out", "no-such-folder/model"], "there is no folder"),
    ])
  func wrongFlags(flags: [String], text: String) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let run = try SlabLabProcess(["train", "\(Self.tables)/reference.csv"] + flags)
    #expect(run.status == 2 && run.output.isEmpty)
    #expect(run.errors.hasPrefix("error: ") && run.errors.contains(text), "\(run.errors)")
    #expect(run.errors.filter(\.isNewline).count == 1)
  }

  @Test("a model file and flags over it give the model that --explain prints, and fit nothing")
  func explained() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(
      """
      model: {hidden: [6, 5], slab: {kind: ghs, cap: hyper}, spike: edge, inclusion: {beta: [1, 2]}}
      training: {steps: 100}
      """.utf8
    ).write(to: folder.appendingPathComponent("model.yaml"))
    let arguments = ["train", try writeTable(), "--target", "y", "--model", path("model.yaml"), "--explain"]
    let text = try SlabLabProcess(arguments + ["--hidden", "4"])
    #expect(text.status == 0)
    for part in ["hidden 1", "λ ~ Beta(1, 2), of each weight", "c² ~ InvGamma(2, 6)", "log-normal scales"] {
      #expect(text.output.contains(part), "\(part)")
    }
    #expect(!text.output.contains("hidden 2"))
    let json = try object(SlabLabProcess(arguments + ["--json", "--scale-family", "point"]).output)
    let layers = try #require(json["layers"] as? [[String: Any]])
    #expect(layers.map { $0["nodes"] as? Int } == [6, 5, 1])
    #expect(layers.map { $0["scale"] as? String } == Array(repeating: "C⁺(0, 1)²", count: 3))
  }

  @Test("two classes are fitted by a Bernoulli likelihood, and predicted by name")
  func bernoulli() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    var table = "a,b,kind\n"
    for i in 0..<80 {
      let (a, b) = (sin(3 * Double(i)), cos(5 * Double(i)))
      table += "\(a),\(b),\(a + b > 0 ? "yes" : "no")\n"
    }
    try Data(table.utf8).write(to: folder.appendingPathComponent("two.csv"))
    let trained = try SlabLabProcess(
      ["train", path("two.csv"), "--target", "kind", "--likelihood", "bernoulli", "--json", "--out", path("model")]
        + Self.short)
    #expect(trained.status == 0)
    #expect(try #require(try object(trained.output)["accuracy"] as? Double) > 0.7)
    let predicted = try SlabLabProcess(["predict", path("model"), path("two.csv")])
    let lines = predicted.output.split(separator: "\n")
    #expect(lines[0] == "row,p_no,p_yes,entropy,mutual_information" || lines[0] == "row,p_yes,p_no,entropy,mutual_information")
    let rows = lines.dropFirst().map { $0.split(separator: ",").compactMap { Double($0) } }
    #expect(rows.count == 80 && rows.allSatisfy { abs($0[1] + $0[2] - 1) < 1e-6 })
    #expect(
      try SlabLabProcess(["train", path("two.csv"), "--target", "a", "--likelihood", "bernoulli"]).status == 2)
  }

  @Test("more on stderr than a pipe holds stops neither the program nor the test", .timeLimit(.minutes(1)))
  func longErrors() throws {
    let name = String(repeating: "x", count: 100_000)
    let run = try SlabLabProcess(["train", "\(Self.tables)/reference.csv", "--target", name])
    #expect(run.status == 2 && run.errors.utf8.count > 100_000)
  }

  @Test("gates that are released give both bounds, and the trace has a line for each block")
  func released() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let run = try SlabLabProcess(
      [
        "train", try writeTable(), "--target", "y", "--json", "--release-steps", "50", "--trace", path("trace.csv"),
        "--out", path("model"),
      ] + Self.short)
    let result = try object(run.output)
    let (frozen, bound) = try (#require(result["elbo_frozen"] as? Double), #require(result["elbo"] as? Double))
    #expect(run.status == 0 && frozen != bound)
    let lines = try String(contentsOfFile: path("trace.csv"), encoding: .utf8).split(separator: "\n")
    #expect(lines[0].hasPrefix("step,stage,elbo,") && lines[0].hasSuffix(",nodes_0"))
    // 300 steps before the fine-tunings, and one block at least for each of these and the release.
    #expect(lines.count >= 1 + 6 + 3)
    #expect(
      try String(contentsOfFile: path("model/trace.csv"), encoding: .utf8)
        == String(contentsOfFile: path("trace.csv"), encoding: .utf8))
  }

  @Test("a training that is killed goes on by --resume to the same model, and is not lost without it")
  func killed() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    var steps = 10_000
    func arguments(_ name: String) throws -> [String] {
      [
        "train", try writeTable(), "--target", "y", "--json", "--hidden", "20,20", "--steps", "\(steps)", "--tune-steps",
        "50", "--search-rounds", "1", "--save-every", "0.01", "--out", path(name),
      ]
    }
    let state = path("killed/training.state")
    // A training that was over before it was caught after its first save is tried again, four times as long.
    while true {
      let process = try SlabLabProcess.start(try arguments("killed"))
      while process.isRunning, !FileManager.default.fileExists(atPath: state) { usleep(1000) }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      if FileManager.default.fileExists(atPath: state) { break }
      try #require(steps < 1_000_000, "no training was caught after its first save")
      try? FileManager.default.removeItem(atPath: path("killed"))
      steps *= 4
    }

    let careless = try SlabLabProcess(arguments("killed"))
    #expect(careless.status == 2 && careless.errors.contains("go on with it by --resume"))
    let other = try SlabLabProcess(arguments("killed") + ["--resume", "--seed", "2"])
    #expect(other.status == 2 && other.errors.contains("the saved training is another one"))

    let resumed = try SlabLabProcess(arguments("killed") + ["--resume"])
    #expect(resumed.status == 0 && resumed.errors.contains("going on after step "))
    #expect(!FileManager.default.fileExists(atPath: state))
    let whole = try SlabLabProcess(arguments("whole"))
    #expect(whole.status == 0)
    for file in ["parameters.bin", "trace.csv", "model.json"] {
      #expect(
        FileManager.default.contents(atPath: path("killed/\(file)"))
          == FileManager.default.contents(atPath: path("whole/\(file)")), "\(file)")
    }
  }

  @Test("training that diverges is work that failed: exit code 1, no model")
  func diverged() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let run = try SlabLabProcess(
      ["train", try writeTable(), "--target", "y", "--out", path("model"), "--learning-rate", "1e3"] + Self.short)
    #expect(run.status == 1 && run.output.isEmpty && run.errors.contains("lower the learning rate"))
    #expect(run.errors.hasPrefix("error: diverged: ") || run.errors.hasPrefix("error: not-a-number: "))
    #expect(!FileManager.default.fileExists(atPath: path("model")))
  }
}
