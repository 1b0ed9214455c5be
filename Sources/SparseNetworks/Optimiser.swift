import Foundation

/// One step down a gradient over the arena, in one pass: Adam (Kingma & Ba 2015, algorithm 1; β₁ = 0.9, β₂ = 0.999,
/// ε = 10⁻⁸) or gradient descent with momentum, v ← μ v + g, θ ← θ − rate · v.
struct Optimiser<Scalar: NetworkScalar>: Equatable {
  let rule: TrainingRecipe.Optimiser
  /// The gradient's running average; for momentum its running sum v.
  private(set) var first: PackedNumbers<Scalar>
  /// The squared gradient's running average; empty for momentum.
  private(set) var second: PackedNumbers<Scalar>
  private(set) var step = 0
  /// Steps since the logits began to learn.
  private(set) var logitStep = 0
  private let logits: Range<Int>

  init(layout: ParameterLayout, rule: TrainingRecipe.Optimiser = .adam) {
    self.rule = rule
    first = PackedNumbers(Array(repeating: 0, count: layout.count))
    second = PackedNumbers(Array(repeating: 0, count: rule == .adam ? layout.count : 0))
    logits = layout.inclusionLogits
  }

  func fits(_ layout: ParameterLayout) -> Bool {
    second.numbers.count == (rule == .adam ? layout.count : 0) && logits == layout.inclusionLogits
  }

  /// One step down `gradient`; inclusion logits move `logitRate` times as fast, and not at all for 0.
  mutating func update(
    _ parameters: UnsafeMutablePointer<Scalar>, gradient: UnsafePointer<Scalar>, rate: Double, logitRate: Double
  ) {
    step += 1
    if logitRate > 0 { logitStep += 1 }
    // The logits are the arena's last block.
    move(0..<logits.lowerBound, parameters, gradient, rate: rate, step: step)
    if logitRate > 0 { move(logits, parameters, gradient, rate: rate * logitRate, step: logitStep) }
  }

  /// - Parameter step: counted from when the range began to learn. The logits' averages start when they do: corrected
  ///   as if they had been filling all along, the first steps would be six times too large.
  private mutating func move(
    _ range: Range<Int>, _ parameters: UnsafeMutablePointer<Scalar>, _ gradient: UnsafePointer<Scalar>, rate: Double,
    step: Int
  ) {
    let start = range.lowerBound
    first.numbers.withUnsafeMutableBufferPointer { first in
      guard let m = first.baseAddress else { return }
      switch rule {
      case .adam:
        second.numbers.withUnsafeMutableBufferPointer { second in
          guard let v = second.baseAddress else { return }
          Scalar.kernels.pointee.adam(
            range.count, rate / (1 - pow(0.9, Double(step))), 1 / (1 - pow(0.999, Double(step))), gradient + start,
            m + start, v + start, parameters + start)
        }
      case .momentum(let momentum):
        Scalar.kernels.pointee.momentum(range.count, rate, momentum, gradient + start, m + start, parameters + start)
      }
    }
  }
}

extension Optimiser: Codable where Scalar: Codable {}
