import Foundation
import GSL
import Priors

/// The scales t̃ of every node in one draw, with what their gradient needs (THEORY.md 2.2, 2.3, 3.9).
///
/// Group lasso: log t̃ = ½ log τ². Group horseshoe: log t = log τ + log s, log t̃ = log t − ½ log(1 + t²/c²). Either way
/// log τ is normal under q, so one normal moves it: log τ = ½(μ + ω ε), with μ and ω² the sums over the factors.
struct NodeScales {
  /// t̃, layer by layer; 1 for the Gaussian slab.
  private(set) var value: [[Double]]

  private let slab: SlabPrior
  private let layout: ParameterLayout
  /// Of the group lasso's Gamma prior, layer by layer.
  private let shapes: [GammaShape]
  private var nodes: [[LogScale]]
  private var shared = LogScale()
  /// ∂ log t̃ / ∂ log t.
  private var elasticity: [[Double]]
  /// ∂loss/∂ log t, node by node, and its sum: what log s gets.
  private var logScaleGradient: [[Double]]
  private var sharedGradient = 0.0

  /// log τ of one node, or log s: its log-normal factors (one or two) and their ω with slopes dω/drho.
  private struct LogScale {
    var mean = SIMD2(0.0, 0.0)
    var deviation = SIMD2(0.0, 0.0)
    var slope = SIMD2(0.0, 0.0)
    /// ω of the product.
    var totalDeviation = 0.0
  }

  init(model: NetworkModel, layout: ParameterLayout) {
    slab = model.slab
    self.layout = layout
    shapes = layout.layers.map { GammaShape(groupLassoFanIn: $0.rows - 1) }
    value = layout.layers.map { Array(repeating: 1, count: $0.columns) }
    elasticity = value
    logScaleGradient = layout.layers.map { Array(repeating: 0, count: $0.columns) }
    nodes = layout.layers.map { Array(repeating: LogScale(), count: $0.columns) }
  }

  // MARK: - Draw

  mutating func draw<Scalar: NetworkScalar>(
    _ parameters: UnsafePointer<Scalar>, noise: StepNoise<Scalar>
  ) throws(GSLError) {
    guard slab.kind != .gaussian else { return }
    Self.read(&shared, layout.shared, node: 0, parameters)
    var cap: Double?
    var global = 1.0
    if case .groupHorseshoe(_, _, _, let limit) = slab {
      cap = limit
      global = exp(0.5 * (shared.mean[0] + shared.mean[1] + shared.totalDeviation * noise.globalScale))
    }
    for (l, layer) in layout.layers.enumerated() {
      for j in 0..<layer.columns {
        Self.read(&nodes[l][j], layer.scale, node: j, parameters)
        let node = nodes[l][j]
        let local = exp(0.5 * (node.mean[0] + node.mean[1] + node.totalDeviation * noise.scales[l][j]))
        let scale = try RegularisedScale(local: local, global: global, cap: cap)
        value[l][j] = scale.value
        elasticity[l][j] = scale.dLogLocal
      }
    }
  }

  private static func read<Scalar: NetworkScalar>(
    _ scale: inout LogScale, _ slices: ParameterLayout.ScaleSlices, node: Int, _ parameters: UnsafePointer<Scalar>
  ) {
    func factor(_ index: Int, _ mean: Range<Int>, _ rho: Range<Int>) {
      let raw = Double(parameters[rho.lowerBound + node])
      scale.mean[index] = Double(parameters[mean.lowerBound + node])
      scale.deviation[index] = softplus(raw)
      scale.slope[index] = sigmoid(raw)
    }
    switch slices {
    case .none: break
    case .single(let mean, let rho):
      factor(0, mean, rho)
      scale.totalDeviation = scale.deviation[0]
    case .pair(let aMean, let aRho, let bMean, let bRho):
      factor(0, aMean, aRho)
      factor(1, bMean, bRho)
      scale.totalDeviation = hypot(scale.deviation[0], scale.deviation[1])
    }
  }

  // MARK: - Gradient of the likelihood

  mutating func clearGradient() { sharedGradient = 0 }

  /// Takes ∂loss/∂ log t̃ of one node.
  mutating func addGradient(layer: Int, node: Int, logScale: Double) {
    logScaleGradient[layer][node] = logScale * elasticity[layer][node]
    sharedGradient += logScaleGradient[layer][node]
  }

  /// Writes ∂loss/∂(means and rhos) of every scale.
  func writeGradient<Scalar: NetworkScalar>(_ gradient: UnsafeMutablePointer<Scalar>, noise: StepNoise<Scalar>) {
    for (l, layer) in layout.layers.enumerated() {
      for j in 0..<layer.columns {
        Self.write(
          gradient, layer.scale, node: j, nodes[l][j], byLog: logScaleGradient[l][j], noise: noise.scales[l][j])
      }
    }
    // ς² enters the KL only; the global scale enters every node.
    let byLog = slab.kind == .groupHorseshoe ? sharedGradient : 0
    Self.write(gradient, layout.shared, node: 0, shared, byLog: byLog, noise: noise.globalScale)
  }

  /// log τ = ½(Σ μ + ω ε), ω = √Σ ω_f²: ∂/∂μ_f = ½, ∂/∂ω_f = ½ ε ω_f/ω.
  private static func write<Scalar: NetworkScalar>(
    _ gradient: UnsafeMutablePointer<Scalar>, _ slices: ParameterLayout.ScaleSlices, node: Int, _ scale: LogScale,
    byLog: Double, noise: Double
  ) {
    func factor(_ index: Int, _ mean: Range<Int>, _ rho: Range<Int>) {
      // An underflown ω is 0 with slope 0, and 0/0 must not enter.
      let share = scale.totalDeviation > 0 ? scale.deviation[index] / scale.totalDeviation : 0
      gradient[mean.lowerBound + node] = Scalar(0.5 * byLog)
      gradient[rho.lowerBound + node] = Scalar(0.5 * byLog * noise * share * scale.slope[index])
    }
    switch slices {
    case .none: break
    case .single(let mean, let rho): factor(0, mean, rho)
    case .pair(let aMean, let aRho, let bMean, let bRho):
      factor(0, aMean, aRho)
      factor(1, bMean, bRho)
    }
  }

  // MARK: - KL

  /// The scales' KL terms (THEORY.md 3.6, 3.7) to `value`, their derivatives times `perRow` to `gradient`.
  func addDivergence<Scalar: NetworkScalar>(
    to value: inout ObjectiveValue, gradient: UnsafeMutablePointer<Scalar>, perRow: Double
  ) throws(GSLError) {
    switch slab {
    case .gaussian: break
    case .groupLasso(_, let rateParameter):
      try addGroupLassoDivergence(rateParameter, to: &value, gradient: gradient, perRow: perRow)
    case .groupHorseshoe(_, let localScale, let globalScale, _):
      try addHorseshoeDivergence(
        localScale: localScale, globalScale: globalScale, to: &value, gradient: gradient, perRow: perRow)
    }
  }

  private func addGroupLassoDivergence<Scalar: NetworkScalar>(
    _ rateParameter: SlabPrior.RateParameter, to value: inout ObjectiveValue,
    gradient: UnsafeMutablePointer<Scalar>, perRow: Double
  ) throws(GSLError) {
    func add(_ derivative: Double, at index: Int) { gradient[index] += Scalar(derivative * perRow) }
    for (l, layer) in layout.layers.enumerated() {
      guard case .single(let mean, let rho) = layer.scale else { continue }
      let squaredRate = rateParameter.squaredRate(groupSize: Double(layer.rows))
      var total = 0.0
      for j in 0..<layer.columns {
        let node = nodes[l][j]
        if let squaredRate {
          let term = try LogNormalGammaDivergence(
            mu: node.mean[0], omega: node.deviation[0], shape: shapes[l], rate: squaredRate / 2)
          total += term.value
          add(term.dMu, at: mean.lowerBound + j)
          add(term.dOmega * node.slope[0], at: rho.lowerBound + j)
        } else {
          let term = try LogNormalGammaRandomRateDivergence(
            mu: node.mean[0], omega: node.deviation[0], shape: shapes[l], rateMu: shared.mean[0],
            rateOmega: shared.deviation[0])
          total += term.value
          add(term.dMu, at: mean.lowerBound + j)
          add(term.dOmega * node.slope[0], at: rho.lowerBound + j)
          if case .single(let rateMean, let rateRho) = layout.shared {
            add(term.dRateMu, at: rateMean.lowerBound)
            add(term.dRateOmega * shared.slope[0], at: rateRho.lowerBound)
          }
        }
      }
      value.layers[l].scale[0] = total
    }
    if case .hyperprior(let shape, let rate) = rateParameter, case .single(let mean, let rho) = layout.shared {
      let term = try LogNormalGammaDivergence(mu: shared.mean[0], omega: shared.deviation[0], shape: shape, rate: rate)
      value.shared[0] = term.value
      add(term.dMu, at: mean.lowerBound)
      add(term.dOmega * shared.slope[0], at: rho.lowerBound)
    }
  }

  private func addHorseshoeDivergence<Scalar: NetworkScalar>(
    localScale: Double, globalScale: Double, to value: inout ObjectiveValue,
    gradient: UnsafeMutablePointer<Scalar>, perRow: Double
  ) throws(GSLError) {
    func divergence(
      _ scale: LogScale, _ slices: ParameterLayout.ScaleSlices, node: Int, of prior: Double
    ) throws(GSLError) -> SIMD2<Double> {
      guard case .pair(let aMean, let aRho, let bMean, let bRho) = slices else { return .zero }
      let term = try HalfCauchyPairDivergence(
        muA: scale.mean[0], omegaA: scale.deviation[0], muB: scale.mean[1], omegaB: scale.deviation[1], scale: prior)
      gradient[aMean.lowerBound + node] += Scalar(term.dMuA * perRow)
      gradient[aRho.lowerBound + node] += Scalar(term.dOmegaA * scale.slope[0] * perRow)
      gradient[bMean.lowerBound + node] += Scalar(term.dMuB * perRow)
      gradient[bRho.lowerBound + node] += Scalar(term.dOmegaB * scale.slope[1] * perRow)
      return SIMD2(term.gammaValue, term.inverseGammaValue)
    }
    for (l, layer) in layout.layers.enumerated() {
      value.layers[l].scale = .zero
      for j in 0..<layer.columns {
        value.layers[l].scale += try divergence(nodes[l][j], layer.scale, node: j, of: localScale)
      }
    }
    value.shared = try divergence(shared, layout.shared, node: 0, of: globalScale)
  }
}
