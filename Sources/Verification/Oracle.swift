/// The quantities that reference files hold, each with the code of this project that it checks.
package enum Oracle: String, CaseIterable, Sendable {
  case divergences = "kl_closed_forms"
  case rates
  case activations
  case growth
  case conditionalScale = "conditional_scale"
  case logNormalErrors = "ln_scale_errors"
  case budgets = "kl_budgets"
  case empirical
  case gradients = "elbo_gradients"

  /// The inputs that a case of this quantity may have; another key is a typing mistake.
  var inputKeys: Set<String> {
    switch self {
    case .divergences:
      [
        "A", "T", "a", "b", "c", "kind", "m", "mu", "mu_a", "mu_b", "neg_log_lambda", "omega", "omega_a", "omega_b",
        "rate_mu", "rate_omega", "rho", "s", "sd", "sigma0", "tau", "theta", "u",
      ]
    case .rates: ["B", "C", "L", "M2", "activation", "c_max", "c_min", "k", "n", "prior", "s", "topology", "xi"]
    case .activations: ["activation"]
    case .growth:
      [
        "B_coef", "B_exp", "L", "beta", "dimension", "h", "k_coef", "k_exp", "n", "prior", "regime", "s_coef", "s_exp",
        "xi_coef", "xi_exp",
      ]
    case .conditionalScale: ["A", "W", "alpha", "beta", "c", "d", "p", "s", "target"]
    case .logNormalErrors: ["A", "a", "b", "fit", "quantile_probabilities", "tail_probabilities", "target"]
    case .budgets:
      [
        "B", "C", "L", "M2", "delta2", "fan_in", "k", "lipschitz", "n", "parametrisation", "prior", "s", "sigma_e",
        "topology",
      ]
    case .empirical:
      [
        "M", "delta", "distances", "eps", "gamma", "kind", "n", "probs", "radius", "se_log_radius", "sigma",
        "threshold", "truth",
      ]
    case .gradients:
      [
        "activation", "c", "estimator", "global_scale", "likelihood", "local_scale", "n", "noise", "noise_sd",
        "parameters", "prior", "prior_inclusion", "rate", "relaxation", "sigma0", "spike", "temperature", "widths",
        "x", "y",
      ]
    }
  }

  /// Our numbers for one case, in the shape of its `expected`.
  func evaluate(_ inputs: JSONValue, as precision: Precision) throws -> JSONValue {
    switch self {
    case .divergences: try .object(ClosedFormDivergenceOracle.evaluate(inputs: inputs).mapValues(JSONValue.number))
    case .rates: try RateOracle.evaluate(inputs: inputs)
    case .activations: try ActivationOracle.evaluate(inputs: inputs)
    case .growth: try GrowthOracle.evaluate(inputs: inputs)
    case .conditionalScale: try ConditionalScaleOracle.evaluate(inputs: inputs)
    case .logNormalErrors: try LogNormalErrorOracle.evaluate(inputs: inputs)
    case .budgets: try KLBudgetOracle.evaluate(inputs: inputs)
    case .empirical: try EmpiricalOracle.evaluate(inputs: inputs)
    case .gradients:
      switch precision {
      case .double: try GradientOracle<Double>.evaluate(inputs: inputs)
      case .float: try GradientOracle<Float>.evaluate(inputs: inputs)
      }
    }
  }

  /// The number types in which a file of this quantity is checked.
  var precisions: [Precision] { self == .gradients ? [.double, .float] : [.double] }

  /// In what an array's error is measured: each number by itself, or all by the largest of the array.
  func measure(at path: [String]) -> OracleComparison.Measure {
    switch self {
    case .gradients: path.first?.hasPrefix("gradient") == true ? .largestOfArray : .eachNumber
    case .budgets: ["mu", "varsigma2_mu"].contains(path.last) ? .atLeastOne : .eachNumber
    default: .eachNumber
    }
  }

  /// With which of a case's relative tolerances a number is checked.
  func tolerance(at path: [String]) -> OracleFile.Tolerance {
    guard self == .budgets, let name = path.first == "layers" ? path.last : path.first else { return .value }
    return switch name {
    case "mu", "omega", "v", "varsigma2_mu", "varsigma2_omega": .minimiser
    case "cost", "closed_form_upper", "slab_total", "spike_total", "pruned_total", "shared_total": .part
    default: .value
    }
  }

  /// The number type of a check.
  enum Precision: String, Sendable {
    case double
    /// What training uses; its relative tolerance is `Precision.floatTolerance`, whatever the file says.
    case float

    static let floatTolerance = 1e-4
  }
}
