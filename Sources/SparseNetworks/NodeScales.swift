import CKernels
import Foundation
import GSL
import Priors

/// The scales t̃ of every node in one draw, with what their gradient needs (THEORY.md 2.2–2.4, 3.6–3.9).
///
///     log t² = Σ log τ²'s factors + Σ log s²'s factors,   log t̃² = log c² − softplus(log c² − log t²)
///
/// Non-centred, t̃ multiplies the weights. Centred, the weights' KL reads E log t̃² and E t̃⁻² instead; with a cap the
/// first has no closed form, and stands at this draw: its mean over draws is right, and so is its gradient's.
///
/// Each array has a number a node, the network's nodes counted through, so that a pass does them all.
struct NodeScales<Scalar: NetworkScalar> {
  typealias Vector = UnsafeMutablePointer<Scalar>
  typealias Constant = UnsafePointer<Scalar>

  /// t̃; 1 for the Gaussian slab and under the centred parametrisation.
  let scale: Vector
  /// log t̃ of the draw, whether or not it multiplies the weights; 0 for the Gaussian slab.
  let logScale: Vector
  /// E t̃⁻² of the prior of a node's weights, and E log t̃²; 1 and 0 where t̃ multiplies them.
  let meanPrecision, meanLog: Vector

  private let model: NetworkModel
  private let layout: ParameterLayout
  private let kernels: UnsafePointer<slab_kernels>
  private let memory = ScratchMemory<Scalar>()
  /// log c² of a fixed cap.
  private let fixedLogCap: Double?
  /// Where the factors of s² and c², and ς², are in `layout.shared`.
  private let globals, caps: [Int]
  private let rate: Int?

  /// What multiplies E log X and E X in a factor's KL, node by node, and E 1/X.
  private struct Coefficients {
    let ofLog, ofMean: Vector
    let ofInverse: Double
  }
  private let coefficients: [Coefficients]
  /// A layer's part of one factor: its nodes, where its parameters are, and what of its KL is no expectation under q:
  /// `constant` − `perLogRate` · E log ς².
  private struct Block {
    let layer, factor, firstNode, nodeCount, location: Int
    let rho: Int?
    let hasSharedRate: Bool
    let constant, perLogRate: Double
  }
  private let blocks: [Block]
  /// `slab_moment`s of each factor, one after another.
  private let moments: Vector
  /// ∂ log t̃²/∂ log t²; ∂ log t̃²/∂ log c² is 1 minus it.
  private let elasticity: Vector
  /// ∂loss/∂ log t².
  private let byLog: Vector

  /// One random scale that the network shares, and its part of the draw.
  private struct Shared {
    var posterior = ScalePosterior.unset
    /// ∂ log X/∂rho of the drawn X; by the location it is 1.
    var drawByRho = 0.0
  }
  private var shared: [Shared]
  /// log s² of the draw, and ∂loss by it and by log c².
  private var logGlobal = 0.0
  private var globalGradient = 0.0
  private var capGradient = 0.0

  init(model: NetworkModel, layout: ParameterLayout, kernels: UnsafePointer<slab_kernels>) {
    self.model = model
    self.layout = layout
    self.kernels = kernels
    let (memory, count) = (memory, layout.nodeCount)
    func numbers(_ value: Scalar) -> Vector { memory.take(count, of: Scalar.self, repeating: value) }
    (scale, logScale, meanPrecision, meanLog) = (numbers(1), numbers(0), numbers(1), numbers(0))
    (elasticity, byLog) = (numbers(1), numbers(0))
    moments = memory.take(layout.layers[0].scales.count * Int(SLAB_MOMENT_COUNT.rawValue) * count)
    coefficients = layout.layers[0].scales.indices.map { f in
      let (ofLog, ofMean) = (numbers(0), numbers(0))
      var ofInverse = 0.0
      for layer in layout.layers {
        let of = layer.scales[f].variable.coefficients
        ofInverse = of.inverse
        for node in layer.nodes { (ofLog[node], ofMean[node]) = (Scalar(of.log), Scalar(of.mean)) }
      }
      return Coefficients(ofLog: ofLog, ofMean: ofMean, ofInverse: ofInverse)
    }
    blocks = layout.layers.enumerated().flatMap { l, layer in
      layer.scales.enumerated().map { f, scale in
        let (constant, perLogRate) = scale.variable.constants
        return Block(
          layer: l, factor: f, firstNode: layer.firstNode, nodeCount: layer.nodeCount,
          location: scale.location.lowerBound, rho: scale.rho?.lowerBound, hasSharedRate: perLogRate > 0,
          constant: Double(layer.nodeCount) * constant, perLogRate: Double(layer.nodeCount) * perLogRate)
      }
    }
    shared = layout.shared.map { _ in Shared() }
    globals = layout.shared.indices.filter { layout.shared[$0].role == .global }
    caps = layout.shared.indices.filter { layout.shared[$0].role == .cap }
    rate = layout.shared.firstIndex { $0.role == .rate }
    if case .groupHorseshoe(_, _, _, .fixed(let cap)) = model.slab {
      fixedLogCap = 2 * log(cap)
    } else {
      fixedLogCap = nil
    }
  }

  private var factorCount: Int { coefficients.count }
  private func moments(_ factor: Int) -> Vector {
    moments + factor * Int(SLAB_MOMENT_COUNT.rawValue) * layout.nodeCount
  }
  private func moment(_ which: slab_moment, factor: Int) -> Vector {
    moments(factor) + Int(which.rawValue) * layout.nodeCount
  }

  // MARK: - Draw

  /// - Throws: `GSLError` when a parameter has left its domain.
  mutating func draw(_ parameters: Constant, noise: StepNoise<Scalar>) throws(GSLError) {
    guard model.slab.kind != .gaussian else { return }
    for (place, slices) in layout.shared.enumerated() {
      shared[place].posterior = try posterior(slices.scale, node: 0, parameters)
    }
    logGlobal = try drawProduct(globals, noise: noise.globalScale)
    let logCap = try caps.isEmpty ? fixedLogCap : drawProduct(caps, noise: SIMD2(noise.cap, 0))
    switch model.scaleFamily {
    case .logNormal: try drawLogNormals(parameters, noise: noise)
    case .gamma, .point: try drawOneByOne(parameters, noise: noise)
    }
    kernels.pointee.regularise(
      layout.nodeCount, layout.nodeCount, factorCount, logGlobal, logCap ?? .infinity, moments, elasticity, logScale,
      scale)
    if model.isCentred { takeExpectations() }
  }

  private func posterior(
    _ scale: ParameterLayout.Scale, node: Int, _ parameters: Constant
  ) throws(GSLError) -> ScalePosterior {
    try ScalePosterior(
      of: scale.variable, family: model.scaleFamily, location: Double(parameters[scale.location.lowerBound + node]),
      rho: scale.rho.map { Double(parameters[$0.lowerBound + node]) } ?? 0, isCentred: model.isCentred)
  }

  private func drawLogNormals(_ parameters: Constant, noise: StepNoise<Scalar>) throws(GSLError) {
    for f in 0..<factorCount {
      let first = layout.layers[0].scales[f]
      let check = kernels.pointee.log_normal(
        layout.nodeCount, layout.nodeCount, parameters + first.location.lowerBound,
        parameters + (first.rho?.lowerBound ?? 0), moments(f))
      if !check.isFinite { try requireDomain(parameters) }
    }
    kernels.pointee.log_normal_draw(layout.nodeCount, layout.nodeCount, factorCount, noise.scales, moments)
  }

  /// Throws for the first scale that is none.
  private func requireDomain(_ parameters: Constant) throws(GSLError) {
    for layer in layout.layers {
      for scale in layer.scales {
        for node in 0..<layer.nodeCount { _ = try posterior(scale, node: node, parameters) }
      }
    }
    throw .domain(name: "expectation of a scale", value: .infinity, needs: "within Float's range")
  }

  /// Families without a kernel of their own: node by node.
  private func drawOneByOne(_ parameters: Constant, noise: StepNoise<Scalar>) throws(GSLError) {
    for layer in layout.layers {
      for (f, slices) in layer.scales.enumerated() {
        for j in 0..<layer.nodeCount {
          let node = layer.firstNode + j
          let posterior = try posterior(slices, node: j, parameters)
          var entropy = posterior.negativeEntropy
          if case .halfCauchySquared = slices.variable {
            // The prior of points: no combination of moments.
            let whole = posterior.divergence(from: slices.variable, rate: nil).own
            entropy = ScalePosterior.Quantity(
              value: whole.value - slices.variable.constants.constant, byLocation: whole.byLocation, byRho: 0)
          }
          let quantities: [(slab_moment, ScalePosterior.Quantity)] = [
            (SLAB_MEAN_LOG, posterior.meanLog), (SLAB_MEAN, posterior.mean),
            (SLAB_MEAN_INVERSE, posterior.meanInverse), (SLAB_NEGATIVE_ENTROPY, entropy),
          ]
          for (first, quantity) in quantities {
            let place = moment(first, factor: f) + node
            // An expectation that is infinite is one that no KL asks for; its coefficient is 0.
            let isFinite = quantity.value.isFinite
            place[0] = Scalar(isFinite ? quantity.value : 0)
            place[layout.nodeCount] = Scalar(isFinite ? quantity.byLocation : 0)
            place[2 * layout.nodeCount] = Scalar(isFinite ? quantity.byRho : 0)
          }
          let draw = try posterior.logDraw(normal: noise.scale(node: node)[f])
          moment(SLAB_DRAW, factor: f)[node] = Scalar(draw.value)
          moment(SLAB_DRAW_BY_RHO, factor: f)[node] = Scalar(draw.byRho)
        }
      }
    }
  }

  /// log of the product of the shared scales at `places`. A product of log-normals is log-normal with ω² = Σ ω_f², and
  /// one normal e moves it: its factor f gets the share ω_f² e/ω, so that ∂/∂ω_f of the sum ω e is e ω_f/ω.
  private mutating func drawProduct(_ places: [Int], noise: SIMD2<Double>) throws(GSLError) -> Double {
    var (total, variance) = (0.0, 0.0)
    for place in places { variance += shared[place].posterior.omega * shared[place].posterior.omega }
    let omega = variance.squareRoot()
    for (f, place) in places.enumerated() {
      let posterior = shared[place].posterior
      if posterior.omega > 0 {
        let share = posterior.omega / omega
        shared[place].drawByRho = noise[0] * share * posterior.omegaSlope
        total += posterior.meanLog.value + posterior.omega * share * noise[0]
      } else {
        let draw = try posterior.logDraw(normal: noise[f])
        shared[place].drawByRho = draw.byRho
        total += draw.value
      }
    }
    return total
  }

  /// Centred: E log t̃² and E t̃⁻² for the weights' prior, and no scale on the weights.
  private func takeExpectations() {
    let global = globals.reduce((log: 0.0, inverse: 1.0)) {
      ($0.log + shared[$1].posterior.meanLog.value, $0.inverse * shared[$1].posterior.meanInverse.value)
    }
    let capPrecision = caps.first.map { shared[$0].posterior.meanInverse.value } ?? fixedLogCap.map { exp(-$0) } ?? 0
    for node in 0..<layout.nodeCount {
      // log t̃² of the draw is log t² less what the cap takes.
      var (ofLog, ofInverse, drawn) = (global.log, global.inverse, logGlobal)
      for f in 0..<factorCount {
        ofLog += Double(moment(SLAB_MEAN_LOG, factor: f)[node])
        ofInverse *= Double(moment(SLAB_MEAN_INVERSE, factor: f)[node])
        drawn += Double(moment(SLAB_DRAW, factor: f)[node])
      }
      meanLog[node] = Scalar(ofLog - (drawn - 2 * Double(logScale[node])))
      meanPrecision[node] = Scalar(ofInverse + capPrecision)
      scale[node] = 1
    }
  }

  // MARK: - Gradient

  /// ∂loss/∂ log t of every node from that by its gate z t̃; nothing where t̃ multiplies no weights.
  mutating func takeGradient(ofGates gateGradient: Constant, gates: Constant) {
    guard model.slab.kind != .gaussian, !model.isCentred else { return }
    var sums = SIMD2(0.0, 0.0)
    withUnsafeMutableBytes(of: &sums) {
      kernels.pointee.scale_gradient(
        layout.nodeCount, gateGradient, gates, elasticity, byLog, $0.baseAddress!.assumingMemoryBound(to: Double.self))
    }
    (globalGradient, capGradient) = (sums[0], sums[1])
  }

  /// Writes ∂loss/∂(locations and rhos) of every scale, and the scales' KL to `value`.
  func divergence(to value: inout ObjectiveValue, gradient: Vector, perRow: Double) {
    guard model.slab.kind != .gaussian else { return }
    let ratePosterior = rate.map { shared[$0].posterior }
    for block in blocks {
      let (of, first) = (coefficients[block.factor], block.firstNode)
      let meanRate = block.hasSharedRate ? ratePosterior?.mean.value ?? .nan : 1
      let total = kernels.pointee.scale_divergence(
        block.nodeCount, layout.nodeCount, moments(block.factor) + first, byLog + first, of.ofLog + first,
        of.ofMean + first, meanRate, of.ofInverse, perRow, gradient + block.location,
        block.rho.map { gradient + $0 })
      let ofRate = block.hasSharedRate ? block.perLogRate * (ratePosterior?.meanLog.value ?? .nan) : 0
      value.layers[block.layer].scale[block.factor] = total + block.constant - ofRate
    }
    for (place, slices) in layout.shared.enumerated() {
      let posterior = shared[place].posterior
      let own = posterior.divergence(from: slices.scale.variable, rate: nil).own
      value.shared[place] = own.value
      // ς² enters the KL only; the others enter every node.
      let (drawn, ofNodes) =
        switch slices.role {
        case .rate: (0.0, ratePart(posterior))
        case .global: (globalGradient, ScalePosterior.Quantity(value: 0, byLocation: 0, byRho: 0))
        case .cap: (capGradient, ScalePosterior.Quantity(value: 0, byLocation: 0, byRho: 0))
        }
      gradient[slices.scale.location.lowerBound] = Scalar(drawn + (own.byLocation + ofNodes.byLocation) * perRow)
      if let rho = slices.scale.rho {
        gradient[rho.lowerBound] = Scalar(
          drawn * shared[place].drawByRho + (own.byRho + ofNodes.byRho) * perRow)
      }
    }
  }

  /// What the nodes' KL hangs on ς²: −Σ a E log ς² + ½ Σ E τ² E ς².
  private func ratePart(_ posterior: ScalePosterior) -> ScalePosterior.Quantity {
    var (shapes, means) = (0.0, 0.0)
    for node in 0..<layout.nodeCount {
      shapes -= Double(coefficients[0].ofLog[node])
      means += Double(moment(SLAB_MEAN, factor: 0)[node])
    }
    let (ofLog, ofMean) = (posterior.meanLog, posterior.mean)
    return ScalePosterior.Quantity(
      value: 0, byLocation: -shapes * ofLog.byLocation + 0.5 * means * ofMean.byLocation,
      byRho: -shapes * ofLog.byRho + 0.5 * means * ofMean.byRho)
  }

  /// What the KL of a centred node's weights says about its scale: with N = Σγ weights and Q = Σγ(ρ² + m²)/(2σ_0²) it is
  /// ½N E log t̃² + Q E t̃⁻² + …; added to the gradient that `divergence` has written.
  func addWeightDivergence(
    layer l: Int, node j: Int, weights n: Double, halfSquares q: Double, to gradient: Vector, perRow: Double
  ) {
    let node = layout.layers[l].firstNode + j
    let half = 0.5 * n * perRow
    let hasCap = fixedLogCap != nil || !caps.isEmpty
    // E log t̃² = E log t² − softplus(log t² − log c²) at the draw.
    let excessSlope = hasCap ? 1 - Double(elasticity[node]) : 0
    var inverse = 1.0
    for f in 0..<factorCount { inverse *= Double(moment(SLAB_MEAN_INVERSE, factor: f)[node]) }
    for place in globals { inverse *= shared[place].posterior.meanInverse.value }
    func add(
      _ scale: ParameterLayout.Scale, node: Int, ofLog: ScalePosterior.Quantity, ofInverse: ScalePosterior.Quantity,
      drawByRho: Double
    ) {
      let perInverse = q * perRow * inverse / ofInverse.value
      gradient[scale.location.lowerBound + node] += Scalar(
        half * (ofLog.byLocation - excessSlope) + perInverse * ofInverse.byLocation)
      if let rho = scale.rho {
        gradient[rho.lowerBound + node] += Scalar(
          half * (ofLog.byRho - excessSlope * drawByRho) + perInverse * ofInverse.byRho)
      }
    }
    for (f, scale) in layout.layers[l].scales.enumerated() {
      add(
        scale, node: j, ofLog: quantity(SLAB_MEAN_LOG, factor: f, node: node),
        ofInverse: quantity(SLAB_MEAN_INVERSE, factor: f, node: node),
        drawByRho: Double(moment(SLAB_DRAW_BY_RHO, factor: f)[node]))
    }
    for (place, slices) in layout.shared.enumerated() {
      let (scale, posterior) = (slices.scale, shared[place].posterior)
      switch slices.role {
      case .rate: break
      case .global:
        add(
          scale, node: 0, ofLog: posterior.meanLog, ofInverse: posterior.meanInverse,
          drawByRho: shared[place].drawByRho)
      case .cap:
        let ofInverse = posterior.meanInverse
        gradient[scale.location.lowerBound] += Scalar(half * excessSlope + q * perRow * ofInverse.byLocation)
        if let rho = scale.rho {
          gradient[rho.lowerBound] += Scalar(
            half * excessSlope * shared[place].drawByRho + q * perRow * ofInverse.byRho)
        }
      }
    }
  }

  private func quantity(_ which: slab_moment, factor: Int, node: Int) -> ScalePosterior.Quantity {
    let place = moment(which, factor: factor) + node
    return ScalePosterior.Quantity(
      value: Double(place[0]), byLocation: Double(place[layout.nodeCount]), byRho: Double(place[2 * layout.nodeCount]))
  }
}

extension ScaleVariable {
  /// What multiplies E log X, E X (for a shared rate: E X E ς²) and E 1/X in its KL (`ScalePosterior.divergence`).
  fileprivate var coefficients: (log: Double, mean: Double, inverse: Double) {
    switch self {
    case .gamma(let a, let b): (-a.value, b, 0)
    case .gammaOfSharedRate(let a): (-a.value, 0.5, 0)
    case .inverseGamma(let a, let b): (a.value, 0, b)
    case .halfCauchySquared: (0, 0, 0)
    }
  }

  /// The rest of its KL, but for the entropy: a number, less another one times E log ς² where the rate is shared.
  fileprivate var constants: (constant: Double, perLogRate: Double) {
    switch self {
    case .gamma(let a, let b), .inverseGamma(let a, let b): (a.logGamma - a.value * log(b), 0)
    case .gammaOfSharedRate(let a): (a.logGamma + a.value * log(2), a.value)
    case .halfCauchySquared: (log(2 * .pi), 0)
    }
  }
}
