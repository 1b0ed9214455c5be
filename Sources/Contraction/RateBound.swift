import Foundation
import GSL
import Priors

/// The contraction rate ε_n at one sample size, with its parts layer by layer (THEORY.md 6.1–6.3, 6.6).
///
///     u_l = (L+1)² {log n + log(L+1) + log k_{l+1} + log(k_l+1)}
///     θ_l = g(x_l) + Λ_l,   Λ_l = Σ_{m≠l} log B_m + L + log k_{l+1} + log(k_l+1) + log n + log Σu + L log K_ψ
///     r_l = s_l (k_l+1) θ_l / n,   ε_n² = (Σ r_l + ξ) Σ u_l,   −log λ_l = log k_{l+1} + C_l (k_l+1) θ_l
///
/// The formulas of the Gaussian slab are the papers'; those of the other two are derived in THEORY.md.
public struct RateBound: Sendable, Equatable {
  /// One layer's part.
  public struct Layer: Sendable, Equatable {
    /// x_l = B_l²/(k_l + 1).
    public let effectiveStrength: Double
    /// u_l.
    public let u: Double
    /// Λ_l, the part of θ_l that all slabs share.
    public let common: Double
    /// g(x_l), the slab's own part of θ_l.
    public let strengthCost: Double
    /// θ_l; not positive only for very small bounds, and then the bound is void.
    public let theta: Double
    /// r_l.
    public let r: Double
    /// −log λ_l, the theory's inclusion probability of a node; nil in the output layer, which has no spike.
    public let negativeLogInclusion: Double?
    /// −log(1 − λ_l); nil in the output layer, and where λ_l ≥ 1.
    public let negativeLogExclusion: Double?
    /// The largest of the terms that θ_l adds up.
    public let leadingTerm: LeadingTerm
  }

  package let inputs: RateInputs
  /// l = 0, …, L.
  public let layers: [Layer]
  /// Σ r_l.
  public let sumR: Double
  /// Σ u_l.
  public let sumU: Double

  /// n.
  public var sampleSize: Double { inputs.sampleSize }
  /// ξ.
  public var approximationError: Double { inputs.approximationError }
  /// ε_n².
  public var epsilonSquared: Double { (sumR + approximationError) * sumU }
  /// ε_n; nil if ε_n² ≤ 0. From 1 on the bound says nothing: no Hellinger distance is larger.
  public var epsilon: Double? { epsilonSquared > 0 ? epsilonSquared.squareRoot() : nil }
  /// The sieve of THEORY.md 6.6, computed at each call; nil for the uncapped horseshoe, which has none, and where ε_n is
  /// undefined.
  public var sieve: Sieve? {
    epsilonSquared > 0 ? Sieve(inputs, epsilonSquared: epsilonSquared, sumU: sumU) : nil
  }
  /// ε_n Σ u_l, which the theory needs to vanish; nil if ε_n is undefined.
  public var sumUTimesEpsilon: Double? { epsilon.map { sumU * $0 } }

  /// Itself, unless a term overflowed.
  func requiringFinite() throws(RateError) -> RateBound {
    for (layer, part) in layers.enumerated() where !part.theta.isFinite {
      throw RateError(
        name: "θ_\(layer)", value: "\(part.theta)", needs: "finite; the bounds B, the widths k or the slab's parameters are too large or too small")
    }
    guard epsilonSquared.isFinite else {
      throw RateError(
        name: "ε_n² at n = \(sampleSize)", value: "\(epsilonSquared)",
        needs: "finite; the bounds B, the widths k or ξ are too large")
    }
    return self
  }

  package init(_ inputs: RateInputs) {
    self.inputs = inputs
    let hiddenLayers = inputs.rowNorms.count - 1  // L
    let depth = Double(hiddenLayers + 1)
    let n = inputs.sampleSize
    let u = (0...hiddenLayers).map { layer in
      depth * depth * (log(n) + log(depth) + log(inputs.widths[layer + 1]) + log(inputs.widths[layer] + 1))
    }
    let sumU = u.reduce(0, +)
    // Σ log B_m before each layer, and from it on: deep networks must not cost the square of their depth.
    let logNorms = inputs.rowNorms.map { log($0) }
    let before = logNorms.reduce(into: [0.0]) { $0.append($0[$0.count - 1] + $1) }
    let from = Array(logNorms.reversed().reduce(into: [0.0]) { $0.append($0[$0.count - 1] + $1) }.reversed())
    layers = (0...hiddenLayers).map { layer in
      let nodes = inputs.widths[layer + 1]
      let groupSize = inputs.widths[layer] + 1  // d_l
      let norm = inputs.rowNorms[layer]
      let strength = norm * norm / groupSize
      let cost = inputs.slab.strengthCost(effectiveStrength: strength, groupSize: groupSize)
      let otherNorms = before[layer] + from[layer + 1]  // Σ_{m≠l} log B_m
      let common: [(term: LeadingTerm, value: Double)] = [
        (.otherBounds, otherNorms), (.depth, Double(hiddenLayers)), (.nodes, log(nodes)),
        (.groupSize, log(groupSize)), (.sampleSize, log(n)), (.sumU, log(sumU)),
        (.lipschitz, Double(hiddenLayers) * log(inputs.lipschitzConstant)),
      ]
      let sumOfCommon = common.map(\.value).reduce(0, +)
      let theta = cost + sumOfCommon
      let inclusion: Double? = layer < hiddenLayers
        ? log(nodes) + inputs.inclusionConstants[layer] * groupSize * theta : nil
      return Layer(
        effectiveStrength: strength, u: u[layer], common: sumOfCommon, strengthCost: cost, theta: theta,
        r: inputs.activeNodes[layer] * groupSize * theta / n,
        negativeLogInclusion: inclusion, negativeLogExclusion: inclusion.flatMap { $0 > 0 ? -log1mExp($0) : nil },
        leadingTerm: common.reduce((.strength, cost)) { $1.value > $0.1 ? ($1.term, $1.value) : $0 }.0)
    }
    self.sumU = sumU
    sumR = layers.map(\.r).reduce(0, +)
  }
}
