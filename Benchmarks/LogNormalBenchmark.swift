import Foundation
import Priors

/// Sweeps of the log-normal's errors over widths, all distances, tails and quantiles of each included, on all cores as
/// `slablab lognormal` does it.
enum LogNormalBenchmark {
  private static let points = 200

  static func rows() throws -> [TheoryRow] {
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
    return try laws.map { name, law in
      let seconds = try Stopwatch.rounds(5) {
        _ = try parallelMap(count: points) { try LogNormalError(of: law(widths[$0]), by: .reverse) }
      }
      return TheoryRow(
        "log-normal sweep, \(name)", size: "\(points) widths k from \(widths[0]) to \(widths[points - 1])", seconds,
        target: 1000)
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
