import Foundation
import GSL
import NetworkShape
import Priors

/// A model in words and numbers, layer by layer: what each layer's weights, scales and indicators follow under the prior,
/// what approximates them, and what the KL is at a given q.
package struct ModelExplanation: Sendable {
  package struct Layer: Sendable {
    /// `hidden 1`, …, `output`.
    package let name: String
    package let inputs: Int
    package let nodes: Int
    /// Variational parameters of weights, scales and indicators.
    package let parameterCount: Int
    /// Each a formula.
    package let weights, scale, inclusion: String
    /// Nats, at the q that was explained.
    package let divergence: ObjectiveValue.LayerDivergence
    /// Of the slab's KL, the part of the biases.
    package let biasDivergence: Double
  }

  package let layers: [Layer]
  /// What the whole network shares: each scale's law, and its KL.
  package let shared: [(scale: String, divergence: Double)]
  package let likelihood: String
  package let approximation: String
  /// Whether scales are points, so that what is called their KL is no KL.
  package let hasPoints: Bool
  package let parameterCount: Int
  package let divergence: Double

  /// At the q that training starts from, by `key`.
  ///
  /// - Throws: `GSLError` where a hyperparameter is so extreme that the KL overflows.
  package init(startOf model: NetworkModel, key: StreamKey) throws(GSLError) {
    let parameters = VariationalParameters<Float>(startOf: model, key: key)
    try self.init(model, at: parameters, gates: .learned)
  }

  /// At a fitted posterior.
  package init(_ posterior: Posterior) throws(GSLError) {
    try self.init(posterior.model, at: posterior.parameters, gates: posterior.gates)
  }

  private init(
    _ model: NetworkModel, at parameters: VariationalParameters<Float>, gates: GateStage
  ) throws(GSLError) {
    let objective = MinibatchObjective<Float>(
      model: model, estimator: .weightSampling, relaxation: .straightThrough, temperature: 1, capacity: 1,
      trainingRows: 1)
    try objective.evaluate(parameters.values, gates: gates)
    let value = objective.value
    let layout = parameters.layout
    layers = layout.layers.enumerated().map { l, layer in
      let isOutput = l == model.topology.hiddenLayerCount
      let scaleCount = layer.scales.reduce(0) { $0 + $1.location.count + ($1.rho?.count ?? 0) }
      return Layer(
        name: isOutput ? "output" : "hidden \(l + 1)", inputs: layer.groupSize - 1, nodes: layer.nodeCount,
        parameterCount: 2 * layer.weights.count + scaleCount + (layer.inclusionLogits?.count ?? 0),
        weights: Self.weights(model), scale: layer.scales.map { Self.law($0.variable) }.joined(separator: " × "),
        inclusion: isOutput ? "" : Self.inclusion(model.spike, layer: l), divergence: value.layers[l],
        biasDivergence: objective.slabDivergenceOfBiases(parameters.values, layer: l))
    }
    shared = layout.shared.enumerated().map { place, slices in
      let isFactor = layout.shared.count { $0.role == slices.role } > 1
      let name = isFactor ? "\(Self.name(slices.role))'s factor" : Self.name(slices.role)
      return (scale: "\(name) ~ \(Self.law(slices.scale.variable))", divergence: value.shared[place])
    }
    likelihood =
      switch model.likelihood {
      case .gaussian(.known(let sd)): "Gaussian, σ_e = \(Self.text(sd))"
      case .gaussian(.learned): "Gaussian, σ_e learned (a point without a prior)"
      case .categorical: "categorical, \(model.topology.outputCount) classes"
      case .bernoulli: "Bernoulli"
      }
    let ofScales =
      switch model.scaleFamily {
      case .logNormal: "log-normal scales"
      case .gamma: "Gamma and inverse-Gamma scales"
      case .point: "point scales"
      }
    approximation = "independent Gaussian weights"
      + (model.slab.kind == .gaussian ? "" : ", \(model.parametrisation.rawValue); \(ofScales)")
      + (model.spike.isPresent ? "; Bernoulli indicators" : "")
    hasPoints = model.scaleFamily == .point && model.slab.kind != .gaussian
    parameterCount = layout.count
    divergence = value.divergence
  }

  private static func weights(_ model: NetworkModel) -> String {
    let sd = text(model.slab.standardDeviation)
    guard case .groupHorseshoe(_, _, _, let cap) = model.slab else {
      return model.slab.kind == .gaussian ? "N(0, \(sd)²)" : "N(0, \(sd)² τ²)"
    }
    let scale = cap == .none ? "t²" : "t²c²/(t² + c²)"
    return "N(0, \(sd)² \(scale))" + (cap.value.map { ", c = \(text($0))" } ?? "")
  }

  private static func law(_ variable: ScaleVariable) -> String {
    switch variable {
    case .gamma(let shape, let rate): "Gamma(\(text(shape.value)), \(text(rate)))"
    case .gammaOfSharedRate(let shape): "Gamma(\(text(shape.value)), ς²/2)"
    case .inverseGamma(let shape, let scale): "InvGamma(\(text(shape.value)), \(text(scale)))"
    case .halfCauchySquared(let scale): "C⁺(0, \(text(scale)))²"
    }
  }

  private static func name(_ role: ScaleVariable.Role) -> String {
    switch role {
    case .rate: "ς²"
    case .global: "s²"
    case .cap: "c²"
    }
  }

  private static func inclusion(_ spike: SpikePrior, layer: Int) -> String {
    let what = spike.isOfEdges ? "a weight" : "a node"
    switch spike.inclusion {
    case nil: return "always on"
    case .fixed(let negativeLog): return "log λ = \(text(-negativeLog[layer])) \(what)"
    case .beta(let a, let b): return "λ ~ Beta(\(text(a)), \(text(b))), of each \(spike.isOfEdges ? "weight" : "node")"
    }
  }

  /// Up to six significant digits.
  private static func text(_ number: Double) -> String {
    let rounded = Double(String(format: "%.6g", number)) ?? number
    return rounded == rounded.rounded() && abs(rounded) < 1e6 ? String(Int(rounded)) : "\(rounded)"
  }
}
