/// What log-normals for the scales cost a network class, in its KL budget and in ε_n (THEORY.md 7.10).
///
///     Δ = Σ_{l≤L} s_l (C_l − C_l*) + Σ_{l<L} (k_{l+1} − s_l) R̄_l,   ε_LN² = (Σ r_l + Δ/n + ξ) Σ u_l
///
/// C_l* is the least cost of an active node over all q of its scale, and a pruned node would pay nothing. The centred
/// family only: in the non-centred one the scale's own spread uses up radius, and the exact law of the scale is not
/// the best q.
///
///     let rate = try ContractionRate(topology: topology, weightBounds: bounds, slab: .groupHorseshoe())
///     let cost = try LogNormalCost(rate.bound(at: 1000), radius: .balanced(noiseDeviation: 1))
///     print(cost.total, cost.budget.total, cost.epsilonShift ?? .nan)
public struct LogNormalCost: Sendable, Equatable {
  /// One layer's part.
  public struct Layer: Sendable, Equatable {
    /// Of one of the s_l active nodes.
    public let node: LogNormalNodeCost
    /// s_l (C_l − C_l*).
    public let active: Double
    /// (k_{l+1} − s_l) R̄_l.
    public let pruned: Double
  }

  /// The budget with log-normals.
  public let budget: KLBudget
  /// l = 0, …, L.
  public let layers: [Layer]
  /// ε_LN − ε_n: how much larger the rate gets if Δ/n is added to its Σ r_l; nil where ε_n is undefined.
  public let epsilonShift: Double?

  /// Δ, in nats.
  public var total: Double { layers.reduce(0) { $0 + $1.active + $1.pruned } }
  /// The budget with the best q of any form.
  public var freeFormTotal: Double { budget.total - total }

  /// - Parameters:
  ///   - bound: the rate at a sample size; its class and slab are used.
  ///   - radius: of the budget, in the centred family.
  /// - Throws: `RateError` as `KLBudget` and `LogNormalNodeCost`, and for the hyperprior on ς², whose q is shared.
  public init(_ bound: RateBound, radius: KLBudget.Radius) throws(RateError) {
    let inputs = bound.inputs
    if case .groupLasso(_, .hyperprior) = inputs.slab {
      throw RateError(name: "the rate parameter ς²", value: "a hyperprior", needs: "fixed or proportional")
    }
    let budget = try KLBudget(bound, radius: radius, parametrisation: .centred)
    var layers = [Layer]()
    for (layer, part) in budget.layers.enumerated() {
      let node = try ActiveNode(
        fanIn: inputs.widths[layer], rowNorm: inputs.rowNorms[layer], squaredRadius: budget.radii.variances[layer])
      let cost = try LogNormalNodeCost(cost: part.nodeCost, of: node, under: inputs.slab)
      layers.append(Layer(node: cost, active: inputs.activeNodes[layer] * cost.shift, pruned: part.pruned))
    }
    self.budget = budget
    self.layers = layers
    let shift = layers.reduce(0) { $0 + $1.active + $1.pruned } * bound.sumU / bound.sampleSize  // of ε²
    // √(ε² + x) − ε, without cancellation.
    epsilonShift = bound.epsilon.map { shift / (($0 * $0 + shift).squareRoot() + $0) }
  }
}
