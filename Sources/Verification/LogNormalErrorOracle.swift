import Priors

/// The quantities of an oracle file `ln_scale_errors`: how far a log-normal is from the scale law that it was fitted to
/// (THEORY.md 4.1–4.5).
package enum LogNormalErrorOracle {
  /// - Parameter inputs: of one case; `target` selects the law, `gamma` or `halfcauchy_squared`, and `fit` the
  ///   log-normal, by the names of `LogNormalFit.Kind`.
  /// - Returns: an object with every number that a case of this target can list; an infinite distance is null.
  /// - Throws: `JSONValueError` for inputs that are missing or not known, `LogNormalFitError` for values outside of a
  ///   domain.
  package static func evaluate(inputs: JSONValue) throws -> JSONValue {
    let law = try ScaleLaw(oracle: inputs)
    let name = try inputs.string("fit")
    guard let kind = LogNormalFit.Kind(rawValue: name) else {
      let known = LogNormalFit.Kind.allCases.map(\.rawValue).joined(separator: ", ")
      throw JSONValueError.unexpected(key: "fit", found: "'\(name)'", expected: "one of \(known)")
    }
    let error = try LogNormalError(
      of: law, by: kind, tailProbabilities: inputs.numbers("tail_probabilities"),
      quantileProbabilities: inputs.numbers("quantile_probabilities"))
    var values: [String: JSONValue] = [
      "kl_reverse": .number(error.klReverse),
      "kl_forward": .number(error.klForward),
      "mu": .number(error.mu),
      "omega": .number(error.omega),
      "tv": .number(error.totalVariation),
      "hellinger": .number(error.hellinger),
      "kolmogorov": .number(error.kolmogorov),
      "density_crossings_log_x": .numbers(error.densityCrossings),
      "w1_log": .number(error.wassersteinOfLog),
      "w1_x": .numberOrNull(error.wasserstein),
      "w1_sqrt_x": .numberOrNull(error.wassersteinOfSquareRoot),
      "tail_ratio_upper": .numbers(error.upperTailRatios),
      "tail_ratio_lower": .numbers(error.lowerTailRatios),
      "quantile_log_error": .numbers(error.quantileLogErrors),
    ]
    if case .gamma(let shape, _) = law { values["stirling_remainder"] = .number(stirlingRemainder(shape)) }
    return .object(values)
  }
}

extension ScaleLaw {
  /// The law of an oracle case: `target` with `a` and `b`, or with `A`.
  fileprivate init(oracle inputs: JSONValue) throws(JSONValueError) {
    switch try inputs.string("target") {
    case "gamma": self = .gamma(shape: try inputs.number("a"), rate: try inputs.number("b"))
    case "halfcauchy_squared": self = .halfCauchySquared(scale: try inputs.number("A"))
    case let target:
      throw .unexpected(key: "target", found: "'\(target)'", expected: "gamma or halfcauchy_squared")
    }
  }
}
