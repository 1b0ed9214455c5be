import Foundation
import GSL
import Priors

/// Moments of the regularised scale t̃ = ct/√(c² + t²) for log t² ~ N(μ, ω²), and their derivatives by (μ, ω).
package struct RegularisedMoments {
  /// (E t̃)², E t̃² and CV²(t̃) = Var t̃/(E t̃)².
  package let squaredMean, secondMoment, squaredVariation: Double
  let dLogSquaredMean, dLogSecondMoment, dSquaredVariation: SIMD2<Double>

  /// - Throws: `GSLError.domain` unless μ is finite and 0 < ω ≤ 10⁴.
  package init(mu: Double, omega: Double, cap: Double) throws(GSLError) {
    let (above, below) = (sigmoid(mu - 2 * log(cap)), sigmoid(2 * log(cap) - mu))  // S, 1 − S of the median t²
    let nodes = try GaussianExpectation(mu: 0, omega: omega).nodes
    // At u = μ + w, t̃² is R times its median, R = e^w/(1 − S + S e^w). Its root is measured from 1: ω may be 10⁻⁸, and
    // then t̃ − E t̃ as written would be rounding.
    var terms = [(root: Double, excess: Double, growth: Double)]()  // √R − 1, R − 1 and ∂ log t̃/∂u
    terms.reserveCapacity(nodes.count)
    let nearest = log(2.0)
    var (mean, second) = (0.0, 0.0)  // E√R − 1 and E R − 1
    for node in nodes {
      // e^{−|w|} and 1 − e^{−|w|}, the smaller of them from its own function.
      let isNear = abs(node.u) < nearest
      let smaller = isNear ? -expm1(-abs(node.u)) : exp(-abs(node.u))
      let (power, decline) = isNear ? (1 - smaller, smaller) : (smaller, 1 - smaller)
      let rising = node.u > 0
      let denominator = rising ? above + below * power : below + above * power
      let ratio = (rising ? 1 : power) / denominator  // R
      let excess = (rising ? below : -below) * decline / denominator
      let root = excess / (1 + ratio.squareRoot())
      mean += node.weight * root
      second += node.weight * excess
      terms.append((root, excess, 0.5 * below * (rising ? power : 1) / denominator))
    }
    var variance = 0.0
    var (dMean, dSecond, dVariance) = ((mu: 0.0, omega: 0.0), (mu: 0.0, omega: 0.0), (mu: 0.0, omega: 0.0))
    for (node, (root, excess, growth)) in zip(nodes, terms) {
      let centred = root - mean
      let rise = node.weight * (1 + root) * growth  // of t̃, by μ; by ω it is z times that
      variance += node.weight * centred * centred
      dMean.mu += rise
      dMean.omega += node.z * rise
      dSecond.mu += 2 * (1 + root) * rise
      dSecond.omega += 2 * (1 + root) * node.z * rise
      // The covariance of t̃ with ∂t̃/∂μ, that less its value at the median: the constant would drown it.
      dVariance.mu += 2 * node.weight * centred * (root * growth - 0.5 * above * excess)
      dVariance.omega += 2 * centred * node.z * rise
    }
    let median = cap * cap * above  // of t̃²
    let relativeMean = 1 + mean
    squaredMean = median * relativeMean * relativeMean
    secondMoment = median * (1 + second)
    squaredVariation = variance / (relativeMean * relativeMean)
    dLogSquaredMean = 2 * SIMD2(dMean.mu, dMean.omega) / relativeMean
    dLogSecondMoment = SIMD2(dSecond.mu, dSecond.omega) / (1 + second)
    dSquaredVariation = SIMD2(dVariance.mu, dVariance.omega) / (relativeMean * relativeMean)
      - squaredVariation * dLogSquaredMean
  }
}
