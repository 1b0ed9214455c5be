/// A hidden layer's activation ψ, with the two properties that the theory reads (THEORY.md 6.7).
public enum Activation: String, CaseIterable, Sendable {
  case relu, tanh, silu, identity

  /// sup |ψ'|, the Lipschitz constant K_ψ.
  public var lipschitzConstant: Double {
    switch self {
    case .relu, .tanh, .identity: 1
    case .silu: 1.0998393201288669
    }
  }

  /// ψ(0): what a pruned node outputs.
  public var valueAtZero: Double { 0 }
}
