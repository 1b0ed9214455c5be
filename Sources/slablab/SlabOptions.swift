import ArgumentParser
import Priors

/// The flags that set a slab's hyperparameters, whichever slabs a command takes.
struct SlabOptions: ParsableArguments {
  @Option(
    help: "σ₀, the standard deviation of a slab weight before its scale. (default: 1)",
    transform: ArgumentParsing.number)
  var slabSd: Double?

  @Option(
    help: """
      ς² of the group lasso: proportional:κ for ς² = κ (k_l + 1), fixed:V, or hyper for its own prior. \
      (default: proportional:1)
      """,
    transform: ArgumentParsing.rateParameter)
  var rateParameter: SlabPrior.RateParameter?

  @Option(help: "c of the group horseshoe; none for no cap. (default: 1)", transform: ArgumentParsing.cap)
  var cap: Double?

  @Option(
    help: "A, the scale of the horseshoe's local half-Cauchy. (default: 1)", transform: ArgumentParsing.number)
  var localScale: Double?

  @Option(
    help: "s₀, the scale of the horseshoe's global half-Cauchy. (default: 1)", transform: ArgumentParsing.number)
  var globalScale: Double?

  /// The slab of this kind.
  func slab(_ kind: SlabKind) -> SlabPrior {
    let slabSd = slabSd ?? 1
    switch kind {
    case .gaussian: return .gaussian(standardDeviation: slabSd)
    case .groupLasso:
      return .groupLasso(standardDeviation: slabSd, rateParameter: rateParameter ?? .proportional(1))
    case .groupHorseshoe:
      return .groupHorseshoe(
        standardDeviation: slabSd, localScale: localScale ?? 1, globalScale: globalScale ?? 1,
        cap: SlabPrior.Cap(cap == .infinity ? nil : cap ?? 1))
    }
  }
}
