import Foundation
import GSL
import Priors

/// The scales t̃ of every node in one draw, with what their gradient needs (THEORY.md 2.2–2.4, 3.6–3.9).
///
///     log t² = Σ log τ²'s factors + Σ log s²'s factors,   log t̃² = log c² − softplus(log c² − log t²)
///
/// Non-centred, t̃ multiplies the weights. Centred, the weights' KL reads E log t̃² and E t̃⁻² instead; with a cap the
/// first has no closed form, and stands at this draw: its mean over draws is right, and so is its gradient's.
struct NodeScales {
  /// t̃, layer by layer; 1 for the Gaussian slab and under the centred parametrisation.
  private(set) var value: [[Double]]
  /// log t̃ of the draw, whether or not it multiplies the weights; 0 for the Gaussian slab.
  private(set) var logScale: [[Double]]
  /// E t̃⁻² of the prior of a node's weights, and E log t̃²; 1 and 0 where t̃ multiplies them.
  private(set) var meanPrecision: [[Double]]
  private(set) var meanLog: [[Double]]

  private let model: NetworkModel
  private let layout: ParameterLayout
  /// log c² of a fixed cap.
  private let fixedLogCap: Double?
  /// Where the factors of s² and c² are in `layout.shared`.
  private let globals: [Int]
  private let caps: [Int]

  /// One random scale under q, and its part of the draw.
  private struct Factor {
    var posterior = ScalePosterior.unset
    /// ∂ log X/∂rho of the drawn X; by the location it is 1.
    var drawByRho = 0.0
  }
  /// [layer][factor][node] and [place in `layout.shared`].
  private var factors: [[[Factor]]]
  private var shared: [Factor]

  /// ∂ log t̃²/∂ log t²; ∂ log t̃²/∂ log c² is 1 minus it.
  private var elasticity: [[Double]]
  /// ∂loss/∂ log t² of each node, and what log s² and log c² get from all of them.
  private var logScaleGradient: [[Double]]
  private var logGlobalGradient = 0.0
  private var logCapGradient = 0.0

  init(model: NetworkModel, layout: ParameterLayout) {
    self.model = model
    self.layout = layout
    value = layout.layers.map { Array(repeating: 1, count: $0.columns) }
    meanPrecision = value
    meanLog = layout.layers.map { Array(repeating: 0, count: $0.columns) }
    elasticity = value
    logScale = meanLog
    logScaleGradient = meanLog
    factors = layout.layers.map { layer in layer.scales.map { _ in Array(repeating: Factor(), count: layer.columns) } }
    shared = layout.shared.map { _ in Factor() }
    globals = layout.shared.indices.filter { layout.shared[$0].role == .global }
    caps = layout.shared.indices.filter { layout.shared[$0].role == .cap }
    if case .groupHorseshoe(_, _, _, .fixed(let cap)) = model.slab {
      fixedLogCap = 2 * log(cap)
    } else {
      fixedLogCap = nil
    }
  }

  // MARK: - Draw

  mutating func draw<Scalar: NetworkScalar>(
    _ parameters: UnsafePointer<Scalar>, noise: StepNoise<Scalar>
  ) throws(GSLError) {
    guard model.slab.kind != .gaussian else { return }
    for (place, slices) in layout.shared.enumerated() {
      shared[place].posterior = try posterior(slices.scale, node: 0, parameters)
    }
    let logGlobal = try Self.drawProduct(&shared, at: globals, noise: noise.globalScale)
    var logCap = fixedLogCap
    var meanCapPrecision = fixedLogCap.map { exp(-$0) } ?? 0
    for place in caps {
      logCap = try Self.drawProduct(&shared, at: caps, noise: SIMD2(noise.cap, 0))
      meanCapPrecision = shared[place].posterior.meanInverse.value
    }
    let globalMoments = globals.reduce((log: 0.0, inverse: 1.0)) {
      ($0.log + shared[$1].posterior.meanLog.value, $0.inverse * shared[$1].posterior.meanInverse.value)
    }
    for (l, layer) in layout.layers.enumerated() {
      for j in 0..<layer.columns {
        for f in layer.scales.indices {
          factors[l][f][j].posterior = try posterior(layer.scales[f], node: j, parameters)
        }
        let logUncapped = try logGlobal + drawNode(layer: l, node: j, noise: noise.scales[l][j])  // log t²
        // log t̃² = log t² − softplus(log t² − log c²)
        let excess = logCap.map { softplus(logUncapped - $0) } ?? 0
        elasticity[l][j] = logCap.map { sigmoid($0 - logUncapped) } ?? 1
        logScale[l][j] = 0.5 * (logUncapped - excess)
        if model.isCentred {
          var (ofLog, ofInverse) = globalMoments
          for f in layer.scales.indices {
            ofLog += factors[l][f][j].posterior.meanLog.value
            ofInverse *= factors[l][f][j].posterior.meanInverse.value
          }
          meanLog[l][j] = ofLog - excess
          meanPrecision[l][j] = ofInverse + meanCapPrecision
        } else {
          value[l][j] = exp(logScale[l][j])
        }
      }
    }
  }

  private func posterior<Scalar: NetworkScalar>(
    _ scale: ParameterLayout.Scale, node: Int, _ parameters: UnsafePointer<Scalar>
  ) throws(GSLError) -> ScalePosterior {
    try ScalePosterior(
      of: scale.variable, family: model.scaleFamily, location: Double(parameters[scale.location.lowerBound + node]),
      rho: scale.rho.map { Double(parameters[$0.lowerBound + node]) } ?? 0, isCentred: model.isCentred)
  }

  private mutating func drawNode(layer l: Int, node j: Int, noise: SIMD2<Double>) throws(GSLError) -> Double {
    var total = 0.0
    let omega = factors[l].reduce(0) { $0 + $1[j].posterior.omega * $1[j].posterior.omega }.squareRoot()
    for f in factors[l].indices {
      total += try Self.draw(&factors[l][f][j], normal: noise[f], firstNormal: noise[0], totalOmega: omega)
    }
    return total
  }

  private static func drawProduct(
    _ factors: inout [Factor], at places: [Int], noise: SIMD2<Double>
  ) throws(GSLError) -> Double {
    var total = 0.0
    let omega = places.reduce(0) { $0 + factors[$1].posterior.omega * factors[$1].posterior.omega }.squareRoot()
    for (f, place) in places.enumerated() {
      total += try draw(&factors[place], normal: noise[f], firstNormal: noise[0], totalOmega: omega)
    }
    return total
  }

  /// log X of one factor. A product of log-normals is log-normal with ω² = Σ ω_f², and one normal e moves it: its factor
  /// f gets the share ω_f² e/ω, so that ∂/∂ω_f of the sum ω e is e ω_f/ω.
  private static func draw(
    _ factor: inout Factor, normal: Double, firstNormal: Double, totalOmega: Double
  ) throws(GSLError) -> Double {
    let posterior = factor.posterior
    guard posterior.omega > 0 else {
      let draw = try posterior.logDraw(normal: normal)
      factor.drawByRho = draw.byRho
      return draw.value
    }
    let share = posterior.omega / totalOmega
    factor.drawByRho = firstNormal * share * posterior.omegaSlope
    return posterior.meanLog.value + posterior.omega * share * firstNormal
  }

  // MARK: - Gradient of the likelihood

  mutating func clearGradient() { (logGlobalGradient, logCapGradient) = (0, 0) }

  /// Takes ∂loss/∂ log t̃ of one node.
  mutating func addGradient(layer: Int, node: Int, logScale: Double) {
    addGradient(layer: layer, node: node, logSquaredScale: 0.5 * logScale)
  }

  private mutating func addGradient(layer l: Int, node j: Int, logSquaredScale: Double) {
    logScaleGradient[l][j] = logSquaredScale * elasticity[l][j]
    logGlobalGradient += logScaleGradient[l][j]
    logCapGradient += logSquaredScale * (1 - elasticity[l][j])
  }

  /// Writes ∂loss/∂(locations and rhos) of every scale.
  func writeGradient<Scalar: NetworkScalar>(_ gradient: UnsafeMutablePointer<Scalar>) {
    func write(_ scale: ParameterLayout.Scale, node: Int, _ factor: Factor, byLog: Double) {
      gradient[scale.location.lowerBound + node] = Scalar(byLog)
      if let rho = scale.rho { gradient[rho.lowerBound + node] = Scalar(byLog * factor.drawByRho) }
    }
    for (l, layer) in layout.layers.enumerated() {
      for (f, scale) in layer.scales.enumerated() {
        for j in 0..<layer.columns { write(scale, node: j, factors[l][f][j], byLog: logScaleGradient[l][j]) }
      }
    }
    for (place, slices) in layout.shared.enumerated() {
      // ς² enters the KL only; the others enter every node.
      let byLog =
        switch slices.role {
        case .rate: 0.0
        case .global: logGlobalGradient
        case .cap: logCapGradient
        }
      write(slices.scale, node: 0, shared[place], byLog: byLog)
    }
  }

  // MARK: - KL

  /// What the KL of a centred node's weights says about its scale: with N = Σγ weights and Q = Σγ(ρ² + m²)/(2σ_0²) it is
  /// ½N E log t̃² + Q E t̃⁻² + …
  mutating func addWeightDivergence<Scalar: NetworkScalar>(
    layer l: Int, node j: Int, weights n: Double, halfSquares q: Double, to gradient: UnsafeMutablePointer<Scalar>,
    perRow: Double
  ) {
    let half = 0.5 * n * perRow
    let hasCap = fixedLogCap != nil || !caps.isEmpty
    // E log t̃² = E log t² − softplus(log t² − log c²) at the draw.
    let excessSlope = hasCap ? 1 - elasticity[l][j] : 0
    var inverse = 1.0
    for f in factors[l].indices { inverse *= factors[l][f][j].posterior.meanInverse.value }
    for place in globals { inverse *= shared[place].posterior.meanInverse.value }
    func add(_ scale: ParameterLayout.Scale, node: Int, _ factor: Factor) {
      let (ofLog, ofInverse) = (factor.posterior.meanLog, factor.posterior.meanInverse)
      let perInverse = q * perRow * inverse / ofInverse.value
      gradient[scale.location.lowerBound + node] += Scalar(
        half * (ofLog.byLocation - excessSlope) + perInverse * ofInverse.byLocation)
      if let rho = scale.rho {
        gradient[rho.lowerBound + node] += Scalar(
          half * (ofLog.byRho - excessSlope * factor.drawByRho) + perInverse * ofInverse.byRho)
      }
    }
    for (f, scale) in layout.layers[l].scales.enumerated() { add(scale, node: j, factors[l][f][j]) }
    for (place, slices) in layout.shared.enumerated() {
      switch slices.role {
      case .rate: break
      case .global: add(slices.scale, node: 0, shared[place])
      case .cap:
        let (scale, factor) = (slices.scale, shared[place])
        let ofInverse = factor.posterior.meanInverse
        gradient[scale.location.lowerBound] += Scalar(half * excessSlope + q * perRow * ofInverse.byLocation)
        if let rho = scale.rho {
          gradient[rho.lowerBound] += Scalar(
            half * excessSlope * factor.drawByRho + q * perRow * ofInverse.byRho)
        }
      }
    }
  }

  /// The scales' own KL terms to `value`, their derivatives times `perRow` to `gradient`.
  func addDivergence<Scalar: NetworkScalar>(
    to value: inout ObjectiveValue, gradient: UnsafeMutablePointer<Scalar>, perRow: Double
  ) {
    func add(_ term: ScalePosterior.Quantity, _ scale: ParameterLayout.Scale, node: Int) {
      gradient[scale.location.lowerBound + node] += Scalar(term.byLocation * perRow)
      if let rho = scale.rho { gradient[rho.lowerBound + node] += Scalar(term.byRho * perRow) }
    }
    let ratePlace = layout.shared.firstIndex { $0.role == .rate }
    let rate = ratePlace.map { shared[$0].posterior }
    for (l, layer) in layout.layers.enumerated() {
      value.layers[l].scale = .zero
      for (f, scale) in layer.scales.enumerated() {
        for j in 0..<layer.columns {
          let term = factors[l][f][j].posterior.divergence(from: scale.variable, rate: rate)
          value.layers[l].scale[f] += term.own.value
          add(term.own, scale, node: j)
          if let ratePlace { add(term.byRate, layout.shared[ratePlace].scale, node: 0) }
        }
      }
    }
    for (place, slices) in layout.shared.enumerated() {
      let term = shared[place].posterior.divergence(from: slices.scale.variable, rate: nil)
      value.shared[place] = term.own.value
      add(term.own, slices.scale, node: 0)
    }
  }
}
