import Foundation
import GSL

/// The density of a `ScaleKernel`, integrated on the nodes of a trapezoid rule (THEORY.md 3.10, 4.7).
///
/// The rule is for densities that are analytic about the real line and fall off at least exponentially: its error then
/// shrinks like e^{−const/step}, so a fixed step, a quarter of the narrowest peak, leaves only rounding.
struct TrapezoidDensity: Sendable {
  let kernel: any ScaleKernel
  /// R with ∫ e^ℓ = √(2π/h) e^R for the kernel's h: how far its integral is from that of a normal density.
  let remainder: Double
  /// Of x.
  let mean, variance: Double
  let step: Double
  /// Between these the density is above e^{−46} = 10⁻²⁰ of its maximum.
  let support: ClosedRange<Double>
  /// The local maxima, to within one step.
  let modes: [Double]

  /// - Parameter remainder: R where it is known in closed form.
  init(_ kernel: any ScaleKernel, remainder: Double? = nil) {
    self.kernel = kernel
    let step = min(0.09, 0.25 / kernel.peakCurvature.squareRoot())
    let first = Int((kernel.modes.lowerBound / step).rounded(.down))
    let last = Int((kernel.modes.upperBound / step).rounded(.up))
    let inner = (first...last).map { kernel(Double($0) * step) }
    let peak = inner.max() ?? 0
    func tail(from index: Int, by direction: Int) -> [Double] {
      var values: [Double] = []
      var index = index + direction
      while true {
        let value = kernel(Double(index) * step)
        guard value > peak - 46 else { return values }
        values.append(value)
        index += direction
      }
    }
    let (left, right) = (tail(from: first, by: -1), tail(from: last, by: 1))
    let all = left.reversed() + inner + right
    let mass = (all.firstIndex { $0 > peak - 46 } ?? 0)...(all.lastIndex { $0 > peak - 46 } ?? 0)
    let values = Array(all[mass])
    let start = first - left.count + mass.lowerBound
    let points = values.indices.map { Double(start + $0) * step }

    let weights = values.map { exp($0 - peak) }
    let total = weights.reduce(0, +)
    let mean = zip(weights, points).reduce(0) { $0 + $1.0 * $1.1 } / total
    self.mean = mean
    variance = zip(weights, points).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) } / total
    self.remainder = remainder ?? peak + log(total * step * (kernel.peakCurvature / (2 * .pi)).squareRoot())
    modes = values.indices.filter { i in
      (i == 0 || values[i] > values[i - 1]) && (i == values.count - 1 || values[i] >= values[i + 1])
    }.map { points[$0] }
    support = Double(start - 1) * step...Double(start + values.count) * step
    self.step = step
  }

  /// log ∫ e^ℓ.
  var logIntegral: Double { remainder + 0.5 * log(2 * .pi / kernel.peakCurvature) }

  /// The law tilted by eʳˣ, r a multiple of ½; nil where E eʳˣ is infinite.
  func tilted(by r: Double) -> TrapezoidDensity? {
    r == 0 ? self : kernel.tilted(by: r).map { TrapezoidDensity($0) }
  }

  /// The rule's nodes where this or another density has mass.
  func nodes(covering other: ClosedRange<Double>) -> some Sequence<Double> {
    let first = Int((min(support.lowerBound, other.lowerBound) / step).rounded(.down))
    let last = Int((max(support.upperBound, other.upperBound) / step).rounded(.up))
    return (first...last).lazy.map { Double($0) * step }
  }

  // MARK: Log-normals, with μ on the axis of x

  /// KL(N(μ, ω²) ‖ x), in parts that are small where x is nearly normal.
  func klReverse(mu: Double, omega: Double) throws(GSLError) -> Double {
    try kernel.meanExcess(mu: mu, omega: omega)
      + 0.5 * exponentialExcess(log(kernel.peakCurvature * omega * omega)) + remainder
  }

  /// The normal of that kind for x; nil where there is none.
  func fit(_ kind: LogNormalFit.Kind) throws -> LogNormalFit? {
    switch kind {
    case .reverse:
      var starts = modes.map { (mu: $0, omega: 1 / kernel.peakCurvature.squareRoot()) }
      // For d > 1 a horseshoe's fit is hardly wider than the half-Cauchy's own, ω = 2.92; E 1/t² overflows from a
      // start far wider.
      starts.append((mu: mean, omega: min(variance.squareRoot(), 3)))
      let (mu, omega) = try kernel.reverseFit(startingAt: starts)
      return LogNormalFit(mu: mu, omega: omega, divergence: try klReverse(mu: mu, omega: omega))
    case .forward: return try forwardFit()
    case .moments: return try momentsFit()
    case .product: return nil
    }
  }

  /// The mean and variance of x, which minimise KL(x ‖ N(μ, ω²)).
  func forwardFit() throws(GSLError) -> LogNormalFit {
    let omega = variance.squareRoot()
    let ratio = try LogDensityRatio(law: .numerical(self), offset: mean, omega: omega)
    let divergence = nodes(covering: mean - 9.5 * omega...mean + 9.5 * omega).reduce(0) {
      $0 + ratio.forwardDivergenceDensity($1)
    }
    return LogNormalFit(mu: mean, omega: omega, divergence: step * divergence)
  }

  /// The mean and variance of eˣ; nil where it has none.
  private func momentsFit() throws -> LogNormalFit? {
    guard let tilted = tilted(by: 2) else { return nil }
    // Of eˣ over its value at the mean of x, as differences that do not cancel where the law is narrow.
    let logIntegral = logIntegral
    func expectation(_ h: (Double) -> Double) -> Double {
      nodes(covering: tilted.support).reduce(0) { $0 + step * exp(kernel($1) - logIntegral) * h($1) }
    }
    let first = expectation { expm1($0 - mean) }
    let second = expectation { x in
      let excess = expm1(x - mean) - first
      return excess * excess
    }
    let variance = log1p(second / (1 + first) / (1 + first))
    guard variance > 0, variance.isFinite else {
      throw LogNormalFitError.inaccurate(quantity: "Var X/(E X)²", value: variance)
    }
    let mu = mean + log1p(first) - 0.5 * variance
    let omega = variance.squareRoot()
    return LogNormalFit(mu: mu, omega: omega, divergence: try klReverse(mu: mu, omega: omega))
  }
}
