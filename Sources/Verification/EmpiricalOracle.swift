import Foundation
import Simulation

/// Our values of the quantities in `empirical` oracle files (THEORY.md 9).
package enum EmpiricalOracle {
  /// - Parameter inputs: of one case; `kind` selects the quantity.
  /// - Returns: an object with every number that a case of this kind can list.
  /// - Throws: `JSONValueError` for inputs that are missing, and the quantity's own error for values it refuses.
  package static func evaluate(inputs: JSONValue) throws -> JSONValue {
    let kind = try inputs.string("kind")
    switch kind {
    case "radius": return try radius(inputs)
    case "hellinger_gaussian_regression": return try hellinger(inputs)
    case "wls_loglog": return try slope(inputs)
    case "node_recovery": return try nodeRecovery(inputs)
    default:
      throw JSONValueError.unexpected(
        key: "kind", found: "\"\(kind)\"",
        expected: "radius, hellinger_gaussian_regression, wls_loglog or node_recovery")
    }
  }

  private static func radius(_ inputs: JSONValue) throws -> JSONValue {
    let radii = try inputs.numbers("distances")
    let ordered = try OrderStatistics(radii)
    let bound = try inputs.number("M") * inputs.number("eps")
    return .object([
      "quantiles": .array(try inputs.numbers("probs").map { .number(ordered.quantile($0)) }),
      "mass_outside": .number(try EmpiricalContraction.massOutside(bound, radii: radii)),
    ])
  }

  private static func hellinger(_ inputs: JSONValue) throws -> JSONValue {
    let distance = try RegressionDistance(
      deviations: inputs.numbers("delta"), noiseStandardDeviation: inputs.number("sigma"))
    return .object([
      "hellinger2": .number(distance.squaredHellinger),
      "l2_squared": .number(distance.squaredL2),
      "kl": .number(distance.klDivergence),
      "lower_bound_factor": .number(distance.lowerBoundFactor),
    ])
  }

  private static func slope(_ inputs: JSONValue) throws -> JSONValue {
    let line = try LogLogSlope(
      sampleSizes: inputs.numbers("n"), logRadii: inputs.numbers("radius").map { log($0) },
      standardErrors: inputs.numbers("se_log_radius"))
    return .object([
      "slope": .number(line.slope),
      "intercept": .number(line.intercept),
      "slope_se": .number(line.standardError),
      "chi2": .number(line.chiSquared),
    ])
  }

  private static func nodeRecovery(_ inputs: JSONValue) throws -> JSONValue {
    let recovery = try NodeRecovery(
      inclusionProbabilities: inputs.numbers("gamma"), truth: inputs.integers("truth").map { $0 == 1 },
      threshold: inputs.number("threshold"))
    return .object([
      "selected": .number(Double(recovery.selected)),
      "true_positive": .number(Double(recovery.truePositives)),
      "false_positive": .number(Double(recovery.falsePositives)),
      "false_negative": .number(Double(recovery.falseNegatives)),
      "precision": recovery.precision.map { .number($0) } ?? .null,
      "recall": recovery.recall.map { .number($0) } ?? .null,
      "f1": recovery.f1.map { .number($0) } ?? .null,
      "hamming": .number(Double(recovery.hammingDistance)),
      "exact": .bool(recovery.isExact),
      "expected_hamming": .number(recovery.expectedHammingDistance),
    ])
  }
}
