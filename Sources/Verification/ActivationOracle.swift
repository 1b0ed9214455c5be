import NetworkShape

/// The quantities of an oracle file `activations`: what the conditions of THEORY.md 6.7 read.
package enum ActivationOracle {
  package static func evaluate(inputs: JSONValue) throws -> JSONValue {
    let activation = try Activation(name: inputs.string("activation"))
    return .object([
      "lipschitz": .number(activation.lipschitzConstant),
      "zero_at_zero": .bool(activation.valueAtZero == 0),
      "one_lipschitz": .bool(activation.lipschitzConstant <= 1),
    ])
  }
}
