import Foundation
import NetworkShape

extension Topology {
  /// −log λ_l of the hidden layers as the papers' released scripts set it (THEORY.md 5.11):
  ///
  ///     −log λ_l = log k_{l+1} + 10⁻⁹ (k_l + 1) v_l,   v_l = (k_l + 1)² + Λ_l at B_m = k_m + 1
  ///
  /// with Λ_l and u_l of THEORY.md 6.1. The constant makes it little more than log k_{l+1}: a prior probability of about
  /// 1/k_{l+1} a node.
  ///
  /// - Parameter sampleSize: n ≥ 2.
  /// - Throws: `RateError` for a smaller n.
  public func releasedCodeInclusion(sampleSize n: Double) throws(RateError) -> [Double] {
    guard n >= 2, n.isFinite else { throw RateError(name: "the sample size n", value: "\(n)", needs: "at least 2") }
    let groups = (0..<layerCount).map { log(Double(groupSize(ofLayer: $0))) }  // log(k_l + 1), which is log B_l too
    let nodes = (0..<layerCount).map { log(Double(nodeCount(ofLayer: $0))) }  // log k_{l+1}
    let depth = Double(layerCount)  // L + 1
    let sumOfU = (0..<layerCount).reduce(0) { $0 + depth * depth * (log(n) + log(depth) + nodes[$1] + groups[$1]) }
    return (0..<hiddenLayerCount).map { l in
      let others = groups.reduce(0, +) - groups[l]
      let common = others + depth - 1 + nodes[l] + groups[l] + log(n) + log(sumOfU)  // Λ_l
      let size = Double(groupSize(ofLayer: l))
      return nodes[l] + 1e-9 * size * (size * size + common)
    }
  }
}
