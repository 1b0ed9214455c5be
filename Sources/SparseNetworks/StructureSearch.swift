import Foundation
import NetworkShape
import Priors

/// Proposals for a network of one node fewer: merge two active nodes of a layer that are nearly copies, or drop the
/// weakest one. Which proposal is kept is the trainer's decision, by evidence bound.
package struct StructureSearch {
  /// One change of hidden layer `layer`.
  enum Proposal: Hashable, Codable, Sendable {
    case merge(layer: Int, kept: Int, removed: Int, sign: Int)
    case drop(layer: Int, node: Int)
  }

  /// The inclusion logit of a frozen gate, on or off (minus).
  package static let frozenLogit: Float = 15
  /// Weight rows closer than this (|cosine|) are worth merging.
  private static let parallel = 0.6

  private let model: NetworkModel
  private let layout: ParameterLayout

  init(model: NetworkModel) {
    self.model = model
    layout = ParameterLayout(model)
  }

  /// Changes worth trying, best first: merging and dropping in turn.
  func proposals(_ parameters: VariationalParameters<Float>) -> [Proposal] {
    var merges: [(similarity: Double, proposal: Proposal)] = []
    var drops: [(size: Double, proposal: Proposal)] = []
    for layer in 0..<model.topology.hiddenLayerCount {
      guard let logits = nodeLogits(layer) else { continue }
      let active = (0..<logits.count).filter { parameters.values[logits.lowerBound + $0] > 0 }
      let incoming = active.map { incomingMeans(parameters, layer: layer, node: $0) }
      let norms = incoming.map { dot($0, $0).squareRoot() }
      for (a, i) in active.enumerated() {
        for (b, j) in active.enumerated() where a < b {
          let cosine = dot(incoming[a], incoming[b]) / max(norms[a] * norms[b], .leastNormalMagnitude)
          // ψ(−a) = −ψ(a) is what lets a mirrored copy be merged.
          guard abs(cosine) > Self.parallel, cosine > 0 || isOdd else { continue }
          merges.append(
            (abs(cosine), .merge(layer: layer, kept: i, removed: j, sign: cosine > 0 ? 1 : -1)))
        }
        // A layer keeps its last node: without it the network is constant.
        guard active.count > 1 else { continue }
        let outgoing = outgoingMeans(parameters, layer: layer, node: i)
        let strength = norms[a] * medianScale(parameters, layer: layer, node: i)
        let reach = model.activation == .tanh ? min(1, strength) : strength
        drops.append((dot(outgoing, outgoing).squareRoot() * reach, .drop(layer: layer, node: i)))
      }
    }
    // Ties go by position, so that the order never depends on the sort.
    let merging = merges.enumerated().sorted { ($1.element.similarity, $0.offset) < ($0.element.similarity, $1.offset) }
    let dropping = drops.enumerated().sorted { ($0.element.size, $0.offset) < ($1.element.size, $1.offset) }
    return interleave(merging.prefix(6).map(\.element.proposal), dropping.prefix(5).map(\.element.proposal))
  }

  /// The network after `proposal`: the lost node is frozen off.
  func apply(_ proposal: Proposal, to parameters: VariationalParameters<Float>) -> VariationalParameters<Float> {
    var result = parameters
    switch proposal {
    case .merge(let layer, let kept, let removed, let sign):
      let keptOutgoing = outgoingMeans(parameters, layer: layer, node: kept)
      let removedOutgoing = outgoingMeans(parameters, layer: layer, node: removed)
      let (a, b) = (dot(keptOutgoing, keptOutgoing).squareRoot(), dot(removedOutgoing, removedOutgoing).squareRoot())
      let (scaleKept, scaleRemoved) = (
        medianScale(parameters, layer: layer, node: kept), medianScale(parameters, layer: layer, node: removed)
      )
      // The average of the two effective rows t w, weighted by what each gives out; the outputs add up.
      let share = max(a + b, .leastNormalMagnitude) * scaleKept
      let mirrored = Double(sign)
      update(&result, incomingIndices(layer: layer, node: kept)) { place, old in
        let other = Double(parameters.values[incomingIndices(layer: layer, node: removed)[place]])
        return (a * scaleKept * old + mirrored * b * scaleRemoved * other) / share
      }
      update(&result, outgoingIndices(layer: layer, node: kept)) { place, old in
        old + mirrored * removedOutgoing[place]
      }
      remove(removed, layer: layer, from: &result)
    case .drop(let layer, let node):
      remove(node, layer: layer, from: &result)
    }
    return result
  }

  /// The parameters with every gate where its logit points, for good.
  static func freeze(_ parameters: VariationalParameters<Float>) -> VariationalParameters<Float> {
    var result = parameters
    for i in parameters.layout.inclusionLogits {
      result.values[i] = result.values[i] > 0 ? frozenLogit : -frozenLogit
    }
    return result
  }

  /// The parameters with each frozen gate as uncertain as it should be, given the others.
  ///
  /// As a function of one γ, all else fixed, the evidence bound is γ times the bound with the node on, 1 − γ times that
  /// with it off, plus the entropy of γ. So the best logit is the difference of the two bounds; beyond `frozenLogit`
  /// it makes none.
  ///
  /// - Parameter bound: the evidence bound of frozen parameters.
  static func release(
    _ parameters: VariationalParameters<Float>,
    bound: (VariationalParameters<Float>) throws(FitError) -> Double
  ) throws(FitError) -> VariationalParameters<Float> {
    var result = parameters
    let asFound = try bound(parameters)
    for i in parameters.layout.inclusionLogits {
      var flipped = parameters
      flipped.values[i] = -flipped.values[i]
      let difference = asFound - (try bound(flipped))
      guard !difference.isNaN else { continue }
      let logit = Float(min(max(difference, -Double(frozenLogit)), Double(frozenLogit)))
      result.values[i] = parameters.values[i] > 0 ? logit : -logit
    }
    return result
  }

  private var isOdd: Bool { model.activation == .tanh || model.activation == .identity }

  private func remove(_ node: Int, layer: Int, from parameters: inout VariationalParameters<Float>) {
    update(&parameters, outgoingIndices(layer: layer, node: node)) { _, _ in 0 }
    if let logits = nodeLogits(layer) { parameters.values[logits.lowerBound + node] = -Self.frozenLogit }
  }

  /// Where the indicators of the layer's nodes are; nil without, or if it is edges that have them.
  private func nodeLogits(_ layer: Int) -> Range<Int>? {
    model.spike.isOfEdges ? nil : layout.layers[layer].inclusionLogits
  }

  private func update(
    _ parameters: inout VariationalParameters<Float>, _ indices: [Int], _ change: (Int, Double) -> Double
  ) {
    for (place, index) in indices.enumerated() {
      parameters.values[index] = Float(change(place, Double(parameters.values[index])))
    }
  }

  // MARK: - Rows and columns of the weight means

  private func incomingIndices(layer: Int, node: Int) -> [Int] {
    Array(layout.layers[layer].group(node))
  }

  private func outgoingIndices(layer: Int, node: Int) -> [Int] {
    let next = layout.layers[layer + 1]
    return (0..<next.nodeCount).map { next.group($0).lowerBound + 1 + node }
  }

  private func incomingMeans(_ parameters: VariationalParameters<Float>, layer: Int, node: Int) -> [Double] {
    incomingIndices(layer: layer, node: node).map { Double(parameters.values[$0]) }
  }

  private func outgoingMeans(_ parameters: VariationalParameters<Float>, layer: Int, node: Int) -> [Double] {
    outgoingIndices(layer: layer, node: node).map { Double(parameters.values[$0]) }
  }

  /// The scale t̃ at the locations of τ, s and c under q (log-normals' medians); 1 where it multiplies no weights.
  private func medianScale(_ parameters: VariationalParameters<Float>, layer: Int, node: Int) -> Double {
    guard !model.isCentred else { return 1 }
    func sum(_ scales: [ParameterLayout.Scale], node: Int) -> Double {
      scales.reduce(0) { $0 + Double(parameters.values[$1.location.lowerBound + node]) }
    }
    func shared(_ role: ScaleVariable.Role) -> Double {
      sum(layout.shared.filter { $0.role == role }.map(\.scale), node: 0)
    }
    let t = exp(0.5 * (sum(layout.layers[layer].scales, node: node) + shared(.global)))
    guard case .groupHorseshoe(_, _, _, let cap) = model.slab else { return t }
    // 1/t̃² = 1/t² + 1/c² (THEORY.md 2.3).
    switch cap {
    case .none: return t
    case .fixed(let cap): return 1 / hypot(1 / t, 1 / cap)
    case .hyperprior: return 1 / hypot(1 / t, exp(-0.5 * shared(.cap)))
    }
  }

  private func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for (x, y) in zip(a, b) { sum += x * y }
    return sum
  }

  private func interleave(_ a: [Proposal], _ b: [Proposal]) -> [Proposal] {
    var result: [Proposal] = []
    for i in 0..<max(a.count, b.count) {
      if i < a.count { result.append(a[i]) }
      if i < b.count { result.append(b[i]) }
    }
    return result
  }
}
