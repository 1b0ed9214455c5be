/// The prior probability λ_l that an indicator of hidden layer l is 1.
public enum InclusionPrior: Codable, Hashable, Sendable {
  /// −log λ_l, one a hidden layer: λ may be far below what a `Double` holds.
  case fixed(negativeLog: [Double])
  /// One λ_l ~ Beta(a, b) for each hidden layer, learned: q(λ_l) = Beta(a + Σγ, b + Σ(1 − γ)), which is the best there
  /// is given the γ of the layer, so that it has no parameters of its own.
  case beta(Double, Double)
}
