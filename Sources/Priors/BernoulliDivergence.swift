import Foundation
import GSL

/// KL(Ber(γ) ‖ Ber(λ)) of a node's indicator, with γ given by its logit ϑ and λ by ν = −log λ (THEORY.md 3.4).
///
///     γ (log γ + ν) + (1 − γ) {log(1 − γ) − log(1 − e^{−ν})}
///
/// λ itself may be 10⁻⁵⁰ or far below what a `Double` holds.
public struct BernoulliDivergence: Equatable, Sendable {
  public let value: Double
  /// γ.
  public let inclusionProbability: Double
  /// ∂γ, ∂ϑ and ∂ν of the value.
  public let dProbability, dLogit, dNegativeLogPrior: Double

  /// - Throws: `GSLError.domain` unless `inclusionLogit` (ϑ) is finite and `negativeLogPrior` (ν) positive and finite.
  public init(inclusionLogit theta: Double, negativeLogPrior nu: Double) throws(GSLError) {
    try requireFinite(theta, "logit of an inclusion probability")
    try requirePositive(nu, "negative log of a prior inclusion probability")
    let gamma = sigmoid(theta)
    let complement = sigmoid(-theta)
    let priorLogit = -nu - log1mExp(nu)
    let delta = theta - priorLogit
    // (1 − λ)/(1 − γ)-ratios are powers of e^δ: all three forms are one identity, each where it loses no digits.
    value =
      if abs(delta) < 1 {
        delta >= 0
          ? gamma * delta + log1p(gamma * expm1(-delta)) : -complement * delta + log1p(complement * expm1(delta))
      } else if theta <= 0 {
        gamma * delta - softplus(theta) - log1mExp(nu)
      } else {
        -complement * delta - softplus(-theta) + nu
      }
    inclusionProbability = gamma
    dProbability = delta
    dLogit = gamma * complement * delta
    // (γ − λ)/(1 − λ) without the difference; λ/(1 − λ) = 1/(e^ν − 1).
    dNegativeLogPrior = delta >= 0 ? -gamma * expm1(-delta) : complement * expm1(delta) / expm1(nu)
  }
}
