import Foundation
import GSL

/// The log density of a `HorseshoeConditional` in x = u − log(W/e), e = max(d, 0) + 1.
///
///     ℓ(x) = −log cosh((x − a)/2) − (d/2) x + (d/2) log(1 + e^{x−b}) − (e/2)(e⁻ˣ − 1)
///
/// a and b are 2 log(As) and 2 log c less log(W/e), the third term is for a cap only, and d may be any number above −1
/// (from −1 on with a cap). All local maxima lie at x ≥ 0, and −ℓ″ ≤ (1 + e)/2 there.
struct HorseshoeKernel: ScaleKernel {
  /// log(W/e), what x is short of u.
  let centre: Double
  /// The log of the conditional's product less ℓ.
  let logConstant: Double

  private var exponent: Double
  private let leftWeight, prior, upperBoundOfModes: Double
  private let bend: Double?

  init(exponent d: Double, squaredNorm: Double, logScale: Double, cap: Double?) {
    exponent = d
    leftWeight = max(d, 0) + 1
    let centre = log(squaredNorm) - log(leftWeight)
    self.centre = centre
    prior = 2 * logScale - centre
    bend = cap.map { 2 * log($0) - centre }
    // 1/t̃² = 1/t² + 1/c², so the cap adds a constant to W/t̃².
    logConstant =
      -log(2 * .pi) - 0.5 * d * centre - 0.5 * leftWeight - (cap.map { 0.5 * squaredNorm / $0 / $0 } ?? 0)
    // From both of these on the slope −½ tanh((x − a)/2) + (e/2) e⁻ˣ + … is negative: tanh 1 > ½.
    let capped = d < 0 ? (bend.map { log(2) + softplus(log(-d) + $0) } ?? 0) : 0
    upperBoundOfModes = max(prior + 2, log(2 * leftWeight), capped)
  }

  var modes: ClosedRange<Double> { 0...upperBoundOfModes }
  var peakCurvature: Double { 0.5 * (1 + leftWeight) }
  /// The lower falls like an inverse Gamma's; the upper like the half-Cauchy's e^{−x/2}, or a power of eˣ faster.
  var heavyTails: (lower: Bool, upper: Bool) { (false, true) }

  func callAsFunction(_ x: Double) -> Double {
    // x + e⁻ˣ − 1 is small near 0; right of the bend, x and log(1 + e^{x−b}) cancel.
    let growth: Double
    switch bend {
    case let bend? where x > bend: growth = expm1(-x) + bend - softplus(bend - x)
    case let bend?: growth = exponentialExcess(-x) - softplus(x - bend)
    case nil: growth = exponentialExcess(-x)
    }
    return -logCosh(0.5 * (x - prior)) - 0.5 * exponent * growth - 0.5 * (leftWeight - exponent) * expm1(-x)
  }

  func slope(_ x: Double) -> Double {
    let capped = bend.map { sigmoid(x - $0) } ?? 0
    return 0.5 * leftWeight * exp(-x) - 0.5 * exponent * (1 - capped) - 0.5 * tanh(0.5 * (x - prior))
  }

  func curvature(_ x: Double) -> Double {
    let t = tanh(0.5 * (x - prior))
    let capped = bend.map { sigmoid(x - $0) } ?? 0
    return 0.5 * leftWeight * exp(-x) - 0.5 * exponent * capped * (1 - capped) + 0.25 * (1 - t * t)
  }

  /// Under a cap the upper tail is e^{−x/2} whatever d is; without, it is e^{−(d + 1)x/2}.
  func tilted(by r: Double) -> (any ScaleKernel)? {
    guard bend == nil, exponent - 2 * r >= 0 else { return nil }
    var tilted = self
    tilted.exponent -= 2 * r
    return tilted
  }

  func meanExcess(mu: Double, omega: Double) throws(GSLError) -> Double {
    try DivergenceAtPoint(self, mu: mu, omega: omega).value + log(omega) - 0.5 * peakCurvature * omega * omega
  }

  // MARK: - Reverse fit

  /// By Newton's method from each start. Without a cap −log ω − E ℓ(x) is convex and one start would do; under a cap it
  /// can have a minimum at each of two modes, and the lower one counts.
  ///
  /// - Throws: `GSLError.failure` when Newton's method does not converge.
  func reverseFit(startingAt starts: [(mu: Double, omega: Double)]) throws -> (mu: Double, omega: Double) {
    var best: DivergenceAtPoint?
    for start in starts {
      guard let found = try minimum(from: start), found.value < best?.value ?? .infinity else { continue }
      best = found
    }
    guard let best else {
      throw GSLError.failure(
        function: "reverse fit of a horseshoe conditional", status: 11,  // GSL_EMAXITER
        message: "Newton's method did not converge from any of \(starts.count) starts")
    }
    return (best.mu, best.omega)
  }

  /// Where Newton's method ends, or nil when that takes too long.
  private func minimum(from start: (mu: Double, omega: Double)) throws(GSLError) -> DivergenceAtPoint? {
    var point = try DivergenceAtPoint(self, mu: start.mu, omega: start.omega)
    for _ in 0..<200 {
      let step = point.newtonStep
      var fraction = 1.0
      var next = try point.moved(step, times: fraction, on: self)
      // Small steps are Newton's own: there the rounding of the value would mislead a line search.
      if step.length > 1e-3 {
        while !(next.value <= point.value + 1e-4 * fraction * step.slope) {
          fraction /= 2
          guard fraction > 1e-12 else { return nil }
          next = try point.moved(step, times: fraction, on: self)
        }
      }
      point = next
      // Convergence is quadratic: what is left is the square of the last step.
      if step.length < 1e-8 { return point }
    }
    return nil
  }

  /// −log ω − E ℓ(x), with its gradient and Hessian in units of ω: in μ/ω and ω/ω.
  private struct DivergenceAtPoint {
    let mu, omega, value: Double
    let dMu, dOmega, dMuMu, dMuOmega, dOmegaOmega: Double

    init(_ kernel: HorseshoeKernel, mu: Double, omega: Double) throws(GSLError) {
      let expectation = try GaussianExpectation(mu: mu, omega: omega)
      let half = 0.5 * kernel.exponent
      // E e⁻ˣ, in closed form: its integrand reaches beyond the nodes of the expectation.
      let logInverse = -mu + 0.5 * omega * omega
      let inverse = 0.5 * kernel.leftWeight * exp(logInverse)
      // E(x + e⁻ˣ − 1) and E(e⁻ˣ − 1), weighted as in ℓ.
      var value =
        half * (0.5 * omega * omega + exponentialExcess(logInverse))
        + 0.5 * (kernel.leftWeight - kernel.exponent) * expm1(logInverse) - log(omega)
      var gradient = (half - inverse, omega * inverse - 1 / omega)
      var hessian = (inverse, -omega * inverse, (1 + omega * omega) * inverse + 1 / (omega * omega))
      for node in expectation.nodes {
        let (w, z) = (node.weight, node.z)
        let t = tanh(0.5 * (node.u - kernel.prior))
        var h = logCosh(0.5 * (node.u - kernel.prior))
        var (slope, curvature) = (0.5 * t, 0.25 * (1 - t * t))
        if let bend = kernel.bend {
          let s = sigmoid(node.u - bend)
          h -= half * softplus(node.u - bend)
          slope -= half * s
          curvature -= half * s * (1 - s)
        }
        value += w * h
        gradient.0 += w * slope
        gradient.1 += w * z * slope
        hessian.0 += w * curvature
        hessian.1 += w * z * curvature
        hessian.2 += w * z * z * curvature
      }
      (self.mu, self.omega, self.value) = (mu, omega, value)
      (dMu, dOmega) = (omega * gradient.0, omega * gradient.1)
      let square = omega * omega
      (dMuMu, dMuOmega, dOmegaOmega) = (square * hessian.0, square * hessian.1, square * hessian.2)
    }

    /// A step downhill, at most 2 in μ/ω and ½ in ω/ω.
    struct Step { let mu, omega, length, slope: Double }

    var newtonStep: Step {
      let middle = 0.5 * (dMuMu + dOmegaOmega)
      let least = middle - hypot(0.5 * (dMuMu - dOmegaOmega), dMuOmega)
      // At a Gaussian target the eigenvalues are 1 and 2; where one is not positive, the Hessian is made so.
      let shift = least < 1e-3 ? 0.1 - least : 0
      let (a, b, c) = (dMuMu + shift, dMuOmega, dOmegaOmega + shift)
      let determinant = a * c - b * b
      let (x, y) = ((b * dOmega - c * dMu) / determinant, (b * dMu - a * dOmega) / determinant)
      let scale = min(1, 2 / abs(x), 0.5 / abs(y))
      return Step(
        mu: scale * x, omega: scale * y, length: scale * hypot(x, y), slope: scale * (dMu * x + dOmega * y))
    }

    func moved(_ step: Step, times fraction: Double, on kernel: HorseshoeKernel) throws(GSLError) -> Self {
      try DivergenceAtPoint(
        kernel, mu: mu + fraction * omega * step.mu, omega: omega * (1 + fraction * step.omega))
    }
  }
}
