import Foundation
import GSL

/// KL(LN(μ, ω²) ‖ Gamma(a, b)), shape a and rate b (THEORY.md 3.6).
///
///     log Γ(a) − a log b − aμ + bM − log ω − ½ log 2πe,   M = e^{μ + ω²/2}
///
/// Its minimum over μ and ω is R(a) > 0, `stirlingRemainder`.
public struct LogNormalGammaDivergence: Equatable, Sendable {
  public let value: Double
  /// ∂μ, ∂ω and ∂b of the value.
  public let dMu, dOmega, dRate: Double

  private let mu, logRate, shape: Double

  /// - Throws: `GSLError.domain` unless μ is finite and the others are positive and finite.
  public init(mu: Double, omega: Double, shape: Double, rate: Double) throws(GSLError) {
    try self.init(mu: mu, omega: omega, shape: GammaShape(shape), rate: rate)
  }

  /// The same for a shape prepared once for many calls.
  public init(mu: Double, omega: Double, shape: GammaShape, rate: Double) throws(GSLError) {
    try requirePositive(rate, "rate of a Gamma")
    try self.init(mu: mu, omega: omega, shape: shape, logRate: log(rate))
  }

  /// The same for a rate given by its logarithm.
  init(mu: Double, omega: Double, shape: GammaShape, logRate: Double) throws(GSLError) {
    try requireFinite(mu, "mu of a log-normal")
    try requirePositive(omega, "omega of a log-normal")
    let a = shape.value
    // With x = log(bM/a) the sum above is R(a) + a(eˣ − 1 − x) + ½(t − 1 − log t), t = aω²: three parts, none of them
    // negative, where the terms as written cancel down from a log a.
    let x = logRate + mu + 0.5 * omega * omega - shape.logarithm
    let t = a * omega * omega
    value = shape.stirlingRemainder + a * exponentialExcess(x) + 0.5 * exponentialExcess(log(t))
    dMu = a * expm1(x)
    dOmega = (t * exp(x) - 1) / omega
    dRate = a * exp(-logRate) * expm1(x)
    (self.mu, self.logRate, self.shape) = (mu, logRate, a)
  }

  /// ∂a of the value; computed on demand, since training never asks for it and digamma is slow.
  public var dShape: Double {
    get throws(GSLError) { try digamma(shape) - logRate - mu }
  }
}

/// KL(LN(μ, ω²) ‖ InvGamma(a, b)), shape a and scale b: 1/X turns it into `LogNormalGammaDivergence` at −μ.
public struct LogNormalInverseGammaDivergence: Equatable, Sendable {
  public let value: Double
  /// ∂μ, ∂ω and ∂b of the value.
  public let dMu, dOmega, dScale: Double

  private let reciprocal: LogNormalGammaDivergence

  /// - Throws: `GSLError.domain` unless μ is finite and the others are positive and finite.
  public init(mu: Double, omega: Double, shape: Double, scale: Double) throws(GSLError) {
    try self.init(mu: mu, omega: omega, shape: GammaShape(shape), scale: scale)
  }

  /// The same for a shape prepared once for many calls.
  public init(mu: Double, omega: Double, shape: GammaShape, scale: Double) throws(GSLError) {
    try requireFinite(mu, "mu of a log-normal")
    try requirePositive(scale, "scale of an inverse Gamma")
    reciprocal = try LogNormalGammaDivergence(mu: -mu, omega: omega, shape: shape, rate: scale)
    value = reciprocal.value
    dMu = -reciprocal.dMu
    dOmega = reciprocal.dOmega
    dScale = reciprocal.dRate
  }

  /// ∂a of the value, on demand.
  public var dShape: Double {
    get throws(GSLError) { try reciprocal.dShape }
  }
}

/// E KL(LN(μ, ω²) ‖ Gamma(a, ς²/2)) over ς² ~ LN(m, v²): a group-lasso scale under the hyperprior (THEORY.md 3.7).
///
/// The KL of q(ς²) itself is paid once per network, by `LogNormalGammaDivergence`.
public struct LogNormalGammaRandomRateDivergence: Equatable, Sendable {
  public let value: Double
  /// ∂μ, ∂ω, ∂m and ∂v of the value.
  public let dMu, dOmega, dRateMu, dRateOmega: Double

  private let atMeanRate: LogNormalGammaDivergence
  private let rateOmega: Double

  /// - Throws: `GSLError.domain` unless both mu are finite and the others positive and finite.
  public init(mu: Double, omega: Double, shape: Double, rateMu: Double, rateOmega: Double) throws(GSLError) {
    try self.init(mu: mu, omega: omega, shape: GammaShape(shape), rateMu: rateMu, rateOmega: rateOmega)
  }

  /// The same for a shape prepared once for many calls.
  public init(mu: Double, omega: Double, shape: GammaShape, rateMu m: Double, rateOmega v: Double) throws(GSLError) {
    try requireFinite(m, "mu of a random rate")
    try requirePositive(v, "omega of a random rate")
    // Only E log ς²/2 = m − log 2 and log E ς²/2, which is v²/2 more, enter: the KL at the mean rate, plus a v²/2.
    atMeanRate = try LogNormalGammaDivergence(
      mu: mu, omega: omega, shape: shape, logRate: m + 0.5 * v * v - log(2))
    rateOmega = v
    value = atMeanRate.value + 0.5 * shape.value * v * v
    dMu = atMeanRate.dMu
    dOmega = atMeanRate.dOmega
    dRateMu = atMeanRate.dMu
    dRateOmega = v * (atMeanRate.dMu + shape.value)
  }

  /// ∂a of the value, on demand.
  public var dShape: Double {
    get throws(GSLError) { try atMeanRate.dShape + 0.5 * rateOmega * rateOmega }
  }
}
