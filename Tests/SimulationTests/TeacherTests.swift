import Foundation
import GSL
import NetworkShape
import SparseNetworks
import Testing

@testable import Simulation

@Suite("Sparse network teachers") struct SparseNetworkTeacherTests {
  static func teacher(
    _ widths: [Int], active: [Int], norms: [Double], _ activation: Activation = .tanh, seed: UInt64 = 1
  ) throws -> SparseNetworkTeacher {
    let topology = try Topology(widths: widths)
    let bounds = try WeightBounds(hiddenActiveNodes: active, rowNorms: norms, topology: topology)
    return try SparseNetworkTeacher(
      topology: topology, bounds: bounds, activation: activation, key: StreamKey(seed: seed).child("teacher"))
  }

  @Test("every active row has length B_l, every other is 0, and dead nodes get no weight", arguments: [
    Activation.relu, .tanh, .silu, .identity,
  ])
  func bounds(activation: Activation) throws {
    let norms = [3.0, 0.5, 20.0]
    let teacher = try Self.teacher([7, 10, 6, 1], active: [4, 2], norms: norms, activation)
    #expect(teacher.activeNodes.map(\.count) == [4, 2, 1])
    for layer in 0..<3 {
      let length = teacher.topology.groupSize(ofLayer: layer)
      for node in 0..<teacher.topology.nodeCount(ofLayer: layer) {
        let row = Array(teacher.weights[layer][(node * length)..<((node + 1) * length)])
        let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
        if teacher.activeNodes[layer].contains(node) {
          #expect(abs(norm / norms[layer] - 1) < 1e-14)
          let sources = layer == 0 ? Array(0..<7) : teacher.activeNodes[layer - 1]
          let used = row.indices.dropFirst().filter { row[$0] != 0 }.map { $0 - 1 }
          #expect(used == sources)
        } else {
          #expect(row.allSatisfy { $0 == 0 })
        }
      }
    }
  }

  @Test("the value is that of the full network, dead nodes and all", arguments: [Activation.relu, .tanh, .silu])
  func fullNetwork(activation: Activation) throws {
    let teacher = try Self.teacher([3, 5, 4, 1], active: [2, 3], norms: [2, 3, 1], activation)
    let x = [0.3, -0.8, 0.55]
    var values = x
    for layer in 0..<3 {
      let length = values.count + 1
      let sums = (0..<(teacher.weights[layer].count / length)).map { node in
        let row = Array(teacher.weights[layer][(node * length)..<((node + 1) * length)])
        return zip(row, [1] + values).reduce(0.0) { $0 + $1.0 * $1.1 }
      }
      values = layer == 2 ? sums : sums.map { sum in
        switch activation {
        case .relu: sum > 0 ? sum : 0
        case .silu: sum * (1 / (1 + exp(-sum)))
        default: tanh(sum)
        }
      }
    }
    #expect(abs(teacher.values(at: x)[0] - values[0]) < 1e-14)
  }

  @Test("a teacher is a function of its key")
  func keyed() throws {
    let teacher = try Self.teacher([4, 9, 1], active: [3], norms: [1, 1])
    #expect(try Self.teacher([4, 9, 1], active: [3], norms: [1, 1]) == teacher)
    #expect(try Self.teacher([4, 9, 1], active: [3], norms: [1, 1], seed: 2) != teacher)
  }

  @Test("no ReLU teacher is constant, even a thin and deep one", arguments: 0..<50)
  func alive(seed: Int) throws {
    let teacher = try Self.teacher(
      [2, 3, 3, 3, 1], active: [1, 1, 1], norms: [1, 1, 1, 1], .relu, seed: UInt64(seed))
    let random = RandomGenerator(key: StreamKey(seed: 9))
    let values = teacher.values(at: (0..<4000).map { _ in 2 * random.uniform() - 1 })
    #expect(Set(values).count > 1)
  }

  @Test("which nodes are active is uniform")
  func uniformNodes() throws {
    var counts = [Int](repeating: 0, count: 8)
    for seed in 0..<800 {
      for node in try Self.teacher([1, 8, 1], active: [2], norms: [1, 1], seed: UInt64(seed)).activeNodes[0] {
        counts[node] += 1
      }
    }
    // 200 each with sd √(800·¼·¾) = 12.2; 5.5 sd: some node fails by chance once in 10⁶ seeds; seeds fixed.
    let isUniform = counts.allSatisfy { abs($0 - 200) < 68 }
    #expect(isUniform)
  }

  @Test("given weights give their own bounds and active nodes")
  func givenWeights() throws {
    let topology = try Topology(widths: [2, 3, 1])
    let teacher = try SparseNetworkTeacher(
      topology: topology, weights: [[0, 3, 4, 0, 0, 0, 1, 0, 0], [0.5, 1, 9, -1]], activation: .identity)
    #expect(teacher.activeNodes == [[0, 2], [0]])
    #expect(teacher.bounds.activeNodes == [2, 1])
    #expect(teacher.bounds.rowNorms == [5, sqrt(83.25)])
    #expect(teacher.values(at: [1, 1]) == [0.5 + 7 - 1])
  }

  @Test("what is no teacher is refused")
  func refusals() throws {
    #expect(throws: ShapeError(name: "a teacher's number of outputs", value: "2", needs: "1")) {
      try Self.teacher([2, 3, 2], active: [1], norms: [1, 1])
    }
    #expect(throws: ShapeError.self) { try Self.teacher([2, 3, 1], active: [1], norms: [1, 1], .softplus) }
    let topology = try Topology(widths: [1, 1, 1])
    for weights in [[[0, 1]], [[0, 1], [0, 1, 2]], [[0, .nan], [0, 1]], [[0, 0], [0, 1]]] as [[[Double]]] {
      #expect(throws: ShapeError.self) {
        try SparseNetworkTeacher(topology: topology, weights: weights, activation: .tanh)
      }
    }
  }
}

@Suite("Classical test functions") struct ClassicalTeacherTests {
  @Test("Friedman's function at points done by hand")
  func friedman() throws {
    let teacher = try Friedman1(inputCount: 6)
    #expect(abs(teacher.values(at: [0.5, 1, 0.5, 0, 0, 9])[0] - 10) < 1e-14)
    #expect(abs(teacher.values(at: [0, 0, 0, 1, 1, 9, 1, 0.5, 1, 0.2, 0.4, 9])[0] - 20) < 1e-14)
    #expect(abs(teacher.values(at: [0, 0, 0, 1, 1, 9, 1, 0.5, 1, 0.2, 0.4, 9])[1] - 19) < 1e-14)
    #expect(throws: ShapeError.self) { try Friedman1(inputCount: 4) }
  }

  @Test("Friedman's function has mean 14.4133 and variance 23.8 under uniform inputs")
  func friedmanMoments() throws {
    let teacher = try Friedman1(inputCount: 5)
    let points = try InputDesign.uniform.sobolPoints(count: 1 << 14, inputCount: 5, domain: .unit)
    let values = teacher.values(at: points)
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    // E sin(πx₁x₂) = {γ + log π − Ci(π)}/π = 0.524663; the other terms have means 20/12, 5 and 5/2.
    #expect(abs(mean - (5.24663 + 20.0 / 12 + 7.5)) < 0.003)
    #expect(abs(variance - 23.8) < 0.05)
  }

  @Test("the additive components have their variances in closed form, which make a signal-to-noise ratio of 3")
  func additiveVariances() throws {
    let teacher = try AdditiveSmooth(inputCount: 5)
    // g₃ = 2/(2 − s) − 1 with E 1/(2 − s) = 1/√3 and E 1/(2 − s)² = 2/(3√3); g₄ is a trigonometric polynomial with
    // amplitudes 0.475, 0.5, 0.15, 0.125 and 0.1.
    let exact = [25.0 / 12, 4.0 / 5, 64 * (2 / (3 * sqrt(3)) - 1.0 / 3), 36 * 0.261875]
    for (input, variance) in exact.enumerated() {
      let values = (0..<2000).map { k in
        var x = [0.3, 0.3, 0.3, 0.3, 0.3]
        x[input] = (Double(k) + 0.5) / 2000
        return teacher.values(at: x)[0]
      }
      let mean = values.reduce(0, +) / 2000
      let computed = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2000
      // The midpoint rule's error is of order 1/2000².
      #expect(abs(computed - variance) < 2e-6)
    }
    #expect(abs(sqrt(exact.reduce(0, +) / 1.74) - 3) < 0.01)
    #expect(throws: ShapeError.self) { try AdditiveSmooth(inputCount: 3) }
  }
}

@Suite("The reference regression") struct ReferenceRegressionTests {
  struct File: Decodable {
    struct Problem: Decodable { let check: Check }
    struct Check: Decodable {
      let seed: UInt64
      let noise_sd: Double
      let x, test_x: [[Double]]
      let y, test_f0, teacher_w0, teacher_b, teacher_v: [Double]
    }
    let data: Problem
  }

  @Test("inputs and teacher are the published ones bit for bit, values to rounding")
  func published() throws {
    let file = fixtures.appendingPathComponent("synthetic_regression_check.json")
    let check = try JSONDecoder().decode(File.self, from: Data(contentsOf: file)).data.check
    let problem = try ReferenceRegression(seed: check.seed, noiseStandardDeviation: check.noise_sd)
    let data = problem.trainingData(rowCount: 3)
    #expect(data.dataset.inputs == check.x.flatMap { $0 })
    #expect(problem.testPoints(count: 3).inputs == check.test_x.flatMap { $0 })
    #expect(Array(problem.teacher.weights[0][1...20]) == check.teacher_w0)
    #expect((0..<5).map { problem.teacher.weights[0][21 * $0] } == check.teacher_b)
    #expect(Array(problem.teacher.weights[1].dropFirst()) == check.teacher_v)
    // Sums of 20 products and libm's last bit: a few ulps of numbers below 4.
    guard case .real(let y, 1) = data.dataset.targets else {
      Issue.record("not a real target")
      return
    }
    for (ours, published) in zip(y, check.y) { #expect(abs(ours - published) < 1e-14) }
    for (ours, published) in zip(problem.testPoints(count: 3).truth, check.test_f0) {
      #expect(abs(ours - published) < 1e-14)
    }
    #expect(y.count == 3 && check.y.count == 3 && check.test_f0.count == 3)
  }

  @Test("the first rows are the same for every number of rows, and seeds differ")
  func prefix() throws {
    let problem = try ReferenceRegression(seed: 4, noiseStandardDeviation: 0.5)
    let short = problem.trainingData(rowCount: 5), long = problem.trainingData(rowCount: 9)
    #expect(Array(long.dataset.inputs.prefix(100)) == short.dataset.inputs)
    #expect(Array(long.truth.prefix(5)) == short.truth)
    #expect(try ReferenceRegression(seed: 5, noiseStandardDeviation: 0.5).teacher != problem.teacher)
    #expect(throws: SimulationError.self) { try ReferenceRegression(seed: 1, noiseStandardDeviation: 0) }
  }

  @Test("noise is standard normal times σ")
  func noise() {
    let stream = SplitMixStream(seed: 1, role: 3)
    let values = (0..<20_000).map { stream.gaussian($0) }
    let mean = values.reduce(0, +) / 20_000
    let square = values.reduce(0) { $0 + $1 * $1 } / 20_000
    // Five standard errors, 1/√20000 and √(2/20000): fail by chance once in 10⁶ seeds; seed fixed.
    #expect(abs(mean) < 5 * 0.00707)
    #expect(abs(square - 1) < 5 * 0.01)
  }
}
