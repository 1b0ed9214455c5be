import GSL
import Priors

/// The indicators z of one layer's nodes in one draw, their slopes dz/dϑ and the inclusion probabilities γ.
struct NodeIndicators {
  /// z, in [0, 1].
  private(set) var value: [Double]
  /// dz/dϑ of the backward pass (THEORY.md 3.2); 0 where the logits don't learn.
  private(set) var slope: [Double]
  /// γ, as the KL sees it.
  private(set) var probability: [Double]

  /// A layer whose nodes are all on.
  init(count: Int) {
    value = Array(repeating: 1, count: count)
    slope = Array(repeating: 0, count: count)
    probability = Array(repeating: 1, count: count)
  }

  /// Draws the layer; without logits (no spike, or the output layer) every node stays on.
  mutating func draw<Scalar: NetworkScalar>(
    logits: UnsafePointer<Scalar>?, uniforms: [Double], gates: GateStage, relaxation: Relaxation, temperature: Double
  ) throws(GSLError) {
    guard let logits else { return }
    for j in value.indices {
      switch gates {
      case .open:
        (value[j], slope[j], probability[j]) = (1, 0, 1)
      case .frozen:
        let on = logits[j] > 0 ? 1.0 : 0.0
        (value[j], slope[j], probability[j]) = (on, 0, on)
      case .learned:
        let concrete = try BinaryConcrete(logit: Double(logits[j]), temperature: temperature, uniform: uniforms[j])
        value[j] =
          switch relaxation {
          case .straightThrough: concrete.isOn ? 1 : 0
          case .soft: concrete.relaxed
          }
        slope[j] = concrete.derivative
        probability[j] = sigmoid(Double(logits[j]))
      }
    }
  }

  /// KL(Ber(γ) ‖ Ber(λ)) of one node and its derivative by ϑ.
  func divergence(
    node: Int, logit: Double, negativeLogInclusion: Double, gates: GateStage
  ) throws(GSLError) -> (value: Double, derivative: Double) {
    switch gates {
    case .learned:
      let term = try BernoulliDivergence(inclusionLogit: logit, negativeLogPrior: negativeLogInclusion)
      return (term.value, term.dLogit)
    case .open, .frozen:
      // γ is 0 or 1: what is left of the sum is −log λ or −log(1 − λ).
      return (probability[node] == 1 ? negativeLogInclusion : -log1mExp(negativeLogInclusion), 0)
    }
  }
}
