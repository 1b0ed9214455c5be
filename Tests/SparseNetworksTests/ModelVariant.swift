import NetworkShape
import Priors

@testable import SparseNetworks

/// One combination of the model's axes.
struct ModelVariant: CustomStringConvertible, Sendable {
  var slab: SlabPrior = .groupHorseshoe()
  var spike: SpikePrior = .node(negativeLog: [2])
  var parametrisation: Parametrisation = .nonCentred
  var scaleFamily: ScaleFamily = .logNormal
  var likelihood: Likelihood = .gaussian(noise: .known(standardDeviation: 0.6))
  var activation: Activation = .tanh

  /// Every slab with every scale hierarchy.
  static let slabs: [SlabPrior] =
    [
      .gaussian(standardDeviation: 0.8), .groupLasso(rateParameter: .fixed(3)),
      .groupLasso(standardDeviation: 1.2, rateParameter: .proportional(0.7)), .groupLasso(),
    ]
    + [0.4, nil].flatMap { global in
      [SlabPrior.Cap.fixed(1.5), .none, .hyperprior()].map {
        .groupHorseshoe(standardDeviation: 1.1, localScale: 0.6, globalScale: global, cap: $0)
      }
    }

  static let likelihoods: [Likelihood] = [
    .gaussian(noise: .known(standardDeviation: 0.6)), .gaussian(noise: .learned(initialStandardDeviation: 1)),
    .categorical, .bernoulli,
  ]

  /// Spikes of one hidden layer.
  static let spikes: [SpikePrior] = [
    .none, .node(negativeLog: [2]), .edge(negativeLog: [2]), .node(.beta(1, 3)), .edge(.beta(0.5, 0.5)),
  ]

  /// All of them, for networks of one hidden layer.
  static let all: [ModelVariant] = slabs.flatMap { slab in
    let hasScale = slab.kind != .gaussian
    let families = hasScale ? ScaleFamily.allCases : [.logNormal]
    let parametrisations = hasScale ? Parametrisation.allCases : [.nonCentred]
    return families.flatMap { family in
      parametrisations.flatMap { parametrisation in
        spikes.flatMap { spike in
          likelihoods.flatMap { likelihood in
            Activation.allCases.filter(\.isTrainable).map { activation in
              ModelVariant(
                slab: slab, spike: spike, parametrisation: parametrisation, scaleFamily: family,
                likelihood: likelihood, activation: activation)
            }
          }
        }
      }
    }
  }

  /// With as many outputs as the likelihood takes.
  func model(inputs: Int = 3, hidden: [Int] = [4]) throws -> NetworkModel {
    var spike = spike
    switch spike {
    case .node(.fixed): spike = .node(negativeLog: hidden.indices.map { 0.7 + 2 * Double($0) })
    case .edge(.fixed): spike = .edge(negativeLog: hidden.indices.map { 0.7 + 2 * Double($0) })
    default: break
    }
    return try NetworkModel(
      topology: Topology(widths: [inputs] + hidden + [likelihood == .bernoulli ? 1 : 2]), activation: activation,
      slab: slab, spike: spike, parametrisation: parametrisation, scaleFamily: scaleFamily, likelihood: likelihood)
  }

  var description: String {
    "\(slab) \(spike) \(parametrisation.rawValue) \(scaleFamily.rawValue) \(likelihood) \(activation.rawValue)"
  }
}
