/// The family of q for each random scale: which approximation is made, apart from independence.
public enum ScaleFamily: String, CaseIterable, Codable, Sendable {
  /// Log-normal factors: the papers' (THEORY.md 3.1).
  case logNormal = "log-normal"
  /// The prior's own: a Gamma for a Gamma, an inverse Gamma for an inverse Gamma.
  case gamma
  /// No distribution: log τ² is a number, charged minus the prior's log density of log τ² there.
  case point
}
