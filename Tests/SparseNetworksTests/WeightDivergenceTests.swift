import CKernels
import Foundation
import Testing

@testable import SparseNetworks

/// The KL's kernel of weights at each level of this CPU: groups smaller than a vector, groups that share vectors, groups of
/// many vectors.
@Suite struct WeightDivergenceTests {
  static let groups = [1, 3, 4, 8, 15, 16, 17, 21, 32, 53, 95, 96, 97, 104, 105, 108, 109, 130]
  static let nodeCounts = [1, 2, 16, 19, 41]

  /// Some weights with what their KL is made of, and room for results: the same each time.
  private struct Weights<Scalar: NetworkScalar> {
    typealias Numbers = UnsafeMutableBufferPointer<Scalar>

    let nodes, group: Int
    private let memory = ScratchMemory<Scalar>()
    let factors, precisions, deviations, slopes, noise: Numbers
    let parameters, first, second, gradient: Numbers
    let costs, squares: Numbers

    var count: Int { nodes * group }

    /// Behind every array; nothing may write there.
    private static var guardNumber: Scalar { 7 }
    private static var guardCount: Int { Int(SLAB_LANE_MULTIPLE) }

    /// Everything that is written, with the guards.
    var results: [[Scalar]] { [parameters, first, second, costs, squares].map(Array.init) }

    var areGuardsUntouched: Bool {
      (results + [Array(gradient)]).allSatisfy { $0.suffix(Self.guardCount).allSatisfy { $0 == Self.guardNumber } }
    }

    init(nodes: Int, group: Int) {
      (self.nodes, self.group) = (nodes, group)
      let (memory, count) = (memory, nodes * group)
      func numbers(_ count: Int, _ number: (Double) -> Double) -> Numbers {
        let numbers = (0..<count).map { Scalar(number(sin(Double(7 * $0 + 3 * group + nodes)))) }
        return memory.take(numbers + Array(repeating: Self.guardNumber, count: Self.guardCount))
      }
      factors = numbers(nodes) { 1.5 + $0 }
      precisions = numbers(nodes) { 2 - $0 }
      deviations = numbers(count) { exp(9 * $0 - 4) }
      slopes = numbers(count) { 0.5 + $0 / 3 }
      noise = numbers(count) { 2 * $0 }
      parameters = numbers(2 * count) { $0 * $0 - 0.3 }
      first = numbers(2 * count) { $0 / 5 }
      second = numbers(2 * count) { $0 * $0 }
      gradient = numbers(2 * count) { 0.7 - $0 }
      costs = numbers(nodes) { _ in 0 }
      squares = numbers(nodes) { _ in 0 }
    }

    func diverge(_ kernels: slab_kernels, isLocal: Bool, moves: Bool = false, asksForSquares: Bool = true) throws {
      let (ofMeans, means) = try (#require(gradient.baseAddress), #require(parameters.baseAddress))
      var move = try slab_adam(
        step_size: 0.01, root_scale: 1.3, first: #require(first.baseAddress), second: #require(second.baseAddress),
        parameter: means, to_rho: count)
      func pass(_ move: UnsafePointer<slab_adam>?) throws {
        try kernels.divergence(
          nodes, group, #require(factors.baseAddress), #require(precisions.baseAddress), means,
          #require(deviations.baseAddress), #require(slopes.baseAddress), isLocal ? nil : noise.baseAddress, ofMeans,
          isLocal ? ofMeans + count : nil, group, nil, nil, move, ofMeans, ofMeans + count, #require(costs.baseAddress),
          asksForSquares ? squares.baseAddress : nil)
      }
      if moves { try pass(&move) } else { try pass(nil) }
    }

    func follow(_ kernels: slab_kernels) throws {
      try kernels.adam(
        2 * count, 0.01, 1.3, #require(gradient.baseAddress), #require(first.baseAddress), #require(second.baseAddress),
        #require(parameters.baseAddress))
    }
  }

  @Test(
    "values and gradients are those of plain loops, whatever the size of a group", arguments: CPULevel.all, [false, true])
  func plainLoops(level: CPULevel, isLocal: Bool) throws {
    for group in Self.groups {
      for nodes in Self.nodeCounts {
        let before = Weights<Double>(nodes: nodes, group: group)
        let after = Weights<Double>(nodes: nodes, group: group)
        try after.diverge(Double.kernels(level).pointee, isLocal: isLocal)
        var worst = 0.0
        func compare(_ got: Double, _ expected: Double) {
          worst = max(worst, got.isFinite ? abs(got - expected) / max(1, abs(expected)) : .infinity)
        }
        for j in 0..<nodes {
          let (factor, weighted) = (before.factors[j], before.factors[j] * before.precisions[j])
          var (cost, squares) = (0.0, 0.0)
          for i in (j * group)..<((j + 1) * group) {
            let (m, s, data) = (before.parameters[i], before.deviations[i], before.gradient[i])
            let ofDeviation = isLocal ? 2 * s * before.gradient[before.count + i] : data * before.noise[i]
            compare(after.gradient[i], data + weighted * m)
            compare(after.gradient[before.count + i], before.slopes[i] * (ofDeviation + weighted * s - factor / s))
            squares += m * m + s * s
            cost += before.precisions[j] * (m * m + s * s) / 2 - log(s)
          }
          compare(after.costs[j], cost)
          compare(after.squares[j], squares)
        }
        #expect(worst < 1e-12 && after.areGuardsUntouched, "\(nodes) nodes of \(group)")
      }
    }
  }

  @Test(
    "Adam's move in the same pass is the move afterwards, to the last bit", arguments: CPULevel.all, [false, true])
  func moves(level: CPULevel, isLocal: Bool) throws {
    try moves(Float.self, level, isLocal)
    try moves(Double.self, level, isLocal)
  }

  private func moves<Scalar: NetworkScalar>(_: Scalar.Type, _ level: CPULevel, _ isLocal: Bool) throws {
    let kernels = Scalar.kernels(level).pointee
    for group in Self.groups {
      for nodes in Self.nodeCounts {
        let (before, apart) = (Weights<Scalar>(nodes: nodes, group: group), Weights<Scalar>(nodes: nodes, group: group))
        try apart.diverge(kernels, isLocal: isLocal)
        try apart.follow(kernels)
        let at = Weights<Scalar>(nodes: nodes, group: group)
        try at.diverge(kernels, isLocal: isLocal, moves: true)
        // Costs, too: groups that share vectors have those of groups that do not.
        #expect(at.results == apart.results && at.results[0] != before.results[0], "\(nodes) nodes of \(group)")
        #expect(at.areGuardsUntouched && apart.areGuardsUntouched, "\(nodes) nodes of \(group)")
        let without = Weights<Scalar>(nodes: nodes, group: group)
        try without.diverge(kernels, isLocal: isLocal, asksForSquares: false)
        #expect(without.results[3] == apart.results[3] && without.results[4] == before.results[4])
      }
    }
  }
}
