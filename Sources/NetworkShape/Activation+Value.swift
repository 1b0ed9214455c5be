import Foundation

extension Activation {
  /// ψ(x), from the definition; the training kernels' versions are tested against it.
  public func value(at x: Double) -> Double {
    switch self {
    case .relu: max(x, 0)
    case .leakyRelu: max(x, x / 100)
    case .elu: x > 0 ? x : expm1(x)
    case .tanh: Foundation.tanh(x)
    case .sigmoid: logistic(x)
    case .softplus: max(x, 0) + log1p(exp(-abs(x)))  // log(1 + eˣ), which overflows as written
    case .softsign: x / (1 + abs(x))
    case .sin: Foundation.sin(x)
    case .identity: x
    case .silu: x * logistic(x)
    case .gelu: x * normalCumulative(x)
    case .mish: x * Foundation.tanh(Activation.softplus.value(at: x))
    }
  }

  /// ψ'(x); at a kink, the slope on its left.
  public func derivative(at x: Double) -> Double {
    switch self {
    case .relu: x > 0 ? 1 : 0
    case .leakyRelu: x > 0 ? 1 : 0.01
    case .elu: x > 0 ? 1 : exp(x)
    case .tanh: squaredSecant(x)
    case .sigmoid: logistic(x) * logistic(-x)
    case .softplus: logistic(x)
    case .softsign: 1 / ((1 + abs(x)) * (1 + abs(x)))
    case .sin: cos(x)
    case .identity: 1
    case .silu: logistic(x) * (1 + x * logistic(-x))
    case .gelu: normalCumulative(x) + x * exp(-0.5 * x * x) / (2 * Double.pi).squareRoot()
    case .mish:
      // ψ = x tanh s, s = softplus x, s' = logistic x.
      Foundation.tanh(Activation.softplus.value(at: x))
        + x * squaredSecant(Activation.softplus.value(at: x)) * logistic(x)
    }
  }
}

/// 1/(1 + e⁻ˣ), 0 where e⁻ˣ overflows.
private func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

/// 1/cosh² x, where 1 − tanh² x would cancel.
private func squaredSecant(_ x: Double) -> Double { 1 / (cosh(x) * cosh(x)) }

/// Φ(x), without cancellation in the left tail.
private func normalCumulative(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }
