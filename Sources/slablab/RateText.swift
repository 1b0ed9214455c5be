import Contraction
import Foundation
import Priors
import Publishing

/// The rates of `slablab rate` as JSON, CSV and text.
enum RateText {
  typealias Result = RateCommand.Result

  /// `{"samples": n, "results": [one a slab], "crossovers": […]}`.
  static func json(
    _ results: [Result], _ crossovers: [RateCommand.LayerCrossover], sizeIndex: Int
  ) -> JSONText {
    let entries = results.map { result -> JSONText in
      let bound = result.bounds[sizeIndex]
      let members: KeyValuePairs<String, JSONText> = [
        "slab": .string(result.rate.slab.kind.rawValue),
        "eps": .number(bound.epsilon),
        "eps2": .number(bound.epsilonSquared),
        "xi": .number(bound.approximationError),
        "sum_r": .number(bound.sumR),
        "sum_u": .number(bound.sumU),
        "local_slope": .number(result.localSlopes[sizeIndex]),
        "layers": .array(bound.layers.enumerated().map(layer)),
        "conditions": .array(result.conditions[sizeIndex].map(condition)),
      ]
      guard !result.budgets.isEmpty else { return .object(members) }
      return .members(members + [(key: "budget", value: BudgetText.json(result.budgets[sizeIndex]))])
    }
    let crossovers = crossovers.map { one -> JSONText in
      .object([
        "layer": .integer(one.layer), "strength": .number(one.crossover.effectiveStrength),
        "below": .string(one.crossover.below.rawValue), "above": .string(one.crossover.above.rawValue),
      ])
    }
    let n = results.first?.bounds[sizeIndex].sampleSize
    let samples = n.flatMap(Int.init(exactly:)).map(JSONText.integer) ?? .number(n)
    return .object(["samples": samples, "results": .array(entries), "crossovers": .array(crossovers)])
  }

  private static func layer(_ index: Int, _ layer: RateBound.Layer) -> JSONText {
    .object([
      "layer": .integer(index),
      "effective_strength": .number(layer.effectiveStrength),
      "u": .number(layer.u),
      "theta": .number(layer.theta),
      "r": .number(layer.r),
      "neg_log_lambda": .number(layer.negativeLogInclusion),
      "neg_log_one_minus_lambda": .number(layer.negativeLogExclusion),
      "leading_term": .string(layer.leadingTerm.rawValue),
    ])
  }

  private static func condition(_ condition: RegularityCondition) -> JSONText {
    .object([
      "id": .string(condition.id.rawValue),
      "holds": .bool(condition.holds),
      "value": .number(condition.value),
      "bound": .number(condition.bound),
      "margin": .number(condition.margin),
      "smallest_n": .number(condition.smallestSampleSize),
    ])
  }

  /// A line for each slab and sample size; an undefined number is an empty field.
  static func csv(_ results: [Result]) -> String {
    let budgetColumns = results.contains { !$0.budgets.isEmpty } ? BudgetText.columns : []
    let header = ["slab", "samples", "eps", "eps2", "xi", "sum_r", "sum_u", "local_slope", "parametric"] + budgetColumns
    var lines = [header.joined(separator: ",")]
    for result in results {
      for (index, bound) in result.bounds.enumerated() {
        let parametric = ContractionRate.parametricReference(at: bound.sampleSize)
        let rate = [
          bound.epsilon, bound.epsilonSquared, bound.approximationError, bound.sumR, bound.sumU,
          result.localSlopes[index], parametric,
        ]
        let numbers = rate + (result.budgets.isEmpty ? [] : BudgetText.numbers(result.budgets[index]))
        let fields = numbers.map { number in number.flatMap { $0.isFinite ? "\($0)" : nil } ?? "" }
        lines.append(([result.rate.slab.kind.rawValue, whole(bound.sampleSize)] + fields).joined(separator: ","))
      }
    }
    return lines.joined(separator: "\n")
  }

  /// Everything about one sample size.
  static func report(_ results: [Result], _ crossovers: [RateCommand.LayerCrossover]) -> String {
    let reports = results.map { result in
      let bound = result.bounds[0]
      var text = """
        \(result.rate.slab.kind.rawValue) (\(result.rate.slab.kind.abbreviation)), n = \(whole(bound.sampleSize))

          ε_n = \(short(bound.epsilon))   \
        ε_n² = (Σr + ξ) Σu = (\(short(bound.sumR)) + \(short(bound.approximationError))) · \(short(bound.sumU))   \
        local slope \(short(result.localSlopes[0]))


        """
      if let note = note(on: result) { text += "  note: \(note)\n\n" }
      var layers = TextTable(
        ["layer", "strength x", "u", "θ", "r", "−log λ", "largest term of θ"], leftAligned: [0, 6])
      for (index, layer) in bound.layers.enumerated() {
        layers.add(
          ["\(index)"] + [layer.effectiveStrength, layer.u, layer.theta, layer.r].map { short($0) }
            + [short(layer.negativeLogInclusion), layer.leadingTerm.rawValue])
      }
      var conditions = TextTable(
        ["condition", "", "value", "bound", "margin", "smallest n", "formula"],
        leftAligned: [0, 1, 6])
      for one in result.conditions[0] {
        conditions.add([
          one.id.rawValue, one.holds ? "holds" : "fails", short(one.value), short(one.bound), short(one.margin),
          one.smallestSampleSize.map(whole) ?? "–", one.formula,
        ])
      }
      return ([text + layers.text(), conditions.text()] + result.budgets.map(BudgetText.report))
        .joined(separator: "\n\n")
    }
    return (reports + (crossovers.isEmpty ? [] : [self.crossovers(crossovers)])).joined(separator: "\n\n\n")
  }

  /// Which slab has the smaller θ on either side of each crossing.
  private static func crossovers(_ crossovers: [RateCommand.LayerCrossover]) -> String {
    var table = TextTable(["layer", "strength x", "smaller θ below", "smaller θ above"], leftAligned: [0, 2, 3])
    for one in crossovers {
      table.add([
        "\(one.layer)", short(one.crossover.effectiveStrength), one.crossover.below.rawValue,
        one.crossover.above.rawValue,
      ])
    }
    return "where one slab overtakes another\n\n" + table.text()
  }

  /// ε_n and its local slope over many sample sizes, a pair of columns a slab.
  static func sweepTable(_ results: [Result]) -> String {
    var table = TextTable(
      ["n"] + results.flatMap { ["ε_n \($0.rate.slab.kind.abbreviation)", "slope"] } + ["n^(-1/2)"], leftAligned: [])
    for index in results[0].bounds.indices {
      let n = results[0].bounds[index].sampleSize
      table.add(
        [whole(n)] + results.flatMap { [short($0.bounds[index].epsilon), short($0.localSlopes[index])] }
          + [short(ContractionRate.parametricReference(at: n))])
    }
    let slopes = results.map { "\($0.rate.slab.kind.abbreviation) \(short($0.sweepSlope))" }.joined(separator: ", ")
    let notes = results.compactMap { result in
      note(on: result).map { "note, \(result.rate.slab.kind.abbreviation): \($0)" }
    }
    let lines = [table.text(indentation: ""), "least-squares slope of log ε_n on log n: \(slopes)"] + notes
    let budgets = results[0].budgets.isEmpty ? [] : [BudgetText.sweepTable(results)]
    return ([lines.joined(separator: "\n")] + budgets).joined(separator: "\n\n")
  }

  /// What a reader must not overlook: where the bound says nothing.
  private static func note(on result: Result) -> String? {
    if result.bounds.contains(where: { $0.epsilon == nil }) {
      return "θ is not positive for such small bounds, so there is no rate."
    }
    guard let first = result.bounds.first(where: { ($0.epsilon ?? 0) >= 1 }) else { return nil }
    let smallest = result.conditions[0].first { $0.id == .epsBelowOne }?.smallestSampleSize
    let remedy = smallest.map { "it falls below 1 at n = \(whole($0))." } ?? "it stays so up to n = 1e60."
    return "ε_n ≥ 1, so the bound is void at n = \(whole(first.sampleSize)) (no Hellinger distance exceeds 1); "
      + remedy
  }

  static func short(_ value: Double?) -> String {
    value.map { String(format: "%.4g", $0) } ?? "–"
  }

  static func whole(_ n: Double) -> String {
    n < 1e7 ? String(format: "%.0f", n) : String(format: "%.4g", n)
  }
}
