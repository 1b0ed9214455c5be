import Foundation
import GSL
import NetworkShape
import Priors

/// The loss of one minibatch and its gradient, all noise given: mean NLL + KL/n of THEORY.md section 3, non-centred.
///
/// Written to be read beside the formulas, in `Double`, one number after the other. The fused `Float` step is tested
/// against it; it is far too slow to train with. Single letters are THEORY.md's.
///
///     w̄ = z t̃ (m + ρ e);   h_{l+1} = ψ(w̄ᵀ (1, h_l)),  linear in the output layer
package struct ReferenceObjective: Sendable {
  package enum Targets: Sendable, Equatable {
    /// [row][output].
    case real([[Double]])
    /// A class a row.
    case classes([Int])
  }

  package let topology: Topology
  package let activation: Activation
  package let slab: SlabPrior
  /// ν_l = −log λ_l, one a hidden layer; nil for no spike.
  package let negativeLogInclusion: [Double]?
  /// A learned σ_e is the parameter `global.logNoise`, a point estimate without prior.
  package let likelihood: Likelihood
  package let relaxation: Relaxation
  package let estimator: GradientEstimator
  package let temperature: Double
  /// n, by which the KL is divided.
  package let trainingRowCount: Int

  /// - Throws: `ShapeError` for an activation that networks do not train, or a ν that is missing.
  package init(
    topology: Topology, activation: Activation, slab: SlabPrior, negativeLogInclusion: [Double]?,
    likelihood: Likelihood, relaxation: Relaxation = .straightThrough, estimator: GradientEstimator = .weightSampling,
    temperature: Double = 0.5, trainingRowCount: Int
  ) throws(ShapeError) {
    try activation.requireTrainable()
    if let nu = negativeLogInclusion, nu.count != topology.hiddenLayerCount {
      throw ShapeError(
        name: "prior inclusion probabilities", value: "\(nu.count) numbers",
        needs: "\(topology.hiddenLayerCount), one a hidden layer")
    }
    self.topology = topology
    self.activation = activation
    self.slab = slab
    self.negativeLogInclusion = negativeLogInclusion
    self.likelihood = likelihood
    self.relaxation = relaxation
    self.estimator = estimator
    self.temperature = temperature
    self.trainingRowCount = trainingRowCount
  }

  package struct Evaluation: Sendable {
    /// f, [row][output].
    package let output: [[Double]]
    package let nll: Double
    package let divergences: Divergences
    /// nll + KL/n.
    package let loss: Double
    /// d loss / d parameter.
    package let gradient: Parameters
    /// d nll / d parameter.
    package let nllGradient: Parameters
  }

  /// - Parameters:
  ///   - parameters: the arrays that the model has, in its topology's shapes.
  ///   - inputs: [row][k_0].
  /// - Precondition: the shapes agree, and targets are classes exactly if the likelihood is categorical.
  /// - Throws: `GSLError.domain` for parameters that are not finite or noise outside its range.
  package func evaluate(
    _ parameters: Parameters, noise: Noise, inputs: [[Double]], targets: Targets
  ) throws(GSLError) -> Evaluation {
    let global = try globalScale(parameters.global, noise: noise.global)
    var traces: [LayerTrace] = []
    var activations = inputs
    for layer in 0..<topology.layerCount {
      let trace = try forward(
        parameters.layers[layer], noise: noise.layers[layer], inputs: activations, globalScale: global.value,
        isHidden: layer < topology.hiddenLayerCount)
      traces.append(trace)
      activations = layer < topology.hiddenLayerCount
        ? trace.preactivations.map { $0.map(activation.value(at:)) } : trace.preactivations
    }

    let output = activations
    let (nll, outputGradient, logNoiseGradient) = negativeLogLikelihood(
      of: output, targets: targets, logNoise: parameters.global.logNoise)

    var nllGradient = parameters.zeroed()
    nllGradient.global.logNoise = logNoiseGradient
    var preactivationGradient = outputGradient  // dNLL/da
    var logGlobalScaleGradient = 0.0  // dNLL/d log s
    for layer in (0..<topology.layerCount).reversed() {
      let inputGradient = backward(
        preactivationGradient, through: traces[layer], parameters: parameters.layers[layer],
        noise: noise.layers[layer], gradient: &nllGradient.layers[layer],
        logGlobalScaleGradient: &logGlobalScaleGradient)
      guard layer > 0 else { break }
      preactivationGradient = zip(inputGradient, traces[layer - 1].preactivations).map { gradients, values in
        zip(gradients, values).map { $0 * activation.derivative(at: $1) }
      }
    }
    global.backward(logGlobalScaleGradient, into: &nllGradient.global)

    let (divergences, klGradient) = try divergences(of: parameters)
    var gradient = nllGradient
    gradient.add(klGradient, times: 1 / Double(trainingRowCount))
    return Evaluation(
      output: output, nll: nll, divergences: divergences,
      loss: nll + divergences.total / Double(trainingRowCount), gradient: gradient, nllGradient: nllGradient)
  }

  // MARK: - One layer

  /// What the forward pass of a layer leaves for the backward pass.
  private struct LayerTrace {
    /// h, [row][in].
    var inputs: [[Double]]
    /// z_j and dz_j/dϑ_j; 1 and 0 for a node without indicator.
    var indicators: [Double]
    var indicatorSlopes: [Double]
    /// t̃_j and d log t̃_j/d log t_j; 1 without a scale.
    var scales: [Double]
    var scaleSlopes: [Double]
    /// ω_ij = m_ij + ρ_ij e_ij; with local reparameterisation the means alone.
    var weights: [[Double]]
    /// v_rj = Σ_i h_ri ω_ij + bias, before z_j t̃_j; [row][out].
    var unscaled: [[Double]]
    /// sqrt(Σ_i h_ri² ρ_ij² + bias's ρ²), with local reparameterisation; [row][out].
    var deviations: [[Double]]
    /// a_rj = z_j t̃_j v_rj.
    var preactivations: [[Double]] {
      unscaled.map { row in row.indices.map { indicators[$0] * scales[$0] * row[$0] } }
    }
  }

  private func forward(
    _ layer: Parameters.Layer, noise: Noise.Layer, inputs: [[Double]], globalScale: Double, isHidden: Bool
  ) throws(GSLError) -> LayerTrace {
    let nodes = layer.biasMean.indices
    var trace = LayerTrace(
      inputs: inputs, indicators: nodes.map { _ in 1 }, indicatorSlopes: nodes.map { _ in 0 },
      scales: nodes.map { _ in 1 }, scaleSlopes: nodes.map { _ in 1 }, weights: layer.weightMean, unscaled: [],
      deviations: [])
    for j in nodes {
      if isHidden, negativeLogInclusion != nil {
        let draw = try BinaryConcrete(
          logit: layer.inclusionLogit[j], temperature: temperature, uniform: noise.indicator[j])
        trace.indicators[j] = relaxation == .soft ? draw.relaxed : draw.isOn ? 1 : 0
        trace.indicatorSlopes[j] = draw.derivative
      }
      switch slab {
      case .gaussian: break
      case .groupLasso:
        trace.scales[j] = exp((layer.scaleMean[j] + softplus(layer.scaleRho[j]) * noise.scale[j]) / 2)
      case .groupHorseshoe(_, _, _, let cap):
        let omega = hypot(softplus(layer.scaleARho[j]), softplus(layer.scaleBRho[j]))
        let local = exp((layer.scaleAMean[j] + layer.scaleBMean[j] + omega * noise.scale[j]) / 2)
        let regularised = try RegularisedScale(local: local, global: globalScale, cap: cap)
        trace.scales[j] = regularised.value
        trace.scaleSlopes[j] = regularised.dLogLocal
      }
    }

    switch estimator {
    case .weightSampling:
      for i in layer.weightMean.indices {
        for j in nodes { trace.weights[i][j] += softplus(layer.weightRho[i][j]) * noise.weight[i][j] }
      }
      trace.unscaled = inputs.map { h in
        nodes.map { j in
          h.indices.reduce(layer.biasMean[j] + softplus(layer.biasRho[j]) * noise.bias[j]) {
            $0 + h[$1] * trace.weights[$1][j]
          }
        }
      }
    case .localReparameterisation:
      trace.deviations = inputs.map { h in
        nodes.map { j in
          h.indices.reduce(pow(softplus(layer.biasRho[j]), 2)) {
            $0 + pow(h[$1] * softplus(layer.weightRho[$1][j]), 2)
          }.squareRoot()
        }
      }
      trace.unscaled = inputs.indices.map { r in
        nodes.map { j in
          let mean = inputs[r].indices.reduce(layer.biasMean[j]) { $0 + inputs[r][$1] * layer.weightMean[$1][j] }
          return mean + trace.deviations[r][j] * noise.preactivation[r][j]
        }
      }
    }
    return trace
  }

  /// Adds dNLL/d(the layer's parameters) to `gradient`, and returns dNLL/dh.
  private func backward(
    _ preactivationGradient: [[Double]], through trace: LayerTrace, parameters layer: Parameters.Layer,
    noise: Noise.Layer, gradient: inout Parameters.Layer, logGlobalScaleGradient: inout Double
  ) -> [[Double]] {
    var inputGradient = trace.inputs.map { $0.map { _ in 0.0 } }
    for j in layer.biasMean.indices {
      let z = trace.indicators[j]
      let t = trace.scales[j]
      var indicatorGradient = 0.0  // dNLL/dz
      var scaleGradient = 0.0  // dNLL/dt̃
      for r in trace.inputs.indices {
        let h = trace.inputs[r]
        let da = preactivationGradient[r][j]
        indicatorGradient += da * t * trace.unscaled[r][j]
        scaleGradient += da * z * trace.unscaled[r][j]
        let dv = da * z * t
        gradient.biasMean[j] += dv
        for i in h.indices {
          gradient.weightMean[i][j] += dv * h[i]
          inputGradient[r][i] += dv * trace.weights[i][j]
        }
        switch estimator {
        case .weightSampling:
          gradient.biasRho[j] += dv * noise.bias[j] * sigmoid(layer.biasRho[j])
          for i in h.indices {
            gradient.weightRho[i][j] += dv * h[i] * noise.weight[i][j] * sigmoid(layer.weightRho[i][j])
          }
        case .localReparameterisation:
          // d deviation = Σ (h² ρ dρ + ρ² h dh)/deviation
          let perDeviation = dv * noise.preactivation[r][j] / trace.deviations[r][j]
          gradient.biasRho[j] += perDeviation * softplus(layer.biasRho[j]) * sigmoid(layer.biasRho[j])
          for i in h.indices {
            let rho = softplus(layer.weightRho[i][j])
            gradient.weightRho[i][j] += perDeviation * h[i] * h[i] * rho * sigmoid(layer.weightRho[i][j])
            inputGradient[r][i] += perDeviation * rho * rho * h[i]
          }
        }
      }
      if !layer.inclusionLogit.isEmpty {
        gradient.inclusionLogit[j] += indicatorGradient * trace.indicatorSlopes[j]
      }
      let logScaleGradient = scaleGradient * t * trace.scaleSlopes[j]  // dNLL/d log(τs)
      switch slab {
      case .gaussian: break
      case .groupLasso:
        gradient.scaleMean[j] += logScaleGradient / 2
        gradient.scaleRho[j] += logScaleGradient / 2 * noise.scale[j] * sigmoid(layer.scaleRho[j])
      case .groupHorseshoe:
        logGlobalScaleGradient += logScaleGradient
        let pair = LogNormalPair(
          rhoA: layer.scaleARho[j], rhoB: layer.scaleBRho[j], noise: noise.scale[j])
        gradient.scaleAMean[j] += logScaleGradient / 2
        gradient.scaleBMean[j] += logScaleGradient / 2
        gradient.scaleARho[j] += logScaleGradient * pair.dRhoA
        gradient.scaleBRho[j] += logScaleGradient * pair.dRhoB
      }
    }
    return inputGradient
  }

  // MARK: - Scales that are products

  /// How log √(ab) = (μ_a + μ_b + ω e)/2, ω² = ω_a² + ω_b², moves with the two ρ.
  private struct LogNormalPair {
    let dRhoA, dRhoB: Double

    init(rhoA: Double, rhoB: Double, noise e: Double) {
      let omega = hypot(softplus(rhoA), softplus(rhoB))
      dRhoA = e / 2 * softplus(rhoA) / omega * sigmoid(rhoA)
      dRhoB = e / 2 * softplus(rhoB) / omega * sigmoid(rhoB)
    }
  }

  /// s of the horseshoe, one for the network; 1 for the other slabs.
  private struct GlobalScale {
    let value: Double
    let pair: LogNormalPair?

    func backward(_ logGradient: Double, into gradient: inout Parameters.Global) {
      guard let pair else { return }
      gradient.globalAMean += logGradient / 2
      gradient.globalBMean += logGradient / 2
      gradient.globalARho += logGradient * pair.dRhoA
      gradient.globalBRho += logGradient * pair.dRhoB
    }
  }

  private func globalScale(_ global: Parameters.Global, noise: Double) throws(GSLError) -> GlobalScale {
    guard case .groupHorseshoe = slab else { return GlobalScale(value: 1, pair: nil) }
    let omega = hypot(softplus(global.globalARho), softplus(global.globalBRho))
    return GlobalScale(
      value: exp((global.globalAMean + global.globalBMean + omega * noise) / 2),
      pair: LogNormalPair(rhoA: global.globalARho, rhoB: global.globalBRho, noise: noise))
  }

  // MARK: - Likelihood

  /// The mean NLL over the rows, its derivative by each output, and by log σ_e.
  private func negativeLogLikelihood(
    of output: [[Double]], targets: Targets, logNoise: Double
  ) -> (nll: Double, outputGradient: [[Double]], logNoiseGradient: Double) {
    if case .classes = targets {
      precondition(likelihood == .categorical, "classes need the categorical likelihood")
    } else {
      precondition(likelihood != .categorical, "the categorical likelihood needs classes")
    }
    let rows = Double(output.count)
    var nll = 0.0
    var logNoiseGradient = 0.0
    var gradient = output.map { $0.map { _ in 0.0 } }
    for r in output.indices {
      switch (targets, likelihood) {
      case (.classes(let classes), _):
        let largest = output[r].max() ?? 0
        let logNormaliser = largest + log(output[r].reduce(0) { $0 + exp($1 - largest) })
        nll += (logNormaliser - output[r][classes[r]]) / rows
        for o in output[r].indices {
          gradient[r][o] = (exp(output[r][o] - logNormaliser) - (o == classes[r] ? 1 : 0)) / rows
        }
      case (.real(let values), let likelihood):
        let logSd = if case .gaussian(.known(let sd)) = likelihood { log(sd) } else { logNoise }
        for o in output[r].indices {
          let z = (output[r][o] - values[r][o]) * exp(-logSd)
          nll += (z * z / 2 + logSd + log(2 * .pi) / 2) / rows
          gradient[r][o] = z * exp(-logSd) / rows
          if case .gaussian(.learned) = likelihood { logNoiseGradient += (1 - z * z) / rows }
        }
      }
    }
    return (nll, gradient, logNoiseGradient)
  }
}
