import Foundation
import GSL

/// KL(LN(μ, ω²) ‖ law of τ²), τ ~ C⁺(0, A): one log-normal for the whole squared scale (THEORY.md 3.7).
///
///     E log cosh((u − 2 log A)/2) + log 2π − log ω − ½ log 2πe,   u ~ N(μ, ω²)
public struct HalfCauchySquaredDivergence: Equatable, Sendable {
  public let value: Double
  /// ∂μ and ∂ω of the value.
  public let dMu, dOmega: Double

  /// - Throws: `GSLError.domain` unless μ is finite, A positive and finite, and 0 < ω ≤ 10⁴.
  public init(mu: Double, omega: Double, scale: Double) throws(GSLError) {
    try requirePositive(scale, "scale of a half-Cauchy")
    let expectation = try GaussianExpectation(mu: mu - 2 * log(scale), omega: omega)
    value = expectation { logCosh(0.5 * $0) } + 0.5 * log(2 * .pi) - 0.5 - log(omega)
    dMu = 0.5 * expectation { tanh(0.5 * $0) }
    dOmega = 0.5 * expectation.timesZ { tanh(0.5 * $0) } - 1 / omega
  }
}
