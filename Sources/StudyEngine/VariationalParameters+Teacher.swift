import Contraction
import Foundation
import GSL
import Priors
import Simulation
import SparseNetworks

extension VariationalParameters where Scalar == Float {
  /// The q around a teacher's weights that the KL budget of its class is the KL of (THEORY.md 7.1–7.3, 7.8): the witness
  /// of the theorem's proof, for gates that are frozen.
  ///
  /// The teacher's active nodes are the first s_l of each layer and on, the others off, their scales as near to the prior as
  /// a log-normal can be. On an active row:
  ///
  ///     τ² ~ LN(μ, ω²),  E w̃ = w̄*/E t̃,  Var w̃ = v      (centred: E w = w̄*)
  ///
  /// with μ, ω and v the budget's; half-Cauchy scales are pairs of tied widths, split at best (3.7). Where the budget's
  /// fan-in is effective, weights from nodes that are off follow the prior. Shared scales, which the budget holds fixed but
  /// for ς², have log s and log c of sd η around the fixed numbers, η² = ρ/4 min_l min{(L+1)⁻², σ_l²/B_l²}, ρ = 1/(D + 1) and
  /// D = Σ s_l d_l, as THEORY.md 7.6 has it for s.
  ///
  /// - Parameters:
  ///   - budget: of the teacher's class in the model's topology and parametrisation, at a radius Δ².
  ///   - noiseDeviation: σ_e, which is one of the parameters where it is learned.
  /// - Precondition: there is no `Certificate.obstacle`.
  /// - Throws: `GSLError` for moments of the scales that leave the range of a `Double`.
  init(
    around teacher: SparseNetworkTeacher, budget: KLBudget, model: NetworkModel, noiseDeviation: Double
  ) throws(GSLError) {
    let layout = ParameterLayout(model)
    self.init(layout: layout, values: [Float](repeating: 0, count: layout.count))
    func set(_ place: Int, _ value: Double) { values[place] = Float(value) }
    func set(_ scale: ParameterLayout.Scale, node: Int = 0, mu: Double, omega: Double) {
      set(scale.location.lowerBound + node, mu)
      if let rho = scale.rho { set(rho.lowerBound + node, inverseSoftplus(omega)) }
    }
    /// Two factors with a product LN(μ, ω²) in the place of one C⁺(0, A) squared.
    func set(pair: [ParameterLayout.Scale], node: Int = 0, mu: Double, omega: Double, scale: Double) {
      let nu = mu - 2 * log(scale)
      let first = 2 * log(scale) - 0.25 * omega * omega - softplus(-nu)
      set(pair[0], node: node, mu: first, omega: omega / 2.0.squareRoot())
      set(pair[1], node: node, mu: mu - first, omega: omega / 2.0.squareRoot())
    }
    let deviation = model.slab.standardDeviation
    let spread = budget.sharedDeviation(teacher.bounds.rowNorms, teacher.bounds.activeNodes)
    let (globalScale, cap) = (model.slab.globalScale ?? 1, model.slab.withFixedCap.cap.value)

    func meanScale(_ cost: NodeCost) throws(GSLError) -> Double {
      guard !model.isCentred, let mu = cost.mu, let omega = cost.omega else { return 1 }
      let isGlobalRandom = model.slab.globalScale != nil
      let (logMean, logDeviation) = (mu + 2 * log(globalScale), isGlobalRandom ? hypot(omega, 2 * spread) : omega)
      guard let cap else { return exp(0.5 * logMean + 0.125 * logDeviation * logDeviation) }
      return try RegularisedMoments(mu: logMean, omega: logDeviation, cap: cap).squaredMean.squareRoot()
    }

    for (l, layer) in layout.layers.enumerated() {
      let active = teacher.activeNodes[l]
      let sources = l == 0 ? Array(0..<teacher.inputCount) : teacher.activeNodes[l - 1]
      let rowLength = teacher.topology.groupSize(ofLayer: l)
      let cost = budget.layers[l].nodeCost
      let scale = try meanScale(cost)
      for node in 0..<layer.nodeCount {
        let group = layer.group(node)
        let isActive = node < active.count
        let isInformed = isActive && budget.fanIn == .full
        for place in group {
          set(layout.weightCount + place, inverseSoftplus(isInformed ? cost.weightVariance.squareRoot() : deviation))
        }
        if isActive {
          let row = active[node] * rowLength
          for (slot, source) in ([0] + sources.map { $0 + 1 }).enumerated() {
            set(group.lowerBound + slot, teacher.weights[l][row + source] / scale)
            set(layout.weightCount + group.lowerBound + slot, inverseSoftplus(cost.weightVariance.squareRoot()))
          }
        }
        switch model.slab {
        case .gaussian: break
        case .groupHorseshoe(_, let local, _, _):
          let (mu, omega) = isActive ? (cost.mu, cost.omega) : (nil, nil)
          set(pair: layer.scales, node: node, mu: mu ?? 2 * log(local), omega: omega ?? 2, scale: local)
        case .groupLasso(_, let parameter):
          let shape = SlabPrior.groupLassoShape(fanIn: layer.groupSize - 1)
          let squaredRate = parameter.squaredRate(groupSize: Double(layer.groupSize)) ?? budget.meanSquaredRate
          let (mu, omega) = isActive ? (cost.mu, cost.omega) : (nil, nil)
          set(
            layer.scales[0], node: node, mu: mu ?? log(2 * shape / squaredRate) - 1 / (2 * shape),
            omega: omega ?? 1 / shape.squareRoot())
        }
        if let logits = layer.inclusionLogits {
          values[logits.lowerBound + node] = isActive ? StructureSearch.frozenLogit : -StructureSearch.frozenLogit
        }
      }
    }

    let global = layout.shared.filter { $0.role == .global }.map(\.scale)
    if !global.isEmpty { set(pair: global, mu: 2 * log(globalScale), omega: 2 * spread, scale: globalScale) }
    for shared in layout.shared {
      switch shared.role {
      case .global: break
      case .cap: if let cap { set(shared.scale, mu: 2 * log(cap), omega: 2 * spread) }
      case .rate: if let rate = budget.squaredRate { set(shared.scale, mu: rate.mu, omega: rate.omega) }
      }
    }
    if let place = layout.logNoise { set(place, log(noiseDeviation)) }
  }
}

extension KLBudget {
  /// η of THEORY.md 7.6 at the most that it allows.
  fileprivate func sharedDeviation(_ rowNorms: [Double], _ activeNodes: [Int]) -> Double {
    let weights = zip(layers, activeNodes).reduce(0) { $0 + $1.0.weightCount * Double($1.1) }
    let depth = Double(layers.count)
    let smallest = zip(radii.variances, rowNorms).reduce(1 / (depth * depth)) { min($0, $1.0 / ($1.1 * $1.1)) }
    return (0.25 / (weights + 1) * smallest).squareRoot()
  }

  /// E ς² under the hyperprior's q.
  fileprivate var meanSquaredRate: Double {
    squaredRate.map { exp($0.mu + 0.5 * $0.omega * $0.omega) } ?? 1
  }
}

extension SlabPrior {
  /// s_0 of the horseshoe's random global scale.
  fileprivate var globalScale: Double? {
    if case .groupHorseshoe(_, _, let global, _) = self { global } else { nil }
  }

  fileprivate var cap: Cap {
    if case .groupHorseshoe(_, _, _, let cap) = self { cap } else { .none }
  }
}
