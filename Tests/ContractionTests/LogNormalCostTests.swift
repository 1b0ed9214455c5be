import Foundation
import GSL
import NetworkShape
import Priors
import Testing

@testable import Contraction

@Suite("What log-normal scales cost, THEORY 7.10") struct LogNormalCostTests {
  static let slabs: [SlabPrior] = [
    .groupLasso(standardDeviation: 0.7, rateParameter: .proportional(1)), .groupLasso(rateParameter: .fixed(3)),
    .groupHorseshoe(standardDeviation: 1.3, localScale: 0.5, globalScale: 2, cap: nil), .groupHorseshoe(cap: 1),
  ]

  /// (fan-in, B, σ²): usual, strong, and with so wide a radius that the weights take less.
  static let nodes: [(fanIn: Double, norm: Double, squaredRadius: Double)] = [
    (10, 3, 1e-3), (50, 20, 0.05), (4, 0.5, 10), (0, 1, 1e-2),
  ]

  /// −log ∫ prior(u) e^{−weights(u)} du at one variance v of the weights, by adaptive quadrature and not by any law.
  private static func freeFormCost(_ node: ActiveNode, _ slab: SlabPrior, variance v: Double) throws -> Double {
    let (d, sd) = (node.weightCount, slab.standardDeviation)
    let load = (node.rowNorm * node.rowNorm + d * v) / (2 * sd * sd)
    func logIntegrand(_ u: Double) -> Double {  // u = log τ²
      var (squaredScale, logPrior) = (exp(u), 0.0)
      switch slab {
      case .gaussian: return .nan
      case .groupLasso(_, let rateParameter):
        let (a, b) = (0.5 * node.fanIn + 1, 0.5 * (rateParameter.squaredRate(groupSize: node.fanIn + 1) ?? .nan))
        logPrior = a * (log(b) + u) - lgamma(a) - b * exp(u)
      case .groupHorseshoe(_, let local, let global, let cap):
        logPrior = -log(2 * .pi * cosh(0.5 * u - log(local)))
        squaredScale *= (global ?? 1) * (global ?? 1)
        if let cap = cap.value { squaredScale = 1 / (1 / squaredScale + 1 / (cap * cap)) }
      }
      return logPrior - 0.5 * d * log(squaredScale) - load / squaredScale
    }
    let grid = stride(from: -30.0, through: 30, by: 0.01)
    let peak = grid.map(logIntegrand).max() ?? 0
    let ends = Array(stride(from: -40.0, through: 80, by: 1))
    let integral = try zip(ends, ends.dropFirst()).reduce(0) {
      try $0 + integrate(from: $1.0, to: $1.1, absoluteTolerance: 1e-13) { exp(logIntegrand($0) - peak) }.value
    }
    return 0.5 * d * (2 * log(sd) - log(v) - 1) - peak - log(integral)
  }

  @Test("the free-form cost is the infimum over all q of the scale, by quadrature", arguments: slabs)
  func freeForm(slab: SlabPrior) throws {
    for (fanIn, norm, squaredRadius) in Self.nodes {
      let node = try ActiveNode(fanIn: fanIn, rowNorm: norm, squaredRadius: squaredRadius)
      let cost = try LogNormalNodeCost(of: node, under: slab)
      // The best v by a fine grid; at the edge v = σ² it is exact, inside it is flat.
      let variances = (0...2000).map { squaredRadius * exp(-0.0025 * Double($0)) }
      let atRadius = try Self.freeFormCost(node, slab, variance: squaredRadius)
      let inside = try Self.freeFormCost(node, slab, variance: squaredRadius * 0.999)
      let infimum = inside >= atRadius
        ? atRadius : try stride(from: 0, to: variances.count, by: 40).map {
          try Self.freeFormCost(node, slab, variance: variances[$0])
        }.min() ?? .nan
      let tolerance = inside >= atRadius ? 1e-9 : 1e-3
      #expect(abs(cost.freeFormCost - infimum) < tolerance * max(1, abs(infimum)), "\(node)")
      #expect(cost.freeFormCost <= infimum + 1e-9 * abs(infimum))
      #expect(cost.shape >= 0 && cost.pairing >= 0 && cost.shift > 0)
    }
  }

  @Test("a group-lasso node pays the reverse KL of the scale's exact law, 1/(48z²) for wide ones")
  func groupLasso() throws {
    var previous = Double.infinity
    for fanIn in [1.0, 10, 100, 1000] {
      let node = try ActiveNode(fanIn: fanIn, rowNorm: (fanIn + 1).squareRoot(), squaredRadius: 1e-4)
      let cost = try LogNormalNodeCost(of: node, under: .groupLasso(rateParameter: .proportional(1)))
      let squaredNorm = (fanIn + 1) * (1 + 1e-4)
      let law = try GeneralisedInverseGaussian(groupLassoRateParameter: fanIn + 1, squaredNorm: squaredNorm)
      let reverse = try LogNormalFit.fit(.reverse, to: .generalisedInverseGaussian(law))
      #expect(abs(cost.shift / reverse.divergence - 1) < 1e-6 && cost.pairing == 0)
      #expect(cost.shift < previous)
      previous = cost.shift
      let z = ((fanIn + 1) * squaredNorm).squareRoot()
      #expect(abs(48 * z * z * cost.shift - 1) < 2 / z)
    }
  }

  @Test("the shape costs an uncapped horseshoe node about R((d + 1)/2), and the pair about ½ log d more")
  func horseshoe() throws {
    for fanIn in [50.0, 200, 1000] {
      let d = fanIn + 1
      let node = try ActiveNode(fanIn: fanIn, rowNorm: d.squareRoot(), squaredRadius: 1e-4)
      let cost = try LogNormalNodeCost(of: node, under: .groupHorseshoe(cap: nil))
      #expect(abs(cost.shape - stirlingRemainder(0.5 * (d + 1))) < 2 / (d * d))
      // THEORY.md 7.4: overheads 1 + log((d + 1)/2) and ½ log(πd).
      #expect(abs(cost.pairing - (1 + log(0.5 * (d + 1)) - 0.5 * log(.pi * d))) < 4 / d)
    }
  }

  @Test("a Gaussian slab has no scale and pays nothing")
  func gaussian() throws {
    let node = try ActiveNode(fanIn: 10, rowNorm: 2, squaredRadius: 1e-3)
    #expect(try LogNormalNodeCost(of: node, under: .gaussian()).shift == 0)
  }

  // MARK: Networks

  private static func bound(_ slab: SlabPrior, hidden: Int = 30) throws -> RateBound {
    let topology = try Topology(widths: [20, hidden, 15, 1])
    let bounds = try WeightBounds(hiddenActiveNodes: [5, 4], rowNorms: [3, 2, 2], topology: topology)
    return try ContractionRate(topology: topology, weightBounds: bounds, slab: slab).bound(at: 1000)
  }

  @Test("a network pays s_l times its nodes' shifts and, for pruned nodes, the Stirling remainder", arguments: slabs)
  func network(slab: SlabPrior) throws {
    let bound = try Self.bound(slab)
    let cost = try LogNormalCost(bound, radius: .squared(1))
    var isHorseshoe = false
    if case .groupHorseshoe = slab { isHorseshoe = true }
    for (layer, active) in [(0, 5.0), (1, 4.0), (2, 1.0)] {
      let part = cost.layers[layer]
      #expect(part.active == active * part.node.shift && part.node.cost == cost.budget.layers[layer].nodeCost)
      let off = [25.0, 11, 0][layer]
      let each = isHorseshoe ? 2 * stirlingRemainder(0.5) : stirlingRemainder([11.0, 16, 8.5][layer])
      #expect(abs(part.pruned - off * each) < 1e-13)
    }
    #expect(cost.total > 0 && cost.freeFormTotal < cost.budget.total)
    // ε_LN² = ε_n² + Δ/n Σu.
    let epsilon = try #require(bound.epsilon)
    let shifted = epsilon + (try #require(cost.epsilonShift))
    #expect(abs(shifted * shifted - bound.epsilonSquared - cost.total / 1000 * bound.sumU) < 1e-11 * shifted * shifted)
  }

  @Test("a Gaussian network's ε_n does not move")
  func gaussianNetwork() throws {
    let cost = try LogNormalCost(Self.bound(.gaussian()), radius: .squared(1))
    #expect(cost.total == 0 && cost.epsilonShift == 0)
  }

  @Test("a hyperprior and a fractional horseshoe node are refused by name")
  func refusals() throws {
    let bound = try Self.bound(.groupLasso())
    #expect(
      throws: RateError(name: "the rate parameter ς²", value: "a hyperprior", needs: "fixed or proportional")
    ) { try LogNormalCost(bound, radius: .squared(1)) }
    let node = try ActiveNode(fanIn: 10.5, rowNorm: 2, squaredRadius: 1e-3)
    do throws(RateError) {
      _ = try LogNormalNodeCost(of: node, under: .groupHorseshoe())
      Issue.record("not refused")
    } catch {
      #expect(error.value.contains("number of weights of a node is 11.5"))
    }
  }
}
