import Foundation
import GSL

/// The prior of the nodes of one layer: each is on with probability λ, and then has `slab` (THEORY.md 2).
public struct SpikeAndSlabPrior: Hashable, Sendable {
  public let slab: SlabPrior
  /// ν = −log λ, which stays a number where λ underflows; nil for no spike: every node is on (2.5).
  public let negativeLogInclusionProbability: Double?

  /// - Throws: `GSLError.domain` for a slab parameter or ν that is not positive and finite.
  public init(slab: SlabPrior, negativeLogInclusionProbability: Double?) throws(GSLError) {
    try slab.validate()
    if let nu = negativeLogInclusionProbability {
      try requirePositive(nu, "negative log of a prior inclusion probability")
    }
    self.slab = slab
    self.negativeLogInclusionProbability = negativeLogInclusionProbability
  }

  /// λ; 1 without a spike.
  public var inclusionProbability: Double { exp(-(negativeLogInclusionProbability ?? 0)) }

  /// KL of q(z = 1) = sigmoid(`logit`) against λ; nil without a spike, where there is no indicator.
  public func inclusionDivergence(logit: Double) throws(GSLError) -> BernoulliDivergence? {
    guard let nu = negativeLogInclusionProbability else { return nil }
    return try BernoulliDivergence(inclusionLogit: logit, negativeLogPrior: nu)
  }
}

extension SlabPrior {
  /// The shape of the group lasso's τ² ~ Gamma(k/2 + 1, ς²/2) for a node with `fanIn` = k inputs and a bias (2.2).
  public static func groupLassoShape(fanIn: Int) -> Double { 0.5 * Double(fanIn) + 1 }

  /// Throws `GSLError.domain` unless every parameter is positive and finite.
  public func validate() throws(GSLError) {
    try requirePositive(standardDeviation, "standard deviation of a slab")
    switch self {
    case .gaussian: break
    case .groupLasso(_, .fixed(let rate)): try requirePositive(rate, "rate parameter ς² of a group lasso")
    case .groupLasso(_, .proportional(let kappa)): try requirePositive(kappa, "rate per weight κ of a group lasso")
    case .groupLasso(_, .hyperprior(let shape, let rate)):
      try requirePositive(shape, "shape of the hyperprior of ς²")
      try requirePositive(rate, "rate of the hyperprior of ς²")
    case .groupHorseshoe(_, let local, let global, let cap):
      try requirePositive(local, "local scale of a horseshoe")
      try requirePositive(global, "global scale of a horseshoe")
      if let cap { try requirePositive(cap, "cap of a horseshoe") }
    }
  }
}
