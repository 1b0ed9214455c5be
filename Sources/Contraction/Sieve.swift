import Foundation
import GSL
import Priors

/// The networks that the prior puts almost all of its mass on, and how many balls of radius ε_n cover them
/// (THEORY.md 6.6).
///
/// At most s°_l active nodes, rows of norm at most B°_l. The uncapped horseshoe has none: its row norms have polynomial
/// tails, so that log B° would have to grow like n ε_n².
public struct Sieve: Sendable, Equatable {
  /// s°_l = min(k_{l+1}, 𝔱/d_l), all nodes in the output layer; real numbers.
  public let activeNodes: [Double]
  /// B°_l.
  public let rowNorms: [Double]
  /// η_l: how finely the rows of layer l have to be covered.
  public let meshes: [Double]
  /// The bound on log N(ε_n), the metric entropy.
  public let logCoveringNumber: Double
  /// log N(ε_n)/(n ε_n²), to be at most 1.
  public let entropyRatio: Double

  /// nil if the slab's tails allow none.
  init?(_ inputs: RateInputs, epsilonSquared: Double, sumU: Double) {
    let last = inputs.rowNorms.count - 1  // L
    let budget = inputs.sampleSize * epsilonSquared / sumU  // 𝔱
    let groupSizes = inputs.widths.dropLast().map { $0 + 1 }  // d_l
    let nodes = Array(inputs.widths.dropFirst())  // k_{l+1}

    let active = (0...last).map { $0 == last ? nodes[$0] : min(nodes[$0], budget / groupSizes[$0]) }
    var norms: [Double] = []
    for layer in 0...last {
      // P(‖w̄‖ > B°) ≤ e^{−t'} with t' = 𝔱 + log k_{l+1}.
      guard let norm = inputs.slab.rowNorm(exceededWith: budget + log(nodes[layer]), groupSize: groupSizes[layer])
      else { return nil }
      norms.append(norm)
    }

    // H_{l+1} = 1 + K² s° B°² H_l and T_l = K^{L−l} Π_{m>l} √s° B° overflow in deep networks; their logarithms do not.
    let logLipschitz = log(inputs.lipschitzConstant)
    let logGains = (0...last).map { 0.5 * log(active[$0]) + log(norms[$0]) }
    var logInputs = [log1p(inputs.inputMoment)]  // log H_l
    for layer in 0..<last {
      logInputs.append(softplus(2 * (logLipschitz + logGains[layer]) + logInputs[layer]))
    }
    let logMeshes = (0...last).map { layer in
      let logTail = Double(last - layer) * logLipschitz + logGains[(layer + 1)...].reduce(0, +)  // log T_l
      return 0.5 * log(epsilonSquared) - log(Double(last + 1)) - logTail
        - 0.5 * (log(active[layer]) + logInputs[layer])
    }

    activeNodes = active
    rowNorms = norms
    meshes = logMeshes.map { exp($0) }
    let choices = (0..<last).map { active[$0] * (1 + log(nodes[$0] / active[$0])) }.reduce(0, +)
    let balls = (0...last).map { layer in
      active[layer] * groupSizes[layer] * softplus(log(2 * norms[layer]) - logMeshes[layer])
    }.reduce(0, +)
    logCoveringNumber = choices + balls
    entropyRatio = logCoveringNumber / (inputs.sampleSize * epsilonSquared)
  }
}

extension SlabPrior {
  /// A norm that a row of `groupSize` slab weights exceeds with probability at most e^{−t}; nil for the uncapped
  /// horseshoe, which has no useful one.
  fileprivate func rowNorm(exceededWith t: Double, groupSize d: Double) -> Double? {
    let gaussian = standardDeviation * (d + 2 * (d * t).squareRoot() + 2 * t).squareRoot()
    switch self {
    case .gaussian: return gaussian
    case .groupHorseshoe(_, _, _, let cap): return cap.value.map { $0 * gaussian }
    case .groupLasso(_, let rate):
      let rateParameter = rate.perWeight(groupSize: d) * d  // ς²
      return standardDeviation / rateParameter.squareRoot() * (d + (2 * d * t).squareRoot() + t)
    }
  }
}
