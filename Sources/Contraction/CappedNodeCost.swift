import Foundation
import GSL
import Priors

/// The cost of an active node under the horseshoe with a cap: its weights have the variance σ_0² t̃²,
/// 1/t̃² = 1/(s²τ²) + 1/c² (THEORY.md 7.2).
///
/// Two variables are left, μ and ω of q(τ²), and several basins: the interior one, with ω tiny; the saturated one,
/// where t̃ ≈ c whatever τ is, so that its spread hardly uses up radius; and the prior's. All are searched.
struct CappedNodeCost {
  let node: ActiveNode
  /// σ_0.
  let slabDeviation: Double
  /// A.
  let localScale: Double
  /// s.
  let globalScale: Double
  /// c.
  let cap: Double

  /// The cost at one (μ, ω), at the best v, and its slopes in μ and log ω.
  struct Point {
    let mu, omega, weightVariance, value: Double
    let slopes: SIMD2<Double>
  }

  /// nil where the scale's spread alone uses up the radius: CV²(t̃) B² ≥ σ².
  func nonCentred(mu: Double, omega: Double) throws(GSLError) -> Point? {
    let (d, norm, slabVariance) = (node.weightCount, node.rowNorm * node.rowNorm, slabDeviation * slabDeviation)
    let moments = try RegularisedMoments(mu: mu + 2 * log(globalScale), omega: omega, cap: cap)
    let left = node.squaredRadius - moments.squaredVariation * norm
    guard left > 0 else { return nil }
    let variance = min(left / moments.secondMoment, slabVariance)
    let meanCost = norm / (2 * slabVariance * moments.squaredMean)
    let divergence = try divergence(mu: mu, omega: omega)
    // ∂ log v; where v = σ_0² it counts for nothing.
    let logVariance = -norm / left * moments.dSquaredVariation - moments.dLogSecondMoment
    let slopes = 0.5 * d * (variance / slabVariance - 1) * logVariance - meanCost * moments.dLogSquaredMean
      + SIMD2(divergence.dNu, divergence.dOmega)
    return Point(
      mu: mu, omega: omega, weightVariance: variance,
      value: 0.5 * d * exponentialExcess(log(variance / slabVariance)) + meanCost + divergence.value,
      slopes: slopes * SIMD2(1, omega))
  }

  func centred(mu: Double, omega: Double) throws(GSLError) -> Point {
    let d = node.weightCount
    let scaleMu = mu + 2 * log(globalScale)
    // What costs least without the radius: σ_0²/E t̃⁻².
    let free = slabDeviation * slabDeviation / (exp(-scaleMu + 0.5 * omega * omega) + 1 / (cap * cap))
    let variance = min(node.squaredRadius, free)
    let weight = try CentredSlabDivergence(
      mean: node.rowNorm / d.squareRoot(), standardDeviation: variance.squareRoot(),
      priorStandardDeviation: slabDeviation, mu: scaleMu, omega: omega, cap: cap)
    let divergence = try divergence(mu: mu, omega: omega)
    return Point(
      mu: mu, omega: omega, weightVariance: variance, value: d * weight.value + divergence.value,
      slopes: SIMD2(d * weight.dMu + divergence.dNu, omega * (d * weight.dOmega + divergence.dOmega)))
  }

  /// The cheapest point, and the closed form above it (THEORY.md 7.5).
  func minimum(_ parametrisation: Parametrisation) throws -> (point: Point, closedFormUpper: Double) {
    let closedForms = try parametrisation == .nonCentred ? [interiorStart(), saturatedStart()] : centredStarts()
    // A wide radius asks for so little that the scale may stay near its prior: no closed form there.
    let starts = closedForms + [Start(mu: 2 * log(localScale), omega: 2, upper: .infinity)]
    let minima = try starts.map { start in
      switch parametrisation {
      case .nonCentred: try minimum(near: start, of: nonCentred)
      case .centred: try minimum(near: start, of: centred)
      }
    }
    let best = minima.dropFirst().reduce(minima[0]) { $1.value < $0.value ? $1 : $0 }
    return (best, starts.map(\.upper).min() ?? .infinity)
  }

  /// The minimum downhill from `start`, which is moved into the domain: ω leaves that upwards.
  private func minimum(
    near start: Start, of point: (_ mu: Double, _ omega: Double) throws(GSLError) -> Point?
  ) throws -> Point {
    var logOmega = log(start.omega)
    while try point(start.mu, exp(logOmega)) == nil, logOmega > -300 { logOmega -= log(2) }
    let found = try newtonMinimum(startingAt: SIMD2(start.mu, logOmega), largestStep: SIMD2(2, 1)) { location in
      try point(location.x, exp(location.y)).map { ($0.value, $0.slopes) }
    }
    if let found, let best = try point(found.x, exp(found.y)) { return best }
    // Where v reaches σ_0² the curvature jumps, and Newton's method may crawl along the jump. Searching lines, the best
    // μ for the best ω at each μ, is ten times slower and does not mind. Outside of the domain the cost rises.
    func best(_ mu: Double) throws -> Point {
      logOmega = try stationaryPoint(startingAt: logOmega) { try point(mu, exp($0))?.slopes.y ?? 1e30 }
      guard let best = try point(mu, exp(logOmega)) else {
        throw RateError(name: "a node's budget at μ = \(mu)", value: "undefined", needs: "room within the radius")
      }
      return best
    }
    return try best(stationaryPoint(startingAt: start.mu) { try best($0).slopes.x })
  }

  private func divergence(mu: Double, omega: Double) throws(GSLError) -> TiedHalfCauchyDivergence {
    try TiedHalfCauchyDivergence(nu: mu - 2 * log(localScale), omega: omega)
  }
}

// MARK: - Closed forms

extension CappedNodeCost {
  /// Where a search starts, and the closed form there.
  private struct Start {
    let mu, omega, upper: Double
  }

  /// x̃/σ_0² with x̃ = B²/d + σ².
  private var relativeStrength: Double {
    (node.rowNorm * node.rowNorm / node.weightCount + node.squaredRadius) / (slabDeviation * slabDeviation)
  }

  /// T = min(x̃/σ_0², c²d/(d + 1)): what t̃² should be in the interior.
  private var target: Double { min(relativeStrength, cap * cap * node.weightCount / (node.weightCount + 1)) }

  /// log t² at which t̃² = T.
  private var logInteriorScale: Double { log(target) - log1p(-target / (cap * cap)) }

  private func centredStarts() throws(GSLError) -> [Start] {
    let d = node.weightCount
    let saturated = log(max(cap * cap, d * relativeStrength))
    var starts = [Start]()
    for (logScale, omega) in [(logInteriorScale, 2 / (d + 1).squareRoot()), (saturated, 2.0.squareRoot())] {
      let mu = logScale - 2 * log(globalScale)
      let squaredScale = cap * cap * sigmoid(logScale - 2 * log(cap))  // T(t²)
      let weights = log(slabDeviation * slabDeviation * squaredScale / node.squaredRadius) - 1
        + relativeStrength * (exp(0.5 * omega * omega - logScale) + 1 / (cap * cap))
      starts.append(
        Start(mu: mu, omega: omega, upper: 0.5 * d * weights + (try divergence(mu: mu, omega: omega).value)))
    }
    return starts
  }

  private func interiorStart() throws(GSLError) -> Start {
    let (d, radius, norm) = (node.weightCount, node.squaredRadius, node.rowNorm * node.rowNorm)
    let slabVariance = slabDeviation * slabDeviation
    let share = 2 / (d + 2)  // ρ
    let squaredOmega = 4 * log1p(share * radius / norm)
    let (mu, omega) = (logInteriorScale - 2 * log(globalScale), squaredOmega.squareRoot())
    let weights = 0.5 * d * (log(slabVariance * target / radius) - log1p(-share) + 0.5 * squaredOmega - 1)
      + (norm * exp(squaredOmega / 8) + d * radius) / (2 * slabVariance * target)
    return Start(mu: mu, omega: omega, upper: weights + (try divergence(mu: mu, omega: omega).value))
  }

  private func saturatedStart() throws(GSLError) -> Start {
    let (d, radius, norm) = (node.weightCount, node.squaredRadius, node.rowNorm * node.rowNorm)
    let cappedVariance = cap * cap * slabDeviation * slabDeviation
    let share = 1 / (d + 1)  // ρ
    let delta = min(1, 2 * exp(-1) * (share * radius / (norm * (1 + exp(0.5)))).squareRoot())  // c²/t²
    let mu = 2 * log(cap) - log(delta) - 2 * log(globalScale)
    let weights = 0.5 * d * (log(cappedVariance / radius) - log1p(-share) - 1 + (1 - share) * radius / cappedVariance)
      + norm * (1 + delta * exp(0.5)) / (2 * cappedVariance)
    return Start(mu: mu, omega: 1, upper: weights + (try divergence(mu: mu, omega: 1).value))
  }
}
