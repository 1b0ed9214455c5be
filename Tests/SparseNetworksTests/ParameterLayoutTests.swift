import Foundation
import GSL
import NetworkShape
import Priors
import Testing

@testable import SparseNetworks

extension ParameterLayout.ScaleSlices {
  fileprivate var means: [Range<Int>] {
    switch self {
    case .none: []
    case .single(let mean, _): [mean]
    case .pair(let aMean, _, let bMean, _): [aMean, bMean]
    }
  }
  fileprivate var rhos: [Range<Int>] {
    switch self {
    case .none: []
    case .single(_, let rho): [rho]
    case .pair(_, let aRho, _, let bRho): [aRho, bRho]
    }
  }
}

@Suite struct ParameterLayoutTests {
  static let models: [NetworkModel] = [true, false].flatMap { hasSpike in
    ReferenceObjectiveTests.slabs.flatMap { slab in
      [Likelihood.categorical, .gaussian(noise: .learned(initialStandardDeviation: 0.5))].flatMap { likelihood in
        [[3, 4, 2, 1], [2, 1], [1, 1, 1]].compactMap {
          try? smallModel(widths: $0, slab: slab, hasSpike: hasSpike, likelihood: likelihood)
        }
      }
    }
  }

  @Test func allModelsAreThere() { #expect(Self.models.count == 2 * 6 * 2 * 3) }

  @Test("the slices cover the arena, and none overlap", arguments: models)
  func partition(model: NetworkModel) {
    let layout = ParameterLayout(model)
    var uses = [Int](repeating: 0, count: layout.count)
    var slices = [layout.shared.means, layout.shared.rhos].flatMap { $0 }
    for layer in layout.layers {
      slices.append(layer.weights)
      slices.append((layout.weightCount + layer.weights.lowerBound)..<(layout.weightCount + layer.weights.upperBound))
      slices += layer.scale.means + layer.scale.rhos
      if let logits = layer.inclusionLogits { slices.append(logits) }
      #expect(layer.weights.count == layer.rows * layer.columns)
      #expect((layer.scale.means + layer.scale.rhos + [layer.inclusionLogits].compactMap { $0 })
        .allSatisfy { $0.count == layer.columns })
    }
    if let index = layout.logNoise { slices.append(index..<(index + 1)) }
    for slice in slices { for i in slice { uses[i] += 1 } }
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
    #expect(layout.logNoise.map { start.values[$0] == Float(log(0.5)) } ?? true)
    #expect(layout.shared.means.allSatisfy { start.values[$0].allSatisfy { $0 == 1 } })
    let scaleRhos = layout.shared.rhos + layout.layers.flatMap(\.scale.rhos)
    #expect(scaleRhos.allSatisfy { start.values[$0].allSatisfy { $0 == -6 } })
    for layer in layout.layers {
      let inputs = Float(layer.rows - 1)
      let biases = start.values[layer.weights].prefix(layer.columns)
      let weights = start.values[layer.weights].dropFirst(layer.columns)
      #expect(biases.allSatisfy { abs($0) <= 1 / inputs.squareRoot() })
      #expect(weights.allSatisfy { abs($0) <= (6 / inputs).squareRoot() })
      #expect(Set(weights).count == weights.count)
      #expect(layer.scale.means.allSatisfy { start.values[$0].allSatisfy { abs($0) <= 0.6 } })
    }
  }

  @Test func startsAreKeyed() throws {
    let model = try smallModel()
    let start = VariationalParameters<Float>(startOf: model, key: StreamKey(seed: 3))
    #expect(start == VariationalParameters<Float>(startOf: model, key: StreamKey(seed: 3)))
    #expect(start != VariationalParameters<Float>(startOf: model, key: StreamKey(seed: 4)))
  }
}
