import Foundation
import GSL
import NetworkShape
import SparseNetworks

/// A regression problem that other programs can make bit for bit, with nothing but SplitMix64 and Box–Muller.
///
/// The teacher has p = 20 inputs and 5 hidden tanh nodes, f₀(x) = Σ_j v_j tanh(w_j·x + b_j); inputs are U(−1, 1). Each
/// stream (seed, role) starts at s = mix(mix(seed) + role) and its k-th uniform is the upper 53 bits of
/// mix(s + k·0x9E3779B97F4A7C15), k = 1, 2, …; the roles are teacher 1, training inputs 2, training noise 3 and test
/// inputs 4. The first n rows are the same for every larger n.
public struct ReferenceRegression: Sendable, Equatable {
  public static let inputCount = 20
  public static let hiddenNodeCount = 5

  public let seed: UInt64
  public let noiseStandardDeviation: Double
  /// Weights w_ij = 2u − 1 node by node, then biases u − ½, then output weights ±(½ + u), + for nodes 0, 2 and 4.
  public let teacher: SparseNetworkTeacher

  /// - Throws: `SimulationError` unless σ > 0.
  public init(seed: UInt64, noiseStandardDeviation: Double) throws(SimulationError) {
    try SimulationError.requirePositive(noiseStandardDeviation, "noise standard deviation")
    let (p, nodes) = (Self.inputCount, Self.hiddenNodeCount)
    let stream = SplitMixStream(seed: seed, role: 1)
    let biases = (0..<nodes).map { stream.uniform(p * nodes + $0) - 0.5 }
    var hidden: [Double] = []
    for node in 0..<nodes {
      hidden.append(biases[node])
      hidden += (0..<p).map { 2 * stream.uniform(node * p + $0) - 1 }
    }
    let output = (0..<nodes).map { node in
      let magnitude = 0.5 + stream.uniform((p + 1) * nodes + node)
      return node.isMultiple(of: 2) ? magnitude : -magnitude
    }
    do {
      teacher = try SparseNetworkTeacher(
        topology: Topology(widths: [p, nodes, 1]), weights: [hidden, [0] + output], activation: .tanh)
    } catch {
      throw SimulationError(name: "reference teacher", value: "\(error)", needs: "a network")
    }
    self.seed = seed
    self.noiseStandardDeviation = noiseStandardDeviation
  }

  /// The first `rowCount` training rows.
  public func trainingData(rowCount: Int) -> SimulatedData {
    let inputs = inputs(rowCount: rowCount, role: 2)
    let noise = SplitMixStream(seed: seed, role: 3)
    let truth = teacher.values(at: inputs)
    let targets = truth.indices.map { truth[$0] + noiseStandardDeviation * noise.gaussian($0) }
    return SimulatedData(
      dataset: Dataset(unchecked: inputs, inputCount: Self.inputCount, targets: .real(targets, outputs: 1)),
      truth: truth)
  }

  /// The first `count` test points.
  public func testPoints(count: Int) -> EvaluationPoints {
    let inputs = inputs(rowCount: count, role: 4)
    return EvaluationPoints(
      inputs: inputs, inputCount: Self.inputCount, truth: teacher.values(at: inputs), construction: .random)
  }

  private func inputs(rowCount: Int, role: UInt64) -> [Double] {
    let stream = SplitMixStream(seed: seed, role: role)
    return (0..<(rowCount * Self.inputCount)).map { 2 * stream.uniform($0) - 1 }
  }
}

/// SplitMix64 (Steele, Lea & Flood, OOPSLA 2014) by index.
struct SplitMixStream {
  private let start: UInt64

  init(seed: UInt64, role: UInt64) { start = StreamKey.mix(StreamKey.mix(seed) &+ role) }

  /// The uniform numbered `index`, from 0, in [0, 1).
  func uniform(_ index: Int) -> Double {
    Double(StreamKey.mix(start &+ UInt64(index + 1) &* 0x9E37_79B9_7F4A_7C15) >> 11) * 0x1p-53
  }

  /// The normal numbered `index`, from 0: Box–Muller's pair from each pair of uniforms, cosine first.
  func gaussian(_ index: Int) -> Double {
    let pair = index / 2 * 2
    // 1 − u lies in (0, 1], where the logarithm is finite.
    let radius = (-2 * log(1 - uniform(pair))).squareRoot()
    let angle = 2 * .pi * uniform(pair + 1)
    return radius * (index == pair ? cos(angle) : sin(angle))
  }
}
