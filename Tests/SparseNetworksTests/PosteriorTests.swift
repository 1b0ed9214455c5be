import Foundation
import GSL
import NetworkShape
import Priors
import Testing

@testable import SparseNetworks

@Suite struct PosteriorTests {
  private static let inputs: [Double] = (0..<60).map { sin(3 * Double($0)) }

  /// A posterior of moderate width, its gates learned or frozen.
  private func posterior(_ model: NetworkModel, gatesAreFrozen: Bool = false) -> Posterior {
    var parameters = VariationalParameters<Float>(startOf: model, key: StreamKey(seed: 5))
    for i in parameters.layout.rhos { parameters.values[i] = -2 }
    for (place, i) in parameters.layout.inclusionLogits.enumerated() { parameters.values[i] = place % 3 == 0 ? -1 : 2 }
    return Posterior(model: model, parameters: parameters, gatesAreFrozen: gatesAreFrozen)
  }

  private func draws(_ posterior: Posterior, _ inputs: [Double], count: Int, seed: UInt64 = 1) throws -> [[Double]] {
    var result: [[Double]] = []
    try posterior.forEachDraw(count: count, inputs: inputs, key: StreamKey(seed: seed)) { draw, outputs in
      #expect(draw == result.count)
      result.append(outputs)
    }
    return result
  }

  @Test("draw i of a key is the same network whatever the rows and the number of draws", arguments: [true, false])
  func keyed(gatesAreFrozen: Bool) throws {
    let posterior = posterior(try smallModel(widths: [3, 6, 5, 2]), gatesAreFrozen: gatesAreFrozen)
    let all = try draws(posterior, Self.inputs, count: 8)
    #expect(try draws(posterior, Self.inputs, count: 8) == all)
    let some = try draws(posterior, Array(Self.inputs[6..<15]), count: 3)
    for (few, many) in zip(some, all) {
      // Products of other sizes may add in another order.
      #expect(zip(few, many[4..<10]).allSatisfy { abs($0 - $1) < 1e-5 })
    }
    #expect(try draws(posterior, Self.inputs, count: 1, seed: 2)[0] != all[0])
    // 700 rows take two chunks.
    let long = try draws(posterior, (0..<700).flatMap { _ in Self.inputs[..<3] }, count: 1)
    #expect(long[0].count == 1400)
    #expect((0..<1400).allSatisfy { abs(long[0][$0] - all[0][$0 % 2]) < 1e-5 })
    #expect(try draws(posterior, [], count: 2) == [[], []])
    #expect(try draws(posterior, Self.inputs, count: -1).isEmpty)
  }

  @Test("half a row or a NaN is refused")
  func refusals() throws {
    let posterior = posterior(try smallModel())
    let half = #expect(throws: FitError.self) { try draws(posterior, [1, 2, 3, 4], count: 1) }
    #expect(half?.description == "inputs: found 4 numbers, expected 3 a row, and so a multiple of 3")
    #expect(throws: FitError.self) { try draws(posterior, [1, 2, .nan], count: 1) }
    let data = try Dataset(inputs: [1, 2, 3], inputCount: 3, targets: .real([1], outputs: 1))
    #expect(throws: FitError.self) { try posterior.evidenceBound(on: data, draws: 0, key: StreamKey(seed: 1)) }
  }

  @Test("the mean of many draws of a linear network is the network of the means")
  func meanOfDraws() throws {
    // Independent weights: E W̄_1 W̄_0 x = M_1 M_0 x. Bound: 4.9 standard errors, passed once in 10⁶ seeds a row.
    let model = try smallModel(widths: [3, 4, 1], slab: .gaussian(), activation: .identity, hasSpike: false)
    let posterior = posterior(model)
    var certain = posterior.parameters
    for i in certain.layout.rhos { certain.values[i] = -80 }
    let ofMeans = Posterior(model: model, parameters: certain, gatesAreFrozen: false)
    let expected = try draws(ofMeans, Self.inputs, count: 1)[0]
    let count = 4000.0
    let all = try draws(posterior, Self.inputs, count: Int(count))
    for row in expected.indices {
      let values = all.map { $0[row] }
      let mean = values.reduce(0, +) / count
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
      #expect(abs(mean - expected[row]) < 4.9 * (variance / count).squareRoot())
    }
  }

  @Test(
    "the evidence bound is the mean log-likelihood of the draws less the reference's KL",
    arguments: ModelVariant.slabs)
  func evidenceBound(slab: SlabPrior) throws {
    let model = try smallModel(slab: slab)
    let posterior = posterior(model)
    let targets = (0..<20).map { cos(Double($0)) }
    let data = try Dataset(inputs: Self.inputs, inputCount: 3, targets: .real(targets, outputs: 1))
    let bound = try posterior.evidenceBound(on: data, draws: 6, key: StreamKey(seed: 4))
    let sd = try #require(posterior.noiseStandardDeviation)
    let expected = try draws(posterior, Self.inputs, count: 6, seed: 4).map { outputs in
      zip(outputs, targets).reduce(0) { sum, pair in
        let z = (pair.0 - pair.1) / sd
        return sum - z * z / 2 - log(sd) - log(2 * .pi) / 2
      }
    }
    #expect(zip(bound.logLikelihoods, expected).allSatisfy { abs($0 - $1) < 1e-5 * abs($1) })
    let objective = MinibatchObjective<Double>(
      model: model, estimator: .weightSampling, relaxation: .soft, temperature: 1, capacity: 1, trainingRows: 20)
    try objective.evaluate(posterior.parameters.values.map { Double($0) }, gates: .learned)
    #expect(abs(bound.divergence / objective.value.divergence - 1) < 1e-5)
    let mean = expected.reduce(0, +) / 6
    #expect(abs(bound.value - (mean - objective.value.divergence)) < 1e-5 * abs(bound.value))
    let square = expected.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    #expect(abs(bound.standardError / (square / 5 / 6).squareRoot() - 1) < 1e-3)
  }

  @Test("noise and inclusion probabilities are read where the model has them")
  func summaries() throws {
    #expect(abs((posterior(try smallModel()).noiseStandardDeviation ?? .nan) - 0.5) < 1e-7)
    let known = try smallModel(likelihood: .gaussian(noise: .known(standardDeviation: 0.3)))
    #expect(posterior(known).noiseStandardDeviation == 0.3)
    #expect(posterior(try smallModel(likelihood: .categorical)).noiseStandardDeviation == nil)
    let (off, on) = (sigmoid(-1), sigmoid(2))
    let model = try smallModel()
    #expect(posterior(model).inclusionProbabilities == [[off, on, on, off], [on, on]])
    #expect(posterior(model, gatesAreFrozen: true).inclusionProbabilities == [[0, 1, 1, 0], [1, 1]])
    #expect(posterior(model).activeNodeCounts == [2, 2])
    #expect(posterior(try smallModel(hasSpike: false)).inclusionProbabilities == [[1, 1, 1, 1], [1, 1]])
  }

  @Test("learned gates are drawn with probability γ, and an off node is out of the network")
  func gates() throws {
    // One node of certain weights: f = w ψ(a) or 0. |share − γ| > 4.9 standard errors once in 10⁶ seeds.
    let model = try smallModel(widths: [1, 1, 1], slab: .gaussian())
    var parameters = VariationalParameters<Float>(startOf: model, key: StreamKey(seed: 5))
    for i in parameters.layout.rhos { parameters.values[i] = -80 }
    let logit = parameters.layout.inclusionLogits.lowerBound
    parameters.values[logit] = -0.5
    let count = 4000
    let outputs = try draws(Posterior(model: model, parameters: parameters, gatesAreFrozen: false), [2], count: count)
    let bias = Double(parameters.values[parameters.layout.layers[1].weights.lowerBound])
    let on = outputs.count { $0[0] != bias }
    let gamma = sigmoid(-0.5)
    #expect(abs(Double(on) / Double(count) - gamma) < 4.9 * (gamma * (1 - gamma) / Double(count)).squareRoot())
    #expect(Set(outputs.map { $0[0] }).count == 2)
  }

  @Test(
    "θ of a draw gives that draw's outputs, before and after its dead nodes are removed",
    arguments: ModelVariant.slabs, [Activation.relu, .tanh, .silu, .identity])
  func networkOfDraw(slab: SlabPrior, activation: Activation) throws {
    for (gatesAreFrozen, hasSpike) in [(false, true), (true, true), (false, false)] {
      let model = try smallModel(widths: [3, 6, 5, 2], slab: slab, activation: activation, hasSpike: hasSpike)
      let posterior = posterior(model, gatesAreFrozen: gatesAreFrozen)
      let all = try draws(posterior, Self.inputs, count: 12)
      for (draw, expected) in all.enumerated() {
        let network = try posterior.network(draw: draw, key: StreamKey(seed: 1))
        let compact = CompactNetwork(network)
        // Of Float sums whose terms are as large as the draw's outputs get.
        let tolerance = 1e-5 * expected.reduce(1) { max($0, abs($1)) }
        for candidate in [network, compact.network] {
          let outputs = try candidate.outputs(at: Self.inputs)
          #expect(zip(outputs, expected).allSatisfy { abs($0 - $1) < tolerance })
        }
        if gatesAreFrozen { #expect(compact.network.widths == [3, 4, 3, 2] && compact.parameterRatio == 39 / 71.0) }
        if !hasSpike { #expect(compact.network == network && compact.parameterRatio == 1) }
      }
    }
    #expect(throws: FitError.self) { try posterior(smallModel()).network(draw: -1, key: StreamKey(seed: 1)) }
  }

  @Test("the mean network has the mean of the draws' weights that have the median-probability structure")
  func meanNetwork() throws {
    // Frozen gates, so that every draw has it. A weight is off by 4.9 of both estimates' standard errors once in 10⁶
    // seeds; there are 61 weights.
    for slab in ModelVariant.slabs {
      let posterior = posterior(try smallModel(widths: [3, 6, 5, 2], slab: slab), gatesAreFrozen: true)
      let count = 3000.0
      var sums: [[Double]] = []
      var squares: [[Double]] = []
      for draw in 0..<Int(count) {
        let network = try posterior.network(draw: draw, key: StreamKey(seed: 8))
        let layers = network.layers.map { $0.values.map(Double.init) }
        if draw == 0 { (sums, squares) = (layers.map { $0.map { _ in 0 } }, layers.map { $0.map { _ in 0 } }) }
        for l in layers.indices {
          for i in layers[l].indices {
            sums[l][i] += layers[l][i]
            squares[l][i] += layers[l][i] * layers[l][i]
          }
        }
      }
      let network = try posterior.meanNetwork(scaleDraws: 2000)
      for l in sums.indices {
        for i in sums[l].indices {
          let mean = sums[l][i] / count
          let variance = squares[l][i] / count - mean * mean
          // The mean network's own error is at most that of as many whole draws.
          let error = (variance * (1 / count + 1 / 2000)).squareRoot()
          #expect(abs(Double(network.layers[l].values[i]) - mean) <= 4.9 * error + 1e-7)
        }
      }
      let structure = posterior.medianProbabilityStructure
      #expect(structure == [[false, true, true, false, true, true], [false, true, true, false, true]])
      for (l, nodes) in structure.enumerated() {
        for (node, isOn) in nodes.enumerated() {
          #expect(isOn == (network.layers[l].weight(from: 0, to: node) != 0))
        }
      }
    }
  }

  @Test("with certain weights and scales the mean network is the posterior, which learned gates do not change")
  func certainMeanNetwork() throws {
    for slab in ModelVariant.slabs {
      let model = try smallModel(slab: slab)
      var parameters = posterior(model).parameters
      for i in parameters.values.indices where !parameters.layout.inclusionLogits.contains(i) {
        if !parameters.layout.means.contains(i), parameters.values[i] < 0 { parameters.values[i] = -18 }
      }
      let learned = Posterior(model: model, parameters: parameters, gatesAreFrozen: false)
      let frozen = Posterior(model: model, parameters: parameters, gatesAreFrozen: true)
      let network = try learned.meanNetwork(scaleDraws: 20)
      #expect(try network == frozen.meanNetwork(scaleDraws: 20))
      let expected = try frozen.meanFunction(at: Self.inputs, draws: 3, key: StreamKey(seed: 6))
      let outputs = try CompactNetwork(network).network.outputs(at: Self.inputs)
      #expect(zip(outputs, expected).allSatisfy { abs($0 - $1) < 1e-4 * max(1, abs($1)) }, "\(slab)")
    }
    #expect(throws: FitError.self) { try posterior(smallModel()).meanNetwork(scaleDraws: 0) }
  }

  @Test("the mean function is the mean of the draws; none is refused")
  func meanFunction() throws {
    let posterior = posterior(try smallModel())
    let all = try draws(posterior, Self.inputs, count: 5)
    let mean = try posterior.meanFunction(at: Self.inputs, draws: 5, key: StreamKey(seed: 1))
    for row in mean.indices { #expect(abs(mean[row] - all.reduce(0) { $0 + $1[row] } / 5) < 1e-14) }
    #expect(throws: FitError.self) { try posterior.meanFunction(at: [], draws: 0, key: StreamKey(seed: 1)) }
  }
}
