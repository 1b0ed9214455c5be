import Foundation
import GSL

/// KL(LN(μ, ω²) ‖ Gamma(a, b)), shape a and rate b (THEORY.md 3.6).
///
///     log Γ(a) − a log b − aμ + bM − log ω − ½ log 2πe,   M = e^{μ + ω²/2}
///
/// Its minimum over μ and ω is R(a) > 0, `stirlingRemainder`.
public struct LogNormalGammaDivergence: Equatable, Sendable {
  public let value: Double
  /// ∂μ, ∂ω, ∂a and ∂b of the value.
  public let dMu, dOmega, dShape, dRate: Double

  /// - Throws: `GSLError.domain` unless μ is finite and the others are positive and finite.
  public init(mu: Double, omega: Double, shape: Double, rate: Double) throws(GSLError) {
    try requirePositive(rate, "rate of a Gamma")
    try self.init(mu: mu, omega: omega, shape: shape, logRate: log(rate))
  }

  /// The same for a rate given by its logarithm.
  init(mu: Double, omega: Double, shape a: Double, logRate: Double) throws(GSLError) {
    try requireFinite(mu, "mu of a log-normal")
    try requirePositive(omega, "omega of a log-normal")
    try requirePositive(a, "shape of a Gamma")
    // With x = log(bM/a) the sum above is R(a) + a(eˣ − 1 − x) + ½(t − 1 − log t), t = aω²: three parts, none of them
    // negative, where the terms as written cancel down from a log a.
    let x = logRate + mu + 0.5 * omega * omega - log(a)
    let t = a * omega * omega
    value = stirlingRemainder(a) + a * exponentialExcess(x) + 0.5 * exponentialExcess(log(t))
    dMu = a * expm1(x)
    dOmega = (t * exp(x) - 1) / omega
    dShape = try digamma(a) - logRate - mu
    dRate = a * exp(-logRate) * expm1(x)
  }
}

/// KL(LN(μ, ω²) ‖ InvGamma(a, b)), shape a and scale b: 1/X turns it into `LogNormalGammaDivergence` at −μ.
public struct LogNormalInverseGammaDivergence: Equatable, Sendable {
  public let value: Double
  /// ∂μ, ∂ω, ∂a and ∂b of the value.
  public let dMu, dOmega, dShape, dScale: Double

  /// - Throws: `GSLError.domain` unless μ is finite and the others are positive and finite.
  public init(mu: Double, omega: Double, shape: Double, scale: Double) throws(GSLError) {
    try requireFinite(mu, "mu of a log-normal")
    try requirePositive(scale, "scale of an inverse Gamma")
    let reciprocal = try LogNormalGammaDivergence(mu: -mu, omega: omega, shape: shape, rate: scale)
    value = reciprocal.value
    dMu = -reciprocal.dMu
    dOmega = reciprocal.dOmega
    dShape = reciprocal.dShape
    dScale = reciprocal.dRate
  }
}

/// E KL(LN(μ, ω²) ‖ Gamma(a, ς²/2)) over ς² ~ LN(m, v²): a group-lasso scale under the hyperprior (THEORY.md 3.7).
///
/// The KL of q(ς²) itself is paid once per network, by `LogNormalGammaDivergence`.
public struct LogNormalGammaRandomRateDivergence: Equatable, Sendable {
  public let value: Double
  /// ∂μ, ∂ω, ∂m, ∂v and ∂a of the value.
  public let dMu, dOmega, dRateMu, dRateOmega, dShape: Double

  /// - Throws: `GSLError.domain` unless both mu are finite and the others positive and finite.
  public init(mu: Double, omega: Double, shape: Double, rateMu m: Double, rateOmega v: Double) throws(GSLError) {
    try requireFinite(m, "mu of a random rate")
    try requirePositive(v, "omega of a random rate")
    // Only E log ς²/2 = m − log 2 and log E ς²/2, which is v²/2 more, enter: the KL at the mean rate, plus a v²/2.
    let atMeanRate = try LogNormalGammaDivergence(
      mu: mu, omega: omega, shape: shape, logRate: m + 0.5 * v * v - log(2))
    value = atMeanRate.value + 0.5 * shape * v * v
    dMu = atMeanRate.dMu
    dOmega = atMeanRate.dOmega
    dRateMu = atMeanRate.dMu
    dRateOmega = v * (atMeanRate.dMu + shape)
    dShape = atMeanRate.dShape + 0.5 * v * v
  }
}
