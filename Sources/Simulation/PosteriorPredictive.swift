import Foundation
import GSL

/// The posterior predictive distribution of a real target at given rows: at each an equal mixture, over posterior
/// draws, of N(f_θ(x), σ_e²).
///
///     p(y | x) = 1/m Σ_i N(y; f_i(x), σ_e²)
///
/// Its moments, density and quantiles are exact for the draws: noise is integrated, not drawn.
public struct PosteriorPredictive: Sendable, Equatable {
  /// σ_e.
  public let noiseStandardDeviation: Double
  public let rowCount: Int
  public let drawCount: Int
  /// rows × draws, row-major: f_i at each row.
  private let centres: [Double]

  /// - Parameters:
  ///   - draws: m ≥ 1 draws, each f_θ(x_k) at the same N rows.
  ///   - noiseStandardDeviation: in the draws' units.
  /// - Throws: `SimulationError` if the shapes differ, a number is not finite or σ_e is not positive.
  public init(draws: [[Double]], noiseStandardDeviation: Double) throws(SimulationError) {
    guard let first = draws.first else {
      throw SimulationError(name: "number of draws", value: "0", needs: "at least 1")
    }
    for (index, draw) in draws.enumerated() { try requireDraw(draw, index: index, points: first.count) }
    try SimulationError.requirePositive(noiseStandardDeviation, "noise standard deviation")
    self.noiseStandardDeviation = noiseStandardDeviation
    rowCount = first.count
    drawCount = draws.count
    var centres = [Double]()
    centres.reserveCapacity(rowCount * drawCount)
    for row in 0..<rowCount {
      for draw in draws { centres.append(draw[row]) }
    }
    self.centres = centres
  }

  /// E y.
  public func mean(row: Int) -> Double { self[row].reduce(0, +) / Double(drawCount) }

  /// The part of y's variance that no data would remove: σ_e².
  public var aleatoricVariance: Double { noiseStandardDeviation * noiseStandardDeviation }

  /// The part of y's variance that is uncertainty about θ: the variance of f_i over the draws.
  public func epistemicVariance(row: Int) -> Double {
    let mean = mean(row: row)
    return self[row].reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(drawCount)
  }

  /// The standard deviation of y: the root of both variances' sum.
  public func standardDeviation(row: Int) -> Double { (epistemicVariance(row: row) + aleatoricVariance).squareRoot() }

  /// log p(y | x).
  public func logDensity(of y: Double, row: Int) -> Double {
    let exponents = self[row].map { centre -> Double in
      let z = (y - centre) / noiseStandardDeviation
      return -0.5 * z * z
    }
    return logSumExp(exponents) - log(Double(drawCount)) - log(noiseStandardDeviation) - 0.5 * log(2 * Double.pi)
  }

  /// P(target ≤ y | x).
  public func cumulative(of y: Double, row: Int) -> Double {
    self[row].reduce(0) { $0 + normalCumulative((y - $1) / noiseStandardDeviation) } / Double(drawCount)
  }

  /// The y with P(target ≤ y | x) = p, to about nine digits of the predictive's spread.
  ///
  /// - Throws: `GSLError` unless 0 < p < 1.
  public func quantile(_ p: Double, row: Int) throws -> Double {
    let offset = try normalQuantile(p) * noiseStandardDeviation
    let centres = self[row]
    // One component's quantile is at most p of the mixture, another's at least p: these are the outermost two. The
    // margin is for rounding, where all draws agree.
    let margin = 1e-6 * noiseStandardDeviation
    let lower = (centres.min() ?? 0) + offset - margin
    let upper = (centres.max() ?? 0) + offset + margin
    return try root(in: lower...upper, absoluteTolerance: 1e-9 * noiseStandardDeviation) {
      cumulative(of: $0, row: row) - p
    }
  }

  private subscript(row: Int) -> ArraySlice<Double> { centres[(row * drawCount)..<((row + 1) * drawCount)] }
}
