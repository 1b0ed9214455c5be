import Contraction
import Foundation
import Priors

/// The quantities of an oracle file `growth`: rates along power laws of n, and the references (THEORY.md 8).
package enum GrowthOracle {
  package static func evaluate(inputs: JSONValue) throws -> JSONValue {
    let n = try inputs.number("n")
    guard try inputs.string("regime") != "minimax_reference" else {
      let exponent = try ReferenceRate.minimaxExponent(
        smoothness: inputs.number("beta"), dimension: inputs.number("dimension"))
      return .object([
        "exponent": .number(exponent), "value": .number(pow(n, exponent)),
        "parametric": .number(ContractionRate.parametricReference(at: n)),
      ])
    }
    let approximationError = try inputs.number("xi_coef")
    let regime = try GrowthRegime(
      widths: laws(inputs, "k"), activeNodes: laws(inputs, "s").dropLast(), rowNorms: laws(inputs, "B"),
      approximationError: approximationError == 0
        ? nil : .power(coefficient: approximationError, exponent: -inputs.number("xi_exp")),
      slab: SlabPrior(oracle: inputs.value("prior")))
    return .object([
      "eps2": .number(try regime.bound(at: n).epsilonSquared),
      "local_slope": .numberOrNull(try regime.localSlope(at: n, halfWidth: inputs.number("h"))),
      "exponent": .numberOrNull(regime.asymptoticSlope),
      "layer_exponents": .numbers(regime.layerExponents ?? []),
      "log10_n_eps_one": .numberOrNull(try regime.log10SampleSizeAtUnitRate()),
    ])
  }

  private static func laws(_ inputs: JSONValue, _ name: String) throws -> [GrowthLaw] {
    let coefficients = try inputs.numbers("\(name)_coef")
    let exponents = try inputs.numbers("\(name)_exp")
    guard coefficients.count == exponents.count, !coefficients.isEmpty else {
      throw JSONValueError.unexpected(
        key: "\(name)_coef, \(name)_exp", found: "lists of \(coefficients.count) and \(exponents.count)",
        expected: "two lists of the same length")
    }
    return zip(coefficients, exponents).map { .power(coefficient: $0, exponent: $1) }
  }
}
