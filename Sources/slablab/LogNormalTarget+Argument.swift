import Priors
import StudyEngine

extension LogNormalTarget {
  static let names = allCases.map(\.rawValue).joined(separator: ", ")

  /// A target by its name.
  init(name: String) throws(ArgumentError) {
    guard let target = Self(rawValue: name) else {
      throw ArgumentError("'\(name)' is not a target; there are \(Self.names)")
    }
    self = target
  }

  /// What --sweep-width k stands for; nil where a width means nothing.
  var meaningOfWidth: String? {
    switch parameterOfWidth {
    case "shape": "--shape is k/2 + 1, as of a group lasso's scale"
    case .some(let name): "--\(name) is k + 1"
    case nil: nil
    }
  }

  /// What the KL of a reverse fit is in a network's budget (docs/THEORY.md 7.3, 7.10); nil where it is nothing.
  var priceOfReverseFit: String? {
    switch self {
    case .gamma: "KL(LN ‖ law) is what a pruned group-lasso node pays for its scale"
    case .groupLassoConditional: "KL(LN ‖ law) is what an active node pays for a log-normal scale (centred family)"
    case .horseshoeConditional:
      "KL(LN ‖ law) is what an active node would pay for one log-normal (centred family); its two factors pay more"
    case .halfCauchyProduct: "a pruned horseshoe node pays the KL of both factors, 1 − log 2 = 0.3069 nats"
    case .inverseGamma, .halfCauchy: nil
    }
  }
}

extension LogNormalFit.Kind {
  static let names = allCases.map(\.rawValue).joined(separator: ", ")

  /// A kind by its name.
  init(name: String) throws(ArgumentError) {
    guard let kind = Self(rawValue: name) else {
      throw ArgumentError("'\(name)' is not a fit; there are \(Self.names)")
    }
    self = kind
  }
}
