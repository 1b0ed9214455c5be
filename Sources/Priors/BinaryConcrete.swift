import Foundation
import GSL

/// One draw of the relaxed indicator of a node (THEORY.md 3.2).
///
///     y = sigmoid((ϑ + logit U)/T),  z = 1{y > ½}
///
/// z is exactly Ber(sigmoid ϑ), and is what a forward pass uses; the straight-through backward pass takes dy/dϑ for it.
public struct BinaryConcrete: Equatable, Sendable {
  /// y in [0, 1].
  public let relaxed: Double
  /// z.
  public let isOn: Bool
  /// dy/dϑ = y(1 − y)/T.
  public let derivative: Double

  private let theta, temperature: Double
  /// logit y.
  private let w: Double

  /// - Parameters:
  ///   - logit: ϑ, finite.
  ///   - temperature: T, positive and finite (the authors' 0.5).
  ///   - uniform: U, in (0, 1).
  /// - Throws: `GSLError.domain` otherwise.
  public init(logit theta: Double, temperature: Double = 0.5, uniform: Double) throws(GSLError) {
    try requireFinite(theta, "logit of an inclusion probability")
    try requirePositive(temperature, "temperature")
    try requireProbability(uniform)
    let noisyLogit = theta + logit(uniform)
    self.theta = theta
    self.temperature = temperature
    w = noisyLogit / temperature
    relaxed = sigmoid(w)
    isOn = noisyLogit > 0
    derivative = sigmoid(w) * sigmoid(-w) / temperature
  }

  /// log of the concrete density at y. An ELBO uses the exact Bernoulli instead, so no training step asks for it.
  public var logDensity: Double { Self.logDensity(logit: theta, temperature: temperature, atLogit: w) }

  /// log of Tα {y(1 − y)}^{−T−1} / (αy^{−T} + (1 − y)^{−T})², α = e^ϑ, at the y with logit y = w.
  static func logDensity(logit theta: Double, temperature: Double, atLogit w: Double) -> Double {
    let (minusLogY, minusLogComplement) = (softplus(-w), softplus(w))
    return log(temperature) + theta + (temperature + 1) * (minusLogY + minusLogComplement)
      - 2 * logSumExp([theta + temperature * minusLogY, temperature * minusLogComplement])
  }
}
