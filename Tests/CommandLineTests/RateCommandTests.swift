import Foundation
import Testing

@testable import slablab

private let network = ["--widths", "20,30,15,1", "--active", "5,4", "--bounds", "3,2,2"]

private func output(_ flags: String...) throws -> String { try RateCommand.parse(network + flags).output() }

private func object(_ text: String) throws -> [String: Any] {
  try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
}

@Suite struct RateCommandTests {
  @Test("--json has the fields that scripts rely on")
  func json() throws {
    let document = try object(output("--json", "--samples", "1e3"))
    #expect(document["samples"] as? Int == 1000)
    let results = try #require(document["results"] as? [[String: Any]])
    #expect(results.map { $0["slab"] as? String } == ["gaussian", "group-lasso", "group-horseshoe"])
    let gaussian = try #require(results.first)
    // x, u and θ of layer 0 by hand: 9/21, 9 (log 1000 + log 3 + log 30 + log 21)
    let layer = try #require((gaussian["layers"] as? [[String: Any]])?.first)
    #expect(layer["effective_strength"] as? Double == 9.0 / 21)
    let u = try #require(layer["u"] as? Double)
    #expect(abs(u - 9 * log(1000.0 * 3 * 30 * 21)) < 1e-11)
    #expect(Set(layer.keys).isSuperset(of: ["layer", "theta", "r", "neg_log_lambda", "leading_term"]))
    for key in ["eps", "eps2", "xi", "sum_r", "sum_u"] { #expect(gaussian[key] is Double) }
    let conditions = try #require(gaussian["conditions"] as? [[String: Any]])
    let below = try #require(conditions.first { $0["id"] as? String == "eps_below_one" })
    #expect(below["holds"] as? Bool == false && below["smallest_n"] as? Double == 4_505_638)
    #expect(below["value"] as? Double == gaussian["eps"] as? Double && below["bound"] as? Double == 1)
  }

  @Test("the strengths where one slab overtakes another are listed by layer")
  func crossovers() throws {
    let document = try object(output("--json", "--rate-parameter", "fixed:21"))
    let crossovers = try #require(document["crossovers"] as? [[String: Any]])
    // κ = 21/21 = 1 in layer 0: only the horseshoe's cap is passed there, at x = 1.
    let first = crossovers.filter { $0["layer"] as? Int == 0 }
    #expect(first.count == 1 && first[0]["strength"] as? Double == 1)
    #expect(first[0]["below"] as? String == "group-horseshoe" && first[0]["above"] as? String == "group-lasso")
    #expect(crossovers.contains { $0["layer"] as? Int == 1 && $0["below"] as? String == "gaussian" })
    #expect(try output("--rate-parameter", "fixed:21").contains("where one slab overtakes another"))
    #expect(try !output("--slab", "ig").contains("overtakes"))
  }

  @Test("undefined numbers are null: the uncapped horseshoe has no sieve")
  func null() throws {
    let document = try object(output("--json", "--slab", "ghs", "--cap", "none"))
    let result = try #require((document["results"] as? [[String: Any]])?.first)
    let conditions = try #require(result["conditions"] as? [[String: Any]])
    let entropy = try #require(conditions.first { $0["id"] as? String == "entropy_within_budget" })
    #expect(entropy["value"] is NSNull && entropy["holds"] as? Bool == false)
  }

  @Test("a sweep gives an array of documents, or a CSV line for each slab and n")
  func sweep() throws {
    let text = try output("--sweep", "1e2:1e4:3", "--json")
    let documents = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
    #expect(documents.map { $0["samples"] as? Int } == [100, 1000, 10000])
    let lines = try output("--sweep", "1e2:1e4:3", "--csv").split(separator: "\n")
    #expect(lines[0] == "slab,samples,eps,eps2,xi,sum_r,sum_u,local_slope,parametric")
    #expect(lines.count == 10 && lines[1].hasPrefix("gaussian,100,") && lines[9].hasPrefix("group-horseshoe,10000,"))
    #expect(lines.allSatisfy { $0.split(separator: ",", omittingEmptySubsequences: false).count == 9 })
  }

  @Test("a bound that is void says so, and one that is not does not")
  func void() throws {
    #expect(try output("--slab", "ig").contains("ε_n ≥ 1, so the bound is void at n = 1000"))
    #expect(try !output("--slab", "ig", "--samples", "1e8").contains("void"))
    let sweep = try output("--sweep", "1e2:1e4:3")
    #expect(sweep.contains("note, SS-GHS: ε_n ≥ 1") && sweep.contains("log ε_n on log n: SS-IG -0.43"))
  }

  @Test(
    "wrong input ends with one line that names it and exit code 2, right input with 0",
    arguments: [
      (["--xi", "1_000"], "'1_000' is not a number"), (["--samples", "1.5"], "whole number from 2"),
      (["--samples", "1"], "whole number from 2"), (["--json", "--csv"], "exclude each other"),
      (["--active", "5"], "2 numbers, one a hidden layer"),
      (["--slab-sd", "0"], "the standard deviation of a slab is 0.0"),
      (["--activation", "swish"], "'swish'"),
      (["--no-such-flag"], "Unknown option '--no-such-flag'"),
      (["--samples", "100", "--sweep", "2:9:3"], "exclude each other"), (["--budget"], "Unknown option '--budget'"),
    ])
  func refusals(flags: [String], message: String) throws {
    let run = try SlabLabProcess(["rate"] + network + flags)
    #expect(run.status == 2 && run.output.isEmpty)
    #expect(run.errors.hasPrefix("error: ") && run.errors.contains(message))
    #expect(run.errors.filter { $0 == "\n" }.count == 1)
  }

  #if os(Linux)
    @Test("what a full disk behind stdout has lost is an error, not a success")
    func fullDisk() throws {
      let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
      let process = try SlabLabProcess.start(["rate"] + network, output: full)
      process.waitUntilExit()
      #expect(process.terminationStatus == 2)
    }
  #endif

  @Test func theBinaryAnswers() throws {
    let run = try SlabLabProcess(["rate"] + network + ["--json"])
    #expect(run.status == 0 && run.errors.isEmpty)
    #expect(try object(run.output)["samples"] as? Int == 1000)
    #expect(try SlabLabProcess(["rate", "--help"]).output.contains("slablab rate --widths"))
  }
}
