/// The quantities that reference files hold, each with the code of this project that it checks.
package enum Oracle: String, CaseIterable, Sendable {
  case divergences = "kl_closed_forms"
  case rates
  case activations
  case empirical
  case gradients = "elbo_gradients"

  /// Our numbers for one case, in the shape of its `expected`.
  func evaluate(_ inputs: JSONValue, as precision: Precision) throws -> JSONValue {
    switch self {
    case .divergences: try .object(ClosedFormDivergenceOracle.evaluate(inputs: inputs).mapValues(JSONValue.number))
    case .rates: try RateOracle.evaluate(inputs: inputs)
    case .activations: try ActivationOracle.evaluate(inputs: inputs)
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
    self == .gradients && path.first?.hasPrefix("gradient") == true ? .largestOfArray : .eachNumber
  }

  /// The number type of a check.
  enum Precision: String, Sendable {
    case double
    /// What training uses; its relative tolerance is `Precision.floatTolerance`, whatever the file says.
    case float

    static let floatTolerance = 1e-4
  }
}
