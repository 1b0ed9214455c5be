import Contraction
import Foundation
import NetworkShape
import Priors
import SparseNetworks

extension ModelSection {
  /// The prior of the indicators in a network of this topology, fitted to `sampleSize` rows.
  ///
  /// - Parameter teacherRate: the rate of the teacher's class, asked for by `inclusion: theorem` alone.
  /// - Throws: what it throws, `RateError` or `ShapeError` for a class that does not fit the topology, or
  ///   `TheoryCurve.Unavailable` where the theorem's λ_l is void.
  package func spikePrior(
    _ topology: Topology, sampleSize: Int, teacherRate: () throws -> ContractionRate
  ) throws -> SpikePrior {
    guard spike != .none else { return .none }
    let prior = try inclusionPrior(topology, sampleSize: sampleSize, teacherRate: teacherRate)
    return spike == .edge ? .edge(prior) : .node(prior)
  }

  private func inclusionPrior(
    _ topology: Topology, sampleSize: Int, teacherRate: () throws -> ContractionRate
  ) throws -> InclusionPrior {
    switch inclusion {
    case .probability(let probability): return .fixed(negativeLog: hidden.map { _ in -log(probability) })
    case .logarithm(let logarithm): return .fixed(negativeLog: hidden.map { _ in -logarithm })
    case .beta(let parameters): return .beta(parameters[0], parameters[1])
    case .released: return .fixed(negativeLog: try topology.releasedCodeInclusion(sampleSize: Double(sampleSize)))
    case .theorem: return .fixed(negativeLog: try Self.negativeLogs(teacherRate(), sampleSize: sampleSize))
    case .theoremOf(let active, let bounds):
      let rate = try ContractionRate(
        topology: topology,
        weightBounds: WeightBounds(hiddenActiveNodes: active, rowNorms: bounds, topology: topology),
        slab: slab.withFixedCap,
        inclusionConstants: hidden.map { _ in 1 }, activation: activation)
      return .fixed(negativeLog: try Self.negativeLogs(rate, sampleSize: sampleSize))
    }
  }

  private static func negativeLogs(_ rate: ContractionRate, sampleSize: Int) throws -> [Double] {
    try rate.bound(at: Double(sampleSize)).layers.dropLast().map { layer in
      guard let value = layer.negativeLogInclusion, value > 0 else {
        throw TheoryCurve.Unavailable(reason: "the theorem's λ_l is void at n = \(sampleSize)")
      }
      return value
    }
  }
}

extension SlabPrior {
  /// Rates are for a cap that is a number: under its hyperprior c² ~ InvGamma(a, b) they take its mode, b/(a + 1).
  var withFixedCap: SlabPrior {
    guard case .groupHorseshoe(let sd, let local, let global, .hyperprior(let a, let b)) = self else { return self }
    return .groupHorseshoe(
      standardDeviation: sd, localScale: local, globalScale: global, cap: .fixed((b / (a + 1)).squareRoot()))
  }
}
