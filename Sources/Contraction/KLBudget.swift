import Foundation
import GSL
import Priors

/// A non-asymptotic bound on what q pays to stay within Δ² of any network of the class: the least KL(q ‖ prior) over
/// mean-field families with log-normal scales (THEORY.md 7).
///
///     KL = Σ_{l≤L} s_l C_l + Σ_{l<L} {s_l ν_l + (k_{l+1} − s_l) (R̄_l − log(1 − λ_l))} + K_shared,  ν_l = −log λ_l
///
///     let rate = try ContractionRate(topology: topology, weightBounds: bounds, slab: .groupHorseshoe())
///     let budget = try KLBudget(rate.bound(at: 1000), radius: .balanced(noiseDeviation: 1))
///     print(budget.total, budget.radii.squaredRadius)
///
/// It needs ψ(0) = 0, as `RegularityCondition` says of the whole theory. Derived in THEORY.md, not in the papers.
public struct KLBudget: Sendable, Equatable {
  /// How close to the network.
  public enum Radius: Sendable, Equatable {
    /// Δ², positive.
    case squared(Double)
    /// The Δ² with KL/n = Δ²/(2σ_e²), where both halves of the variational bound are equal; σ_e is positive.
    case balanced(noiseDeviation: Double)
  }

  /// Which weights of an active node have to be close.
  public enum FanIn: String, CaseIterable, Codable, Sendable {
    /// All k_l + 1.
    case full
    /// Those of active inputs, s_{l−1} + 1: the others stay at the prior. Non-centred families only (THEORY.md 7.8).
    case effective
  }

  /// One layer's part.
  public struct Layer: Sendable, Equatable {
    /// d, the weights of a node that have to be close.
    public let weightCount: Double
    /// C_l of one of the s_l active nodes.
    public let nodeCost: NodeCost
    /// s_l C_l, and the same by closed forms.
    public let slab, closedFormSlab: Double
    /// What the indicators pay; 0 in the output layer, which has none.
    public let spike: Double
    /// What the scales of pruned nodes pay: they have a prior too.
    public let pruned: Double
  }

  /// n.
  public let sampleSize: Double
  public let radii: ApproximationRadii
  public let parametrisation: Parametrisation
  public let fanIn: FanIn
  /// l = 0, …, L.
  public let layers: [Layer]
  /// K_shared: what q(ς²) pays, once; 0 without a hyperprior.
  public let sharedTotal: Double
  /// q(ς²) under the group lasso's hyperprior.
  public let squaredRate: LogNormalRate?

  public var slabTotal: Double { layers.map(\.slab).reduce(0, +) }
  public var spikeTotal: Double { layers.map(\.spike).reduce(0, +) }
  public var prunedTotal: Double { layers.map(\.pruned).reduce(0, +) }
  /// The budget, in nats.
  public var total: Double { slabTotal + spikeTotal + prunedTotal + sharedTotal }
  /// A bound on `total` with no optimisation over the nodes' scales.
  public var closedFormTotal: Double {
    layers.map(\.closedFormSlab).reduce(0, +) + spikeTotal + prunedTotal + sharedTotal
  }

  /// The other half of the variational bound, nΔ²/(2σ_e²) nats: what q may lose in fit within the radius. It equals
  /// `total` at the balanced radius of the same σ_e (THEORY.md 7.7).
  ///
  /// - Throws: `RateError` unless σ_e is positive and finite.
  public func misfit(noiseDeviation: Double) throws(RateError) -> Double {
    try Self.requireNoise(noiseDeviation)
    return 0.5 * sampleSize * radii.squaredRadius / (noiseDeviation * noiseDeviation)
  }

  /// - Parameters:
  ///   - bound: the rate at a sample size, of `ContractionRate` or `GrowthRegime`: its class, slab and λ_l are used.
  ///   - fanIn: `.effective` only with `.nonCentred`.
  /// - Throws: `RateError` for a radius or noise that is not positive and finite, an effective fan-in in the centred
  ///   family, λ_l ≥ 1 (the rate's θ_l is not positive), or numbers that overflow.
  public init(
    _ bound: RateBound, radius: Radius, parametrisation: Parametrisation = .nonCentred, fanIn: FanIn = .full
  ) throws(RateError) {
    guard fanIn == .full || parametrisation == .nonCentred else {
      throw RateError(
        name: "the fan-in", value: "effective", needs: "full in the centred family, where unused weights cost too")
    }
    switch radius {
    case .squared(let squaredRadius):
      try self.init(bound, squaredRadius: squaredRadius, parametrisation, fanIn)
    case .balanced(let noiseDeviation):
      self = try Self.balanced(bound, noiseDeviation: noiseDeviation, parametrisation, fanIn)
    }
  }

  private init(
    _ bound: RateBound, squaredRadius: Double, _ parametrisation: Parametrisation, _ fanIn: FanIn
  ) throws(RateError) {
    let inputs = bound.inputs
    try inputs.slab.requireRate()
    let radii = try ApproximationRadii(inputs, squaredRadius: squaredRadius)
    var nodes = [ActiveNode]()
    for layer in bound.layers.indices {
      let inputCount = fanIn == .effective && layer > 0 ? inputs.activeNodes[layer - 1] : inputs.widths[layer]
      nodes.append(
        try ActiveNode(
          fanIn: inputs.widths[layer], weightCount: inputCount + 1, rowNorm: inputs.rowNorms[layer],
          squaredRadius: radii.variances[layer]))
    }
    let squaredRate = try Self.bestSquaredRate(inputs, nodes, parametrisation)
    // Each cost is a search of its own, by one thread: the same bits for any number of them.
    let costs = try parallelMap(count: nodes.count) { [nodes] layer throws(RateError) in
      try NodeCost(of: nodes[layer], under: inputs.slab, squaredRate: squaredRate, parametrisation)
    }
    var layers = [Layer]()
    for (layer, (node, cost)) in zip(nodes, costs).enumerated() {
      let active = inputs.activeNodes[layer]
      var (spike, pruned) = (0.0, 0.0)
      if let inclusion = bound.layers[layer].negativeLogInclusion {
        guard inclusion.isFinite, let exclusion = bound.layers[layer].negativeLogExclusion else {
          throw RateError(name: "−log λ_\(layer)", value: "\(inclusion)", needs: "positive and finite")
        }
        let off = inputs.widths[layer + 1] - active
        spike = active * inclusion + off * exclusion
        let law = try Self.scaleLaw(inputs.slab, fanIn: node.fanIn, squaredRate)
        pruned = off * (law?.leastDivergence ?? 0)
      }
      layers.append(
        Layer(
          weightCount: node.weightCount, nodeCost: cost, slab: active * cost.value,
          closedFormSlab: active * cost.closedFormUpper, spike: spike, pruned: pruned))
    }
    sampleSize = bound.sampleSize
    self.radii = radii
    self.parametrisation = parametrisation
    self.fanIn = fanIn
    self.layers = layers
    self.squaredRate = squaredRate
    sharedTotal = try Self.sharedDivergence(inputs.slab, squaredRate)
    guard closedFormTotal.isFinite else {
      throw RateError(name: "the KL budget at Δ² = \(squaredRadius)", value: "\(closedFormTotal)", needs: "finite")
    }
  }

  // MARK: - The balanced radius

  /// The budget at the Δ² at which KL/n = Δ²/(2σ_e²) (THEORY.md 7.7).
  private static func balanced(
    _ bound: RateBound, noiseDeviation: Double, _ parametrisation: Parametrisation, _ fanIn: FanIn
  ) throws(RateError) -> KLBudget {
    try requireNoise(noiseDeviation)
    // By log Δ²: the ends of the bracket are asked for more than once, and the root is one of those asked for.
    var known: [Double: KLBudget] = [:]
    func budget(_ logSquaredRadius: Double) throws(RateError) -> KLBudget {
      if let budget = known[logSquaredRadius] { return budget }
      let budget = try KLBudget(bound, squaredRadius: exp(logSquaredRadius), parametrisation, fanIn)
      known[logSquaredRadius] = budget
      return budget
    }
    // log of (2σ_e²/n) KL(Δ²), at a logarithm of Δ²; the balanced radius is its fixed point.
    func image(_ logSquaredRadius: Double) throws(RateError) -> Double {
      2 * log(noiseDeviation) + log(2 * (try budget(logSquaredRadius).total) / bound.sampleSize)
    }
    let weights = zip(bound.inputs.activeNodes, bound.inputs.widths).map { $0 * ($1 + 1) }.reduce(0, +)
    let start = 2 * log(noiseDeviation) + log(weights / bound.sampleSize)
    // The budget falls as Δ² grows, so the fixed point lies between any number and its image.
    let next = try image(start)
    guard abs(next - start) > 1e-12 else { return try budget(start) }
    do {
      return try budget(
        root(in: min(start, next)...max(start, next), absoluteTolerance: 1e-12) { try image($0) - $0 })
    } catch let error as RateError {
      throw error
    } catch {
      throw RateError(
        name: "the balanced radius", value: "not found (\(error))", needs: "where the budget is finite")
    }
  }

  private static func requireNoise(_ deviation: Double) throws(RateError) {
    guard deviation > 0, deviation.isFinite else {
      throw RateError(name: "the noise σ_e", value: "\(deviation)", needs: "positive and finite")
    }
  }

  // MARK: - The shared rate parameter of the group lasso

  private static func scaleLaw(
    _ slab: SlabPrior, fanIn: Double, _ squaredRate: LogNormalRate?
  ) throws(RateError) -> NodeScale? {
    do { return try NodeScale(of: slab, fanIn: fanIn, squaredRate: squaredRate) } catch { throw RateError(error) }
  }

  /// q(ς²) = LN(m, v²) that minimises the whole total; nil without a hyperprior Gamma(c, d).
  ///
  /// Every row with a scale of shape a_l has ∂_v = v Q_l and ∂_m = Q_l − a_l (THEORY.md 3.7), Q_l = a_l where pruned,
  /// and the shared term has ∂_v = v dM − 1/v and ∂_m = dM − c. Where the sum of the ∂_m is 0, that of the ∂_v is
  /// v (c + Σ a_l over all rows) − 1/v: v is known beforehand, and m is the zero of one function.
  private static func bestSquaredRate(
    _ inputs: RateInputs, _ nodes: [ActiveNode], _ parametrisation: Parametrisation
  ) throws(RateError) -> LogNormalRate? {
    guard case .groupLasso(_, .hyperprior(let shape, let rate)) = inputs.slab else { return nil }
    let shapes = zip(inputs.widths.dropFirst(), nodes).map { $0 * (0.5 * $1.fanIn + 1) }.reduce(0, +)
    let omega = 1 / (shape + shapes).squareRoot()
    func slope(_ mu: Double) throws -> Double {
      let squaredRate = LogNormalRate(mu: mu, omega: omega)
      var slope = try LogNormalGammaDivergence(mu: mu, omega: omega, shape: shape, rate: rate).dMu
      for (active, node) in zip(inputs.activeNodes, nodes) {
        let cost = try NodeCost(of: node, under: inputs.slab, squaredRate: squaredRate, parametrisation)
        guard let law = try NodeScale(of: inputs.slab, fanIn: node.fanIn, squaredRate: squaredRate),
          let mu = cost.mu, let omega = cost.omega
        else { continue }
        slope += active * (try law.divergence(mu: mu, omega: omega).dMu)
      }
      return slope
    }
    let rows = inputs.activeNodes.reduce(0, +)
    let start = log(zip(inputs.activeNodes, nodes).map { $0 * ($1.fanIn + 1) }.reduce(0, +) / rows)
    do {
      return LogNormalRate(mu: try stationaryPoint(startingAt: start, slope: slope), omega: omega)
    } catch let error as RateError {
      throw error
    } catch {
      throw RateError(name: "q(ς²) of the hyperprior", value: "not found (\(error))", needs: "a finite KL budget")
    }
  }

  private static func sharedDivergence(
    _ slab: SlabPrior, _ squaredRate: LogNormalRate?
  ) throws(RateError) -> Double {
    guard case .groupLasso(_, .hyperprior(let shape, let rate)) = slab, let squaredRate else { return 0 }
    do {
      return try LogNormalGammaDivergence(
        mu: squaredRate.mu, omega: squaredRate.omega, shape: shape, rate: rate).value
    } catch { throw RateError(error) }
  }
}
