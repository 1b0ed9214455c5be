import Contraction
import Priors

/// The quantities of an oracle file `kl_budgets`: radii, node costs and network totals of THEORY.md 7.
package enum KLBudgetOracle {
  package static func evaluate(inputs: JSONValue) throws -> JSONValue {
    let bound = RateBound(
      try RateInputs(oracle: inputs, approximationError: 0, lipschitzConstant: inputs.number("lipschitz")))
    let parametrisation = try parametrisation(of: inputs)
    let fanIn = try fanIn(of: inputs)
    let budget = try KLBudget(
      bound, radius: .squared(inputs.number("delta2")), parametrisation: parametrisation, fanIn: fanIn)
    let balanced = try KLBudget(
      bound, radius: .balanced(noiseDeviation: inputs.number("sigma_e")), parametrisation: parametrisation,
      fanIn: fanIn)
    return .object([
      "sigma2": .numbers(budget.radii.variances),
      "H": .numbers(budget.radii.inputMoments),
      "T2": .numbers(budget.radii.squaredTailConstants),
      "d": .numbers(budget.layers.map(\.weightCount)),
      "neg_log_lambda": .array(bound.layers.dropLast().map { .numberOrNull($0.negativeLogInclusion) }),
      "layers": .array(budget.layers.map { encode($0.nodeCost) }),
      "slab_total": .number(budget.slabTotal),
      "spike_total": .number(budget.spikeTotal),
      "pruned_total": .number(budget.prunedTotal),
      "shared_total": .number(budget.sharedTotal),
      "total": .number(budget.total),
      "varsigma2_mu": .numberOrNull(budget.squaredRate?.mu),
      "varsigma2_omega": .numberOrNull(budget.squaredRate?.omega),
      "delta2_balanced": .number(balanced.radii.squaredRadius),
    ])
  }

  private static func encode(_ cost: NodeCost) -> JSONValue {
    .object([
      "cost": .number(cost.value),
      "mu": .numberOrNull(cost.mu),
      "omega": .numberOrNull(cost.omega),
      "v": .number(cost.weightVariance),
      "closed_form_upper": .number(cost.closedFormUpper),
    ])
  }

  private static func parametrisation(of inputs: JSONValue) throws -> Parametrisation {
    switch try inputs.string("parametrisation") {
    case "noncentred": .nonCentred
    case "centred": .centred
    case let other:
      throw JSONValueError.unexpected(
        key: "parametrisation", found: "'\(other)'", expected: "noncentred or centred")
    }
  }

  private static func fanIn(of inputs: JSONValue) throws -> KLBudget.FanIn {
    let name = try inputs.string("fan_in")
    guard let fanIn = KLBudget.FanIn(rawValue: name) else {
      throw JSONValueError.unexpected(key: "fan_in", found: "'\(name)'", expected: "full or effective")
    }
    return fanIn
  }
}
