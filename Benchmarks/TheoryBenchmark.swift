import Contraction
import Foundation
import NetworkShape
import Priors

/// Prints a Markdown table of what KL budgets and a phase map cost: the numbers of `slablab rate --budget` and
/// `slablab phase-map`, without start and printing.
///
/// The fastest of several rounds counts: whatever else a machine does can only slow a round down.
enum TheoryBenchmark {
  private static let rounds = 5
  private static let slabs: [SlabPrior] = [
    .gaussian(), .groupLasso(rateParameter: .proportional(1)), .groupHorseshoe(),
  ]

  static func run() throws {
    print("\nFastest of \(rounds) rounds; budgets on one thread, the phase map on all cores.\n")
    print("| theory | size | milliseconds |")
    print("|---|---|---:|")
    row("rate with exact budgets, Δ² given", "20-64-64-64-64-64-1, three slabs", try fastest(budgets))
    let (strengths, widths) = ((0..<100).map { pow(10, -3 + Double($0) / 16.5) }, (0..<100).map { 8 + 10 * $0 })
    for parametrisation in Parametrisation.allCases {
      let seconds = try fastest {
        _ = try PhaseMap(
          strengths: strengths, widths: widths, slabs: slabs, squaredRadius: 1e-2, parametrisation: parametrisation)
      }
      row("phase map, \(parametrisation.rawValue)", "100 strengths × 100 widths, three slabs", seconds)
    }
  }

  private static func row(_ name: String, _ size: String, _ seconds: Double) {
    print("| \(name) | \(size) | \(String(format: "%.1f", seconds * 1e3)) |")
  }

  /// Rate, conditions and budget of six layers under each slab.
  private static func budgets() throws {
    let topology = try Topology(widths: [20, 64, 64, 64, 64, 64, 1])
    let bounds = try WeightBounds(
      hiddenActiveNodes: [5, 6, 7, 8, 9], rowNorms: [3, 2, 2, 2, 2, 2], topology: topology)
    for slab in slabs {
      let rate = try ContractionRate(topology: topology, weightBounds: bounds, slab: slab)
      _ = try rate.conditions(at: 1000)
      _ = try rate.budget(at: 1000, radius: .squared(1e-2))
    }
  }

  private static func fastest(_ body: () throws -> Void) rethrows -> Double {
    try (0..<rounds).map { _ in try ContinuousClock().measure(body) / .seconds(1) }.min() ?? .nan
  }
}
