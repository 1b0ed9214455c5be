import Foundation
import NetworkShape
import Priors
import Testing

@testable import SparseNetworks

@Suite struct ReferenceObjectiveTests {
  @Test func allCasesAreThere() { #expect(ObjectiveOracleCase.all.count == 24) }

  @Test("loss, KL terms and gradients agree with the reference values", arguments: ObjectiveOracleCase.all)
  func oracle(_ one: ObjectiveOracleCase) throws {
    let got = try ReferenceObjective(one.inputs).evaluate(one.inputs)
    /// |got − ref| ≤ atol + rtol |ref|; in an array the largest |ref| stands for all.
    func check(_ got: [Double]?, _ expected: [Double], _ name: String) {
      guard let got, got.count == expected.count else {
        Issue.record("\(name) has another shape")
        return
      }
      let allowed = one.atol + one.rtol * (expected.map(abs).max() ?? 0)
      let worst = zip(got, expected).map { abs($0 - $1) }.max() ?? 0
      #expect(worst <= allowed, "\(name)")
    }

    check(got.output.flatMap { $0 }, one.expected.output.flatMap { $0 }, "output")
    check([got.nll], [one.expected.nll], "nll")
    check([got.divergences.total], [one.expected.klTotal], "kl_total")
    check([got.loss], [one.expected.loss], "loss")
    for (index, terms) in one.expected.kl.layers.enumerated() {
      let layer = got.divergences.layers[index]
      let ours = [
        "inclusion": layer.inclusion, "slabWeights": layer.slabWeights, "slabBiases": layer.slabBiases,
        "scale": layer.scale, "scaleA": layer.scaleA, "scaleB": layer.scaleB,
      ]
      for (name, value) in terms { check(ours[camelCase(name)].map { [$0] }, [value], "kl.layers[\(index)].\(name)") }
    }
    let shared = ["rate": got.divergences.rate, "scaleA": got.divergences.scaleA, "scaleB": got.divergences.scaleB]
    for (name, value) in one.expected.kl.global { check(shared[camelCase(name)].map { [$0] }, [value], "kl.\(name)") }

    let gradients = [
      (got.gradient.named, ReferenceObjective.Parameters(one.expected.gradient).named, "gradient"),
      (got.nllGradient.named, ReferenceObjective.Parameters(one.expected.gradientNll).named, "gradient_nll"),
    ]
    for (ours, theirs, name) in gradients {
      #expect(Set(ours.keys) == Set(theirs.keys))
      for (array, expected) in theirs { check(ours[array], expected, "\(name).\(array)") }
    }
  }

  /// Keys of a JSON dictionary keep their spelling when the keys of structs are converted.
  private func camelCase(_ name: String) -> String {
    let parts = name.split(separator: "_")
    return parts.dropFirst().reduce(String(parts[0])) { $0 + $1.prefix(1).uppercased() + $1.dropFirst() }
  }

  static let slabs: [SlabPrior] = [
    .gaussian(standardDeviation: 0.8), .groupLasso(rateParameter: .fixed(3)),
    .groupLasso(standardDeviation: 1.2, rateParameter: .proportional(0.7)), .groupLasso(),
    .groupHorseshoe(localScale: 0.6, globalScale: 0.4, cap: 1.5), .groupHorseshoe(standardDeviation: 1.1, cap: nil),
  ]

  @Test(
    "the gradient is that of the loss, by central differences with soft indicators",
    arguments: slabs, GradientEstimator.allCases)
  func finiteDifferences(slab: SlabPrior, estimator: GradientEstimator) throws {
    let learnedNoise = Likelihood.gaussian(noise: .learned(initialStandardDeviation: 1))
    let settings: [(widths: [Int], activation: Activation, likelihood: Likelihood)] = [
      ([3, 4, 2], .tanh, learnedNoise), ([2, 3, 4, 2, 1], .silu, .gaussian(noise: .known(standardDeviation: 0.7))),
      ([3, 5, 3], .silu, .categorical), ([2, 3], .identity, learnedNoise), ([4, 3, 3, 2], .identity, learnedNoise),
    ]
    for (index, setting) in settings.enumerated() {
      let topology = try Topology(widths: setting.widths)
      let hasSpike = index != 2
      let objective = try ReferenceObjective(
        topology: topology, activation: setting.activation, slab: slab,
        negativeLogInclusion: hasSpike ? (0..<topology.hiddenLayerCount).map { 2.5 + Double($0) } : nil,
        likelihood: setting.likelihood, relaxation: .soft, estimator: estimator, temperature: 0.6,
        trainingRowCount: 17)
      var random = RandomNetwork(seed: UInt64(index + 1))
      let (parameters, noise, inputs, targets) = random.draw(for: objective, rows: 4)
      let gradient = try objective.evaluate(parameters, noise: noise, inputs: inputs, targets: targets).gradient
      #expect(gradient.flattened.count == parameters.flattened.count)

      // Steps of 1e-4 err by h²/6 times third derivatives of order 1…100 of the loss's size, and by rounding 1e-12.
      let step = 1e-4
      for (position, analytic) in gradient.flattened.enumerated() {
        let losses = try [-step, step].map { shift in
          var moved = parameters
          var current = 0
          moved.visit { value in
            if current == position { value += shift }
            current += 1
          }
          return try objective.evaluate(moved, noise: noise, inputs: inputs, targets: targets).loss
        }
        let numeric = (losses[1] - losses[0]) / (2 * step)
        #expect(abs(numeric - analytic) < 1e-5 * (1 + abs(analytic)), "number \(position) of setting \(index)")
      }
    }
  }

  @Test("straight-through and soft share the derivative of z and differ in z alone")
  func relaxations() throws {
    let inputs = try #require(ObjectiveOracleCase.all.first { $0.inputs.spike }).inputs
    let hard = try ReferenceObjective(inputs)
    // At zero temperature the soft indicator is the hard one.
    let cold = try ReferenceObjective(
      topology: hard.topology, activation: hard.activation, slab: hard.slab,
      negativeLogInclusion: hard.negativeLogInclusion, likelihood: hard.likelihood, relaxation: .soft,
      temperature: 1e-9, trainingRowCount: hard.trainingRowCount)
    #expect(try cold.evaluate(inputs).loss == hard.evaluate(inputs).loss)
  }

  @Test func refusesWhatItCannotTrain() throws {
    let topology = try Topology(widths: [2, 3, 1])
    #expect(throws: ShapeError.self) {
      try ReferenceObjective(
        topology: topology, activation: .gelu, slab: .gaussian(), negativeLogInclusion: [1],
        likelihood: .categorical, trainingRowCount: 3)
    }
    #expect(throws: ShapeError.self) {
      try ReferenceObjective(
        topology: topology, activation: .relu, slab: .gaussian(), negativeLogInclusion: [1, 1],
        likelihood: .categorical, trainingRowCount: 3)
    }
  }
}

/// Parameters, noise and data for any model, from SplitMix64.
struct RandomNetwork {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// Uniform in (0, 1).
  private mutating func uniform() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return (Double((z ^ (z >> 31)) >> 11) + 0.5) / 9_007_199_254_740_992
  }

  private mutating func vector(_ count: Int, _ low: Double, _ high: Double) -> [Double] {
    (0..<count).map { _ in low + (high - low) * uniform() }
  }

  private mutating func matrix(_ rows: Int, _ columns: Int, _ low: Double, _ high: Double) -> [[Double]] {
    (0..<rows).map { _ in vector(columns, low, high) }
  }

  mutating func draw(
    for objective: ReferenceObjective, rows: Int
  ) -> (ReferenceObjective.Parameters, ReferenceObjective.Noise, [[Double]], ReferenceObjective.Targets) {
    let topology = objective.topology
    var layers: [ReferenceObjective.Parameters.Layer] = []
    var noise: [ReferenceObjective.Noise.Layer] = []
    let kind = objective.slab.kind
    for layer in 0..<topology.layerCount {
      let (fanIn, nodes) = (topology.widths[layer], topology.nodeCount(ofLayer: layer))
      let hasSpike = objective.negativeLogInclusion != nil && layer < topology.hiddenLayerCount
      let lasso = kind == .groupLasso ? nodes : 0
      let horseshoe = kind == .groupHorseshoe ? nodes : 0
      layers.append(
        ReferenceObjective.Parameters.Layer(
          weightMean: matrix(fanIn, nodes, -1, 1), weightRho: matrix(fanIn, nodes, -2, 1),
          biasMean: vector(nodes, -1, 1), biasRho: vector(nodes, -2, 1),
          inclusionLogit: vector(hasSpike ? nodes : 0, -1, 2), scaleMean: vector(lasso, -0.5, 0.5),
          scaleRho: vector(lasso, -2, 0), scaleAMean: vector(horseshoe, -1, 0.5),
          scaleARho: vector(horseshoe, -2, 0), scaleBMean: vector(horseshoe, -0.5, 1),
          scaleBRho: vector(horseshoe, -2, 0)))
      noise.append(
        ReferenceObjective.Noise.Layer(
          indicator: vector(hasSpike ? nodes : 0, 0.1, 0.9), weight: matrix(fanIn, nodes, -2, 2),
          bias: vector(nodes, -2, 2), preactivation: matrix(rows, nodes, -2, 2), scale: vector(nodes, -2, 2)))
    }
    var global = ReferenceObjective.Parameters.Global()
    if kind == .groupLasso { (global.rateMean, global.rateRho) = (0.3, -0.7) }
    if kind == .groupHorseshoe {
      (global.globalAMean, global.globalARho, global.globalBMean, global.globalBRho) = (-0.4, -0.9, 0.2, -1.3)
    }
    global.logNoise = -0.2
    let targets: ReferenceObjective.Targets =
      objective.likelihood == .categorical
      ? .classes((0..<rows).map { $0 % topology.outputCount })
      : .real(matrix(rows, topology.outputCount, -1, 1))
    return (
      ReferenceObjective.Parameters(layers: layers, global: global),
      ReferenceObjective.Noise(layers: noise, global: 0.4), matrix(rows, topology.inputCount, -1, 1), targets
    )
  }
}
