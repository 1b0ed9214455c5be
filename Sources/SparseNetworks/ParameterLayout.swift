import NetworkShape
import Priors

/// Where each variational parameter lives in the one contiguous arena of a network.
///
/// Blocks are grouped by role, so that a pass over a role is one loop:
///
///     means | rhos | node scales | shared scales | log noise sd | inclusion logits
///
/// A layer's weights are node-major, k_{l+1} × (k_l + 1): row j is the group of node j, its bias first. Each role's block
/// holds its nodes layer by layer: one pass of it does the whole network.
package struct ParameterLayout: Equatable, Sendable {
  /// One layer's slices; `weights` counts from the start of the means and of the rhos alike.
  package struct Layer: Equatable, Sendable {
    /// k_l + 1: the weights that lead into a node, and its bias.
    package let groupSize: Int
    /// k_{l+1}.
    package let nodeCount: Int
    /// The number of its first node in the network, hidden layers and outputs counted through.
    package let firstNode: Int
    package let weights: Range<Int>
    /// The random scales of the layer's nodes: none, τ², or the two factors of it.
    package let scales: [Scale]
    /// ϑ of a hidden layer with a spike: of its nodes, or of its weights in their order.
    package let inclusionLogits: Range<Int>?

    package var nodes: Range<Int> { firstNode..<(firstNode + nodeCount) }

    /// Where node j's weights are, its bias first.
    package func group(_ node: Int) -> Range<Int> {
      let start = weights.lowerBound + node * groupSize
      return start..<(start + groupSize)
    }
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
  /// Hidden nodes and outputs.
  package let nodeCount: Int
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
    let nodes = (0..<topology.layerCount).map { topology.nodeCount(ofLayer: $0) }
    let firstNodes = nodes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    let nodeCount = nodes.reduce(0, +)
    self.nodeCount = nodeCount
    let variables = topology.widths.dropLast().map { model.slab.nodeScales(fanIn: $0, family: family) }
    let blocks = variables[0].map { scale($0, nodes: nodeCount) }
    func part(_ block: Range<Int>, _ layer: Int) -> Range<Int> {
      (block.lowerBound + firstNodes[layer])..<(block.lowerBound + firstNodes[layer + 1])
    }
    let scales = variables.enumerated().map { layer, variables in
      zip(variables, blocks).map { variable, block in
        Scale(variable: variable, location: part(block.location, layer), rho: block.rho.map { part($0, layer) })
      }
    }
    shared = model.slab.sharedScales(family: family).map {
      SharedScale(role: $0.role, scale: scale($0.variable, nodes: 1))
    }
    if case .gaussian(.learned) = model.likelihood { logNoise = take(1).lowerBound } else { logNoise = nil }
    let firstLogit = next
    let logits = (0..<topology.layerCount).map { layer -> Range<Int>? in
      guard layer < topology.hiddenLayerCount, model.spike.isPresent else { return nil }
      return take(model.spike.isOfEdges ? weights[layer].count : nodes[layer])
    }
    inclusionLogits = firstLogit..<next
    count = next
    layers = (0..<topology.layerCount).map {
      Layer(
        groupSize: topology.groupSize(ofLayer: $0), nodeCount: nodes[$0], firstNode: firstNodes[$0],
        weights: weights[$0], scales: scales[$0], inclusionLogits: logits[$0])
    }
  }
}
