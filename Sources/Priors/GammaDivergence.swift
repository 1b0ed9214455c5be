import Foundation
import GSL

/// KL(Gamma(α, β) ‖ Gamma(a, b)), shapes and rates; of inverse Gammas with the same numbers too, by x ↦ 1/x.
///
///     (α − a) ψ(α) − log Γ(α) + log Γ(a) + a log(β/b) + α (b − β)/β
///
/// With a random prior rate b, of which log b and b have known means, the mean KL: log b and b enter linearly.
public struct GammaDivergence: Equatable, Sendable {
  public let value: Double

  /// - Throws: `GSLError.domain` unless all four are positive and finite.
  public init(shape alpha: Double, rate beta: Double, priorShape a: Double, priorRate b: Double) throws(GSLError) {
    try requirePositive(b, "rate of a Gamma")
    try self.init(shape: alpha, rate: beta, priorShape: a, meanLogPriorRate: log(b), meanPriorRate: b)
  }

  /// - Throws: `GSLError.domain` unless the logarithm is finite and the others are positive and finite.
  public init(
    shape alpha: Double, rate beta: Double, priorShape a: Double, meanLogPriorRate: Double, meanPriorRate: Double
  ) throws(GSLError) {
    try requirePositive(alpha, "shape of a Gamma")
    try requirePositive(beta, "rate of a Gamma")
    try requireFinite(meanLogPriorRate, "mean log rate of a Gamma")
    try requirePositive(meanPriorRate, "rate of a Gamma")
    value = try (alpha - a) * digamma(alpha) - logGamma(alpha) + logGamma(a)
      + a * (log(beta) - meanLogPriorRate) + alpha * (meanPriorRate / beta - 1)
  }
}
