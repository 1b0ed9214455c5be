import Contraction
import Foundation
import Priors
import Publishing

/// The KL budgets of `slablab rate --budget` as JSON, CSV columns and text.
enum BudgetText {
  typealias Budget = RateCommand.Result.Budget

  static func json(_ budget: Budget) -> JSONText {
    let value = budget.value
    let layers = value.layers.enumerated().map { index, layer -> JSONText in
      .object([
        "layer": .integer(index),
        "cost": .number(layer.nodeCost.value),
        "closed_form_upper": .number(layer.nodeCost.closedFormUpper),
        "mu": .number(layer.nodeCost.mu),
        "omega": .number(layer.nodeCost.omega),
        "v": .number(layer.nodeCost.weightVariance),
        "weights": .number(layer.weightCount),
        "sigma2": .number(value.radii.variances[index]),
        "slab": .number(layer.slab),
        "spike": .number(layer.spike),
        "pruned": .number(layer.pruned),
      ])
    }
    return .object([
      "total": .number(value.total),
      "slab": .number(value.slabTotal),
      "spike": .number(value.spikeTotal),
      "pruned": .number(value.prunedTotal),
      "shared": .number(value.sharedTotal),
      "closed_form_total": .number(value.closedFormTotal),
      "closed_form_ratio": .number(value.closedFormTotal / value.total),
      "radius2": .number(value.radii.squaredRadius),
      "noise_sd": .number(budget.noiseDeviation),
      "misfit": .number(budget.misfit),
      "log_normal_cost": .number(budget.logNormalCost?.total),
      "log_normal_eps_shift": .number(budget.logNormalCost?.epsilonShift),
      "parametrisation": .string(value.parametrisation.rawValue),
      "fan_in": .string(value.fanIn.rawValue),
      "layers": .array(layers),
    ])
  }

  static let columns = [
    "budget_radius2", "budget_total", "budget_slab", "budget_spike", "budget_pruned", "budget_shared",
    "budget_closed_form_total", "budget_misfit",
  ]

  static func numbers(_ budget: Budget) -> [Double] {
    let value = budget.value
    return [
      value.radii.squaredRadius, value.total, value.slabTotal, value.spikeTotal, value.prunedTotal, value.sharedTotal,
      value.closedFormTotal, budget.misfit,
    ]
  }

  /// The parts of one budget, then a line a layer with the closed form beside the exact cost.
  static func report(_ budget: Budget) -> String {
    let value = budget.value
    let shared = value.squaredRate == nil ? "" : " + \(RateText.short(value.sharedTotal)) of q(ς²)"
    let logNormals =
      budget.logNormalCost.map { cost in
        "\n  log-normals in place of the best q of the scales: \(RateText.short(cost.total)) of the total, "
          + "and ε_n + \(RateText.short(cost.epsilonShift))"
      } ?? ""
    var table = TextTable(
      [
        "layer", "weights d", "σ² per weight", "C per node", "closed form", "excess", "log-normal μ", "ω", "v", "slab",
        "spike", "pruned",
      ], leftAligned: [0])
    for (index, layer) in value.layers.enumerated() {
      let cost = layer.nodeCost
      table.add(
        ["\(index)"]
          + [layer.weightCount, value.radii.variances[index], cost.value, cost.closedFormUpper].map(RateText.short)
          + [excess(cost.closedFormUpper, over: cost.value)]
          + [cost.mu, cost.omega, cost.weightVariance, layer.slab, layer.spike, layer.pruned].map(RateText.short))
    }
    return """
        KL budget at Δ² = \(RateText.short(value.radii.squaredRadius)), \(value.parametrisation.rawValue), \
      \(value.fanIn.rawValue) fan-in, in nats
        total \(RateText.short(value.total)) = slab \(RateText.short(value.slabTotal)) \
      + spike \(RateText.short(value.spikeTotal)) + pruned \(RateText.short(value.prunedTotal))\(shared)
        closed form \(RateText.short(value.closedFormTotal)), \
      \(excess(value.closedFormTotal, over: value.total)) more;   \
      misfit nΔ²/(2σ_e²) = \(RateText.short(budget.misfit)) at σ_e = \(RateText.short(budget.noiseDeviation))\(logNormals)

      \(table.text())
      """
  }

  /// Totals over many sample sizes, three columns a slab.
  static func sweepTable(_ results: [RateCommand.Result]) -> String {
    var table = TextTable(
      ["n"]
        + results.flatMap { result in
          ["KL \(result.rate.slab.kind.abbreviation)", "closed form", "Δ²"]
        }, leftAligned: [])
    for index in results[0].budgets.indices {
      let cells = results.flatMap { result in
        let value = result.budgets[index].value
        return [
          RateText.short(value.total), "+\(excess(value.closedFormTotal, over: value.total))",
          RateText.short(value.radii.squaredRadius),
        ]
      }
      table.add([RateText.whole(results[0].bounds[index].sampleSize)] + cells)
    }
    return "KL budgets in nats\n" + table.text(indentation: "")
  }

  /// How loose a closed form is; what only rounding tells apart counts as equal.
  private static func excess(_ closedForm: Double, over exact: Double) -> String {
    let excess = closedForm / exact - 1
    return String(format: "%.2g %%", abs(excess) < 1e-12 ? 0 : 100 * excess)
  }
}
