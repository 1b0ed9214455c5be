/// A hidden layer's activation ψ, with the two properties that the theory reads (THEORY.md 6.7).
///
/// The raw value is the name that a user types (`leaky-relu`). Rates can be computed for all of them; networks train
/// those with `isTrainable`.
public enum Activation: String, CaseIterable, Codable, Sendable {
  case relu
  /// max(x, x/100).
  case leakyRelu = "leaky-relu"
  /// x for x > 0, eˣ − 1 below.
  case elu
  case tanh
  case sigmoid
  /// log(1 + eˣ).
  case softplus
  /// x / (1 + |x|).
  case softsign
  case sin
  case identity
  /// x · sigmoid(x).
  case silu
  /// x Φ(x), with the exact normal distribution function.
  case gelu
  /// x tanh(softplus(x)).
  case mish

  /// The activation that a user names.
  ///
  /// - Throws: `ShapeError` that lists the names, if there is none called so.
  public init(name: String) throws(ShapeError) {
    guard let activation = Activation(rawValue: name) else {
      throw ShapeError(name: "activation", value: "'\(name)'", needs: "one of \(Self.list(of: Self.allCases))")
    }
    self = activation
  }

  /// sup |ψ'|, the Lipschitz constant K_ψ.
  public var lipschitzConstant: Double {
    switch self {
    case .relu, .leakyRelu, .elu, .tanh, .softplus, .softsign, .sin, .identity: 1
    case .sigmoid: 0.25
    case .silu: 1.0998393201288669
    case .gelu: 1.1289041451851548  // Φ(√2) + √2 φ(√2): ψ'' = (2 − x²) φ(x) vanishes at √2
    case .mish: 1.0884981612518617  // at x = 1.4905711794854285
    }
  }

  /// ψ(0): what a pruned node outputs.
  public var valueAtZero: Double { value(at: 0) }

  /// Whether networks with this activation can be trained.
  public var isTrainable: Bool {
    switch self {
    case .relu, .leakyRelu, .elu, .tanh, .softplus, .silu, .gelu, .identity: true
    default: false
    }
  }

  /// - Throws: `ShapeError` that lists the trainable activations, if this is none of them.
  public func requireTrainable() throws(ShapeError) {
    guard isTrainable else {
      let trainable = Self.list(of: Self.allCases.filter(\.isTrainable))
      throw ShapeError(
        name: "activation", value: "'\(rawValue)', for which only rates can be computed",
        needs: "one of \(trainable) to train a network")
    }
  }

  private static func list(of activations: [Activation]) -> String {
    activations.map(\.rawValue).joined(separator: ", ")
  }
}
