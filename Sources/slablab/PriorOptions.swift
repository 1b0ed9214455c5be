import ArgumentParser
import Priors

/// The flags that describe slabs, shared by the commands that compare them.
struct PriorOptions: ParsableArguments {
  @Option(
    help: "gaussian, group-lasso, group-horseshoe (ig, gl, ghs), several with commas, or all. (default: all)",
    transform: ArgumentParsing.slabKinds)
  var slab: [SlabKind]?

  @OptionGroup var hyperparameters: SlabOptions

  /// The slabs asked for.
  var slabs: [SlabPrior] { (slab ?? SlabKind.allCases).map(hyperparameters.slab) }
}
