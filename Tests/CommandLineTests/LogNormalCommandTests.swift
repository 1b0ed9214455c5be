import Foundation
import Priors
import Testing

@testable import StudyEngine
@testable import slablab

private func output(_ flags: String...) throws -> String { try LogNormalCommand.parse(flags).output() }

private func object(_ text: String) throws -> [String: Any] {
  try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
}

@Suite struct LogNormalCommandTests {
  static let keys: Set = [
    "target", "fit", "mu", "omega", "kl_reverse", "kl_forward", "total_variation", "hellinger", "kolmogorov", "w1_x",
    "w1_sqrt_x", "w1_log_x", "tails", "absolute_error",
  ]

  @Test("--json has the fields that scripts rely on, for every target", arguments: LogNormalTarget.allCases)
  func json(target: LogNormalTarget) throws {
    let document = try object(output("--target", target.rawValue, "--json"))
    #expect(Set(document.keys).isSuperset(of: Self.keys))
    #expect(document["target"] as? String == target.rawValue && document["fit"] as? String == "reverse")
    let numbers = Self.keys.subtracting(["target", "fit", "tails", "w1_x", "w1_sqrt_x"])
    for key in numbers { #expect(document[key] is Double) }
    let tails = try #require(document["tails"] as? [[String: Double]])
    #expect(tails.map { $0["p"] } == [1e-3, 1e-6])
    #expect(tails.allSatisfy { Set($0.keys) == ["p", "upper_ratio", "lower_ratio"] })
  }

  @Test("gamma's defaults are THEORY 4.4's example: KL R(51), 1.79 times the mass beyond 99.9%")
  func gamma() throws {
    let document = try object(output("--target", "gamma", "--json"))
    let kl = try #require(document["kl_reverse"] as? Double)
    #expect(abs(kl - stirlingRemainder(51)) < 1e-15)
    let tails = try #require(document["tails"] as? [[String: Double]])
    #expect(abs(try #require(tails[0]["upper_ratio"]) - 1.79) < 0.005)
  }

  @Test("the half-Cauchy's infinite distances are null, and its product is the wider error of the two")
  func halfCauchy() throws {
    let single = try object(output("--target", "half-cauchy", "--scale", "2", "--json"))
    let product = try object(output("--target", "half-cauchy-product", "--scale", "2", "--json"))
    #expect(single["w1_x"] is NSNull && single["w1_sqrt_x"] is NSNull)
    #expect(abs(try #require(single["kl_reverse"] as? Double) - 0.0208153) < 1e-7)
    #expect(abs(try #require(product["kl_reverse"] as? Double) - 0.100359) < 1e-6)
    #expect(product["omega"] as? Double == 2)
    let asFit = try object(output("--target", "half-cauchy", "--scale", "2", "--fit", "product", "--json"))
    #expect(asFit["kl_forward"] as? Double == product["kl_forward"] as? Double)
    // The factors' moments of the logarithm add up: one forward fit for both.
    let forward = try object(output("--target", "half-cauchy-product", "--fit", "forward", "--json"))
    #expect(forward["omega"] as? Double == .pi)
  }

  @Test("the conditionals are those of THEORY 4.6 and 4.7")
  func conditionals() throws {
    // ς² = W = d = 101: z = 101, 2·10⁻⁶ nats.
    let lasso = try object(
      output("--target", "group-lasso-conditional", "--rate", "101", "--dimension", "101", "--json"))
    let kl = try #require(lasso["kl_reverse"] as? Double)
    #expect(abs(kl * 48 * 101 * 101 - 1) < 0.02)
    let capped = try object(
      output("--target", "horseshoe-conditional", "--squared-norm", "255", "--cap", "1", "--json"))
    #expect(abs(try #require(capped["kl_reverse"] as? Double) - 0.1545) < 1e-4)
    #expect(capped["w1_x"] is NSNull)
    let uncapped = try object(output("--target", "horseshoe-conditional", "--cap", "none", "--json"))
    #expect(uncapped["w1_x"] is Double)
  }

  @Test("a sweep gives an array of documents, a CSV line or a table row a width")
  func sweep() throws {
    let flags = ["--target", "gamma", "--sweep-width", "1:100:3"]
    let text = try LogNormalCommand.parse(flags + ["--json"]).output()
    let documents = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
    #expect(documents.map { $0["width"] as? Int } == [1, 10, 100])
    for (document, shape) in zip(documents, [1.5, 6, 51]) {
      #expect(abs(try #require(document["kl_reverse"] as? Double) / stirlingRemainder(shape) - 1) < 1e-13)
    }
    let lines = try LogNormalCommand.parse(flags + ["--csv"]).output().split(separator: "\n")
    let columns = lines[0].split(separator: ",").count
    #expect(lines.count == 4 && lines[1].hasPrefix("gamma,reverse,1,") && lines[3].hasPrefix("gamma,reverse,100,"))
    #expect(lines.allSatisfy { $0.split(separator: ",", omittingEmptySubsequences: false).count == columns })
    let table = try LogNormalCommand.parse(flags).output()
    #expect(table.contains("--shape is k/2 + 1") && table.contains("\n100 "))
    // Both conditionals: d = k + 1, rows of mean square σ₀².
    let one = try object(output("--target", "horseshoe-conditional", "--dimension", "11", "--json"))
    let swept = try output("--target", "horseshoe-conditional", "--sweep-width", "10:20:2", "--json")
    let first = try #require(
      try JSONSerialization.jsonObject(with: Data(swept.utf8)) as? [[String: Any]])[0]
    #expect(first["kl_reverse"] as? Double == one["kl_reverse"] as? Double)
  }

  @Test("a single width prints the law, its fit and every distance")
  func report() throws {
    let text = try output("--target", "horseshoe-conditional")
    #expect(text.contains("X ~ horseshoe conditional(") && text.contains("KL(LN ‖ law)") && text.contains("infinite"))
  }

  @Test(
    "wrong input ends with one line that names it and exit code 2",
    arguments: [
      (["--target", "gamma", "--shape", "0"], "shape of a Gamma = 0.0"),
      (["--target", "gamma", "--scale", "2"], "--scale means nothing for gamma, which takes --shape, --rate"),
      (["--target", "half-cauchy", "--sweep-width", "1:9:3"], "--sweep-width means nothing for half-cauchy"),
      (["--target", "gamma", "--shape", "2", "--sweep-width", "1:9:3"], "--shape is k/2 + 1"),
      (["--target", "half-cauchy", "--fit", "moments"], "it needs a mean and a variance"),
      (["--target", "gamma", "--fit", "product"], "it needs a squared half-Cauchy"),
      (["--target", "horseshoe-conditional", "--fit", "moments", "--sweep-width", "1:9:3"], "at width 1: horseshoe"),
      (["--target", "gamma", "--tail", "0"], "probability = 0.0"),
      (["--target", "gamma", "--json", "--csv"], "exclude each other"),
      (["--target", "weibull"], "'weibull' is not a target; there are gamma, inverse-gamma"),
      (["--target", "gamma", "--fit", "best"], "'best' is not a fit; there are reverse, forward"), ([], "--target"),
    ])
  func refusals(flags: [String], message: String) throws {
    let run = try SlabLabProcess(["lognormal"] + flags)
    #expect(run.status == 2 && run.output.isEmpty)
    #expect(run.errors.hasPrefix("error: ") && run.errors.contains(message), "\(run.errors)")
    #expect(run.errors.filter { $0 == "\n" }.count == 1)
  }
}
