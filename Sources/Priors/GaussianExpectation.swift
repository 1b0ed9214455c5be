import Foundation
import GSL

/// Expectations over u ~ N(μ, ω²) by the trapezoid rule, for functions analytic in |Im u| < π (THEORY.md 3.10).
///
///     E h(u) ≈ Δ Σ_j φ(jΔ) h(μ + ωjΔ),  |jΔ| ≤ 9
///
/// The step keeps ωΔ at 0.2 or less, where the error of the rule is about e^{−2π²/0.2} = 10⁻⁴³: what remains is
/// rounding and the tails left out, of mass 2·10⁻¹⁹.
public struct GaussianExpectation: Sendable {
  /// u = μ + ωz, and the rule's weight Δφ(z).
  public struct Node: Sendable { public let u, z, weight: Double }

  public let nodes: [Node]

  /// - Throws: `GSLError.domain` unless μ is finite and 0 < ω ≤ 10⁴ (the number of nodes is about 90 ω).
  public init(mu: Double, omega: Double) throws(GSLError) {
    try requireFinite(mu, "mean of a Gaussian expectation")
    guard omega > 0, omega <= 1e4 else {
      throw .domain(name: "standard deviation of a Gaussian expectation", value: omega, needs: "above 0, at most 10000")
    }
    let standard = omega <= 0.8 ? Self.quarterSteps : Self.standardNodes(step: 0.2 / omega)
    nodes = standard.map { Node(u: mu + omega * $0.z, z: $0.z, weight: $0.weight) }
  }

  private static let quarterSteps = standardNodes(step: 0.25)

  /// Nodes of N(0, 1), of which the weights take most of the time.
  private static func standardNodes(step: Double) -> [(z: Double, weight: Double)] {
    let last = Int(9 / step)
    return (-last...last).map { j in
      let z = Double(j) * step
      return (z, step * exp(-0.5 * z * z) / (2 * .pi).squareRoot())
    }
  }

  /// E h(u).
  public func callAsFunction(_ h: (Double) -> Double) -> Double {
    nodes.reduce(0) { $0 + $1.weight * h($1.u) }
  }

  /// E Z h(u), Z = (u − μ)/ω: with h = g′ it is ∂E g(u)/∂ω.
  public func timesZ(_ h: (Double) -> Double) -> Double {
    nodes.reduce(0) { $0 + $1.weight * $1.z * h($1.u) }
  }
}
