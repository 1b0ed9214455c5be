import Foundation
import GSL

/// GIG(p, α, β), density ∝ x^{p−1} e^{−(αx + β/x)/2} on x > 0: the exact law of a group-lasso scale given the weights
/// of its node (THEORY.md 4.6).
///
/// With z = √(αβ) and u₀ = ½ log(β/α), ν = log X − u₀ has the density ∝ e^{pν − z cosh ν}. Everything is computed from
/// ν and from K_p(z) with its √(π/2z) e^{−z} taken out; neither overflows for z from 1e-300 to 1e8.
public struct GeneralisedInverseGaussian: Sendable, Hashable {
  /// p, α and β.
  public let order, alpha, beta: Double
  /// log ∫ x^{p−1} e^{−(αx + β/x)/2} dx = log 2K_p(z) + p u₀.
  public let logNormaliser: Double
  /// E log X and var log X, by quadrature.
  public let meanLog, varianceLog: Double

  /// Of log X less `mode`.
  let density: TrapezoidDensity
  /// Of log X.
  let mode: Double

  private let z, centre: Double

  /// - Throws: `GSLError.domain` unless |p| ≤ 1000, α and β are positive and finite, and √(αβ) ≤ 10⁸.
  public init(order: Double, alpha: Double, beta: Double) throws(GSLError) {
    guard abs(order) <= 1000 else {
      throw .domain(name: "order of a generalised inverse Gaussian", value: order, needs: "from -1000 to 1000")
    }
    try requirePositive(alpha, "alpha of a generalised inverse Gaussian")
    try requirePositive(beta, "beta of a generalised inverse Gaussian")
    let z = alpha.squareRoot() * beta.squareRoot()
    guard z <= 1e8 else {
      throw .domain(name: "√(αβ) of a generalised inverse Gaussian", value: z, needs: "at most 1e8")
    }
    (self.order, self.alpha, self.beta, self.z) = (order, alpha, beta, z)
    centre = 0.5 * (log(beta) - log(alpha))
    logNormaliser = try log(2) + logLeadingBesselK(z) + logBesselKFactor(order: order, z) + order * centre

    let kernel = GeneralisedInverseGaussianKernel(order: order, z: z)
    mode = centre + kernel.mode
    // R = log ∫ e^ℓ + ½ log(h/2π), ∫ e^ℓ = 2K_p(z) e^{h − pν₀}.
    let h = kernel.peakCurvature
    let logRatio = abs(order) < z ? 0.5 * log1p(order / z * order / z) : log(h) - log(z)  // log(h/z)
    let remainder = try 0.5 * logRatio + order / (h + z) * order - order * kernel.mode
      + logBesselKFactor(order: order, z)
    density = TrapezoidDensity(kernel, remainder: remainder)
    meanLog = mode + density.mean
    varianceLog = density.variance
  }

  /// The law of τ² of a group-lasso node: p = ½, α = ς², β = ‖w̄‖²/σ₀².
  ///
  /// - Parameters:
  ///   - rateParameter: ς².
  ///   - squaredNorm: ‖w̄‖²/σ₀², the node's weights over their prior standard deviation, squared and summed.
  /// - Throws: `GSLError.domain` as `init(order:alpha:beta:)`.
  public init(groupLassoRateParameter rateParameter: Double, squaredNorm: Double) throws(GSLError) {
    try self.init(order: 0.5, alpha: rateParameter, beta: squaredNorm)
  }

  /// log E Xʳ = r u₀ + log K_{p+r}(z) − log K_p(z), for any finite r.
  public func logMoment(_ r: Double) throws(GSLError) -> Double {
    try r * centre + logBesselKFactor(order: order + r, z) - logBesselKFactor(order: order, z)
  }

  /// E Xʳ; ∞ where it overflows, which `logMoment` does not.
  public func moment(_ r: Double) throws(GSLError) -> Double { exp(try logMoment(r)) }

  public static func == (a: Self, b: Self) -> Bool {
    (a.order, a.alpha, a.beta) == (b.order, b.alpha, b.beta)
  }

  public func hash(into hasher: inout Hasher) { [order, alpha, beta].hash(into: &hasher) }
}

/// log of √(π/2z) e^{−z}, to which K_p(z) tends as z → ∞; it is K_½(z).
private func logLeadingBesselK(_ z: Double) -> Double { 0.5 * log(0.5 * .pi / z) - z }

/// log of K_p(z) over √(π/2z) e^{−z}: about (4p² − 1)/(8z) for large z, where the two logs would cancel.
private func logBesselKFactor(order p: Double, _ z: Double) throws(GSLError) -> Double {
  if abs(p) == 0.5 { return 0 }
  guard z > max(25, p * p) else { return try logBesselK(order: p, z) - logLeadingBesselK(z) }
  // Σ_k Π_{j ≤ k} (4p² − (2j − 1)²)/(8jz); its smallest term is about e^{−2z}.
  var (term, sum, k) = (1.0, 0.0, 0.0)
  repeat {
    k += 1
    term *= (4 * p * p - (2 * k - 1) * (2 * k - 1)) / (8 * k * z)
    sum += term
  } while abs(term) > 1e-17 * abs(sum)
  return log1p(sum)
}
