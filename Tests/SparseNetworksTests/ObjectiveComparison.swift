import Foundation
import NetworkShape
import Priors

@testable import SparseNetworks

/// One random network, noise and minibatch, for `ReferenceObjective` and for `MinibatchObjective`.
struct ObjectiveComparison {
  enum Spike: CaseIterable { case none, learned, open, frozen }

  static let likelihoods: [Likelihood] = [
    .gaussian(noise: .known(standardDeviation: 0.6)), .gaussian(noise: .learned(initialStandardDeviation: 1)),
    .categorical,
  ]
  private static let trainingRows = 23

  let reference: ReferenceObjective
  let model: NetworkModel
  let estimator: GradientEstimator
  let relaxation: Relaxation
  let spike: Spike
  let rows: Int
  let divergenceWeight: Double
  let parameters: ReferenceObjective.Parameters
  let noise: ReferenceObjective.Noise
  let inputs: [[Double]]
  let targets: ReferenceObjective.Targets

  init(
    widths: [Int], rows: Int, slab: SlabPrior, estimator: GradientEstimator, relaxation: Relaxation,
    activation: Activation, likelihood: Likelihood, spike: Spike, divergenceWeight: Double,
    seed: UInt64
  ) throws {
    let topology = try Topology(widths: widths)
    let negativeLogInclusion = spike == .none ? nil : (0..<topology.hiddenLayerCount).map { 0.7 + 2 * Double($0) }
    reference = try ReferenceObjective(
      topology: topology, activation: activation, slab: slab, negativeLogInclusion: negativeLogInclusion,
      likelihood: likelihood, relaxation: relaxation, estimator: estimator, temperature: 0.6,
      trainingRowCount: Self.trainingRows)
    model = try NetworkModel(
      topology: topology, activation: activation, slab: slab, negativeLogInclusion: negativeLogInclusion,
      likelihood: likelihood)
    (self.estimator, self.relaxation, self.spike, self.rows) = (estimator, relaxation, spike, rows)
    self.divergenceWeight = divergenceWeight
    var random = RandomNetwork(seed: seed)
    (parameters, noise, inputs, targets) = random.draw(for: reference, rows: rows)
  }

  var gates: GateStage {
    switch spike {
    case .none, .learned: .learned
    case .open: .open
    case .frozen: .frozen
    }
  }

  // MARK: - The two evaluations

  struct Evaluation: Equatable {
    var loss, negativeLogLikelihood, divergence: Double
    var gradient: [Double]
  }

  /// The reference's. A gate that is certain, on or off, has a logit so large that no `Double` tells it from that.
  func expected(_ layout: ParameterLayout) throws -> Evaluation {
    var certain = parameters
    for l in certain.layers.indices where spike == .open || spike == .frozen {
      certain.layers[l].inclusionLogit = certain.layers[l].inclusionLogit.map { spike == .open || $0 > 0 ? 700 : -700 }
    }
    let result = try reference.evaluate(certain, noise: noise, inputs: inputs, targets: targets)
    let whole = Self.arena(result.gradient, layout)
    let likelihoodPart = Self.arena(result.nllGradient, layout)
    return Evaluation(
      loss: result.nll + divergenceWeight * result.divergences.total / Double(Self.trainingRows),
      negativeLogLikelihood: result.nll, divergence: result.divergences.total,
      gradient: zip(whole, likelihoodPart).map { $1 + divergenceWeight * ($0 - $1) })
  }

  func objective<Scalar: NetworkScalar>(capacity: Int) throws -> MinibatchObjective<Scalar> {
    MinibatchObjective(
      model: model, estimator: estimator, relaxation: relaxation, temperature: 0.6, capacity: capacity,
      trainingRows: Self.trainingRows)
  }

  func evaluate<Scalar: NetworkScalar>(
    _ objective: MinibatchObjective<Scalar>, at arena: [Double]? = nil
  ) throws -> Evaluation {
    load(into: objective)
    let values = (arena ?? self.arena(objective.layout)).map { Scalar($0) }
    try objective.evaluate(values, rows: rows, gates: gates)
    return Evaluation(
      loss: objective.loss, negativeLogLikelihood: objective.value.negativeLogLikelihood,
      divergence: objective.value.divergence,
      gradient: (0..<objective.layout.count).map { Double(objective.gradient[$0]) })
  }

  /// The largest deviation from the reference, relative to the largest number of its kind (or to 1).
  func error<Scalar: NetworkScalar>(_ type: Scalar.Type) throws -> Double {
    let objective: MinibatchObjective<Scalar> = try objective(capacity: rows + 2)
    let (got, expected) = (try evaluate(objective), try expected(objective.layout))
    func deviation(_ got: [Double], _ expected: [Double]) -> Double {
      let size = max(1, expected.map(abs).max() ?? 0)
      // A NaN compares as nothing; here it must be the worst of all.
      return zip(got, expected).map { abs($0 - $1).isNaN ? .infinity : abs($0 - $1) / size }.max() ?? .infinity
    }
    return max(
      deviation(got.gradient, expected.gradient), deviation([got.loss], [expected.loss]),
      deviation([got.negativeLogLikelihood], [expected.negativeLogLikelihood]),
      deviation([got.divergence], [expected.divergence]))
  }

  // MARK: - From nested arrays to the arena

  func arena(_ layout: ParameterLayout) -> [Double] { Self.arena(parameters, layout) }

  private static func arena(_ parameters: ReferenceObjective.Parameters, _ layout: ParameterLayout) -> [Double] {
    var values = [Double](repeating: .nan, count: layout.count)
    func put(_ numbers: [Double], _ range: Range<Int>) {
      precondition(numbers.count == range.count)
      for (place, number) in zip(range, numbers) { values[place] = number }
    }
    for (layer, slices) in zip(parameters.layers, layout.layers) {
      put(layer.biasMean + layer.weightMean.flatMap { $0 }, slices.weights)
      let rhos = (layout.weightCount + slices.weights.lowerBound)..<(layout.weightCount + slices.weights.upperBound)
      put(layer.biasRho + layer.weightRho.flatMap { $0 }, rhos)
      switch slices.scale {
      case .none: break
      case .single(let mean, let rho):
        put(layer.scaleMean, mean)
        put(layer.scaleRho, rho)
      case .pair(let aMean, let aRho, let bMean, let bRho):
        put(layer.scaleAMean, aMean)
        put(layer.scaleARho, aRho)
        put(layer.scaleBMean, bMean)
        put(layer.scaleBRho, bRho)
      }
      if let logits = slices.inclusionLogits { put(layer.inclusionLogit, logits) }
    }
    let global = parameters.global
    switch layout.shared {
    case .none: break
    case .single(let mean, let rho):
      put([global.rateMean], mean)
      put([global.rateRho], rho)
    case .pair(let aMean, let aRho, let bMean, let bRho):
      put([global.globalAMean], aMean)
      put([global.globalARho], aRho)
      put([global.globalBMean], bMean)
      put([global.globalBRho], bRho)
    }
    if let index = layout.logNoise { values[index] = global.logNoise }
    return values
  }

  /// Writes noise and data where the step reads them.
  private func load<Scalar: NetworkScalar>(into objective: MinibatchObjective<Scalar>) {
    objective.divergenceWeight = divergenceWeight
    objective.noise.globalScale = noise.global
    for (l, slices) in objective.layout.layers.enumerated() {
      let layer = noise.layers[l]
      if estimator == .weightSampling {
        for (place, number) in zip(slices.weights, layer.bias + layer.weight.flatMap { $0 }) {
          objective.noise.weights[place] = Scalar(number)
        }
      } else {
        for (place, number) in layer.preactivation.flatMap({ $0 }).enumerated() {
          objective.noise.preactivations[l][place] = Scalar(number)
        }
      }
      if !layer.indicator.isEmpty { objective.noise.uniforms[l] = layer.indicator }
      objective.noise.scales[l] = layer.scale
    }
    for (place, number) in inputs.flatMap({ [1.0] + $0 }).enumerated() { objective.inputs[place] = Scalar(number) }
    switch targets {
    case .real(let values):
      for (place, number) in values.flatMap({ $0 }).enumerated() { objective.realTargets[place] = Scalar(number) }
    case .classes(let classes):
      for (place, number) in classes.enumerated() { objective.classTargets[place] = Int32(number) }
    }
  }
}
