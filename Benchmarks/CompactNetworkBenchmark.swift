import Foundation
import GSL
import NetworkShape
import SparseNetworks

/// A pass of a pruned network, whole and compact, by the same code on the same rows in turns, on one thread.
enum CompactNetworkBenchmark {
  struct Row: Encodable, Equatable {
    let widths, active: [Int]
    let rows: Int
    let wholeMicroseconds, compactMicroseconds, operationRatio, parameterRatio: Double
  }

  private static let rounds = 9
  private static let cases = [
    (widths: [20, 20, 1], active: [5], rows: 1), (widths: [20, 20, 1], active: [5], rows: 10_000),
    (widths: [784, 400, 400, 10], active: [40, 30], rows: 1),
    (widths: [784, 400, 400, 10], active: [40, 30], rows: 1000),
  ]

  static func rows() throws -> [Row] {
    try cases.map { widths, active, rows in
      let whole = try network(widths: widths, active: active)
      let compact = CompactNetwork(whole)
      let random = RandomGenerator(key: StreamKey(seed: 2))
      let inputs = (0..<(rows * widths[0])).map { _ in random.gaussian() }
      // Some ten thousand rows a round, so that the clock's own time doesn't matter.
      let passes = max(1, 10_000 / rows)
      func seconds(of network: DenseNetwork) throws -> Double {
        try Stopwatch.seconds { for _ in 0..<passes { _ = try network.outputs(at: inputs) } } / Double(passes)
      }
      var (slow, fast) = (Rounds(), Rounds())
      for _ in 0..<rounds {
        slow.add(try seconds(of: whole))
        fast.add(try seconds(of: compact.network))
      }
      return Row(
        widths: widths, active: active, rows: rows, wholeMicroseconds: slow.median * 1e6,
        compactMicroseconds: fast.median * 1e6, operationRatio: compact.operationRatio,
        parameterRatio: compact.parameterRatio)
    }
  }

  static func table(_ rows: [Row]) -> String {
    var table = MarkdownTable(
      ["widths", "active", "rows", "whole (µs)", "compact (µs)", "time", "operations", "parameters"], texts: 2)
    for row in rows {
      table.add([
        row.widths.map(String.init).joined(separator: "-"), row.active.map(String.init).joined(separator: ", "),
        "\(row.rows)", MarkdownTable.number(row.wholeMicroseconds), MarkdownTable.number(row.compactMicroseconds),
        MarkdownTable.number(row.compactMicroseconds / row.wholeMicroseconds),
        MarkdownTable.number(row.operationRatio), MarkdownTable.number(row.parameterRatio),
      ])
    }
    return table.text
  }

  /// Random weights, of which the groups of all but the first `active` nodes of each hidden layer are 0.
  private static func network(widths: [Int], active: [Int]) throws -> DenseNetwork {
    let random = RandomGenerator(key: StreamKey(seed: 1))
    let layers = zip(widths, widths.dropFirst()).enumerated().map { l, shape in
      let kept = l < active.count ? active[l] : shape.1
      let values = (0..<((shape.0 + 1) * shape.1)).map { $0 / (shape.0 + 1) < kept ? Float(random.gaussian()) : 0 }
      return DenseNetwork.Layer(inputCount: shape.0, outputCount: shape.1, values: values)
    }
    return DenseNetwork(layers: layers, activation: .tanh, likelihood: .categorical)
  }
}
