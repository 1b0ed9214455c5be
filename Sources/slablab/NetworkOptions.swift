import ArgumentParser
import NetworkShape
import Priors
import SparseNetworks

/// The flags that say which network is fitted to a table.
struct NetworkOptions: ParsableArguments {
  @Option(help: "Widths of the hidden layers. (default: 20)", transform: ArgumentParsing.integers)
  var hidden = [20]

  @Option(
    help: "\(Activation.allCases.filter(\.isTrainable).map(\.rawValue).joined(separator: ", ")). (default: tanh)",
    transform: Activation.init(name:))
  var activation = Activation.tanh

  @Option(
    help: "gaussian, group-lasso or group-horseshoe (ig, gl, ghs). (default: group-horseshoe)",
    transform: ArgumentParsing.slabKind)
  var slab = SlabKind.groupHorseshoe

  @OptionGroup var hyperparameters: SlabOptions

  @Option(
    help: """
      λ, the prior probability that a hidden node is on: a number, its logarithm as log:-20, or none for no spike. \
      (default: log:-10)
      """,
    transform: ArgumentParsing.inclusion)
  var inclusion = ArgumentParsing.Inclusion.negativeLog(10)

  @Option(help: "σ_e, in the target's units. (default: learned)", transform: ArgumentParsing.number)
  var noiseSd: Double?

  /// The model in standard units, of which the target's own are `targetScale` times larger.
  func model(inputs: Int, targetScale: Double) throws -> NetworkModel {
    if let noiseSd, noiseSd <= 0 { throw ArgumentError("--noise-sd is \(noiseSd); it must be positive") }
    try activation.requireTrainable()
    let noise: Likelihood.Noise =
      noiseSd.map { .known(standardDeviation: $0 / targetScale) } ?? .learned(initialStandardDeviation: 0.5)
    let spike: SpikePrior =
      switch inclusion {
      case .negativeLog(let value): .node(negativeLog: hidden.map { _ in value })
      case .none: .none
      }
    return try NetworkModel(
      topology: Topology(widths: [inputs] + hidden + [1]), activation: activation,
      slab: hyperparameters.slab(slab), spike: spike, likelihood: .gaussian(noise: noise))
  }
}
