import NetworkShape
import Priors

extension ContractionRate {
  /// The KL budget of the class at sample size n, with the λ_l of the rate there (THEORY.md 7).
  ///
  /// - Parameters: as in `KLBudget`.
  /// - Throws: `RateError` as `bound(at:)` and `KLBudget` do, and for an activation with ψ(0) ≠ 0: the radii of
  ///   THEORY.md 7.1 count on pruned nodes that output 0, and 7.8 on weights from them that change nothing.
  public func budget(
    at n: Double, radius: KLBudget.Radius, parametrisation: Parametrisation = .nonCentred,
    fanIn: KLBudget.FanIn = .full
  ) throws(RateError) -> KLBudget {
    guard activation.valueAtZero == 0 else {
      throw RateError(
        name: "ψ(0) of the activation \(activation.rawValue)", value: "\(activation.valueAtZero)",
        needs: "0 for a KL budget, which counts on pruned nodes that output nothing")
    }
    return try KLBudget(bound(at: n), radius: radius, parametrisation: parametrisation, fanIn: fanIn)
  }
}
