import Foundation
import GSL
import Priors

extension ReferenceObjective {
  /// The KL of THEORY.md 3.3 in its parts, each summed over a layer's nodes; 0 where the model has no such part.
  package struct Divergences: Sendable, Equatable {
    package struct Layer: Sendable, Equatable {
      package var inclusion = 0.0
      /// Σ γ_j K_N over weights, and over biases.
      package var slabWeights = 0.0
      package var slabBiases = 0.0
      /// Of τ² (group lasso), or of its factors a and b (group horseshoe); not weighted by γ.
      package var scale = 0.0
      package var scaleA = 0.0
      package var scaleB = 0.0

      var total: Double { inclusion + slabWeights + slabBiases + scale + scaleA + scaleB }
    }

    package var layers: [Layer]
    /// Of ς², once.
    package var rate = 0.0
    /// Of the factors of s², once.
    package var scaleA = 0.0
    package var scaleB = 0.0

    package var total: Double { layers.reduce(rate + scaleA + scaleB) { $0 + $1.total } }
  }

  /// The KL and its gradient; z never enters, γ does.
  func divergences(of parameters: Parameters) throws(GSLError) -> (Divergences, gradient: Parameters) {
    var divergences = Divergences(layers: parameters.layers.map { _ in Divergences.Layer() })
    var gradient = parameters.zeroed()
    for layer in parameters.layers.indices {
      try addIndicatorsAndWeights(
        of: parameters.layers[layer], negativeLogPrior: priorOfIndicators(layer), to: &divergences.layers[layer],
        gradient: &gradient.layers[layer])
      try addScales(of: parameters, layer: layer, to: &divergences.layers[layer], gradient: &gradient)
    }
    try addShared(of: parameters.global, to: &divergences, gradient: &gradient.global)
    return (divergences, gradient)
  }

  /// ν_l; nil in the output layer and without a spike.
  private func priorOfIndicators(_ layer: Int) -> Double? {
    layer < topology.hiddenLayerCount ? negativeLogInclusion?[layer] : nil
  }

  /// K_B(γ_j) + γ_j Σ_i K_N of each node.
  private func addIndicatorsAndWeights(
    of layer: Parameters.Layer, negativeLogPrior: Double?, to divergences: inout Divergences.Layer,
    gradient: inout Parameters.Layer
  ) throws(GSLError) {
    for j in layer.biasMean.indices {
      var gamma = 1.0
      if let negativeLogPrior {
        let indicator = try BernoulliDivergence(
          inclusionLogit: layer.inclusionLogit[j], negativeLogPrior: negativeLogPrior)
        gamma = indicator.inclusionProbability
        divergences.inclusion += indicator.value
        gradient.inclusionLogit[j] += indicator.dLogit
      }
      var sum = 0.0  // Σ_i K_N
      for i in layer.weightMean.indices {
        let slab = try slabDivergence(mean: layer.weightMean[i][j], rho: layer.weightRho[i][j])
        sum += slab.value
        divergences.slabWeights += gamma * slab.value
        gradient.weightMean[i][j] += gamma * slab.dMean
        gradient.weightRho[i][j] += gamma * slab.dStandardDeviation * sigmoid(layer.weightRho[i][j])
      }
      let slab = try slabDivergence(mean: layer.biasMean[j], rho: layer.biasRho[j])
      sum += slab.value
      divergences.slabBiases += gamma * slab.value
      gradient.biasMean[j] += gamma * slab.dMean
      gradient.biasRho[j] += gamma * slab.dStandardDeviation * sigmoid(layer.biasRho[j])
      if negativeLogPrior != nil {
        gradient.inclusionLogit[j] += gamma * sigmoid(-layer.inclusionLogit[j]) * sum
      }
    }
  }

  private func slabDivergence(mean: Double, rho: Double) throws(GSLError) -> GaussianDivergence {
    try GaussianDivergence(
      mean: mean, standardDeviation: softplus(rho), priorStandardDeviation: slab.standardDeviation)
  }

  /// K_scale of each node.
  private func addScales(
    of parameters: Parameters, layer index: Int, to divergences: inout Divergences.Layer, gradient: inout Parameters
  ) throws(GSLError) {
    let layer = parameters.layers[index]
    let shape = SlabPrior.groupLassoShape(fanIn: topology.widths[index])
    for j in layer.biasMean.indices {
      switch slab {
      case .gaussian: break
      case .groupLasso(_, .hyperprior):
        let scale = try LogNormalGammaRandomRateDivergence(
          mu: layer.scaleMean[j], omega: softplus(layer.scaleRho[j]), shape: shape,
          rateMu: parameters.global.rateMean, rateOmega: softplus(parameters.global.rateRho))
        divergences.scale += scale.value
        gradient.layers[index].scaleMean[j] += scale.dMu
        gradient.layers[index].scaleRho[j] += scale.dOmega * sigmoid(layer.scaleRho[j])
        gradient.global.rateMean += scale.dRateMu
        gradient.global.rateRho += scale.dRateOmega * sigmoid(parameters.global.rateRho)
      case .groupLasso(_, .fixed(let rate)):
        try addScale(j, of: layer, shape: shape, rate: rate / 2, to: &divergences, gradient: &gradient.layers[index])
      case .groupLasso(_, .proportional(let kappa)):
        let rate = kappa * Double(topology.groupSize(ofLayer: index))
        try addScale(j, of: layer, shape: shape, rate: rate / 2, to: &divergences, gradient: &gradient.layers[index])
      case .groupHorseshoe(_, let localScale, _, _):
        let pair = try HalfCauchyPairDivergence(
          muA: layer.scaleAMean[j], omegaA: softplus(layer.scaleARho[j]), muB: layer.scaleBMean[j],
          omegaB: softplus(layer.scaleBRho[j]), scale: localScale)
        divergences.scaleA += pair.gammaValue
        divergences.scaleB += pair.inverseGammaValue
        gradient.layers[index].scaleAMean[j] += pair.dMuA
        gradient.layers[index].scaleARho[j] += pair.dOmegaA * sigmoid(layer.scaleARho[j])
        gradient.layers[index].scaleBMean[j] += pair.dMuB
        gradient.layers[index].scaleBRho[j] += pair.dOmegaB * sigmoid(layer.scaleBRho[j])
      }
    }
  }

  private func addScale(
    _ j: Int, of layer: Parameters.Layer, shape: Double, rate: Double, to divergences: inout Divergences.Layer,
    gradient: inout Parameters.Layer
  ) throws(GSLError) {
    let scale = try LogNormalGammaDivergence(
      mu: layer.scaleMean[j], omega: softplus(layer.scaleRho[j]), shape: shape, rate: rate)
    divergences.scale += scale.value
    gradient.scaleMean[j] += scale.dMu
    gradient.scaleRho[j] += scale.dOmega * sigmoid(layer.scaleRho[j])
  }

  /// K_shared, once for the network.
  private func addShared(
    of global: Parameters.Global, to divergences: inout Divergences, gradient: inout Parameters.Global
  ) throws(GSLError) {
    switch slab {
    case .groupLasso(_, .hyperprior(let shape, let rate)):
      let prior = try LogNormalGammaDivergence(
        mu: global.rateMean, omega: softplus(global.rateRho), shape: shape, rate: rate)
      divergences.rate = prior.value
      gradient.rateMean += prior.dMu
      gradient.rateRho += prior.dOmega * sigmoid(global.rateRho)
    case .groupHorseshoe(_, _, let globalScale, _):
      let pair = try HalfCauchyPairDivergence(
        muA: global.globalAMean, omegaA: softplus(global.globalARho), muB: global.globalBMean,
        omegaB: softplus(global.globalBRho), scale: globalScale)
      divergences.scaleA = pair.gammaValue
      divergences.scaleB = pair.inverseGammaValue
      gradient.globalAMean += pair.dMuA
      gradient.globalARho += pair.dOmegaA * sigmoid(global.globalARho)
      gradient.globalBMean += pair.dMuB
      gradient.globalBRho += pair.dOmegaB * sigmoid(global.globalBRho)
    case .gaussian, .groupLasso: break
    }
  }
}
