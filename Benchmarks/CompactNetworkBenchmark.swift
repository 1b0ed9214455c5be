import Foundation
import GSL
import NetworkShape
import SparseNetworks

/// Prints a Markdown table of what a pass of a pruned network costs whole and compact, on one thread.
///
/// Both run the same code on the same rows, taking turns; the fastest of several rounds counts.
enum CompactNetworkBenchmark {
  private static let rounds = 9
  private static let cases = [
    (widths: [20, 20, 1], active: [5], rows: 1), (widths: [20, 20, 1], active: [5], rows: 10_000),
    (widths: [784, 400, 400, 10], active: [40, 30], rows: 1),
    (widths: [784, 400, 400, 10], active: [40, 30], rows: 1000),
  ]

  static func run() throws {
    print("\nA pass of a pruned network, whole and compact, on one thread; fastest of \(rounds) rounds.\n")
    print("| widths | active | rows | whole (µs) | compact (µs) | time | operations | parameters |")
    print("|---|---|---:|---:|---:|---:|---:|---:|")
    for (widths, active, rows) in cases {
      let whole = try network(widths: widths, active: active)
      let compact = CompactNetwork(whole)
      let random = RandomGenerator(key: StreamKey(seed: 2))
      let inputs = (0..<(rows * widths[0])).map { _ in random.gaussian() }
      // Some ten thousand rows a round, so that the clock's own time doesn't matter.
      let passes = max(1, 10_000 / rows)
      var (slow, fast) = (Double.infinity, Double.infinity)
      for _ in 0..<rounds {
        slow = min(slow, try seconds(of: whole, inputs, passes: passes))
        fast = min(fast, try seconds(of: compact.network, inputs, passes: passes))
      }
      let name = widths.map(String.init).joined(separator: "-")
      let kept = active.map(String.init).joined(separator: ", ")
      let times = String(format: "%.2f | %.2f | %.3f", slow * 1e6, fast * 1e6, fast / slow)
      let ratios = String(format: "%.3f | %.3f", compact.operationRatio, compact.parameterRatio)
      print("| \(name) | \(kept) | \(rows) | \(times) | \(ratios) |")
    }
  }

  private static func seconds(of network: DenseNetwork, _ inputs: [Double], passes: Int) throws -> Double {
    try TrainingStepBenchmark.seconds { for _ in 0..<passes { _ = try network.outputs(at: inputs) } } / Double(passes)
  }

  /// Random weights, of which the groups of all but the first `active` nodes of each hidden layer are 0.
  private static func network(widths: [Int], active: [Int]) throws -> DenseNetwork {
    let random = RandomGenerator(key: StreamKey(seed: 1))
    let layers = zip(widths, widths.dropFirst()).enumerated().map { l, shape in
      let kept = l < active.count ? active[l] : shape.1
      let values = (0..<((shape.0 + 1) * shape.1)).map { $0 % shape.1 < kept ? Float(random.gaussian()) : 0 }
      return DenseNetwork.Layer(inputCount: shape.0, outputCount: shape.1, values: values)
    }
    return DenseNetwork(layers: layers, activation: .tanh, likelihood: .categorical)
  }
}
