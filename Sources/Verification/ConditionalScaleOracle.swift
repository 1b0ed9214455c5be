import Priors

/// The quantities of an oracle file `conditional_scale`: the exact law of a node's squared scale given its weights, and
/// the best log-normals for it (THEORY.md 4.6, 4.7).
package enum ConditionalScaleOracle {
  /// - Parameter inputs: of one case; `target` selects the law, `gig` or `horseshoe`.
  /// - Returns: an object with every number that a case of this target can list; an infinite moment is null.
  /// - Throws: `JSONValueError` for inputs that are missing, `GSLError` or `LogNormalFitError` for values
  ///   outside of a domain.
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
      ].merging(encode(.generalisedInverseGaussian(law))) { first, _ in first })
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
      ].merging(encode(.horseshoeConditional(law))) { first, _ in first })
    case let target:
      throw JSONValueError.unexpected(key: "target", found: "'\(target)'", expected: "gig or horseshoe")
    }
  }

  private static func encode(_ law: ScaleLaw) throws(LogNormalFitError) -> [String: JSONValue] {
    let reverse = try LogNormalError(of: law, by: .reverse)
    let forward = try LogNormalFit.fit(.forward, to: law)
    return [
      "reverse": .object([
        "mu": .number(reverse.mu),
        "omega": .number(reverse.omega),
        "kl": .number(reverse.klReverse),
        "tv": .number(reverse.totalVariation),
        "hellinger": .number(reverse.hellinger),
        "kolmogorov": .number(reverse.kolmogorov),
        "n_crossings": .number(Double(reverse.densityCrossings.count)),
      ]),
      "forward": .object([
        "mu": .number(forward.mu),
        "omega": .number(forward.omega),
        "kl": .number(forward.divergence),
      ]),
    ]
  }
}
