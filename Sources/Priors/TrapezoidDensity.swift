import Foundation
import GSL

/// A density of x = log X + constant known up to its integral, on the nodes of a trapezoid rule (THEORY.md 3.10, 4.7).
///
/// The rule is for densities that are analytic about the real line and fall off at least exponentially: its error then
/// shrinks like e^{−const/step}, so a fixed step, a quarter of the narrowest peak, leaves only rounding.
struct TrapezoidDensity: Sendable {
  /// log ∫ of the density as given, and the mean and variance of x.
  let logIntegral, mean, variance: Double
  /// The local maxima, to within one step.
  let modes: [Double]
  let step: Double
  /// Between these the density is above e^{−46} = 10⁻²⁰ of its maximum.
  let support: ClosedRange<Double>

  private let unnormalised: @Sendable (Double) -> Double

  /// - Parameters:
  ///   - narrowestWidth: a lower bound of 1/√(−ℓ″) over the local maxima of the log density ℓ.
  ///   - modesIn: an interval with all local maxima; outside of it the density must fall monotonely.
  ///   - logDensity: ℓ(x) up to a constant; may be −∞.
  init(
    narrowestWidth: Double, modesIn interval: ClosedRange<Double>, logDensity: @escaping @Sendable (Double) -> Double
  ) {
    let step = min(0.09, narrowestWidth / 4)
    let first = Int((interval.lowerBound / step).rounded(.down))
    let last = Int((interval.upperBound / step).rounded(.up))
    let inner = (first...last).map { logDensity(Double($0) * step) }
    let peak = inner.max() ?? 0
    func tail(from index: Int, by direction: Int) -> [Double] {
      var values: [Double] = []
      var index = index + direction
      while true {
        let value = logDensity(Double(index) * step)
        guard value > peak - 46 else { return values }
        values.append(value)
        index += direction
      }
    }
    let (left, right) = (tail(from: first, by: -1), tail(from: last, by: 1))
    let values = left.reversed() + inner + right
    let start = first - left.count
    let points = values.indices.map { Double(start + $0) * step }

    let weights = values.map { exp($0 - peak) }
    let total = weights.reduce(0, +)
    let mean = zip(weights, points).reduce(0) { $0 + $1.0 * $1.1 } / total
    self.mean = mean
    variance = zip(weights, points).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) } / total
    logIntegral = peak + log(total * step)
    modes = values.indices.filter { i in
      (i == 0 || values[i] > values[i - 1]) && (i == values.count - 1 || values[i] >= values[i + 1])
    }.map { points[$0] }
    support = Double(start - 1) * step...Double(start + values.count) * step
    self.step = step
    unnormalised = logDensity
  }

  /// The log of the density with integral 1.
  func callAsFunction(_ x: Double) -> Double { unnormalised(x) - logIntegral }

  /// LN(mean, variance), which minimises KL(this ‖ LN), with that KL; `centre` is what x is short of log X.
  func forwardFit(centre: Double) -> LogNormalFit {
    let omega = variance.squareRoot()
    let comparison = LogNormalComparison(target: self, mu: mean, omega: omega)
    return LogNormalFit(mu: centre + mean, omega: omega, divergence: comparison.forwardDivergence)
  }
}
