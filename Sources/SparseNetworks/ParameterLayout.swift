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
    /// The random scales of the layer's nodes: none, τ², or the two factors of it.
    package let scales: [Scale]
    /// ϑ of a hidden layer with a spike: of its nodes, or of its weights in their order.
    package let inclusionLogits: Range<Int>?
  }

  /// q of one random scale (`ScalePosterior`), node by node: the locations, and the rhos but for a point.
  package struct Scale: Equatable, Sendable {
    package let variable: ScaleVariable
    package let location: Range<Int>
    package let rho: Range<Int>?
  }

  package struct SharedScale: Equatable, Sendable {
    package let role: ScaleVariable.Role
    package let scale: Scale
  }

  package let layers: [Layer]
  package let weightCount: Int
  /// ς², or s² (one number, or its two factors) and c².
  package let shared: [SharedScale]
  package let logNoise: Int?
  package let inclusionLogits: Range<Int>
  package let count: Int

  package var means: Range<Int> { 0..<weightCount }
  package var rhos: Range<Int> { weightCount..<(2 * weightCount) }

  package init(_ model: NetworkModel) {
    let topology = model.topology
    let family = model.scaleFamily
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
    func scale(_ variable: ScaleVariable, nodes: Int) -> Scale {
      Scale(variable: variable, location: take(nodes), rho: family == .point ? nil : take(nodes))
    }
    let scales = (0..<topology.layerCount).map { layer in
      model.slab.nodeScales(fanIn: topology.widths[layer], family: family).map {
        scale($0, nodes: topology.nodeCount(ofLayer: layer))
      }
    }
    shared = model.slab.sharedScales(family: family).map {
      SharedScale(role: $0.role, scale: scale($0.variable, nodes: 1))
    }
    if case .gaussian(.learned) = model.likelihood { logNoise = take(1).lowerBound } else { logNoise = nil }
    let firstLogit = next
    let logits = (0..<topology.layerCount).map { layer -> Range<Int>? in
      guard layer < topology.hiddenLayerCount, model.spike.isPresent else { return nil }
      return take(model.spike.isOfEdges ? weights[layer].count : topology.nodeCount(ofLayer: layer))
    }
    inclusionLogits = firstLogit..<next
    count = next
    layers = (0..<topology.layerCount).map {
      Layer(
        rows: topology.groupSize(ofLayer: $0), columns: topology.nodeCount(ofLayer: $0), weights: weights[$0],
        scales: scales[$0], inclusionLogits: logits[$0])
    }
  }
}
