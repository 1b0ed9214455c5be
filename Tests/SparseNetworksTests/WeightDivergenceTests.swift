import CKernels
import Foundation
import Testing

@testable import SparseNetworks

/// The KL's kernel of weights at each level of this CPU: groups smaller than a vector, groups that share vectors, groups of
/// many vectors.
@Suite struct WeightDivergenceTests {
  static let groups = [1, 3, 8, 15, 16, 17, 21, 32, 53, 95, 96, 97, 130]
  static let nodeCounts = [1, 2, 16, 19, 41]

  /// Some weights with what their KL is made of, and room for results.
  private struct Weights<Scalar: NetworkScalar> {
    let nodes, group: Int
    let factors, precisions, deviations, slopes, noise: [Scalar]
    var parameters, first, second, gradient: [Scalar]
    var costs, squares: [Scalar]

    var count: Int { nodes * group }

    init(nodes: Int, group: Int) {
      (self.nodes, self.group) = (nodes, group)
      let count = nodes * group
      func numbers(_ count: Int, _ number: (Double) -> Double) -> [Scalar] {
        (0..<count).map { Scalar(number(sin(Double(7 * $0 + 3 * group + nodes)))) }
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
      costs = Array(repeating: 0, count: nodes)
      squares = costs
    }

    mutating func diverge(_ kernels: slab_kernels, isLocal: Bool, moves: Bool = false) {
      let (nodes, group, count) = (nodes, group, count)
      gradient.withUnsafeMutableBufferPointer { gradient in
        let ofMeans = gradient.baseAddress!
        func pass(_ means: UnsafePointer<Scalar>, _ move: UnsafePointer<slab_adam>?) {
          noise.withUnsafeBufferPointer { noise in
            kernels.divergence(
              nodes, group, factors, precisions, means, deviations, slopes, isLocal ? nil : noise.baseAddress!, ofMeans,
              isLocal ? ofMeans + count : nil, group, nil, nil, move, ofMeans, ofMeans + count, &costs, &squares)
          }
        }
        guard moves else { return pass(parameters, nil) }
        parameters.withUnsafeMutableBufferPointer { parameters in
          first.withUnsafeMutableBufferPointer { first in
            second.withUnsafeMutableBufferPointer { second in
              var move = slab_adam(
                step_size: 0.01, root_scale: 1.3, first: first.baseAddress!, second: second.baseAddress!,
                parameter: parameters.baseAddress!, to_rho: count)
              pass(parameters.baseAddress!, &move)
            }
          }
        }
      }
    }

    mutating func follow(_ kernels: slab_kernels) {
      kernels.adam(2 * count, 0.01, 1.3, gradient, &first, &second, &parameters)
    }
  }

  @Test(
    "values and gradients are those of plain loops, whatever the size of a group", arguments: CPULevel.all, [false, true])
  func plainLoops(level: CPULevel, isLocal: Bool) {
    for group in Self.groups {
      for nodes in Self.nodeCounts {
        let before = Weights<Double>(nodes: nodes, group: group)
        var after = before
        after.diverge(Double.kernels(level).pointee, isLocal: isLocal)
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
        #expect(worst < 1e-12, "\(nodes) nodes of \(group)")
      }
    }
  }

  @Test(
    "Adam's move in the same pass is the move afterwards, to the last bit", arguments: CPULevel.all, [false, true])
  func moves(level: CPULevel, isLocal: Bool) {
    let kernels = Float.kernels(level).pointee
    for group in Self.groups {
      for nodes in Self.nodeCounts {
        let before = Weights<Float>(nodes: nodes, group: group)
        var apart = before
        apart.diverge(kernels, isLocal: isLocal)
        apart.follow(kernels)
        var at = before
        at.diverge(kernels, isLocal: isLocal, moves: true)
        #expect(at.parameters == apart.parameters && at.parameters != before.parameters, "\(nodes) nodes of \(group)")
        #expect(at.first == apart.first && at.second == apart.second, "\(nodes) nodes of \(group)")
        // Groups that share vectors have the sums of groups that do not.
        #expect(at.costs == apart.costs && at.squares == apart.squares, "\(nodes) nodes of \(group)")
      }
    }
  }
}
