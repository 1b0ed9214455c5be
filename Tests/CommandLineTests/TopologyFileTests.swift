import Foundation
import Testing

@testable import slablab

private let whole = """
  widths: [20, 30, 15, 1]
  active: [5, 4]
  bounds: [3, 2, 2.5]
  samples: 1e4
  slab: [gl, group-horseshoe]
  slab-sd: 0.9
  rate-parameter: fixed:2
  cap: none
  local-scale: 0.5
  global-scale: 2
  xi: 0.1
  inclusion-constant: [1, 2]
  activation: tanh
  input-moment: 3
  c-min: 1e-2
  c-max: 20
  budget: true
  radius2: 0.2
  noise-sd: 0.5
  fan-in: full
  parametrisation: centred
  """

/// What `rate --file` prints for a file of this text, and the file's errors, which call it `t.yaml`.
private func output(_ text: String, _ flags: String...) throws -> String { try output(text, flags) }

private func output(_ text: String, _ flags: [String]) throws -> String {
  let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let file = folder.appending(path: "t.yaml")
  try Data(text.utf8).write(to: file)
  do { return try RateCommand.parse(["--file", file.path] + flags).output() } catch {
    throw ArgumentError("\(error)".replacing(folder.path + "/", with: ""))
  }
}

@Suite struct TopologyFileTests {
  @Test("every key means what the flag of its name means")
  func keys() throws {
    let flags = [
      "--widths", "20,30,15,1", "--active", "5,4", "--bounds", "3,2,2.5", "--samples", "1e4", "--slab",
      "gl,ghs", "--slab-sd", "0.9", "--rate-parameter", "fixed:2", "--cap", "none", "--local-scale", "0.5",
      "--global-scale", "2", "--xi", "0.1", "--inclusion-constant", "1,2", "--activation", "tanh",
      "--input-moment", "3", "--c-min", "1e-2", "--c-max", "20", "--budget", "--radius2", "0.2", "--noise-sd", "0.5",
      "--fan-in", "full",
      "--parametrisation", "centred", "--json",
    ]
    #expect(try output(whole, "--json") == RateCommand.parse(flags).output())
    // All keys but `sweep`, which excludes `samples`.
    let keys = whole.split(separator: "\n").map { String($0.prefix { $0 != ":" }) }
    #expect(Set(keys).union(["sweep"]) == Set(TopologyFile.keys))
    let swept = whole.replacing("samples: 1e4", with: "sweep: 1e2:1e3:2")
    #expect(try output(swept, "--csv") == output(whole, "--csv", "--sweep", "1e2:1e3:2"))
  }

  @Test("a flag comes before the key of its name, and --samples or --sweep before both of the file's")
  func overrides() throws {
    let flags = ["--slab", "ig", "--bounds", "1,1,1", "--radius2", "0.3", "--samples", "500", "--json"]
    let changed = whole.replacing("[gl, group-horseshoe]", with: "gaussian").replacing("[3, 2, 2.5]", with: "[1, 1, 1]")
      .replacing("0.2", with: "0.3").replacing("1e4", with: "5e2")
    #expect(try output(whole, flags) == output(changed, "--json"))
    let swept = whole.replacing("samples: 1e4", with: "sweep: 1e2:1e3:2")
    #expect(try output(swept, "--json", "--samples", "1e4") == output(whole, "--json"))
  }

  @Test("keys about budgets wait for one, flags do not")
  func waiting() throws {
    let without = whole.replacing("budget: true\n", with: "")
    #expect(try !output(without).contains("KL budget"))
    #expect(try output(without, "--budget") == output(whole))
    let error = #expect(throws: ArgumentError.self) { try output(without, "--noise-sd", "1") }
    #expect(error?.description == "--noise-sd is about KL budgets; give --budget too, or leave it out")
    #expect(try output(whole, "--noise-sd", "1").contains("σ_e = 1"))
  }

  @Test(
    "errors name file, line and column, and what was meant",
    arguments: [
      ("widths: [20, 3x, 1]", "t.yaml:1:14: widths[2] is '3x'; expected a whole number, at least 1"),
      ("active: 5", "t.yaml:1:9: active is 5; expected a list of active nodes, one a hidden layer; did you mean [5]?"),
      ("bounds: [1, -2]", "t.yaml:1:13: bounds[2] is -2; expected a number above 0"),
      ("samples: \"007\"", "t.yaml:1:10: samples is the quoted text '007'; expected a number above 0"),
      ("samples: 1_000", "t.yaml:1:10: samples is '1_000'; expected a number above 0; did you mean 1000?"),
      ("sweep: 1:2", "t.yaml:1:8: sweep is '1:2'; expected a grid, as 1e2:1e6:25"),
      (
        "slab: horshoe",
        "t.yaml:1:7: slab is 'horshoe'; expected gaussian, group-lasso, group-horseshoe or all; did you mean "
          + "'group-horseshoe'?"
      ),
      ("slab: [ig, all]", "t.yaml:1:12: slab[2] is 'all'; expected gaussian, group-lasso or group-horseshoe"),
      ("rate-parameter: hypr", "t.yaml:1:17: rate-parameter is 'hypr'; expected proportional:1, fixed:2 or hyper"),
      ("budget: yes", "t.yaml:1:9: budget is 'yes'; expected true or false; did you mean true?"),
      ("xi: -1", "t.yaml:1:5: xi is -1; expected a number, at least 0"),
      ("cap: 0", "t.yaml:1:6: cap is 0; expected a number above 0 or none"),
      ("fan-in: ful", "t.yaml:1:9: fan-in is 'ful'; expected full or effective; did you mean 'full'?"),
      ("xi: 1\nxi: 2", "t.yaml:2:1: the key 'xi' is already there on line 1; expected each key once"),
      ("", "t.yaml: the file is empty; expected a topology file"),
    ])
  func refusals(text: String, message: String) throws {
    let error = #expect(throws: ArgumentError.self) { try output(text) }
    #expect(error?.description == message)
  }

  @Test("a misspelt key is named with the one that was meant")
  func unknownKey() throws {
    let error = #expect(throws: ArgumentError.self) { try output(whole + "\nactve: [5]") }
    let description = try #require(error).description
    #expect(description.hasPrefix("t.yaml:22:1: unknown key 'actve'; expected widths, active, "))
    #expect(description.hasSuffix("did you mean 'active'?"))
  }

  @Test("a mistake in a value that a flag comes before is still told, and what is missing is named")
  func hidden() throws {
    let error = #expect(throws: ArgumentError.self) { try output("xi: x", "--xi", "0") }
    #expect(error?.description == "t.yaml:1:5: xi is 'x'; expected a number, at least 0")
    let missing = #expect(throws: ArgumentError.self) { try output("widths: [2, 3, 1]\nbounds: [1, 1]") }
    #expect(missing?.description == "there is no --active; give it, or a --file that has it (see slablab rate --help)")
  }
}
