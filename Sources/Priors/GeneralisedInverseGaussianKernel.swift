import Foundation
import GSL

/// The log density of a `GeneralisedInverseGaussian` in v = log X less its mode: that of a Gamma of shape a to the
/// right and of an inverse Gamma of shape b to the left (THEORY.md 4.6).
///
///     ℓ(v) = pν − z cosh ν + constant = −a (eᵛ − 1 − v) − b (e⁻ᵛ − 1 + v),   a, b = (h ± p)/2,  h = √(p² + z²)
///
/// Both parts are 0 at the mode, where ν₀ = arsinh(p/z), so that nothing cancels as z grows.
struct GeneralisedInverseGaussianKernel: ScaleKernel {
  private let order, z, tilt: Double
  private let right, left: Side

  init(order: Double, z: Double) { self.init(order: order, z: z, tilt: 0) }

  private init(order p: Double, z: Double, tilt: Double) {
    (self.order, self.z, self.tilt) = (p, z, tilt)
    // (h − |p|)/2 = z²/(2(h + |p|)).
    let larger = Side(weight: 0.5 * (hypot(p, z) + abs(p)))
    let smaller = Side(weight: z * (0.25 * z / larger.weight), logWeight: 2 * log(0.5 * z) - larger.logWeight)
    (right, left) = p >= 0 ? (larger, smaller) : (smaller, larger)
  }

  /// ν₀, which v is short of ν.
  var mode: Double { asinh(order / z) }

  func callAsFunction(_ v: Double) -> Double { tilt * v - right.excess(v) - left.excess(-v) }
  func slope(_ v: Double) -> Double { tilt - right.slope(v) + left.slope(-v) }
  func curvature(_ v: Double) -> Double { exp(right.logWeight + v) + exp(left.logWeight - v) }

  var modes: ClosedRange<Double> {
    let v = asinh((order + tilt) / z) - mode
    return v...v
  }
  var peakCurvature: Double { hypot(order + tilt, z) }
  var heavyTails: (lower: Bool, upper: Bool) { (false, false) }

  func tilted(by r: Double) -> (any ScaleKernel)? { Self(order: order, z: z, tilt: tilt + r) }

  func meanExcess(mu: Double, omega: Double) -> Double {
    let half = 0.5 * omega * omega
    return right.excess(mu + half) + left.excess(half - mu) - tilt * mu
  }

  /// Stationary where tanh ν = pω² and log z + ω²/2 = ½ log(ω⁻⁴ − p²).
  ///
  /// In r = sinh ν/p, ω² = r/√(1 + p²r²), the second equation is log r + log z + ω²/2 = 0, which keeps its digits for
  /// small z (ω² → 1/|p|) and for p = 0 (ω² = r).
  func reverseFit(startingAt starts: [(mu: Double, omega: Double)]) throws -> (mu: Double, omega: Double) {
    let p = order + tilt
    let logZ = log(z)
    func variance(_ r: Double) -> Double { r / hypot(1, p * r) }
    // The left side increases with log r. As 0 < ω² ≤ r it is negative at both log r = −1 (if z < 1) and
    // −log z − 1 (if z ≥ 1), and positive at −log z.
    let bracket = min(0, -logZ) - 1...(-logZ)
    let r = try exp(root(in: bracket) { $0 + logZ + 0.5 * variance(exp($0)) })
    return (asinh(p * r) - mode, variance(r).squareRoot())
  }

  /// w (eˣ − 1 − x), where w may be too small for a `Double` and eˣ too large.
  private struct Side {
    let weight, logWeight: Double

    init(weight: Double, logWeight: Double? = nil) {
      self.weight = weight
      self.logWeight = logWeight ?? log(weight)
    }

    private var isTiny: Bool { weight < 1e-290 }

    func excess(_ x: Double) -> Double { isTiny ? exp(logWeight + x) : weight * exponentialExcess(x) }
    func slope(_ x: Double) -> Double { isTiny ? exp(logWeight + x) : weight * expm1(x) }
  }
}
