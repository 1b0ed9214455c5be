/// Whether training had arrived: how much one more fine-tuning, its learning rate started afresh, raised the evidence
/// bound.
///
/// Both bounds are evaluated on all training rows with the same draws, so their difference has a small Monte Carlo
/// error. Converged: `rise` − 2 standard errors ≤ 1 % of the KL.
public struct Convergence: Equatable, Codable, Sendable {
  /// Nats gained, with their Monte Carlo standard error.
  public let rise: Double
  public let standardError: Double
  /// 1 % of the KL, in nats.
  public let tolerance: Double

  public var isConverged: Bool { rise - 2 * standardError <= tolerance }

  init(from before: EvidenceBound, to after: EvidenceBound) {
    let differences = zip(after.draws, before.draws).map { $0 - $1 }
    rise = after.value - before.value
    standardError = EvidenceBound.standardError(differences)
    tolerance = 0.01 * after.divergence
  }
}
