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
/// Each vector has a number a node, the network's nodes counted through, so that a pass does them all.
final class NodeScales<Scalar: NetworkScalar> {
  typealias Vector = UnsafeMutablePointer<Scalar>
  typealias Constant = UnsafePointer<Scalar>

  /// t̃; 1 for the Gaussian slab and under the centred parametrisation.
  let scale: Vector
  /// log t̃ of the draw, whether or not it multiplies the weights; 0 for the Gaussian slab.
  let logScale: Vector
  /// E t̃⁻² of the prior of a node's weights, and E log t̃²; 1 and 0 where t̃ multiplies them.
  let meanPrecision, meanLog: Vector

  private let isGaussian, isCentred: Bool
  private let family: ScaleFamily
  private let layout: ParameterLayout
  private let kernels: UnsafePointer<slab_kernels>
  private let memory = ScratchMemory<Scalar>()
  /// log c² of a fixed cap.
  private let fixedLogCap: Double?
  private let hasCap: Bool

  /// A layer's part of one factor: its nodes, where its parameters are; what multiplies E log X and E X in its KL, node by
  /// node, and E 1/X; and what of the KL is no expectation under q: `constant` − `perLogRate` · E log ς².
  private struct Block {
    let layer, factor, firstNode, nodeCount, location: Int
    let rho: Int?
    let ofLog, ofMean: Vector
    let ofInverse: Double
    let hasSharedRate: Bool
    let constant, perLogRate: Double
  }
  /// The factors of the first layer, then those of the second, and so on.
  private let blocks: UnsafeMutableBufferPointer<Block>
  /// Factors of a node's scale.
  private let factorCount: Int
  /// `slab_moment`s of each factor, one after another.
  private let moments: Vector
  /// ∂ log t̃²/∂ log t²; ∂ log t̃²/∂ log c² is 1 minus it.
  private let elasticity: Vector
  /// ∂loss/∂ log t².
  private let byLog: Vector

  /// One random scale that the network shares (ς², or s², whole or its two factors, and c²), and its part of the draw.
  private struct Shared {
    let role: ScaleVariable.Role
    let scale: ParameterLayout.Scale
    var posterior = ScalePosterior.unset
    /// ∂ log X/∂rho of the drawn X; by the location it is 1.
    var drawByRho = 0.0
  }
  private let shared: UnsafeMutableBufferPointer<Shared>
  /// log s² of the draw, and ∂loss by it and by log c².
  private var logGlobal = 0.0
  private var globalGradient = 0.0
  private var capGradient = 0.0

  init(model: NetworkModel, layout: ParameterLayout, kernels: UnsafePointer<slab_kernels>) {
    isGaussian = model.slab.kind == .gaussian
    (isCentred, family) = (model.isCentred, model.scaleFamily)
    self.layout = layout
    self.kernels = kernels
    let (memory, count) = (memory, layout.nodeCount)
    func numbers(_ value: Scalar) -> Vector { memory.take(count, of: Scalar.self, repeating: value) }
    (scale, logScale, meanPrecision, meanLog) = (numbers(1), numbers(0), numbers(1), numbers(0))
    (elasticity, byLog) = (numbers(1), numbers(0))
    factorCount = layout.layers[0].scales.count
    moments = memory.take(factorCount * Int(SLAB_MOMENT_COUNT.rawValue) * count)
    blocks = memory.take(
      layout.layers.enumerated().flatMap { l, layer in
        layer.scales.enumerated().map { f, scale in
          let (of, (constant, perLogRate)) = (scale.variable.coefficients, scale.variable.constants)
          return Block(
            layer: l, factor: f, firstNode: layer.firstNode, nodeCount: layer.nodeCount,
            location: scale.location.lowerBound, rho: scale.rho?.lowerBound,
            ofLog: memory.take(layer.nodeCount, of: Scalar.self, repeating: Scalar(of.log)),
            ofMean: memory.take(layer.nodeCount, of: Scalar.self, repeating: Scalar(of.mean)), ofInverse: of.inverse,
            hasSharedRate: perLogRate > 0, constant: Double(layer.nodeCount) * constant,
            perLogRate: Double(layer.nodeCount) * perLogRate)
        }
      })
    shared = memory.take(layout.shared.map { Shared(role: $0.role, scale: $0.scale) })
    if case .groupHorseshoe(_, _, _, .fixed(let cap)) = model.slab {
      fixedLogCap = 2 * log(cap)
    } else {
      fixedLogCap = nil
    }
    hasCap = fixedLogCap != nil || layout.shared.contains { $0.role == .cap }
  }

  private func moments(_ factor: Int) -> Vector {
    moments + factor * Int(SLAB_MOMENT_COUNT.rawValue) * layout.nodeCount
  }
  private func moment(_ which: slab_moment, factor: Int) -> Vector {
    moments(factor) + Int(which.rawValue) * layout.nodeCount
  }

  // MARK: - Draw

  /// - Throws: `GSLError` when a parameter has left its domain.
  func draw(_ parameters: Constant, noise: StepNoise<Scalar>) throws(GSLError) {
    guard !isGaussian else { return }
    for place in shared.indices {
      shared[place].posterior = try posterior(shared[place].scale, node: 0, parameters)
    }
    logGlobal = try drawProduct(.global, noise: noise.globalScale) ?? 0
    let logCap = try drawProduct(.cap, noise: SIMD2(noise.cap, 0)) ?? fixedLogCap
    switch family {
    case .logNormal: try drawLogNormals(parameters, noise: noise)
    case .gamma, .point: try drawOneByOne(parameters, noise: noise)
    }
    kernels.pointee.regularise(
      layout.nodeCount, layout.nodeCount, factorCount, logGlobal, logCap ?? .infinity, moments, elasticity, logScale,
      scale)
    if isCentred { takeExpectations() }
  }

  private func posterior(
    _ scale: ParameterLayout.Scale, node: Int, _ parameters: Constant
  ) throws(GSLError) -> ScalePosterior {
    try ScalePosterior(
      of: scale.variable, family: family, location: Double(parameters[scale.location.lowerBound + node]),
      rho: scale.rho.map { Double(parameters[$0.lowerBound + node]) } ?? 0, isCentred: isCentred)
  }

  private func drawLogNormals(_ parameters: Constant, noise: StepNoise<Scalar>) throws(GSLError) {
    for f in 0..<factorCount {
      // Layers follow one another: the first one's block begins them all.
      let check = kernels.pointee.log_normal(
        layout.nodeCount, layout.nodeCount, parameters + blocks[f].location, parameters + (blocks[f].rho ?? 0),
        moments(f))
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

  /// log of the product of the shared scales of one role; nil without any. A product of log-normals is log-normal with
  /// ω² = Σ ω_f², and one normal e moves it: its factor f gets the share ω_f² e/ω, so that ∂/∂ω_f of ω e is e ω_f/ω.
  private func drawProduct(_ role: ScaleVariable.Role, noise: SIMD2<Double>) throws(GSLError) -> Double? {
    var (total, variance, factor) = (0.0, 0.0, 0)
    for one in shared where one.role == role { variance += one.posterior.omega * one.posterior.omega }
    let omega = variance.squareRoot()
    for place in shared.indices where shared[place].role == role {
      let posterior = shared[place].posterior
      if posterior.omega > 0 {
        let share = posterior.omega / omega
        shared[place].drawByRho = noise[0] * share * posterior.omegaSlope
        total += posterior.meanLog.value + posterior.omega * share * noise[0]
      } else {
        let draw = try posterior.logDraw(normal: noise[factor])
        shared[place].drawByRho = draw.byRho
        total += draw.value
      }
      factor += 1
    }
    return factor == 0 ? nil : total
  }

  /// Centred: E log t̃² and E t̃⁻² for the weights' prior, and no scale on the weights.
  private func takeExpectations() {
    var (globalLog, globalInverse, capPrecision) = (0.0, 1.0, fixedLogCap.map { exp(-$0) } ?? 0)
    for one in shared {
      switch one.role {
      case .global:
        globalLog += one.posterior.meanLog.value
        globalInverse *= one.posterior.meanInverse.value
      case .cap: capPrecision = one.posterior.meanInverse.value
      case .rate: break
      }
    }
    for node in 0..<layout.nodeCount {
      // log t̃² of the draw is log t² less what the cap takes.
      var (ofLog, ofInverse, drawn) = (globalLog, globalInverse, logGlobal)
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
  func takeGradient(ofGates gateGradient: Constant, gates: Constant) {
    guard !isGaussian, !isCentred else { return }
    var sums = SIMD2(0.0, 0.0)
    withUnsafeMutableBytes(of: &sums) {
      kernels.pointee.scale_gradient(
        layout.nodeCount, gateGradient, gates, elasticity, byLog, $0.baseAddress!.assumingMemoryBound(to: Double.self))
    }
    (globalGradient, capGradient) = (sums[0], sums[1])
  }

  /// Writes ∂loss/∂(locations and rhos) of every scale, and the KL of the nodes' scales to `layers`; returns that of the
  /// scales that the network shares.
  func divergence(
    toLayers layers: UnsafeMutablePointer<ObjectiveValue.LayerDivergence>, gradient: Vector, perRow: Double
  ) -> SIMD4<Double> {
    var own = SIMD4(0.0, 0.0, 0.0, 0.0)
    guard !isGaussian else { return own }
    // ς² enters every node's KL: E ς² and E log ς².
    var (meanRate, meanLogRate) = (Double.nan, Double.nan)
    for one in shared where one.role == .rate {
      (meanRate, meanLogRate) = (one.posterior.mean.value, one.posterior.meanLog.value)
    }
    for block in blocks {
      let first = block.firstNode
      let total = kernels.pointee.scale_divergence(
        block.nodeCount, layout.nodeCount, moments(block.factor) + first, byLog + first, block.ofLog, block.ofMean,
        block.hasSharedRate ? meanRate : 1, block.ofInverse, perRow, gradient + block.location,
        block.rho.map { gradient + $0 })
      let ofRate = block.hasSharedRate ? block.perLogRate * meanLogRate : 0
      layers[block.layer].scale[block.factor] = total + block.constant - ofRate
    }
    for (place, one) in shared.enumerated() {
      let ofPrior = one.posterior.divergence(from: one.scale.variable, rate: nil).own
      own[place] = ofPrior.value
      // ς² enters the KL only; the others enter every node.
      let (drawn, ofNodes) =
        switch one.role {
        case .rate: (0.0, ratePart(one.posterior))
        case .global: (globalGradient, ScalePosterior.Quantity(value: 0, byLocation: 0, byRho: 0))
        case .cap: (capGradient, ScalePosterior.Quantity(value: 0, byLocation: 0, byRho: 0))
        }
      gradient[one.scale.location.lowerBound] = Scalar(drawn + (ofPrior.byLocation + ofNodes.byLocation) * perRow)
      if let rho = one.scale.rho {
        gradient[rho.lowerBound] = Scalar(drawn * one.drawByRho + (ofPrior.byRho + ofNodes.byRho) * perRow)
      }
    }
    return own
  }

  /// What the nodes' KL hangs on ς²: −Σ a E log ς² + ½ Σ E τ² E ς².
  private func ratePart(_ posterior: ScalePosterior) -> ScalePosterior.Quantity {
    var (shapes, means) = (0.0, 0.0)
    for block in blocks where block.hasSharedRate {
      for node in 0..<block.nodeCount {
        shapes -= Double(block.ofLog[node])
        means += Double(moment(SLAB_MEAN, factor: block.factor)[block.firstNode + node])
      }
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
    // E log t̃² = E log t² − softplus(log t² − log c²) at the draw.
    let excessSlope = hasCap ? 1 - Double(elasticity[node]) : 0
    var inverse = 1.0
    for f in 0..<factorCount { inverse *= Double(moment(SLAB_MEAN_INVERSE, factor: f)[node]) }
    for one in shared where one.role == .global { inverse *= one.posterior.meanInverse.value }
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
    for one in shared {
      let (scale, posterior) = (one.scale, one.posterior)
      switch one.role {
      case .rate: break
      case .global:
        add(
          scale, node: 0, ofLog: posterior.meanLog, ofInverse: posterior.meanInverse,
          drawByRho: one.drawByRho)
      case .cap:
        let ofInverse = posterior.meanInverse
        gradient[scale.location.lowerBound] += Scalar(half * excessSlope + q * perRow * ofInverse.byLocation)
        if let rho = scale.rho {
          gradient[rho.lowerBound] += Scalar(
            half * excessSlope * one.drawByRho + q * perRow * ofInverse.byRho)
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
