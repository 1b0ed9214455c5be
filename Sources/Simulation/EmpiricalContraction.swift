/// How a posterior contracts around the truth, from draws that arrive one at a time (THEORY.md 9).
///
///     var contraction = try EmpiricalContraction(truth: points.truth, noiseStandardDeviation: 0.1)
///     for draw in draws { try contraction.add(draw: draw) }
///     let median = try contraction.radiusQuantile(0.5)
///
/// Keeps the points' truth and running mean and one `RegressionDistance` a draw, not the draws.
public struct EmpiricalContraction: Sendable, Equatable {
  /// f₀(x_k).
  public let truth: [Double]
  public let noiseStandardDeviation: Double
  /// One a draw, in the order of arrival.
  public private(set) var distances: [RegressionDistance] = []
  /// f̄(x_k): the mean of the draws so far; 0 before the first.
  public private(set) var posteriorMean: [Double]

  /// - Throws: `SimulationError` unless there is a point, the truth is finite and σ > 0.
  public init(truth: [Double], noiseStandardDeviation: Double) throws(SimulationError) {
    try SimulationError.requirePositive(noiseStandardDeviation, "noise standard deviation")
    guard !truth.isEmpty, truth.allSatisfy(\.isFinite) else {
      throw SimulationError(
        name: "truth", value: truth.isEmpty ? "empty" : "not finite everywhere", needs: "one finite number a point")
    }
    self.truth = truth
    self.noiseStandardDeviation = noiseStandardDeviation
    posteriorMean = [Double](repeating: 0, count: truth.count)
  }

  /// Takes in one draw: f_θ(x_k), a number a point.
  ///
  /// - Throws: `SimulationError` for another number of values, or if one is not finite; the draw is then left out.
  public mutating func add(draw values: [Double]) throws(SimulationError) {
    try requireDraw(values, index: distances.count, points: truth.count)
    let deviations = zip(values, truth).map { $0 - $1 }
    distances.append(
      try RegressionDistance(deviations: deviations, noiseStandardDeviation: noiseStandardDeviation))
    let share = 1 / Double(distances.count)
    for k in values.indices { posteriorMean[k] += (values[k] - posteriorMean[k]) * share }
  }

  /// ϱ_i, one a draw.
  public var radii: [Double] { distances.map(\.radius) }

  /// The quantile of ϱ at p. The reports use p = 0.5, 0.9 and 0.95.
  ///
  /// - Throws: `SimulationError` before the first draw.
  public func radiusQuantile(_ p: Double) throws(SimulationError) -> Double { try OrderStatistics(radii).quantile(p) }

  /// The share of draws with ϱ > `radius`, strictly: for Mε_n, the posterior mass outside the ball of the theorem.
  ///
  /// - Throws: `SimulationError` before the first draw.
  public func massOutside(_ radius: Double) throws(SimulationError) -> Double {
    try Self.massOutside(radius, radii: radii)
  }

  /// The same for radii from elsewhere.
  public static func massOutside(_ radius: Double, radii: [Double]) throws(SimulationError) -> Double {
    guard !radii.isEmpty else { throw SimulationError(name: "number of draws", value: "0", needs: "at least 1") }
    return Double(radii.count { $0 > radius }) / Double(radii.count)
  }

  /// ‖f̄ − f₀‖: the radius of the posterior mean.
  ///
  /// - Throws: `SimulationError` before the first draw.
  public func radiusOfPosteriorMean() throws(SimulationError) -> Double {
    guard !distances.isEmpty else { throw SimulationError(name: "number of draws", value: "0", needs: "at least 1") }
    return rootMeanSquareDifference(posteriorMean, truth)
  }
}

/// The empirical L₂ norm of a difference.
func rootMeanSquareDifference(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for (x, y) in zip(a, b) { sum += (x - y) * (x - y) }
  return (sum / Double(a.count)).squareRoot()
}

/// Throws unless a draw has one finite value a point.
func requireDraw(_ values: [Double], index: Int, points: Int) throws(SimulationError) {
  guard values.count == points else {
    throw SimulationError(
      name: "number of values of draw \(index)", value: "\(values.count)", needs: "\(points), one a point")
  }
  if let k = values.firstIndex(where: { !$0.isFinite }) {
    throw SimulationError(name: "value of draw \(index) at point \(k)", value: "\(values[k])", needs: "finite")
  }
}
