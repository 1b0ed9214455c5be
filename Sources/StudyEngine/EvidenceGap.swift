import Foundation

/// A fit's evidence bound against that of another q of the same model and data, both from posterior draws.
///
/// Both are lower bounds on one log evidence, so that a fit below the other has not found the best q: its radius tells of the
/// optimiser, not of the posterior.
package struct EvidenceGap: Sendable, Equatable {
  /// The fit's bound less the other's, in nats.
  package let value: Double
  /// Monte Carlo standard error of `value`.
  package let standardError: Double
  /// Whether the fit is lower by more than two standard errors and 1 % of its KL, the rise that convergence allows too.
  package let isShort: Bool

  /// - Parameter divergence: the KL of the fit.
  package init(
    fit: Double, fitError: Double, divergence: Double, other: Double, otherError: Double
  ) {
    value = fit - other
    standardError = hypot(fitError, otherError)
    isShort = -value - 2 * standardError > 0.01 * divergence
  }
}
