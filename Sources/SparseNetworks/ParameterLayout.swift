import NetworkShape
import Priors

/// Where each variational parameter lives in the one contiguous arena of a network.
///
/// Blocks are grouped by role, so that a pass over a role is one loop:
///
///     means | rhos | node scales | shared scales | log noise sd | inclusion logits
///
/// A layer's weights are row-major (k_l + 1) × k_{l+1}, the bias first: column j is the group of node j.
package struct ParameterLayout: Equatable, Sendable {
  /// One layer's slices; `weights` counts from the start of the means and of the rhos alike.
  package struct Layer: Equatable, Sendable {
    package let rows: Int
    package let columns: Int
    package let weights: Range<Int>
    package let scale: ScaleSlices
    /// ϑ of a hidden layer with a spike.
    package let inclusionLogits: Range<Int>?
  }

  /// Log-normal factors of a scale: each a mean μ of the log and a rho with ω = softplus(rho), node by node.
  package enum ScaleSlices: Equatable, Sendable {
    case none
    /// Group lasso: q(τ²); for the shared part q(ς²).
    case single(mean: Range<Int>, rho: Range<Int>)
    /// Group horseshoe: q(a) and q(b) of τ² = ab; for the shared part those of s².
    case pair(aMean: Range<Int>, aRho: Range<Int>, bMean: Range<Int>, bRho: Range<Int>)
  }

  package let layers: [Layer]
  package let weightCount: Int
  package let shared: ScaleSlices
  package let logNoise: Int?
  package let inclusionLogits: Range<Int>
  package let count: Int

  package var means: Range<Int> { 0..<weightCount }
  package var rhos: Range<Int> { weightCount..<(2 * weightCount) }

  package init(_ model: NetworkModel) {
    let topology = model.topology
    var next = 0
    func take(_ count: Int) -> Range<Int> {
      defer { next += count }
      return next..<(next + count)
    }
    let weights = (0..<topology.layerCount).map {
      take(topology.groupSize(ofLayer: $0) * topology.nodeCount(ofLayer: $0))
    }
    weightCount = next
    next *= 2
    func pair(_ nodes: Int) -> ScaleSlices {
      .pair(aMean: take(nodes), aRho: take(nodes), bMean: take(nodes), bRho: take(nodes))
    }
    let scales = (0..<topology.layerCount).map { layer -> ScaleSlices in
      let nodes = topology.nodeCount(ofLayer: layer)
      switch model.slab {
      case .gaussian: return .none
      case .groupLasso: return .single(mean: take(nodes), rho: take(nodes))
      case .groupHorseshoe: return pair(nodes)
      }
    }
    switch model.slab {
    case .groupLasso(_, .hyperprior): shared = .single(mean: take(1), rho: take(1))
    case .groupHorseshoe: shared = pair(1)
    default: shared = .none
    }
    if case .gaussian(.learned) = model.likelihood { logNoise = take(1).lowerBound } else { logNoise = nil }
    let firstLogit = next
    let logits = (0..<topology.layerCount).map { layer -> Range<Int>? in
      model.negativeLogInclusion == nil || layer == topology.hiddenLayerCount
        ? nil : take(topology.nodeCount(ofLayer: layer))
    }
    inclusionLogits = firstLogit..<next
    count = next
    layers = (0..<topology.layerCount).map {
      Layer(
        rows: topology.groupSize(ofLayer: $0), columns: topology.nodeCount(ofLayer: $0), weights: weights[$0],
        scale: scales[$0], inclusionLogits: logits[$0])
    }
  }
}
