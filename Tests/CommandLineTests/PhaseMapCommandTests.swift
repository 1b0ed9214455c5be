import Contraction
import Foundation
import Priors
import Testing

@testable import slablab

private func command(_ flags: String...) throws -> PhaseMapCommand {
  try PhaseMapCommand.parse(["--strength", "1e-2:1e2:5", "--width", "8:32:3"] + flags)
}

private func output(_ flags: [String]) throws -> String {
  let command = try PhaseMapCommand.parse(["--strength", "1e-2:1e2:5", "--width", "8:32:3"] + flags)
  return command.text(of: try command.map())
}

@Suite struct PhaseMapCommandTests {
  @Test("--json has the fields that scripts rely on")
  func json() throws {
    let text = try output(["--json", "--radius2", "1e-3", "--parametrisation", "centred"])
    let document = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let points = try #require(document["points"] as? [[String: Any]])
    #expect(points.count == 15)
    let last = try #require(points.last)
    #expect(last["strength"] as? Double == 100 && last["width"] as? Int == 32)
    #expect(last["best"] as? String == "group-lasso")
    let costs = try #require(last["cost"] as? [String: Double])
    #expect(Set(costs.keys) == ["gaussian", "group-lasso", "group-horseshoe"])
    let node = try ActiveNode(fanIn: 32, rowNorm: 3300.0.squareRoot(), squaredRadius: 1e-3 / 33)
    let lasso = SlabPrior.groupLasso(rateParameter: .proportional(1))
    let cost = try NodeCost(of: node, under: lasso, parametrisation: .centred).value
    // The parser of the test may be an ulp off.
    #expect(abs(try #require(costs["group-lasso"]) / cost - 1) < 1e-15)
  }

  @Test("widths are whole and each stands once; the prior's flags and the slabs asked for are used")
  func grid() throws {
    let map = try PhaseMapCommand.parse(
      ["--strength", "1:2:2", "--width", "2:4:9", "--slab", "ghs,ig", "--cap", "none", "--slab-sd", "2"]
    ).map()
    #expect(map.widths == [2, 3, 4] && map.strengths == [1, 2])
    #expect(map.slabs == [.groupHorseshoe(standardDeviation: 2, cap: nil), .gaussian(standardDeviation: 2)])
    #expect(map.squaredRadius == 0.01 && map.parametrisation == .nonCentred)
  }

  @Test("the map has a letter a point, its legend, and the share of each slab")
  func text() throws {
    let lines = try output([]).split(separator: "\n").map(String.init)
    let map = try command().map()
    for (row, width) in map.widths.enumerated() {
      #expect(lines.contains { $0.trimmingCharacters(in: .whitespaces) == "\(width) │\(letters(map, row))" })
    }
    #expect(lines.contains { $0.contains("L  group-lasso: best at") })
    #expect(!lines.contains { $0.contains("shown:") || $0.contains("tie") })
  }

  private func letters(_ map: PhaseMap, _ row: Int) -> String {
    map.strengths.indices.map { column in
      let best = map[width: row, strength: column].best
      return best == .gaussian ? "g" : best == .groupLasso ? "L" : "H"
    }.joined()
  }

  @Test("a large map is sampled for display, within 100 columns, and says so")
  func large() throws {
    let command = try PhaseMapCommand.parse(
      ["--strength", "1e-3:1e3:200", "--width", "8:1024:60", "--slab", "ig,gl"])
    let map = try command.map()
    let text = command.text(of: map)
    #expect(text.contains("shown: 72 of 200 strengths, 24 of \(map.widths.count) widths; shares are of all points"))
    let lines = text.split(separator: "\n")
    #expect(lines.filter { $0.contains("│") }.count == 24)
    #expect(lines.dropFirst().allSatisfy { $0.count <= 100 })
    #expect(lines.contains { $0.hasPrefix("   1024 │") } && lines.contains { $0.hasPrefix("      8 │") })
  }

  @Test(
    "wrong input ends with one line that names it and exit code 2",
    arguments: [
      (["--rate-parameter", "hyper"], "the rate parameter ς² of a phase map is a hyperprior"),
      (["--strength", "1:2"], "'1:2' is not a grid"), (["--width", "0.1:5:3"], "--width must lie between 1 and"),
      (["--radius2", "0"], "the squared radius Δ² is 0.0"), (["--slab", "ig,ig"], "the list of slabs"),
      (["--json", "--csv"], "exclude each other"), (["--parametrisation", "both"], "'non-centred' and 'centred'"),
      (["--out", "/dev/null", "--width", "8:9:2"], "which is a file; give a folder"),
    ])
  func refusals(flags: [String], message: String) throws {
    let run = try SlabLabProcess(["phase-map"] + flags)
    #expect(run.status == 2 && run.output.isEmpty)
    #expect(run.errors.hasPrefix("error: ") && run.errors.contains(message))
    #expect(run.errors.filter { $0 == "\n" }.count == 1)
  }

  @Test("--out leaves the table that --csv prints")
  func out() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let run = try SlabLabProcess(
      ["phase-map", "--strength", "1e-2:1e2:5", "--width", "8:32:3", "--csv", "--out", folder.path])
    #expect(run.status == 0 && run.errors.isEmpty)
    #expect(try String(contentsOf: folder.appending(path: "phase-map.csv"), encoding: .utf8) == run.output)
    #expect(try run.output == output(["--csv"]))
    #expect(run.output.split(separator: "\n").count == 16)
  }
}
