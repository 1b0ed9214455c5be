/// How often central predictive intervals of one nominal level hold the target.
public struct IntervalCoverage: Sendable, Equatable, Codable {
  /// The levels that fits are scored at.
  public static let standardLevels = [0.5, 0.8, 0.9, 0.95, 0.99]

  /// The probability that the intervals claim, in (0, 1).
  public let level: Double
  /// The share of targets in their interval.
  public let coverage: Double
  /// √(level (1 − level)/N): the standard deviation of `coverage` over N independent rows if the claim is right. From
  /// the observed share it would be 0 where every target is covered.
  public let standardError: Double

  /// - Parameters:
  ///   - level: in (0, 1).
  ///   - cumulative: P(target ≤ y | x) at each target y, at least one.
  /// - Throws: `SimulationError` otherwise.
  public init(level: Double, cumulative: [Double]) throws(SimulationError) {
    guard level > 0, level < 1 else {
      throw SimulationError(name: "nominal level", value: "\(level)", needs: "between 0 and 1, excluded")
    }
    guard !cumulative.isEmpty else {
      throw SimulationError(name: "number of test targets", value: "0", needs: "at least 1")
    }
    self.level = level
    let count = Double(cumulative.count)
    // The central interval holds y exactly where its distribution function is between α/2 and 1 − α/2.
    let bounds = ((1 - level) / 2)...((1 + level) / 2)
    coverage = Double(cumulative.count { bounds.contains($0) }) / count
    standardError = (level * (1 - level) / count).squareRoot()
  }
}
