import Foundation
import NetworkShape
import Testing

/// ψ itself, written once more from its definition, so that the two constants can be measured.
private func value(_ activation: Activation, _ x: Double) -> Double {
  switch activation {
  case .relu: max(x, 0)
  case .leakyRelu: max(x, x / 100)
  case .elu: x > 0 ? x : expm1(x)
  case .tanh: tanh(x)
  case .sigmoid: 1 / (1 + exp(-x))
  case .softplus: log1p(exp(x))
  case .softsign: x / (1 + abs(x))
  case .sin: sin(x)
  case .identity: x
  case .silu: x / (1 + exp(-x))
  case .gelu: x * erfc(-x / 2.0.squareRoot()) / 2
  case .mish: x * tanh(log1p(exp(x)))
  }
}

@Suite struct ActivationTests {
  @Test("the Lipschitz constant is the steepest slope, and ψ(0) the value at 0", arguments: Activation.allCases)
  func constants(activation: Activation) {
    #expect(activation.valueAtZero == value(activation, 0))
    // Central differences with step 1e-5 err by some 1e-10; steps of 0.001 between them miss a smooth maximum by 1e-6,
    // softplus's supremum at infinity by e^-20 and softsign's kink at 0 by 1e-5.
    let step = 1e-5
    let steepest = stride(from: -20.0, through: 20, by: 0.001).map { x in
      abs(value(activation, x + step) - value(activation, x - step)) / (2 * step)
    }.max()!
    #expect(abs(steepest - activation.lipschitzConstant) < 2e-5)
  }

  @Test func namesAreThoseThatUsersType() throws {
    #expect(try Activation(name: "leaky-relu") == .leakyRelu)
    let error = #expect(throws: ShapeError.self) { try Activation(name: "swish") }
    #expect(error?.description.contains("'swish'; it must be one of relu, leaky-relu, elu,") == true)
  }

  @Test("networks train what the kernels have, and refuse the others by name")
  func trainable() throws {
    let others: [Activation] = [.sigmoid, .softsign, .sin, .mish]
    #expect(Activation.allCases.filter { !$0.isTrainable } == others)
    try Activation.silu.requireTrainable()
    let error = #expect(throws: ShapeError.self) { try Activation.mish.requireTrainable() }
    #expect(
      error?.description
        == "activation is 'mish', for which only rates can be computed; "
        + "it must be one of relu, leaky-relu, elu, tanh, softplus, identity, silu, gelu to train a network"
    )
  }
}
