import GSL

/// An estimate with Student's t interval: what a mean, a slope or a difference of two is reported with.
public struct StudentInterval: Sendable, Equatable {
  public let estimate: Double
  public let standardError: Double
  public let degreesOfFreedom: Double
  /// 1 − α.
  public let level: Double
  /// estimate ± t · `standardError`.
  public let lower: Double
  public let upper: Double
  /// How likely an estimate as far from 0 as this is, either way, where the truth is 0.
  public let pValue: Double

  /// - Parameters:
  ///   - standardError: positive.
  ///   - degreesOfFreedom: positive, need not be whole.
  ///   - level: in (0, 1).
  /// - Throws: `GSLError` if Student's quantile cannot be had.
  init(estimate: Double, standardError: Double, degreesOfFreedom: Double, level: Double) throws(GSLError) {
    self.estimate = estimate
    self.standardError = standardError
    self.degreesOfFreedom = degreesOfFreedom
    self.level = level
    let halfWidth = try studentQuantile((1 + level) / 2, degreesOfFreedom: degreesOfFreedom) * standardError
    (lower, upper) = (estimate - halfWidth, estimate + halfWidth)
    pValue = try twoSidedStudentProbability(estimate / standardError, degreesOfFreedom: degreesOfFreedom)
  }
}
