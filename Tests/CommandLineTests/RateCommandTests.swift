import Contraction
import Foundation
import NetworkShape
import Priors
import Testing

@testable import slablab

private let network = ["--widths", "20,30,15,1", "--active", "5,4", "--bounds", "3,2,2"]

private func output(_ flags: String...) throws -> String { try RateCommand.parse(network + flags).output() }

private func object(_ text: String) throws -> [String: Any] {
  try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
}

/// A number of a parsed document against what was printed, which the parser may read an ulp off; nil is null.
private func isClose(_ parsed: Any?, _ number: Double?) -> Bool {
  guard let number else { return parsed is NSNull }
  return (parsed as? Double).map { abs($0 - number) <= 1e-15 * abs(number) } ?? false
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

  @Test("--budget has the fields that scripts rely on, and the numbers of the library")
  func budget() throws {
    let flags = [
      "--budget", "--radius2", "0.1", "--noise-sd", "0.5", "--fan-in", "effective", "--rate-parameter", "hyper",
    ]
    let results = try #require(
      try object(RateCommand.parse(network + flags + ["--json"]).output())["results"] as? [[String: Any]])
    let slabs: [SlabPrior] = [.gaussian(), .groupLasso(), .groupHorseshoe()]
    for (result, slab) in zip(results, slabs) {
      let budget = try #require(result["budget"] as? [String: Any])
      let topology = try Topology(widths: [20, 30, 15, 1])
      let bounds = try WeightBounds(hiddenActiveNodes: [5, 4], rowNorms: [3, 2, 2], topology: topology)
      let expected = try ContractionRate(topology: topology, weightBounds: bounds, slab: slab)
        .budget(at: 1000, radius: .squared(0.1), fanIn: .effective)
      let numbers = [
        "total": expected.total, "slab": expected.slabTotal, "spike": expected.spikeTotal,
        "pruned": expected.prunedTotal, "shared": expected.sharedTotal, "closed_form_total": expected.closedFormTotal,
        "closed_form_ratio": expected.closedFormTotal / expected.total, "radius2": 0.1, "misfit": 200, "noise_sd": 0.5,
      ]
      for (name, number) in numbers { #expect(isClose(budget[name], number), "\(name)") }
      let layers = try #require(budget["layers"] as? [[String: Any]])
      #expect(layers.count == 3)
      for (index, layer) in layers.enumerated() {
        let cost = expected.layers[index].nodeCost
        #expect(layer["layer"] as? Int == index && isClose(layer["cost"], cost.value))
        #expect(isClose(layer["closed_form_upper"], cost.closedFormUpper))
        #expect(isClose(layer["mu"], cost.mu) && isClose(layer["omega"], cost.omega))
        #expect(isClose(layer["v"], cost.weightVariance))
      }
    }
    #expect(try !output("--json").contains("\"budget\""))
  }

  @Test("without a radius the budget is at the balanced one, where the misfit is as large")
  func balanced() throws {
    let document = try object(output("--json", "--slab", "gl", "--budget", "--noise-sd", "2"))
    let result = try #require((document["results"] as? [[String: Any]])?.first)
    let budget = try #require(result["budget"] as? [String: Any])
    let (total, misfit) = (try #require(budget["total"] as? Double), try #require(budget["misfit"] as? Double))
    #expect(abs(misfit / total - 1) < 1e-9)
    #expect(abs(try #require(budget["radius2"] as? Double) * 1000 / 8 / total - 1) < 1e-9)
  }

  @Test("a sweep's CSV has the budget's columns, its table a second part")
  func budgetSweep() throws {
    let lines = try output("--sweep", "1e2:1e4:2", "--csv", "--budget").split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    #expect(lines.count == 7 && lines.allSatisfy { $0.count == 17 })
    #expect(Array(lines[0][9...11]) == ["budget_radius2", "budget_total", "budget_slab"])
    let (total, misfit) = (try #require(Double(lines[6][10])), try #require(Double(lines[6][16])))
    #expect(abs(total / misfit - 1) < 1e-9)
    let table = try output("--sweep", "1e2:1e4:2", "--budget")
    #expect(table.contains("KL budgets in nats") && table.contains("KL SS-GHS"))
  }

  @Test("the report shows the budget beside the closed form, and each condition's margin and smallest n")
  func budgetReport() throws {
    let text = try output("--slab", "ghs", "--budget", "--radius2", "0.1")
    #expect(text.contains("KL budget at Δ² = 0.1, non-centred, full fan-in"))
    #expect(text.contains("closed form") && text.contains("misfit nΔ²/(2σ_e²) = 50 at σ_e = 1"))
    let lines = text.split(separator: "\n")
    let header = try #require(lines.first { $0.contains("margin") })
    #expect(header.contains("smallest n"))
    let below = try #require(lines.first { $0.contains("eps_below_one") })
    #expect(below.contains("-42.67") && below.contains("4388729"))
    #expect(try !output("--slab", "ghs").contains("KL budget"))
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
      (["--samples", "100", "--sweep", "2:9:3"], "exclude each other"),
      (["--radius2", "1"], "--radius2 is about KL budgets; give --budget too"),
      (["--parametrisation", "centred"], "--parametrisation is about KL budgets"),
      (["--budget", "--activation", "sigmoid"], "ψ(0) of the activation sigmoid is 0.5; it must be 0 for a KL budget"),
      (["--budget", "--fan-in", "effective", "--parametrisation", "centred"], "the fan-in is effective"),
      (["--budget", "--radius2", "0"], "the squared radius Δ² is 0.0"),
      (["--budget", "--radius2", "1", "--noise-sd", "0"], "the noise σ_e is 0.0"),
      (["--budget", "--fan-in", "half"], "'full' and 'effective'"), (["--file", "none.yaml"], "none.yaml: there is no"),
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
