/// The least-squares line through values at equal distances, such as the evidence bounds of a trace's blocks.
struct TraceTrend {
  /// What the line rises over all the values, one distance each, and its standard error.
  let rise: Double
  let riseStandardError: Double
  /// Of the values about the line, with two degrees of freedom less than there are values.
  let residualVariance: Double
  /// How often neighbours lie on different sides of the line.
  let signChanges: Int

  /// - Returns: nil for fewer than three values, which have no residual variance.
  init?(_ values: some Collection<Double>) {
    guard values.count > 2 else { return nil }
    let count = Double(values.count)
    let middle = (count - 1) / 2
    let mean = values.reduce(0, +) / count
    var (squares, products) = (0.0, 0.0)
    for (place, value) in values.enumerated() {
      let distance = Double(place) - middle
      squares += distance * distance
      products += distance * (value - mean)
    }
    let slope = products / squares
    let residuals = values.enumerated().map { $1 - mean - slope * (Double($0) - middle) }
    residualVariance = residuals.reduce(0) { $0 + $1 * $1 } / (count - 2)
    rise = slope * count
    riseStandardError = (residualVariance / squares).squareRoot() * count
    signChanges = zip(residuals, residuals.dropFirst()).count { ($0 < 0) != ($1 < 0) }
  }
}
