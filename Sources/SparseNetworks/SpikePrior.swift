/// Which weights of the hidden layers can be exactly 0 under the prior (THEORY.md 2). The output layer has a slab alone.
public enum SpikePrior: Codable, Hashable, Sendable {
  /// No indicator: the slab alone, everywhere.
  case none
  /// One indicator a hidden node, which multiplies all its incoming weights and its bias: the papers'.
  case node(InclusionPrior)
  /// One indicator a weight or bias of the hidden layers, as the papers on edge selection have it.
  case edge(InclusionPrior)

  /// Fixed probabilities of nodes, as −log λ_l for l = 0, …, L−1.
  public static func node(negativeLog: [Double]) -> SpikePrior { .node(.fixed(negativeLog: negativeLog)) }
  /// Fixed probabilities of edges, as −log λ_l for l = 0, …, L−1.
  public static func edge(negativeLog: [Double]) -> SpikePrior { .edge(.fixed(negativeLog: negativeLog)) }

  public var isPresent: Bool { self != .none }
  /// Whether indicators are of single weights.
  public var isOfEdges: Bool { if case .edge = self { true } else { false } }

  public var inclusion: InclusionPrior? {
    switch self {
    case .none: nil
    case .node(let prior), .edge(let prior): prior
    }
  }
}
