import Foundation
import Priors
import Testing

@testable import Contraction

private let lasso = SlabPrior.groupLasso(rateParameter: .proportional(1))
private let slabs: [SlabPrior] = [.gaussian(), lasso, .groupHorseshoe()]

/// Even in the logarithm, both ends on it.
private func grid(_ first: Double, _ last: Double, _ count: Int) -> [Double] {
  (0..<count).map { first * pow(last / first, Double($0) / Double(count - 1)) }
}

@Suite struct PhaseMapTests {
  @Test("each point has the node costs of a network of that one node", arguments: Parametrisation.allCases)
  func nodeCosts(parametrisation: Parametrisation) throws {
    let map = try PhaseMap(
      strengths: [0.01, 1.3, 200], widths: [1, 30, 700], slabs: slabs, squaredRadius: 0.02,
      parametrisation: parametrisation)
    #expect(map.points.count == 9)
    for (row, width) in [1, 30, 700].enumerated() {
      for (column, strength) in [0.01, 1.3, 200].enumerated() {
        let point = map[width: row, strength: column]
        #expect(point.width == width && point.strength == strength)
        // 7.1 with L = 0, s = 1, T = 1 and H₀ = 1 + M₂, M₂ = k.
        let norm = (strength * Double(width + 1)).squareRoot()
        let inputs = RateInputs(
          widths: [Double(width), 1], activeNodes: [1], rowNorms: [norm], sampleSize: 100, approximationError: 0,
          inclusionConstants: [], inputMoment: Double(width), slab: .gaussian(), lipschitzConstant: 1)
        let radii = try ApproximationRadii(inputs, squaredRadius: 0.02)
        #expect(abs(point.node.squaredRadius / radii.variances[0] - 1) < 1e-14)
        let node = try ActiveNode(fanIn: Double(width), rowNorm: norm, squaredRadius: 0.02 / Double(width + 1))
        let costs = try slabs.map { try NodeCost(of: node, under: $0, parametrisation: parametrisation).value }
        #expect(point.costs == costs)
        let cheapest = try #require(costs.indices.min { costs[$0] < costs[$1] })
        #expect(point.best == slabs[cheapest].kind)
      }
    }
  }

  @Test("the number of workers does not change a bit")
  func workers() throws {
    let strengths = grid(1e-2, 1e2, 7)
    let one = try PhaseMap(strengths: strengths, widths: [3, 8, 21, 55, 144], slabs: slabs, workers: 1)
    for workers in [2, 3, 16] {
      #expect(
        try PhaseMap(strengths: strengths, widths: [3, 8, 21, 55, 144], slabs: slabs, workers: workers) == one)
    }
  }

  /// THEORY.md 6.4 at leading order; 7.4 says that overheads of the scales hide it near x = 1 and for few weights.
  @Test("small strengths are the horseshoe's, large ones the lasso's, and x = 1 the Gaussian's where weights are few")
  func phases() throws {
    for parametrisation in Parametrisation.allCases {
      let map = try PhaseMap(
        strengths: [1e-3, 1, 1e3], widths: [20, 200], slabs: slabs, parametrisation: parametrisation)
      for row in 0..<2 {
        #expect(map[width: row, strength: 0].best == .groupHorseshoe)
        #expect(map[width: row, strength: 2].best == .groupLasso)
      }
    }
    let few = try PhaseMap(strengths: [1], widths: [2, 20], slabs: slabs)
    #expect(few.points.map(\.best) == [.gaussian, .gaussian])
    // Without a cap the horseshoe wins large strengths too.
    let uncapped = try PhaseMap(
      strengths: [1e-3, 1e3], widths: [20, 200], slabs: [.gaussian(), lasso, .groupHorseshoe(cap: nil)])
    #expect(uncapped.share(of: .groupHorseshoe) == 1)
  }

  @Test("cost rises with strength and width, and falls with the radius")
  func monotone() throws {
    let strengths = grid(1e-3, 1e3, 9)
    let widths = [8, 40, 200]
    let map = try PhaseMap(strengths: strengths, widths: widths, slabs: slabs)
    let wider = try PhaseMap(strengths: strengths, widths: widths, slabs: slabs, squaredRadius: 2e-2)
    for row in widths.indices {
      for column in strengths.indices {
        for slab in slabs.indices {
          let cost = map[width: row, strength: column].costs[slab]
          #expect(wider[width: row, strength: column].costs[slab] < cost)
          if column > 0 { #expect(map[width: row, strength: column - 1].costs[slab] < cost) }
          if row > 0 { #expect(map[width: row - 1, strength: column].costs[slab] < cost) }
        }
      }
    }
  }

  @Test("shares add up to 1, and a tie has no best slab")
  func shares() throws {
    let map = try PhaseMap(strengths: grid(1e-2, 1e2, 6), widths: [10, 90], slabs: slabs)
    let shares = SlabKind.allCases.map { map.share(of: $0) } + [map.share(of: nil)]
    #expect(abs(shares.reduce(0, +) - 1) < 1e-15 && shares[3] == 0)
    // At a crossing of two slabs' costs, found by bisection, neither is the best.
    func gain(_ x: Double) throws -> Double {
      let costs = try PhaseMap(strengths: [x], widths: [10], slabs: Array(slabs.prefix(2))).points[0].costs
      return costs[0] - costs[1]
    }
    var (low, high) = (1.5, 1e3)
    #expect(try gain(low) < 0 && gain(high) > 0)
    for _ in 0..<60 {
      let middle = (low * high).squareRoot()
      if try gain(middle) < 0 { low = middle } else { high = middle }
    }
    let crossing = try PhaseMap(strengths: [low], widths: [10], slabs: Array(slabs.prefix(2)))
    #expect(crossing.points[0].best == nil && crossing.share(of: nil) == 1)
  }

  @Test("what is no map is refused by name")
  func refusals() throws {
    func refusal(
      strengths: [Double] = [1], widths: [Int] = [3], slabs: [SlabPrior] = slabs, squaredRadius: Double = 0.01
    ) -> String? {
      do throws(RateError) {
        _ = try PhaseMap(strengths: strengths, widths: widths, slabs: slabs, squaredRadius: squaredRadius)
        return nil
      } catch { return error.name }
    }
    #expect(refusal() == nil)
    for strengths in [[], [0, 1], [2, 1], [1, 1], [.nan], [1, .nan]] {
      #expect(refusal(strengths: strengths) == "the strengths x")
    }
    for widths in [[], [0, 1], [2, 2]] { #expect(refusal(widths: widths) == "the widths k") }
    for bad in [0, -1, Double.nan, .infinity] { #expect(refusal(squaredRadius: bad) == "the squared radius Δ²") }
    #expect(refusal(slabs: []) == "the list of slabs")
    #expect(refusal(slabs: [.gaussian(), .gaussian(standardDeviation: 2)]) == "the list of slabs")
    #expect(refusal(slabs: [.groupLasso()]) == "the rate parameter ς² of a phase map")
    #expect(refusal(slabs: [.gaussian(standardDeviation: 0)])?.contains("standard deviation") == true)
  }

  @Test("a cost that cannot be computed is an error that names the first such point, for any number of workers")
  func failure() throws {
    for workers in [1, 2, 7] {
      let error = #expect(throws: RateError.self) {
        try PhaseMap(
          strengths: [1, 1e300, 1e301], widths: [5, 1000, 2000, 3000], slabs: [.gaussian(standardDeviation: 1e-3)],
          workers: workers)
      }
      #expect(try #require(error).name.hasPrefix("at x = 1e+300, k = 1000: the cost of a node"))
    }
  }
}
