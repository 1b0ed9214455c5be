import Foundation
import GSL
import NetworkShape
import Priors
import Testing

@testable import SparseNetworks

@Suite struct ParameterLayoutTests {
  /// Every way of slab, spike and q, with and without a parameter for the noise.
  static let models: [NetworkModel] = [[4], [4, 2], []].flatMap { hidden in
    ModelVariant.all.filter { $0.activation == .tanh && $0.likelihood != .bernoulli && $0.parametrisation == .nonCentred }
      .compactMap { try? $0.model(hidden: hidden) }
  }

  @Test func allModelsAreThere() { #expect(Self.models.count == 3 * 28 * 5 * 3) }

  @Test("the slices cover the arena, and none overlap", arguments: models)
  func partition(model: NetworkModel) {
    let layout = ParameterLayout(model)
    var uses = [Int](repeating: 0, count: layout.count)
    var slices = layout.shared.flatMap { [$0.scale.location, $0.scale.rho].compactMap { $0 } }
    #expect(slices.allSatisfy { $0.count == 1 })
    for layer in layout.layers {
      slices.append(layer.weights)
      slices.append((layout.weightCount + layer.weights.lowerBound)..<(layout.weightCount + layer.weights.upperBound))
      let scales = layer.scales.flatMap { [$0.location, $0.rho].compactMap { $0 } }
      slices += scales
      #expect(layer.weights.count == layer.groupSize * layer.nodeCount)
      #expect(scales.allSatisfy { $0.count == layer.nodeCount })
      if let logits = layer.inclusionLogits {
        slices.append(logits)
        #expect(logits.count == (model.spike.isOfEdges ? layer.weights.count : layer.nodeCount))
      }
    }
    if let index = layout.logNoise { slices.append(index..<(index + 1)) }
    for slice in slices { for i in slice { uses[i] += 1 } }
    #expect(layout.layers.flatMap(\.nodes) == Array(0..<layout.nodeCount))
    for layer in layout.layers { #expect((0..<layer.nodeCount).flatMap { layer.group($0) } == Array(layer.weights)) }
    #expect(uses.allSatisfy { $0 == 1 })
    #expect(layout.layers.compactMap(\.inclusionLogits).flatMap { $0 } == Array(layout.inclusionLogits))
    #expect(layout.inclusionLogits.upperBound == layout.count)
  }
}

@Suite struct VariationalParametersTests {
  @Test("training starts within the stated bounds", arguments: ParameterLayoutTests.models)
  func start(model: NetworkModel) {
    let start = VariationalParameters<Float>(startOf: model, key: StreamKey(seed: 3))
    let layout = start.layout
    #expect(start.values[layout.rhos].allSatisfy { $0 == -6 })
    #expect(start.values[layout.inclusionLogits].allSatisfy { $0 == 2 })
    #expect(layout.logNoise.map { start.values[$0] == 0 } ?? true)  // log 1
    #expect(layout.shared.allSatisfy { start.values[$0.scale.location].allSatisfy { $0 == 1 } })
    let scales = layout.shared.map(\.scale) + layout.layers.flatMap(\.scales)
    let rho: Float = model.scaleFamily == .gamma ? 0 : -6
    #expect(scales.compactMap(\.rho).allSatisfy { start.values[$0].allSatisfy { $0 == rho } })
    for layer in layout.layers {
      let inputs = Float(layer.groupSize - 1)
      let groups = (0..<layer.nodeCount).map { start.values[layer.group($0)] }
      let biases = groups.compactMap(\.first)
      let weights = groups.flatMap { $0.dropFirst() }
      #expect(biases.allSatisfy { abs($0) <= 1 / inputs.squareRoot() })
      #expect(weights.allSatisfy { abs($0) <= (6 / inputs).squareRoot() })
      #expect(Set(weights).count == weights.count)
      #expect(layer.scales.allSatisfy { start.values[$0.location].allSatisfy { abs($0) <= 0.6 } })
    }
  }

  @Test func startsAreKeyed() throws {
    let model = try smallModel()
    let start = VariationalParameters<Float>(startOf: model, key: StreamKey(seed: 3))
    #expect(start == VariationalParameters<Float>(startOf: model, key: StreamKey(seed: 3)))
    #expect(start != VariationalParameters<Float>(startOf: model, key: StreamKey(seed: 4)))
  }
}
