import Foundation
import GSL
import Priors

/// The indicators z of one layer in one draw, of its nodes or of its weights, with their slopes dz/dϑ and the inclusion
/// probabilities γ.
struct Indicators {
  /// z, in [0, 1].
  private(set) var value: [Double]
  /// dz/dϑ of the backward pass (THEORY.md 3.2); 0 where the logits don't learn.
  private(set) var slope: [Double]
  /// γ, as the KL sees it.
  private(set) var probability: [Double]

  /// All on.
  init(count: Int) {
    value = Array(repeating: 1, count: count)
    slope = Array(repeating: 0, count: count)
    probability = Array(repeating: 1, count: count)
  }

  /// Draws the layer; without logits (no spike, or the output layer) all stay on.
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

  /// The KL of the layer's indicators (THEORY.md 3.4); its derivatives by the logits, times `perRow`, are added to
  /// `gradient`. `layer` is the hidden layer's number.
  func divergence<Scalar: NetworkScalar>(
    logits: UnsafePointer<Scalar>, from prior: InclusionPrior, layer: Int, gates: GateStage,
    gradient: UnsafeMutablePointer<Scalar>, perRow: Double
  ) throws(GSLError) -> Double {
    var total = 0.0
    switch prior {
    case .fixed(let negativeLog):
      let nu = negativeLog[layer]  // ν = −log λ
      // Where γ is 0 or 1, what is left of the sum is −log λ or −log(1 − λ).
      let ofAbsent = -log1mExp(nu)
      for j in probability.indices {
        guard gates == .learned else {
          total += probability[j] == 1 ? nu : ofAbsent
          continue
        }
        let term = try BernoulliDivergence(inclusionLogit: Double(logits[j]), negativeLogPrior: nu)
        total += term.value
        gradient[j] += Scalar(term.dLogit * perRow)
      }
    case .beta(let a, let b):
      let shared = try BetaInclusionDivergence(
        expectedActive: probability.reduce(0, +), count: probability.count, a: a, b: b)
      total = shared.value
      guard gates == .learned else { return total }
      for j in probability.indices {
        let theta = Double(logits[j])
        let (on, off) = (sigmoid(theta), sigmoid(-theta))
        total -= on * softplus(-theta) + off * softplus(theta)
        gradient[j] += Scalar(on * off * (theta - shared.priorLogit) * perRow)
      }
    }
    return total
  }
}
