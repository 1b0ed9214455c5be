import Foundation
import GSL

/// The distances of a law f at unit scale from g = N(δ, ω²), as integrals of f − g (THEORY.md 4.4).
///
/// F − G is integrated from f − g rather than taken as a difference of cdfs, and W₁ from (h(v) − h(δ)) (f − g) between
/// zeros of F − G, which is J there whatever the constant h(δ): f − g keeps its digits where all of it is tiny.
struct LogNormalDistances {
  let totalVariation, hellinger, kolmogorov: Double
  let wassersteinOfLog: Double
  /// The zeros of f − g, ascending.
  let crossings: [Double]
  /// The largest bound of a quadrature's absolute error so far.
  private(set) var absoluteError: Double

  private let ratio: LogDensityRatio
  /// The zeros of F − G, ascending.
  private let cumulativeCrossings: [Double]

  init(_ ratio: LogDensityRatio) throws {
    self.ratio = ratio
    crossings = try ratio.crossings()
    let ends = Self.pieces(ratio.landmarks() + crossings)
    let mass = try Self.integrals(over: ends) { ratio.difference($0) }
    // F − G at the ends of the pieces; it is monotone between crossings, so its extremes are at those.
    let differences = mass.values.reduce(into: [0.0]) { $0.append($0[$0.count - 1] + $1) }
    totalVariation = 0.5 * mass.values.reduce(0) { $0 + abs($1) }
    kolmogorov = differences.reduce(0) { max($0, abs($1)) }
    cumulativeCrossings = try Self.cumulativeCrossings(of: ratio, ends: ends, differences: differences, crossings)

    let squared = try Self.integrals(over: ends) { ratio.squaredHellingerDensity($0) }
    hellinger = squared.sum.squareRoot()
    let distance = try Self.distance(
      of: { v in (v - ratio.offset) * ratio.difference(v) }, over: ends, zeros: cumulativeCrossings)
    wassersteinOfLog = distance.value
    // Both densities integrate to 1: what is left over is an error too.
    let errors = [
      ("the total variation", totalVariation, max(mass.absoluteError, abs(mass.sum))),
      ("the Hellinger distance", hellinger, hellinger > 0 ? 0.5 * squared.absoluteError / hellinger : 0),
      ("the Wasserstein distance of log X", wassersteinOfLog, distance.absoluteError),
    ]
    for (quantity, value, error) in errors { try Self.requireDigits(quantity, value, error: error) }
    absoluteError = errors.reduce(0) { max($0, $1.2) }
  }

  private static func requireDigits(_ quantity: String, _ value: Double, error: Double) throws {
    guard error <= 1e-6 * value else {
      throw LogNormalFitError.inaccurate(quantity: "\(quantity), with an error of up to \(error),", value: value)
    }
  }

  /// The zeros of F − G: one between neighbouring zeros of f − g where its signs differ.
  private static func cumulativeCrossings(
    of ratio: LogDensityRatio, ends: [Double], differences: [Double], _ crossings: [Double]
  ) throws -> [Double] {
    let signs = try crossings.map { try ratio.logTailRatio($0).value }
    return try crossings.indices.dropLast().filter { signs[$0] * signs[$0 + 1] < 0 }.map { i in
      let zero = try root(in: crossings[i]...crossings[i + 1]) { try ratio.logTailRatio($0).value }
      // In the middle a cdf's last digits are more than F − G has when f and g are close: a step of Newton's method
      // with its integral. In a tail, which an integral from afar does not see, the ratio of the tails has them all.
      guard try ratio.logTailRatio(zero).logTail > log(0.01), let piece = ends.lastIndex(where: { $0 < zero })
      else { return zero }
      let part = try integrateToRounding(from: ends[piece], to: zero, absoluteTolerance: 1e-13) { ratio.difference($0) }
      return zero - (differences[piece] + part.value) / ratio.difference(zero)
    }
  }

  /// W₁ of e^{r(v + c)}; nil where it is infinite or e^{r(v + c)} has a mean that a `Double` cannot hold.
  ///
  /// - Parameter centre: c, what takes v to the logarithm of the scale.
  mutating func wasserstein(power r: Double, centre: Double) throws -> Double? {
    guard let standardLogMean = try ratio.law.logMean(power: r) else { return nil }
    let (offset, omega) = (ratio.offset, ratio.omega)
    let logMean = r * centre + standardLogMean
    let logNormalLogMean = r * (centre + offset) + 0.5 * r * r * omega * omega
    guard max(logMean, logNormalLogMean) < 700 else { return nil }
    let ends = Self.pieces(ratio.landmarks(power: r) + crossings + cumulativeCrossings)
    let ratio = self.ratio
    let distance = try Self.distance(
      of: { v in
        // |e^{rv} − e^{rδ}| = e^{rδ + max(y, 0)} (1 − e^{−|y|}), y = r(v − δ); its sign is that of y.
        let y = r * (v - offset)
        guard y != 0 else { return 0 }
        let weighted = ratio.difference(v, logWeight: r * (centre + offset) + max(y, 0) + log1mExp(abs(y)))
        return y > 0 ? weighted : -weighted
      }, over: ends, zeros: cumulativeCrossings)
    try Self.requireDigits("a Wasserstein distance", distance.value, error: distance.absoluteError)
    absoluteError = max(absoluteError, distance.absoluteError)
    return distance.value
  }

  // MARK: Quadrature

  private struct Integrals {
    let values: [Double]
    let absoluteError: Double
    var sum: Double { values.reduce(0, +) }
  }

  private static func pieces(_ points: [Double]) -> [Double] { Set(points).sorted() }

  /// The integral over each piece, to 10⁻¹⁰ of itself or 10⁻¹² of their total size, or as far as rounding allows.
  private static func integrals(over ends: [Double], _ integrand: (Double) -> Double) throws -> Integrals {
    let pieces = zip(ends, ends.dropFirst())
    let size = pieces.reduce(0) { $0 + ($1.1 - $1.0) * abs(integrand(0.5 * ($1.0 + $1.1))) }
    var values: [Double] = []
    var absoluteError = 0.0
    for (start, end) in pieces {
      let integral = try integrateToRounding(from: start, to: end, absoluteTolerance: 1e-12 * size, integrand)
      values.append(integral.value)
      absoluteError += integral.absoluteError
    }
    return Integrals(values: values, absoluteError: absoluteError)
  }

  /// Σ |∫ between neighbouring zeros of F − G|, the ends included.
  private static func distance(
    of integrand: (Double) -> Double, over points: [Double], zeros: [Double]
  ) throws -> (value: Double, absoluteError: Double) {
    let ends = pieces(points + zeros)
    let integrals = try integrals(over: ends, integrand)
    var (value, part) = (0.0, 0.0)
    for (end, integral) in zip(ends.dropFirst(), integrals.values) {
      part += integral
      if zeros.contains(end) || end == ends.last {
        value += abs(part)
        part = 0
      }
    }
    return (value, integrals.absoluteError)
  }
}
