import Foundation
import GSL

/// The shape a of a Gamma or inverse Gamma, with the two functions of it that a log-normal's KL needs: both are slow,
/// and one shape serves all nodes of a layer at every step of training.
public struct GammaShape: Hashable, Sendable {
  /// a.
  public let value: Double
  let logarithm, stirlingRemainder: Double

  /// - Throws: `GSLError.domain` unless `value` is positive and finite.
  public init(_ value: Double) throws(GSLError) {
    try requirePositive(value, "shape of a Gamma")
    self.init(positive: value)
  }

  /// k/2 + 1, of the group lasso's τ² for a node with `groupLassoFanIn` = k ≥ 0 inputs and a bias.
  public init(groupLassoFanIn: Int) { self.init(positive: SlabPrior.groupLassoShape(fanIn: groupLassoFanIn)) }

  /// Of a number that is known to be positive and finite.
  init(positive value: Double) {
    self.value = value
    logarithm = log(value)
    stirlingRemainder = Priors.stirlingRemainder(value)
  }

  /// ½, of the two factors of a squared half-Cauchy.
  static let half = GammaShape(positive: 0.5)

  /// log Γ(a), by Stirling's formula and what that leaves out.
  package var logGamma: Double { (value - 0.5) * logarithm - value + 0.5 * log(2 * .pi) + stirlingRemainder }
}
