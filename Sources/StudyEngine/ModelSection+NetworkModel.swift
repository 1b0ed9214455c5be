import Contraction
import NetworkShape
import SparseNetworks

extension ModelSection {
  /// The model of a table: in standard units, of which the target's own are `targetScale` times larger.
  ///
  /// - Parameters:
  ///   - classes: of the target, for a categorical or Bernoulli likelihood.
  ///   - sampleSize: training rows, which some inclusion probabilities depend on.
  /// - Throws: `SectionMismatch` where the section asks for what only a simulation knows, or `ShapeError`, `ModelError`,
  ///   `RateError` for what fits no network.
  package func networkModel(
    inputs: Int, classes: Int, targetScale: Double = 1, sampleSize: Int
  ) throws -> NetworkModel {
    let outputs: Int
    let family: Likelihood
    if likelihood != .gaussian, case .standardDeviation = noise {
      throw SectionMismatch(
        "model.noise is a number, but the likelihood is \(likelihood.rawValue)",
        needs: "no noise, or likelihood: gaussian")
    }
    switch likelihood {
    case .categorical: (outputs, family) = (classes, .categorical)
    case .bernoulli: (outputs, family) = (1, .bernoulli)
    case .gaussian:
      outputs = 1
      switch noise {
      case .learned: family = .gaussian(noise: .learned(initialStandardDeviation: 0.5))
      case .standardDeviation(let value): family = .gaussian(noise: .known(standardDeviation: value / targetScale))
      case .known:
        throw SectionMismatch("model.noise is known, but a table's noise is not", needs: "learned or a number")
      }
    }
    let topology = try Topology(widths: [inputs] + hidden + [outputs])
    let spike = try spikePrior(topology, sampleSize: sampleSize) {
      throw SectionMismatch(
        "model.inclusion is theorem, but a table has no teacher", needs: "{theorem: {active: [5], bounds: [3, 2]}}")
    }
    return try NetworkModel(
      topology: topology, activation: activation, slab: slab, spike: spike, parametrisation: parametrisation,
      scaleFamily: scaleFamily, likelihood: family)
  }

  /// A key of the section that does not go with what it is used for.
  package struct SectionMismatch: Error, CustomStringConvertible {
    package let description: String

    init(_ what: String, needs: String) { description = "\(what); expected \(needs)" }
  }
}
