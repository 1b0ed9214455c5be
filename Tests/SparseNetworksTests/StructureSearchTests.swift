import Foundation
import GSL
import NetworkShape
import Priors
import Testing

@testable import SparseNetworks

@Suite struct StructureSearchTests {
  private static let inputs: [Double] = (0..<30).map { sin(3 * Double($0)) }

  /// A network of certain weights (every rho −80, a sd of 10⁻³⁵) with the gates frozen on.
  private func network(_ model: NetworkModel, seed: UInt64 = 5) -> VariationalParameters<Float> {
    var parameters = VariationalParameters<Float>(startOf: model, key: StreamKey(seed: seed))
    for i in parameters.values.indices where parameters.values[i] == -6 { parameters.values[i] = -80 }
    return StructureSearch.freeze(parameters)
  }

  /// Makes node `copy` of hidden layer 0 a copy of `node`, mirrored for a sign of −1; its output weights stay its own.
  /// Its τ is `factor` times smaller, and its weights larger by as much as that makes t̃ smaller.
  private func duplicate(
    _ node: Int, as copy: Int, sign: Float, scaledBy factor: Float = 1, slab: SlabPrior,
    in parameters: inout VariationalParameters<Float>
  ) {
    let layer = parameters.layout.layers[0]
    var ratio = slab.kind == .gaussian ? 1 : factor
    if case .groupHorseshoe(_, _, let global, let capPrior) = slab, capPrior != .none {
      // Shared locations start at 1: log s² = 2 and log c² = 1. 1/t̃² = 1/t² + 1/c².
      let logScale = layer.scales.reduce(0) { $0 + parameters.values[$1.location.lowerBound + node] }
      let t = exp(0.5 * (logScale + (global == nil ? 0 : 2)))
      let cap = capPrior.value.map { Float($0) } ?? exp(0.5)
      ratio = hypot(factor / t, 1 / cap) / hypot(1 / t, 1 / cap)
    }
    for (to, from) in zip(layer.group(copy), layer.group(node)) {
      parameters.values[to] = sign * ratio * parameters.values[from]
    }
    for scale in layer.scales {
      let start = scale.location.lowerBound
      parameters.values[start + copy] = parameters.values[start + node] - 2 * log(factor) / Float(layer.scales.count)
    }
  }

  private func function(_ model: NetworkModel, _ parameters: VariationalParameters<Float>) throws -> [Double] {
    var result: [Double] = []
    try Posterior(model: model, parameters: parameters, gatesAreFrozen: true)
      .forEachDraw(count: 1, inputs: Self.inputs, key: StreamKey(seed: 1)) { result = $1 }
    return result
  }

  @Test(
    "merging two copies of a node, or mirrored ones, leaves the function as it was",
    arguments: ModelVariant.slabs, [1, -1] as [Float])
  func merge(slab: SlabPrior, sign: Float) throws {
    let model = try smallModel(slab: slab, activation: sign > 0 ? .relu : .tanh)
    let search = StructureSearch(model: model)
    var parameters = network(model)
    duplicate(0, as: 2, sign: sign, scaledBy: 1.7, slab: slab, in: &parameters)
    let proposal = StructureSearch.Proposal.merge(layer: 0, kept: 0, removed: 2, sign: Int(sign))
    #expect(search.proposals(parameters).first == proposal)
    let merged = search.apply(proposal, to: parameters)
    let (before, after) = (try function(model, parameters), try function(model, merged))
    let worst = zip(before, after).map { abs($0 - $1) / (1 + abs($0)) }.max() ?? .infinity
    #expect(worst < 1e-5)
    #expect(Posterior(model: model, parameters: merged, gatesAreFrozen: true).inclusionProbabilities[0] == [1, 1, 0, 1])
  }

  @Test("a mirrored copy is not merged where ψ is not odd", arguments: [Activation.relu, .silu])
  func notOdd(activation: Activation) throws {
    func proposesMirroredMerge(_ activation: Activation) throws -> Bool {
      let model = try smallModel(activation: activation)
      var parameters = network(model)
      duplicate(0, as: 2, sign: -1, slab: model.slab, in: &parameters)
      return StructureSearch(model: model).proposals(parameters).contains {
        if case .merge(_, _, _, sign: -1) = $0 { true } else { false }
      }
    }
    #expect(try !proposesMirroredMerge(activation))
    // The same copy under an odd activation is proposed: the absence above is not for want of a candidate.
    #expect(try proposesMirroredMerge(.tanh))
  }

  @Test("a layer keeps its last node, and an empty one has no proposals")
  func lastNode() throws {
    let model = try smallModel()
    let search = StructureSearch(model: model)
    var parameters = network(model)
    var changes = 0
    while let proposal = search.proposals(parameters).first {
      parameters = search.apply(proposal, to: parameters)
      changes += 1
      guard changes < 10 else { break }
    }
    #expect(changes == 3 + 1)
    let posterior = Posterior(model: model, parameters: parameters, gatesAreFrozen: true)
    #expect(posterior.activeNodeCounts == [1, 1])
    for i in parameters.layout.inclusionLogits { parameters.values[i] = -15 }
    #expect(search.proposals(parameters).isEmpty)
  }

  @Test("proposals are the same every time, each once, the most alike and the weakest first")
  func order() throws {
    let model = try smallModel(widths: [2, 8, 8, 1])
    let search = StructureSearch(model: model)
    let parameters = network(model)
    let proposals = search.proposals(parameters)
    #expect(proposals == search.proposals(parameters))
    #expect(Set(proposals).count == proposals.count)
    #expect(proposals.count == 11)
    // All nodes alike: ties go by position.
    var equal = parameters
    for layer in parameters.layout.layers { for i in layer.weights { equal.values[i] = 1 } }
    for i in 0..<8 { equal.values[parameters.layout.layers[0].inclusionLogits!.lowerBound + i] = 15 }
    let merges = search.proposals(equal).prefix { if case .merge(0, 0, _, 1) = $0 { true } else { false } }
    #expect(merges.count == 1)
  }

  @Test("dropping a node turns it off and silences it")
  func drop() throws {
    let model = try smallModel()
    let parameters = network(model)
    let dropped = StructureSearch(model: model).apply(.drop(layer: 0, node: 1), to: parameters)
    #expect(Posterior(model: model, parameters: dropped, gatesAreFrozen: true).activeNodeCounts == [3, 2])
    let next = parameters.layout.layers[1]
    let outgoing = (0..<next.nodeCount).map { dropped.values[next.group($0).lowerBound + 2] }
    #expect(outgoing == [0, 0])
  }
}
