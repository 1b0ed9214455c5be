import GSL
import Priors

/// Our values for the cases of `kl_closed_forms.json`: the closed-form KL terms with their derivatives (THEORY.md 3).
package enum ClosedFormDivergenceOracle {
  /// A term that the file names and we do not know.
  package struct UnknownKind: Error, Equatable, CustomStringConvertible {
    package let kind: String
    package var description: String { "unknown kind of closed form '\(kind)'" }
  }

  /// What the case's `expected` should hold, by the same names.
  ///
  /// - Throws: `UnknownKind`, `JSONValueError` for missing inputs, `GSLError` for inputs outside of a domain.
  package static func evaluate(inputs: JSONValue) throws -> [String: Double] {
    let kind = try inputs.string("kind")
    guard let evaluate = terms[kind] else { throw UnknownKind(kind: kind) }
    return try evaluate(inputs)
  }

  private static let terms: [String: @Sendable (JSONValue) throws -> [String: Double]] = [
    "bernoulli": { inputs in
      let kl = try BernoulliDivergence(
        inclusionLogit: inputs.number("theta"), negativeLogPrior: inputs.number("neg_log_lambda"))
      return [
        "gamma": kl.inclusionProbability, "kl": kl.value, "d_gamma": kl.dProbability, "d_theta": kl.dLogit,
        "d_neg_log_lambda": kl.dNegativeLogPrior,
      ]
    },
    "gaussian": { inputs in
      let kl = try GaussianDivergence(
        mean: inputs.number("m"), standardDeviation: inputs.number("sd"),
        priorStandardDeviation: inputs.number("sigma0"))
      return [
        "kl": kl.value, "d_m": kl.dMean, "d_sd": kl.dStandardDeviation, "d_sigma0": kl.dPriorStandardDeviation,
      ]
    },
    "ln_gamma": { inputs in
      let kl = try LogNormalGammaDivergence(
        mu: inputs.number("mu"), omega: inputs.number("omega"), shape: inputs.number("a"), rate: inputs.number("b"))
      return try ["kl": kl.value, "d_mu": kl.dMu, "d_omega": kl.dOmega, "d_a": kl.dShape, "d_b": kl.dRate]
    },
    "ln_invgamma": { inputs in
      let kl = try LogNormalInverseGammaDivergence(
        mu: inputs.number("mu"), omega: inputs.number("omega"), shape: inputs.number("a"), scale: inputs.number("b"))
      return try ["kl": kl.value, "d_mu": kl.dMu, "d_omega": kl.dOmega, "d_a": kl.dShape, "d_b": kl.dScale]
    },
    "ln_gamma_ln_rate": { inputs in
      let kl = try LogNormalGammaRandomRateDivergence(
        mu: inputs.number("mu"), omega: inputs.number("omega"), shape: inputs.number("a"),
        rateMu: inputs.number("rate_mu"), rateOmega: inputs.number("rate_omega"))
      return [
        "kl": kl.value, "d_mu": kl.dMu, "d_omega": kl.dOmega, "d_rate_mu": kl.dRateMu,
        "d_rate_omega": kl.dRateOmega, "d_a": try kl.dShape,
      ]
    },
    "halfcauchy_pair": { inputs in
      let kl = try HalfCauchyPairDivergence(
        muA: inputs.number("mu_a"), omegaA: inputs.number("omega_a"), muB: inputs.number("mu_b"),
        omegaB: inputs.number("omega_b"), scale: inputs.number("A"))
      return [
        "kl": kl.value, "kl_a": kl.gammaValue, "kl_b": kl.inverseGammaValue, "d_mu_a": kl.dMuA,
        "d_omega_a": kl.dOmegaA, "d_mu_b": kl.dMuB, "d_omega_b": kl.dOmegaB, "d_A": kl.dScale,
        "product_mu": kl.productMu, "product_omega": kl.productOmega, "log_tau_mean": kl.productMu / 2,
        "log_tau_sd": kl.productOmega / 2,
      ]
    },
    "ln_halfcauchy_squared": { inputs in
      let kl = try HalfCauchySquaredDivergence(
        mu: inputs.number("mu"), omega: inputs.number("omega"), scale: inputs.number("A"))
      return ["kl": kl.value, "d_mu": kl.dMu, "d_omega": kl.dOmega]
    },
    "slab_gl_centred": { try centredSlab($0, cap: nil) },
    "slab_ghs_centred_reg": { try centredSlab($0, cap: $0.numberOrNull("c")) },
    "binary_concrete": { inputs in
      let theta = try inputs.number("theta")
      let draw = try BinaryConcrete(
        logit: theta, temperature: inputs.number("T"), uniform: inputs.number("u"))
      return [
        "y": draw.relaxed, "z_hard": draw.isOn ? 1 : 0, "dy_dtheta": draw.derivative,
        "log_density": draw.logDensity, "prob_hard_one": sigmoid(theta),
      ]
    },
    "regularised_scale": { inputs in
      let scale = try RegularisedScale(
        local: inputs.number("tau"), global: inputs.number("s"), cap: inputs.numberOrNull("c"))
      return ["t_reg": scale.value, "dlog_treg_dlog_tau": scale.dLogLocal, "dlog_treg_dlog_c": scale.dLogCap]
    },
    "softplus": { inputs in
      let rho = try inputs.number("rho")
      return ["sigma": softplus(rho), "d_rho": sigmoid(rho)]
    },
  ]

  private static func centredSlab(_ inputs: JSONValue, cap: Double?) throws -> [String: Double] {
    let kl = try CentredSlabDivergence(
      mean: inputs.number("m"), standardDeviation: inputs.number("sd"),
      priorStandardDeviation: inputs.number("sigma0"), mu: inputs.number("mu"), omega: inputs.number("omega"),
      cap: cap)
    return [
      "kl": kl.value, "d_m": kl.dMean, "d_sd": kl.dStandardDeviation, "d_mu": kl.dMu, "d_omega": kl.dOmega,
    ]
  }
}
