import Foundation
import NetworkShape
import Priors

/// One condition of the contraction theorem at one sample size (THEORY.md 6.7).
public struct RegularityCondition: Sendable, Equatable {
  /// The conditions, by the names that files and the command line use.
  public enum ID: String, CaseIterable, Sendable {
    case topologyValid = "topology_valid"
    case activationOneLipschitz = "activation_one_lipschitz"
    case activationZeroAtZero = "activation_zero_at_zero"
    case thetaPositive = "theta_positive"
    case epsBelowOne = "eps_below_one"
    case nEps2AtLeastOne = "n_eps2_at_least_one"
    case uEpsBelowOne = "u_eps_below_one"
    case lambdaSparseEnough = "lambda_sparse_enough"
    case lambdaNotTooSparse = "lambda_not_too_sparse"
    case lambdaSpikeCostSmall = "lambda_spike_cost_small"
    case entropyWithinBudget = "entropy_within_budget"
    /// Of the group horseshoe only.
    case strengthWithinSlabCap = "strength_within_slab_cap"

    /// The condition as a formula.
    public var formula: String {
      switch self {
      case .topologyValid: "L ≥ 1, 1 ≤ s_l ≤ k_{l+1}, s_L = k_{L+1}, B_l > 0"
      case .activationOneLipschitz: "sup |ψ'| ≤ 1"
      case .activationZeroAtZero: "ψ(0) = 0"
      case .thetaPositive: "min θ_l > 0"
      case .epsBelowOne: "ε_n < 1"
      case .nEps2AtLeastOne: "n ε_n² ≥ 1"
      case .uEpsBelowOne: "ε_n Σ u_l < 1"
      case .lambdaSparseEnough: "−log λ_l ≥ log k_{l+1} + c_min (k_l+1) θ_l"
      case .lambdaNotTooSparse: "−log λ_l ≤ c_max (k_l+1) θ_l"
      case .lambdaSpikeCostSmall: "−log(1−λ_l) ≤ c_max (s_l/k_{l+1}) (k_l+1) θ_l"
      case .entropyWithinBudget: "log N(ε_n) ≤ n ε_n²"
      case .strengthWithinSlabCap: "max x_l ≤ c² σ₀²"
      }
    }

    /// Whether the formula bounds its left side from below.
    var isLowerBound: Bool {
      switch self {
      case .thetaPositive, .nEps2AtLeastOne, .lambdaSparseEnough: true
      default: false
      }
    }

    /// Whether a larger sample can make the condition true or false.
    var dependsOnSampleSize: Bool {
      switch self {
      case .topologyValid, .activationOneLipschitz, .activationZeroAtZero, .strengthWithinSlabCap: false
      default: true
      }
    }
  }

  public let id: ID
  public let holds: Bool
  /// The left side of `formula`, in the layer with the least to spare; nil if undefined or no number.
  public let value: Double?
  /// The right side there; nil if there is none (an uncapped horseshoe's cap).
  public let bound: Double?
  /// The smallest n from 2 to 10⁶⁰ at which the condition holds, everything else as it is. Found on a grid of 20 points
  /// a decade, then exactly; if ξ > 0 it need not hold at every larger n. nil if there is none, and for conditions
  /// that n does not enter.
  public let smallestSampleSize: Double?

  public var formula: String { id.formula }

  /// How much is to spare: the distance of the two sides of `formula`, negative where it fails; nil unless both are
  /// defined. What must be equal has nothing to spare.
  public var margin: Double? {
    guard let value, let bound else { return nil }
    if id == .activationZeroAtZero { return 0 - abs(value - bound) }
    return id.isLowerBound ? value - bound : bound - value
  }
}

extension RegularityCondition {
  /// A condition's verdict without the search for the smallest n.
  package struct Verdict: Equatable {
    package let holds: Bool
    package let value: Double?
    package let bound: Double?

    init(_ value: Double?, _ relation: (Double, Double) -> Bool, _ bound: Double) {
      holds = value.map { relation($0, bound) } ?? false
      self.value = value
      self.bound = bound
    }

    init(holds: Bool, value: Double? = nil) {
      self.holds = holds
      self.value = value
      bound = nil
    }
  }

  /// The conditions that this slab has, in the order of THEORY.md 6.7.
  package static func ids(for slab: SlabPrior) -> [ID] {
    ID.allCases.filter { $0 != .strengthWithinSlabCap || slab.kind == .groupHorseshoe }
  }

  package static func verdict(on id: ID, for rate: RateBound, with inputs: ConditionInputs) -> Verdict {
    switch id {
    case .topologyValid: return Verdict(holds: inputs.topologyIsValid)
    case .activationOneLipschitz: return Verdict(inputs.activation.lipschitzConstant, <=, 1)
    case .activationZeroAtZero: return Verdict(inputs.activation.valueAtZero, ==, 0)
    case .thetaPositive: return Verdict(rate.layers.map(\.theta).min(), >, 0)
    case .epsBelowOne: return Verdict(rate.epsilon, <, 1)
    case .nEps2AtLeastOne: return Verdict(rate.sampleSize * rate.epsilonSquared, >=, 1)
    case .uEpsBelowOne: return Verdict(rate.sumUTimesEpsilon, <, 1)
    case .lambdaSparseEnough, .lambdaNotTooSparse, .lambdaSpikeCostSmall:
      return inclusionVerdict(on: id, for: rate, with: inputs)
    case .entropyWithinBudget: return Verdict(rate.sieve?.entropyRatio, <=, 1)
    case .strengthWithinSlabCap:
      let strongest = rate.layers.map(\.effectiveStrength).max()
      guard let cap = rate.inputs.slab.cappedVariance else { return Verdict(holds: true, value: strongest) }
      return Verdict(strongest, <=, cap)
    }
  }

  /// The verdict in the hidden layer with the least to spare.
  private static func inclusionVerdict(on id: ID, for rate: RateBound, with inputs: ConditionInputs) -> Verdict {
    let verdicts = rate.layers.indices.dropLast().map { index -> (spare: Double, verdict: Verdict) in
      let layer = rate.layers[index]
      let nodes = rate.inputs.widths[index + 1]
      let groupSize = rate.inputs.widths[index] + 1
      let verdict =
        switch id {
        case .lambdaSparseEnough:
          Verdict(
            layer.negativeLogInclusion, >=, log(nodes) + inputs.minimumConstant * groupSize * layer.theta)
        case .lambdaNotTooSparse:
          Verdict(layer.negativeLogInclusion, <=, inputs.maximumConstant * groupSize * layer.theta)
        default:
          Verdict(
            layer.negativeLogExclusion, <=,
            inputs.maximumConstant * rate.inputs.activeNodes[index] / nodes * groupSize * layer.theta)
        }
      guard let value = verdict.value, let bound = verdict.bound else { return (-.infinity, verdict) }
      return (id.isLowerBound ? value - bound : bound - value, verdict)
    }
    return verdicts.min { $0.spare < $1.spare }?.verdict ?? Verdict(holds: true)
  }
}
