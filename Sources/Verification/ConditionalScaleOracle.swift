import Priors

/// The quantities of an oracle file `conditional_scale`: the exact law of a node's squared scale given its weights, and
/// the best log-normals for it (THEORY.md 4.6, 4.7).
package enum ConditionalScaleOracle {
  /// - Parameter inputs: of one case; `target` selects the law, `gig` or `horseshoe`.
  /// - Returns: an object with every number that a case of this target can list; an infinite moment is null.
  /// - Throws: `JSONValueError` for inputs that are missing, `GSLError` for values outside of a domain.
  package static func evaluate(inputs: JSONValue) throws -> JSONValue {
    switch try inputs.string("target") {
    case "gig":
      let law = try GeneralisedInverseGaussian(
        order: inputs.number("p"), alpha: inputs.number("alpha"), beta: inputs.number("beta"))
      return try .object([
        "log_normaliser": .number(law.logNormaliser),
        "mean_x": .numberOrNull(law.moment(1)),
        "mean_inv_x": .numberOrNull(law.moment(-1)),
        "mean_x2": .numberOrNull(law.moment(2)),
        "mean_log_x": .number(law.meanLog),
        "var_log_x": .number(law.varianceLog),
      ].merging(encode(law.logNormalFit())) { first, _ in first })
    case "horseshoe":
      let law = try HorseshoeConditional(
        dimension: inputs.integer("d"), squaredNorm: inputs.number("W"), localScale: inputs.number("A"),
        globalScale: inputs.number("s"), cap: inputs.numberOrNull("c"))
      return try .object([
        "log_normaliser": .number(law.logNormaliser),
        "mean_treg2": .numberOrNull(law.meanSquaredScale),
        "mean_inv_treg2": .numberOrNull(law.meanInverseSquaredScale),
        "mean_log_t2": .number(law.meanLog),
        "var_log_t2": .number(law.varianceLog),
      ].merging(encode(law.logNormalFit())) { first, _ in first })
    case let target:
      throw JSONValueError.unexpected(key: "target", found: "'\(target)'", expected: "gig or horseshoe")
    }
  }

  private static func encode(_ fit: ConditionalScaleFit) -> [String: JSONValue] {
    [
      "reverse": .object([
        "mu": .number(fit.reverse.mu),
        "omega": .number(fit.reverse.omega),
        "kl": .number(fit.reverse.divergence),
        "tv": .number(fit.totalVariation),
        "hellinger": .number(fit.hellinger),
        "kolmogorov": .number(fit.kolmogorov),
        "n_crossings": .number(Double(fit.numberOfCrossings)),
      ]),
      "forward": .object([
        "mu": .number(fit.forward.mu),
        "omega": .number(fit.forward.omega),
        "kl": .number(fit.forward.divergence),
      ]),
    ]
  }
}
