import Foundation
import GSL
import Priors

/// The cost of an active node whose weights have the variance σ_0² s² τ²: group lasso (s = 1) and horseshoe without a
/// cap (THEORY.md 7.2).
///
/// The best μ of q(τ²) = LN(μ, ω²) is known for every ω, so one variable is left. Weights whose radius allows more than
/// the slab's own variance take that, which is cheaper: v is never larger than what costs nothing.
struct UncappedNodeCost {
  let node: ActiveNode
  /// σ_0.
  let slabDeviation: Double
  /// s².
  let squaredGlobalScale: Double
  let law: NodeScale

  /// The cost at one ω, at the best μ and v, and its slope in the variable that is searched.
  struct Point {
    let mu, omega, weightVariance, value, slope: Double
  }

  /// At ρ = 1/(1 + e^{−t}), the share of the radius that the scale's own spread uses up: CV²(τ) B² = ρσ².
  func nonCentred(logitShare t: Double) throws(GSLError) -> Point {
    let (d, radius, norm) = (node.weightCount, node.squaredRadius, node.rowNorm * node.rowNorm)
    let slabVariance = slabDeviation * slabDeviation
    let (rho, rest, r) = (sigmoid(t), sigmoid(-t), radius / norm)
    let logQ = log1p(rho * r)  // q = 1 + ρr = e^{ω²/4}
    let (q, omega) = (exp(logQ), 2 * logQ.squareRoot())
    let scale = 2 * slabVariance * squaredGlobalScale
    var mu = law.bestMu(weightCount: d, load: (norm + d * rest * radius / q) / q / scale, omega: omega)
    // log v/σ_0², v = (1 − ρ) σ²/E t²
    var logRatio = log(radius / slabVariance) - softplus(t) - mu - log(squaredGlobalScale) - 2 * logQ
    if logRatio > 0 {
      mu = law.bestMu(weightCount: 0, load: norm / q / scale, omega: omega)
      logRatio = 0
    }
    let ratio = exp(logRatio)
    let meanCost = norm / q / scale * exp(-mu)  // B²/(2σ_0² (E t)²)
    let divergence = try law.divergence(mu: mu, omega: omega)
    let slopeOfWeights = 0.5 * d * (1 - ratio) * (1 + 2 * rest * r / q) - meanCost * rest * r / q  // per ρ
    return Point(
      mu: mu, omega: omega, weightVariance: ratio * slabVariance,
      value: 0.5 * d * exponentialExcess(logRatio) + meanCost + divergence.value,
      slope: rho * (slopeOfWeights + divergence.dOmega * 2 * r * rest / (q * omega)))
  }

  /// At ω = `omega`; the slope is in log ω.
  func centred(omega: Double) throws(GSLError) -> Point {
    let (d, norm) = (node.weightCount, node.rowNorm * node.rowNorm)
    let slabVariance = slabDeviation * slabDeviation
    let spread = exp(0.5 * omega * omega)  // E t² · E t⁻² = spread²
    let scale = 2 * slabVariance * squaredGlobalScale
    var variance = node.squaredRadius
    var mu = law.bestMu(weightCount: d, load: (norm + d * variance) * spread / scale, omega: omega)
    // What costs least without the radius: σ_0²/E t⁻².
    if slabVariance * squaredGlobalScale * exp(mu) / spread < variance {
      mu = law.bestMu(weightCount: 0, load: norm * spread / scale, omega: omega)
      variance = slabVariance * squaredGlobalScale * exp(mu) / spread
    }
    let weight = try CentredSlabDivergence(
      mean: node.rowNorm / d.squareRoot(), standardDeviation: variance.squareRoot(),
      priorStandardDeviation: slabDeviation, mu: mu + log(squaredGlobalScale), omega: omega, cap: nil)
    let divergence = try law.divergence(mu: mu, omega: omega)
    return Point(
      mu: mu, omega: omega, weightVariance: variance, value: d * weight.value + divergence.value,
      slope: omega * (d * weight.dOmega + divergence.dOmega))
  }

  /// The cheapest point, and the closed form above it (THEORY.md 7.5).
  func minimum(_ parametrisation: Parametrisation) throws -> (point: Point, closedFormUpper: Double) {
    switch parametrisation {
    case .nonCentred:
      let start = -log(node.weightCount / (isHorseshoe ? 2 : 1))  // ρ = 1/(d + 1), or 2/(d + 2)
      let best = try stationaryPoint(startingAt: start) { try nonCentred(logitShare: $0).slope }
      let point = try nonCentred(logitShare: best)
      return (point, isHorseshoe ? try nonCentredHorseshoeUpper() : try nonCentred(logitShare: start).value)
    case .centred:
      let start = closedFormOmega
      let best = try stationaryPoint(startingAt: log(start)) { try centred(omega: exp($0)).slope }
      return (try centred(omega: exp(best)), try centred(omega: start).value)
    }
  }

  private var isHorseshoe: Bool { if case .halfCauchy = law { true } else { false } }

  /// ω of the centred closed form. The best one of the group lasso has ω² (P/y + by) = 1 with P/y + by ≥ ½: more than
  /// √2 is never better.
  private var closedFormOmega: Double {
    switch law {
    case .halfCauchy: return 2 / (node.weightCount + 1).squareRoot()
    case .gamma(_, let meanRate, _):
      let load = (node.rowNorm * node.rowNorm + node.weightCount * node.squaredRadius)
        / (2 * slabDeviation * slabDeviation)
      return min(1 / (2 * (load * meanRate).squareRoot()), 2).squareRoot()
    }
  }

  /// With t² = x̃/σ_0², x̃ = B²/d + σ², and ρ = 2/(d + 2) the weights cost no more than d/2 beside their logarithms.
  private func nonCentredHorseshoeUpper() throws(GSLError) -> Double {
    let (d, norm) = (node.weightCount, node.rowNorm * node.rowNorm)
    let rho = 2 / (d + 2)
    let logQ = log1p(rho * node.squaredRadius / norm)
    let strength = norm / d + node.squaredRadius  // x̃
    let mu = log(strength / (slabDeviation * slabDeviation * squaredGlobalScale))
    return 0.5 * d * (log(strength / node.squaredRadius) - log1p(-rho) + 2 * logQ)
      + (try law.divergence(mu: mu, omega: 2 * logQ.squareRoot()).value)
  }
}
