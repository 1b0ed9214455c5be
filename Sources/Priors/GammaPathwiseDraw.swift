import Foundation
import GSL

/// log G of G ~ Gamma(α, 1) at a standard normal e, with its derivative by the shape: the G with P(α, G) = Φ(e).
///
///     d log G/dα = −(∂P/∂α)/(G p(G))     the implicit pathwise gradient (Figurnov, Mohamed & Mnih 2018; THEORY.md 3.11)
///
/// By inversion rather than rejection, so that one draw takes one normal and G is a smooth function of α.
public struct GammaPathwiseDraw: Equatable, Sendable {
  public let logValue: Double
  /// ∂ log G/∂α at fixed e.
  public let dShape: Double

  /// - Parameters:
  ///   - a: α, from 10⁻⁴ to 10⁸ (the work grows with its root).
  ///   - e: the standard normal, finite.
  /// - Throws: `GSLError.domain` otherwise.
  public init(shape a: Double, normal e: Double) throws(GSLError) {
    guard a >= 1e-4, a <= 1e8 else {
      throw .domain(name: "shape of a Gamma", value: a, needs: "from 0.0001 to 100000000")
    }
    try requireFinite(e, "standard normal")
    // log P and log Q are concave in log G: Newton's iterates come to the root from one side once they are near.
    let isUpper = e > 0
    let target = try logNormalCumulative(-abs(e))
    let kernel = try Kernel(a)
    var logX = try kernel.start(e)
    var tail = kernel.tail(atLog: logX, upper: isUpper)
    var size = Double.infinity
    var iterations = 0
    while true {
      let step = (target - tail.logProbability) / tail.slope
      guard step.isFinite, iterations < 100 else {
        throw .domain(name: "standard normal", value: e, needs: "in reach of the quantile's iteration at shape \(a)")
      }
      logX += max(-4, min(4, step))
      tail = kernel.tail(atLog: logX, upper: isUpper)
      iterations += 1
      // At large shapes log P rounds to more than that of a step: there the steps stop shrinking.
      if abs(step) <= 1e-13 * max(1, abs(logX)) || (abs(step) < 1e-6 && abs(step) >= size) { break }
      size = abs(step)
    }
    logValue = logX
    dShape = -tail.byShape / tail.slope
  }

  /// P and Q of one shape in the logarithm, with the derivatives by log x and by a.
  private struct Kernel {
    let a, logGammaOfNext, digammaOfNext: Double

    init(_ a: Double) throws(GSLError) {
      self.a = a
      logGammaOfNext = try logGamma(a + 1)
      digammaOfNext = try digamma(a + 1)
    }

    struct Tail {
      let logProbability, slope, byShape: Double
    }

    /// Wilson & Hilferty's quantile, or xᵃ/Γ(a + 1) = P where that is negative or a is small.
    func start(_ e: Double) throws(GSLError) -> Double {
      let root = 1 - 1 / (9 * a) + e / (3 * a.squareRoot())
      let leading = try (logNormalCumulative(e) + logGammaOfNext) / a
      return root > 0.2 && a > 0.3 ? log(a) + 3 * log(root) : min(leading, log(a + 1))
    }

    func tail(atLog logX: Double, upper: Bool) -> Tail {
      let x = exp(logX)
      if upper && x > a + 1 { return upperFraction(x, logX) }
      let lower = lowerSeries(x, logX)
      guard upper else { return lower }
      // Q = 1 − P, not small here.
      let p = exp(min(lower.logProbability, -1e-16))
      let odds = p / (1 - p)
      return Tail(
        logProbability: log1p(-p), slope: -odds * lower.slope, byShape: -odds * lower.byShape)
    }

    /// P = xᵃ e⁻ˣ/Γ(a + 1) · S, S = Σ xⁿ/((a + 1)…(a + n)).
    private func lowerSeries(_ x: Double, _ logX: Double) -> Tail {
      var (term, termByShape, sum, sumByShape) = (1.0, 0.0, 1.0, 0.0)
      var n = 0.0
      while term > 1e-17 * sum && n < 1e6 {
        n += 1
        term *= x / (a + n)
        termByShape = termByShape * x / (a + n) - term / (a + n)
        sum += term
        sumByShape += termByShape
      }
      return Tail(
        logProbability: a * logX - x - logGammaOfNext + log(sum), slope: a / sum,
        byShape: logX - digammaOfNext + sumByShape / sum)
    }

    /// Q = xᵃ e⁻ˣ/Γ(a) · F with the fraction F of Lentz's method, each number with its derivative by a.
    private func upperFraction(_ x: Double, _ logX: Double) -> Tail {
      var b = x + 1 - a
      var (c, dc) = (Double.infinity, 0.0)
      var d = 1 / b
      var dd = d * d  // db/da = −1
      var (fraction, dFraction) = (d, dd)
      var n = 0.0
      var change = Double.infinity
      while change > 1e-16 && n < 1e6 {
        n += 1
        let (numerator, dNumerator) = (-n * (n - a), n)
        b += 2
        let denominator = numerator * d + b
        let dDenominator = dNumerator * d + numerator * dd - 1
        d = 1 / denominator
        dd = -dDenominator * d * d
        let previous = (c, dc)
        c = b + numerator / previous.0
        dc = -1 + dNumerator / previous.0 - numerator * previous.1 / (previous.0 * previous.0)
        if previous.0 == .infinity { dc = -1 }
        let (factor, dFactor) = (c * d, dc * d + c * dd)
        dFraction = dFraction * factor + fraction * dFactor
        fraction *= factor
        change = max(abs(factor - 1), abs(dFactor))
      }
      return Tail(
        logProbability: a * logX - x - (logGammaOfNext - log(a)) + log(fraction), slope: -1 / fraction,
        byShape: logX - (digammaOfNext - 1 / a) + dFraction / fraction)
    }
  }
}
