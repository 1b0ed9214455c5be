import Foundation

/// Adam (Kingma & Ba 2015, algorithm 1; β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸) over the arena, one pass a step.
struct AdamOptimiser<Scalar: NetworkScalar> {
  private var first: [Scalar]
  private var second: [Scalar]
  private var step = 0
  /// Steps since the logits began to learn.
  private var logitStep = 0
  private let logits: Range<Int>

  init(layout: ParameterLayout) {
    first = Array(repeating: 0, count: layout.count)
    second = Array(repeating: 0, count: layout.count)
    logits = layout.inclusionLogits
  }

  /// One step down `gradient`; inclusion logits move `logitRate` times as fast.
  mutating func update(
    _ parameters: UnsafeMutablePointer<Scalar>, gradient: UnsafePointer<Scalar>, rate: Double, logitRate: Double
  ) {
    step += 1
    if logitRate > 0 { logitStep += 1 }
    first.withUnsafeMutableBufferPointer { first in
      second.withUnsafeMutableBufferPointer { second in
        guard let m = first.baseAddress, let v = second.baseAddress else { return }
        func pass(_ range: Range<Int>, rate: Double, step: Int) {
          let start = range.lowerBound
          Scalar.adam(
            count: range.count, stepSize: Scalar(rate / (1 - pow(0.9, Double(step)))),
            rootScale: Scalar(1 / (1 - pow(0.999, Double(step)))), gradient: gradient + start, first: m + start,
            second: v + start, parameter: parameters + start)
        }
        // The logits are the arena's last block. Their averages start when they do: corrected as if they had been
        // filling all along, the first steps would be six times too large.
        pass(0..<logits.lowerBound, rate: rate, step: step)
        if logitRate > 0 { pass(logits, rate: rate * logitRate, step: logitStep) }
      }
    }
  }
}
