import Foundation
import GSL
import NetworkShape
import Priors

/// The loss of one minibatch, all noise given: mean NLL + KL/n of THEORY.md section 3, for every model.
///
/// Written to be read beside the formulas, in `Double`, one number after the other, from each formula's own type in
/// `Priors`. The fused step is tested against it: values directly, its gradient against finite differences of
/// `loss(_:around:)`. Far too slow to train with. Single letters are THEORY.md's.
///
///     h_{l+1} = ψ(w̄ (1, h_l)), linear in the output layer
///     w̄ = z t̃ (m + ρ e) non-centred,  z (m + ρ e) centred
package struct ReferenceObjective {
  package let model: NetworkModel
  package let estimator: GradientEstimator
  package let relaxation: Relaxation
  package let temperature: Double
  /// n, by which the KL is divided.
  package let trainingRowCount: Int
  package let gates: GateStage
  /// The draws; those of a step.
  package let noise: StepNoise<Double>
  /// [row][k_0].
  package let inputs: [[Double]]
  package let targets: Targets

  package enum Targets: Sendable, Equatable {
    /// [row][output].
    case real([[Double]])
    /// A class a row.
    case classes([Int])
  }

  package struct Value {
    /// f, [row][output].
    package var output: [[Double]]
    package var nll = 0.0
    package var divergence: ObjectiveValue
    /// nll + KL/n.
    package var loss = 0.0
  }

  private let layout: ParameterLayout

  package init(
    model: NetworkModel, estimator: GradientEstimator, relaxation: Relaxation, temperature: Double,
    trainingRowCount: Int, gates: GateStage, noise: StepNoise<Double>, inputs: [[Double]], targets: Targets
  ) {
    self.model = model
    layout = ParameterLayout(model)
    self.estimator = estimator
    self.relaxation = relaxation
    self.temperature = temperature
    self.trainingRowCount = trainingRowCount
    self.gates = gates
    self.noise = noise
    self.inputs = inputs
    self.targets = targets
  }

  /// The loss at `arena`, in the model's `ParameterLayout`.
  ///
  /// - Parameter base: with straight-through indicators, where the hard z are taken: z = z(base) + y(ϑ) − y(base), of
  ///   which the slope at `base` is what that estimator calls the gradient. By default `arena` itself.
  /// - Throws: `GSLError.domain` for parameters outside of their domain.
  package func value(_ arena: [Double], around base: [Double]? = nil) throws(GSLError) -> Value {
    let shared = try layout.shared.map { slices throws(GSLError) in
      (role: slices.role, q: try ScaleLawOfPosterior(slices.scale, node: 0, arena, model))
    }
    let logGlobal = try Self.logDraw(shared.filter { $0.role == .global }.map(\.q), noise: noise.globalScale)
    var logCap: Double?  // log c²
    if case .groupHorseshoe(_, _, _, let cap) = model.slab {
      logCap = cap.value.map { 2 * log($0) }
      if cap.isRandom { logCap = try Self.logDraw(shared.filter { $0.role == .cap }.map(\.q), noise: [noise.cap, 0]) }
    }
    var result = Value(output: [], divergence: ObjectiveValue(layerCount: layout.layers.count))
    var activations = inputs
    for (l, layer) in layout.layers.enumerated() {
      let isHidden = l < model.topology.hiddenLayerCount
      let z = try indicators(arena, base: base ?? arena, layer: l)
      let gamma = inclusionProbabilities(arena, layer: l)
      let scales = try (0..<layer.nodeCount).map { j throws(GSLError) in
        try layer.scales.map { slices throws(GSLError) in try ScaleLawOfPosterior(slices, node: j, arena, model) }
      }
      // log t̃² = log t² − log(1 + t²/c²)
      let logScales = try scales.indices.map { j throws(GSLError) -> Double in
        let logScale = try logGlobal + Self.logDraw(scales[j], noise: noise.scale(node: layer.firstNode + j))
        return logScale - (logCap.map { softplus(logScale - $0) } ?? 0)
      }
      let factor = logScales.map { model.isCentred || model.slab.kind == .gaussian ? 1 : exp(0.5 * $0) }
      activations = activations.indices.map { r in
        (0..<layer.nodeCount).map { j in
          let a = factor[j] * preactivation(arena, row: activations[r], of: r, layer: l, node: j, z: z)
          return isHidden ? model.activation.value(at: a) : a
        }
      }
      if isHidden { result.divergence.layers[l].inclusion = try inclusionDivergence(arena, gamma, layer: l) }
      try addSlabDivergence(arena, gamma, scales, shared, logScales, layer: l, to: &result.divergence)
      try addScaleDivergence(scales, shared, layer: l, to: &result.divergence)
    }
    for (place, slices) in layout.shared.enumerated() {
      result.divergence.shared[place] = try shared[place].q.divergence(from: slices.scale.variable, rate: nil)
    }
    result.output = activations
    result.nll = negativeLogLikelihood(activations, logNoise: layout.logNoise.map { arena[$0] })
    result.divergence.negativeLogLikelihood = result.nll
    result.loss = result.nll + result.divergence.divergence / Double(trainingRowCount)
    return result
  }

  // MARK: - One layer

  /// z_j of each node, or z_ij of each weight, node by node; 1 without an indicator.
  private func indicators(_ arena: [Double], base: [Double], layer l: Int) throws(GSLError) -> [Double] {
    let layer = layout.layers[l]
    guard let logits = layer.inclusionLogits else { return Array(repeating: 1, count: layer.nodeCount) }
    return try logits.enumerated().map { i, place throws(GSLError) -> Double in
      switch gates {
      case .open: return 1
      case .frozen: return arena[place] > 0 ? 1 : 0
      case .learned:
        let draw = { (theta: Double) throws(GSLError) in
          try BinaryConcrete(logit: theta, temperature: temperature, uniform: noise.uniforms[place - layout.inclusionLogits.lowerBound])
        }
        let here = try draw(arena[place])
        guard relaxation == .straightThrough else { return here.relaxed }
        let there = try draw(base[place])
        return (there.isOn ? 1 : 0) + here.relaxed - there.relaxed
      }
    }
  }

  /// γ of each indicator.
  private func inclusionProbabilities(_ arena: [Double], layer l: Int) -> [Double] {
    let layer = layout.layers[l]
    guard let logits = layer.inclusionLogits else { return Array(repeating: 1, count: layer.nodeCount) }
    return logits.map { place in
      switch gates {
      case .open: 1
      case .frozen: arena[place] > 0 ? 1 : 0
      case .learned: sigmoid(arena[place])
      }
    }
  }

  /// What belongs to weight i of node j in an array with a number a weight, or a number a node.
  private func entry(_ values: [Double], weight i: Int, node j: Int, of layer: ParameterLayout.Layer) -> Double {
    model.spike.isOfEdges && layer.inclusionLogits != nil ? values[j * layer.groupSize + i] : values[j]
  }

  /// z_j Σ_i h̄_i (m_ij + ρ_ij e_ij), or with local reparameterisation its mean plus its deviation times a normal; edges'
  /// z_ij stand inside of the sum.
  private func preactivation(
    _ arena: [Double], row h: [Double], of r: Int, layer l: Int, node j: Int, z: [Double]
  ) -> Double {
    let layer = layout.layers[l]
    let isOfEdges = model.spike.isOfEdges
    var (mean, variance, sampled) = (0.0, 0.0, 0.0)
    for (i, x) in ([1] + h).enumerated() {
      let place = layer.group(j).lowerBound + i
      let (m, rho) = (arena[place], softplus(arena[layout.weightCount + place]))
      let zij = isOfEdges ? entry(z, weight: i, node: j, of: layer) : 1
      mean += zij * x * m
      variance += (zij * x * rho) * (zij * x * rho)
      if estimator == .weightSampling { sampled += zij * x * (m + rho * noise.weights[place]) }
    }
    let sum =
      estimator == .weightSampling
      ? sampled : mean + variance.squareRoot() * noise.preactivations[l][j * noise.preactivationStride + r]
    return isOfEdges ? sum : z[j] * sum
  }

  // MARK: - Likelihood

  private func negativeLogLikelihood(_ output: [[Double]], logNoise: Double?) -> Double {
    var nll = 0.0
    for r in output.indices {
      let f = output[r]
      switch (targets, model.likelihood) {
      case (.classes(let y), .bernoulli): nll += softplus(y[r] == 1 ? -f[0] : f[0])
      case (.classes(let y), _): nll += logSumExp(f) - f[y[r]]
      case (.real(let y), let likelihood):
        let logSd = if case .gaussian(.known(let sd)) = likelihood { log(sd) } else { logNoise ?? 0 }
        for o in f.indices {
          let residual = (f[o] - y[r][o]) * exp(-logSd)
          nll += residual * residual / 2 + logSd + log(2 * .pi) / 2
        }
      }
    }
    return nll / Double(output.count)
  }

  // MARK: - KL

  private func inclusionDivergence(_ arena: [Double], _ gamma: [Double], layer l: Int) throws(GSLError) -> Double {
    guard let logits = layout.layers[l].inclusionLogits, let prior = model.spike.inclusion else { return 0 }
    // A certain γ has a logit so large that no `Double` tells it from that.
    let theta = gates == .learned ? logits.map { arena[$0] } : gamma.map { $0 == 1 ? 700 : -700 }
    switch prior {
    case .fixed(let negativeLog):
      var sum = 0.0
      for theta in theta {
        sum += try BernoulliDivergence(inclusionLogit: theta, negativeLogPrior: negativeLog[l]).value
      }
      return sum
    case .beta(let a, let b):
      let entropy = gamma.reduce(0) { $0 - ($1 > 0 ? $1 * log($1) : 0) - ($1 < 1 ? (1 - $1) * log1p(-$1) : 0) }
      return try BetaInclusionDivergence(expectedActive: gamma.reduce(0, +), count: gamma.count, a: a, b: b).value
        - entropy
    }
  }

  /// Σ γ K_N, with THEORY.md 3.8 in the place of 3.5 under the centred parametrisation.
  private func addSlabDivergence(
    _ arena: [Double], _ gamma: [Double], _ scales: [[ScaleLawOfPosterior]],
    _ shared: [(role: ScaleVariable.Role, q: ScaleLawOfPosterior)], _ logScales: [Double], layer l: Int,
    to value: inout ObjectiveValue
  ) throws(GSLError) {
    let layer = layout.layers[l]
    for j in 0..<layer.nodeCount {
      var (meanLog, meanPrecision) = (0.0, 1.0)  // E log t̃², E t̃⁻²
      if model.isCentred {
        let all = scales[j] + shared.filter { $0.role == .global }.map(\.q)
        let drawnLog = try Self.logDraw(scales[j], noise: noise.scale(node: layer.firstNode + j))
          + Self.logDraw(shared.filter { $0.role == .global }.map(\.q), noise: noise.globalScale)
        meanLog = logScales[j] - drawnLog
        for scale in all { meanLog += try scale.meanLog }
        meanPrecision = all.reduce(1) { $0 * $1.meanInverse }
        if case .groupHorseshoe(_, _, _, let cap) = model.slab {
          if let c = cap.value { meanPrecision += 1 / (c * c) }
          meanPrecision += shared.filter { $0.role == .cap }.reduce(0) { $0 + $1.q.meanInverse }
        }
      }
      for i in 0..<layer.groupSize {
        let place = layer.group(j).lowerBound + i
        let (m, rho) = (arena[place], softplus(arena[layout.weightCount + place]))
        let sigma0 = model.slab.standardDeviation
        let standard = try GaussianDivergence(mean: m, standardDeviation: rho, priorStandardDeviation: sigma0).value
        let size = (rho * rho + m * m) / (2 * sigma0 * sigma0)
        let divergence = standard + meanLog / 2 + size * (meanPrecision - 1)
        value.layers[l].slab += entry(gamma, weight: i, node: j, of: layer) * divergence
      }
    }
  }

  private func addScaleDivergence(
    _ scales: [[ScaleLawOfPosterior]], _ shared: [(role: ScaleVariable.Role, q: ScaleLawOfPosterior)], layer l: Int,
    to value: inout ObjectiveValue
  ) throws(GSLError) {
    let rate = shared.first { $0.role == .rate }?.q
    for (f, slices) in layout.layers[l].scales.enumerated() {
      for j in scales.indices {
        value.layers[l].scale[f] += try scales[j][f].divergence(from: slices.variable, rate: rate)
      }
    }
  }

  /// log of a product of scales: one normal moves log-normals together, √Σω² e.
  private static func logDraw(_ factors: [ScaleLawOfPosterior], noise: SIMD2<Double>) throws(GSLError) -> Double {
    var (total, variance) = (0.0, 0.0)
    for (f, factor) in factors.enumerated() {
      switch factor.law {
      case .logNormal(let mu, let omega):
        total += mu
        variance += omega * omega
      case .gamma(let shape, let rate):
        total += try GammaPathwiseDraw(shape: shape, normal: noise[f]).logValue - log(rate)
      case .inverseGamma(let shape, let scale):
        total += try log(scale) - GammaPathwiseDraw(shape: shape, normal: noise[f]).logValue
      case .point(let logarithm): total += logarithm
      }
    }
    return total + variance.squareRoot() * noise[0]
  }
}

/// q of one scale as a law with its usual parameters, with the textbook formulas of its moments and KL.
private struct ScaleLawOfPosterior {
  enum Law {
    case logNormal(mu: Double, omega: Double)
    case gamma(shape: Double, rate: Double)
    case inverseGamma(shape: Double, scale: Double)
    case point(logarithm: Double)
  }

  let law: Law

  init(_ slices: ParameterLayout.Scale, node: Int, _ arena: [Double], _ model: NetworkModel) throws(GSLError) {
    let location = arena[slices.location.lowerBound + node]
    let spread = slices.rho.map { softplus(arena[$0.lowerBound + node]) } ?? 0
    switch model.scaleFamily {
    case .logNormal: law = .logNormal(mu: location, omega: spread)
    case .point: law = .point(logarithm: location)
    case .gamma:
      if case .inverseGamma = slices.variable {
        let shape = 1 / (spread * spread)
        law = .inverseGamma(shape: shape, scale: shape * exp(location))
      } else {
        let shape = (model.isCentred ? 1 : 0) + 1 / (spread * spread)
        law = .gamma(shape: shape, rate: shape * exp(-location))
      }
    }
  }

  var meanLog: Double {
    get throws(GSLError) {
      switch law {
      case .logNormal(let mu, _): mu
      case .gamma(let shape, let rate): try digamma(shape) - log(rate)
      case .inverseGamma(let shape, let scale): try log(scale) - digamma(shape)
      case .point(let logarithm): logarithm
      }
    }
  }

  /// E 1/X.
  var meanInverse: Double {
    switch law {
    case .logNormal(let mu, let omega): exp(-mu + omega * omega / 2)
    case .gamma(let shape, let rate): rate / (shape - 1)
    case .inverseGamma(let shape, let scale): shape / scale
    case .point(let logarithm): exp(-logarithm)
    }
  }

  /// E X.
  private var mean: Double {
    switch law {
    case .logNormal(let mu, let omega): exp(mu + omega * omega / 2)
    case .gamma(let shape, let rate): shape / rate
    case .inverseGamma(let shape, let scale): scale / (shape - 1)
    case .point(let logarithm): exp(logarithm)
    }
  }

  func divergence(from prior: ScaleVariable, rate: ScaleLawOfPosterior?) throws(GSLError) -> Double {
    switch (law, prior) {
    case (.point(let u), .gammaOfSharedRate(let shape)):
      // The prior's log density of u, linear in log b and in b of its rate b = ς²/2.
      guard let rate else { return .nan }
      return try -(shape.value * (rate.meanLog - log(2)) - logGamma(shape.value) + shape.value * u
        - rate.mean / 2 * exp(u))
    case (.point(let u), _): return try -priorLaw(prior).logDensity(atLog: u)
    case (.logNormal(let mu, let omega), .gamma(let shape, let rate)):
      return try LogNormalGammaDivergence(mu: mu, omega: omega, shape: shape, rate: rate).value
    case (.logNormal(let mu, let omega), .inverseGamma(let shape, let scale)):
      return try LogNormalInverseGammaDivergence(mu: mu, omega: omega, shape: shape, scale: scale).value
    case (.logNormal(let mu, let omega), .gammaOfSharedRate(let shape)):
      guard case .logNormal(let m, let v)? = rate?.law else { return .nan }
      return try LogNormalGammaRandomRateDivergence(mu: mu, omega: omega, shape: shape, rateMu: m, rateOmega: v).value
    case (.gamma(let alpha, let beta), .gamma(let shape, let rate)):
      return try GammaDivergence(shape: alpha, rate: beta, priorShape: shape.value, priorRate: rate).value
    case (.inverseGamma(let alpha, let beta), .inverseGamma(let shape, let scale)):
      return try GammaDivergence(shape: alpha, rate: beta, priorShape: shape.value, priorRate: scale).value
    case (.gamma(let alpha, let beta), .gammaOfSharedRate(let shape)):
      guard let rate else { return .nan }
      return try GammaDivergence(
        shape: alpha, rate: beta, priorShape: shape.value, meanLogPriorRate: rate.meanLog - log(2),
        meanPriorRate: rate.mean / 2
      ).value
    default: return .nan  // no model pairs them; a test would show it
    }
  }

  private func priorLaw(_ prior: ScaleVariable) throws(GSLError) -> ScaleLaw {
    switch prior {
    case .gamma(let shape, let rate): .gamma(shape: shape.value, rate: rate)
    case .inverseGamma(let shape, let scale): .inverseGamma(shape: shape.value, scale: scale)
    case .halfCauchySquared(let scale): .halfCauchySquared(scale: scale)
    case .gammaOfSharedRate: throw .domain(name: "rate of a Gamma", value: .nan, needs: "known")
    }
  }
}
