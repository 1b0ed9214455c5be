/// A share of trials, such as the fits whose credible ball holds the truth, with Wilson's 95 % interval: unlike the
/// share ± 2 standard errors it stays within 0 and 1, and says something where all trials or none are successes.
///
///     (k + z²/2 ± z √(k (m − k)/m + z²/4)) / (m + z²)
///
/// for k of m trials, z being the normal 97.5 % quantile (Wilson 1927).
package struct ShareEstimate: Sendable, Equatable {
  package let share: Double
  package let lower: Double
  package let upper: Double
  package let count: Int

  private static let quantile = 1.959963984540054

  /// nil without a trial.
  package init?(_ successes: [Bool]) {
    guard !successes.isEmpty else { return nil }
    count = successes.count
    let (k, m) = (Double(successes.count { $0 }), Double(successes.count))
    let z2 = Self.quantile * Self.quantile
    let half = Self.quantile * (k * (m - k) / m + z2 / 4).squareRoot()
    share = k / m
    // Rounding must not take an end past what it is exactly.
    lower = k == 0 ? 0 : (k + z2 / 2 - half) / (m + z2)
    upper = k == m ? 1 : (k + z2 / 2 + half) / (m + z2)
  }
}
