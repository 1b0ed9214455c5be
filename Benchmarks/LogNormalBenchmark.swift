import Foundation
import Priors

/// Prints a Markdown table of what a sweep of the log-normal's errors over widths costs, all distances, tails and
/// quantiles of each included, on all cores as `slablab lognormal` does it. The fastest of several rounds counts.
enum LogNormalBenchmark {
  private static let points = 200
  private static let rounds = 3

  static func run() throws {
    let laws: [(name: String, law: @Sendable (Int) throws -> ScaleLaw)] = [
      ("Gamma(k/2 + 1, 1)", { .gamma(shape: SlabPrior.groupLassoShape(fanIn: $0), rate: 1) }),
      (
        "group-lasso conditional",
        { k in
          try .generalisedInverseGaussian(
            GeneralisedInverseGaussian(groupLassoRateParameter: Double(k + 1), squaredNorm: Double(k + 1)))
        }
      ),
      ("horseshoe conditional, c = ∞", { try horseshoe($0, cap: nil) }),
      ("horseshoe conditional, c = 1", { try horseshoe($0, cap: 1) }),
    ]
    print("\nA sweep of the log-normal's errors over \(points) widths, on all cores; fastest of \(rounds) rounds.\n")
    print("| law | widths k | sweep (s) | one width (ms) |")
    print("|---|---|---:|---:|")
    for (name, law) in laws {
      var fastest = Double.infinity
      for _ in 0..<rounds {
        let sweep = try TrainingStepBenchmark.seconds {
          _ = try parallelMap(count: points) { try LogNormalError(of: law(widths[$0]), by: .reverse) }
        }
        fastest = min(fastest, sweep)
      }
      let numbers = String(format: "%.3f | %.2f", fastest, fastest * 1e3 / Double(points))
      print("| \(name) | \(widths[0]) to \(widths[points - 1]) | \(numbers) |")
    }
  }

  /// Even in log k from 1 to 1000; the small ones repeat.
  private static let widths = (0..<points).map { Int(pow(1000, Double($0) / Double(points - 1)).rounded()) }

  /// A node of usual size, ‖w‖² = d σ_0².
  private static func horseshoe(_ k: Int, cap: Double?) throws -> ScaleLaw {
    try .horseshoeConditional(
      HorseshoeConditional(dimension: k + 1, squaredNorm: Double(k + 1), localScale: 1, globalScale: 1, cap: cap))
  }
}
