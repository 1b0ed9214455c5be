import CKernels
import Foundation

/// Piece 5 of a step: down a gradient over the arena, in one pass. Adam (Kingma & Ba 2015, algorithm 1; β₁ = 0.9,
/// β₂ = 0.999, ε = 10⁻⁸) or gradient descent with momentum, v ← μ v + g, θ ← θ − rate · v.
struct Optimiser: Codable, Equatable, Sendable {
  let rule: TrainingRecipe.Optimiser
  private(set) var step = 0
  /// Steps since the logits began to learn.
  private(set) var logitStep = 0

  init(rule: TrainingRecipe.Optimiser = .adam) { self.rule = rule }

  /// One step down `gradient`; inclusion logits move `logitRate` times as fast, and not at all for 0.
  ///
  /// - Parameter first: of the parameters, those before it have been moved already, by `weightMove`.
  mutating func update<Scalar: NetworkScalar>(
    _ arena: TrainingArena<Scalar>, from first: Int = 0, logits: Range<Int>, gradient: UnsafePointer<Scalar>,
    rate: Double, logitRate: Double
  ) {
    step += 1
    if logitRate > 0 { logitStep += 1 }
    // The logits are the arena's last block.
    move(first..<logits.lowerBound, arena, gradient, rate: rate, step: step)
    if logitRate > 0 { move(logits, arena, gradient, rate: rate * logitRate, step: logitStep) }
  }

  /// What `update` is about to do with the weights' means and rhos, for the pass that makes their gradient; nil for momentum.
  func weightMove<Scalar: NetworkScalar>(
    _ arena: TrainingArena<Scalar>, weightCount: Int, rate: Double
  ) -> slab_adam? {
    guard rule == .adam else { return nil }
    return slab_adam(
      step_size: rate / Self.filled(0.9, step + 1), root_scale: 1 / Self.filled(0.999, step + 1), first: arena.first,
      second: arena.second, parameter: arena.parameters, to_rho: weightCount)
  }

  /// - Parameter step: counted from when the range began to learn. The logits' averages start when they do: corrected
  ///   as if they had been filling all along, the first steps would be six times too large.
  private func move<Scalar: NetworkScalar>(
    _ range: Range<Int>, _ arena: TrainingArena<Scalar>, _ gradient: UnsafePointer<Scalar>, rate: Double, step: Int
  ) {
    let start = range.lowerBound
    switch rule {
    case .adam:
      Scalar.kernels.pointee.adam(
        range.count, rate / Self.filled(0.9, step), 1 / Self.filled(0.999, step), gradient + start,
        arena.first + start, arena.second + start, arena.parameters + start)
    case .momentum(let momentum):
      Scalar.kernels.pointee.momentum(
        range.count, rate, momentum, gradient + start, arena.first + start, arena.parameters + start)
    }
  }

  /// 1 − βᵗ: how far an average that began at 0 has come. From some t on it is 1 to the last bit.
  private static func filled(_ beta: Double, _ t: Int) -> Double {
    Double(t) * (1 - beta) > 40 ? 1 : 1 - pow(beta, Double(t))
  }
}
