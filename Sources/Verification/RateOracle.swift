import Contraction
import NetworkShape
import Priors

/// The quantities of an oracle file `rates`: THEORY.md 6.1–6.3, 6.6 and 6.7 from the inputs of one case.
///
/// The file states the papers' rate, without the L log K_ψ that a steep activation adds, so K_ψ = 1 here whatever the
/// activation; only the conditions see that. It also has topologies that are no topology, to be told so by a condition.
package enum RateOracle {
  package static func evaluate(inputs: JSONValue) throws -> JSONValue {
    let bound = RateBound(
      try RateInputs(oracle: inputs, approximationError: inputs.number("xi"), lipschitzConstant: 1))
    let conditions = ConditionInputs(
      activation: try Activation(name: inputs.string("activation")), minimumConstant: try inputs.number("c_min"),
      maximumConstant: try inputs.number("c_max"),
      topologyIsValid: try isValid(inputs.integers("k"), inputs.integers("s"), bound.inputs.rowNorms))
    let verdicts = RegularityCondition.ids(for: bound.inputs.slab).map { id in
      (id.rawValue, JSONValue.bool(RegularityCondition.verdict(on: id, for: bound, with: conditions).holds))
    }
    let hidden = bound.layers.dropLast()
    return .object([
      "x": .numbers(bound.layers.map(\.effectiveStrength)),
      "u": .numbers(bound.layers.map(\.u)),
      "sum_u": .number(bound.sumU),
      "common": .numbers(bound.layers.map(\.common)),
      "g": .numbers(bound.layers.map(\.strengthCost)),
      "theta": .numbers(bound.layers.map(\.theta)),
      "r": .numbers(bound.layers.map(\.r)),
      "sum_r": .number(bound.sumR),
      "eps2": .number(bound.epsilonSquared),
      "eps": .numberOrNull(bound.epsilon),
      "neg_log_lambda": .array(hidden.map { .numberOrNull($0.negativeLogInclusion) }),
      "neg_log_one_minus_lambda": .array(hidden.map { .numberOrNull($0.negativeLogExclusion) }),
      "u_eps": .numberOrNull(bound.sumUTimesEpsilon),
      "sieve": bound.sieve.map(encode) ?? .null,
      "predicates": .object(Dictionary(uniqueKeysWithValues: verdicts)),
    ])
  }

  private static func isValid(_ widths: [Int], _ activeNodes: [Int], _ rowNorms: [Double]) -> Bool {
    guard let topology = try? Topology(widths: widths) else { return false }
    return (try? WeightBounds(activeNodes: activeNodes, rowNorms: rowNorms, topology: topology)) != nil
  }

  private static func encode(_ sieve: Sieve) -> JSONValue {
    .object([
      "s": .numbers(sieve.activeNodes),
      "B": .numbers(sieve.rowNorms),
      "eta": .numbers(sieve.meshes),
      "log_covering": .number(sieve.logCoveringNumber),
      "entropy_ratio": .number(sieve.entropyRatio),
    ])
  }
}

extension SlabPrior {
  /// The slab of an oracle case: `{"kind": "IG" | "GL" | "GHS", "sigma0", "varsigma2", "kappa", "A", "s", "c"}`, and
  /// `hyper_c`, `hyper_d` where the hyperprior is not Gamma(4, 2).
  init(oracle prior: JSONValue) throws {
    let deviation = try prior.number("sigma0")
    switch try prior.string("kind") {
    case "IG": self = .gaussian(standardDeviation: deviation)
    case "GL": self = .groupLasso(standardDeviation: deviation, rateParameter: try Self.rateParameter(of: prior))
    case "GHS":
      self = .groupHorseshoe(
        standardDeviation: deviation, localScale: try prior.number("A"), globalScale: try prior.number("s"),
        cap: SlabPrior.Cap(try prior.numberOrNull("c")))
    case let kind:
      throw JSONValueError.unexpected(key: "kind", found: "'\(kind)'", expected: "IG, GL or GHS")
    }
  }

  private static func rateParameter(of prior: JSONValue) throws -> RateParameter {
    switch try prior.value("varsigma2") {
    case .string("proportional"): .proportional(try prior.number("kappa"))
    case .string("hyper"):
      .hyperprior(
        shape: prior.has("hyper_c") ? try prior.number("hyper_c") : 4,
        rate: prior.has("hyper_d") ? try prior.number("hyper_d") : 2)
    case .number(let value): .fixed(value)
    case let other:
      throw JSONValueError.unexpected(
        key: "varsigma2", found: "\(other)", expected: "'proportional', 'hyper' or a number")
    }
  }
}

extension JSONValue {
  static func numbers(_ values: [Double]) -> JSONValue { .array(values.map(numberOrNull)) }

  /// JSON has no infinities and no NaN: they are null, as in the oracle files.
  static func numberOrNull(_ value: Double?) -> JSONValue {
    guard let value, value.isFinite else { return .null }
    return .number(value)
  }
}
