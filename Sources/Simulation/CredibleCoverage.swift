/// Whether the truth lies in the posterior's credible sets of level 1 − α (THEORY.md 9).
///
/// All draws are needed at once: m draws at N points are 8mN bytes (6.6 MB for 200 draws at 4096 points), and as much
/// again while this is computed.
public struct CredibleCoverage: Sendable, Equatable {
  /// 1 − α.
  public let level: Double
  /// The share of points with f₀ between the α/2 and 1 − α/2 quantiles of f_θ there.
  public let pointwise: Double
  /// Whether f₀ is within f̄ ± ĉ ŝd at every point.
  public let simultaneous: Bool
  /// ĉ: the level's quantile over draws of max_k |f_θ − f̄|/ŝd.
  public let simultaneousMultiplier: Double
  /// Whether ‖f₀ − f̄‖ ≤ the level's quantile over draws of ‖f_θ − f̄‖.
  public let credibleBall: Bool
  /// That quantile.
  public let credibleBallRadius: Double
  /// ‖f₀ − f̄‖.
  public let distanceToMean: Double

  /// - Parameters:
  ///   - draws: m ≥ 2 draws, each f_θ(x_k) at N ≥ 1 points.
  ///   - truth: f₀(x_k).
  ///   - level: in (0, 1).
  /// - Throws: `SimulationError` if the shapes differ or a number is not finite.
  public init(draws: [[Double]], truth: [Double], level: Double = 0.95) throws(SimulationError) {
    guard level > 0, level < 1 else {
      throw SimulationError(name: "credible level", value: "\(level)", needs: "between 0 and 1, excluded")
    }
    guard draws.count >= 2 else {
      throw SimulationError(name: "number of draws", value: "\(draws.count)", needs: "at least 2")
    }
    guard !truth.isEmpty, truth.allSatisfy(\.isFinite) else {
      throw SimulationError(
        name: "truth", value: truth.isEmpty ? "empty" : "not finite everywhere", needs: "one finite number a point")
    }
    for (index, draw) in draws.enumerated() { try requireDraw(draw, index: index, points: truth.count) }

    var mean = [Double](repeating: 0, count: truth.count)
    var standardDeviation = mean
    var coveredPoints = 0
    var column = [Double](repeating: 0, count: draws.count)
    for k in truth.indices {
      for i in draws.indices { column[i] = draws[i][k] }
      let ordered = try OrderStatistics(column)
      if ordered.quantile((1 - level) / 2) <= truth[k], truth[k] <= ordered.quantile((1 + level) / 2) {
        coveredPoints += 1
      }
      // Draws that all agree have no spread; the mean's rounding must not give them one.
      guard ordered.sorted[0] < ordered.sorted[draws.count - 1] else {
        mean[k] = column[0]
        continue
      }
      mean[k] = column.reduce(0, +) / Double(draws.count)
      let squares = column.reduce(0) { $0 + ($1 - mean[k]) * ($1 - mean[k]) }
      standardDeviation[k] = (squares / Double(draws.count - 1)).squareRoot()
    }
    let largestDeviations = draws.map { draw in
      truth.indices.reduce(0) { largest, k in
        standardDeviation[k] > 0 ? max(largest, abs(draw[k] - mean[k]) / standardDeviation[k]) : largest
      }
    }
    let multiplier = try OrderStatistics(largestDeviations).quantile(level)
    let ballRadius = try OrderStatistics(draws.map { rootMeanSquareDifference($0, mean) }).quantile(level)

    self.level = level
    pointwise = Double(coveredPoints) / Double(truth.count)
    simultaneous = truth.indices.allSatisfy { abs(truth[$0] - mean[$0]) <= multiplier * standardDeviation[$0] }
    simultaneousMultiplier = multiplier
    distanceToMean = rootMeanSquareDifference(truth, mean)
    credibleBall = distanceToMean <= ballRadius
    credibleBallRadius = ballRadius
  }
}
