import Contraction
import Foundation
import NetworkShape
import Priors

/// KL budgets, phase maps and the start of the command.
enum TheoryBenchmark {
  private static let slabs: [SlabPrior] = [
    .gaussian(), .groupLasso(rateParameter: .proportional(1)), .groupHorseshoe(),
  ]

  static func rows() throws -> [TheoryRow] {
    let size = "20-64-64-64-64-64-1, three slabs"
    var rows = [
      TheoryRow("`slablab --version`", size: "–", try CommandRun.rounds(21, ["--version"]), target: 30),
      TheoryRow(
        "`slablab rate --budget`, start and all", size: "\(size), balanced Δ²",
        try CommandRun.rounds(
          11,
          [
            "rate", "--budget", "--widths", "20,64,64,64,64,64,1", "--active", "5,6,7,8,9", "--bounds", "3,2,2,2,2,2",
            "--samples", "1000",
          ]), target: 50),
      TheoryRow(
        "rate, conditions and exact budgets", size: "\(size), Δ² given", try Stopwatch.rounds(11, budgets), target: 50),
    ]
    let (strengths, widths) = ((0..<100).map { pow(10, -3 + Double($0) / 16.5) }, (0..<100).map { 8 + 10 * $0 })
    for parametrisation in Parametrisation.allCases {
      let seconds = try Stopwatch.rounds(3) {
        _ = try PhaseMap(
          strengths: strengths, widths: widths, slabs: slabs, squaredRadius: 1e-2, parametrisation: parametrisation)
      }
      rows.append(
        TheoryRow(
          "phase map, \(parametrisation.rawValue)", size: "100 strengths × 100 widths, three slabs", seconds,
          target: 10_000))
    }
    return rows
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
}
