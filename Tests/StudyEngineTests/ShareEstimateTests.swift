import GSL
import Testing

@testable import StudyEngine

@Suite("Shares with Wilson's interval") struct ShareEstimateTests {
  /// The ends are where the score test with the share's own error under that truth just rejects.
  @Test("an end is the share under which the score test is at its 5 % bound", arguments: [(3, 10), (8, 10), (24, 25), (1, 2)])
  func score(successes: Int, count: Int) throws {
    let estimate = try #require(ShareEstimate((0..<count).map { $0 < successes }))
    #expect(estimate.share == Double(successes) / Double(count) && estimate.count == count)
    #expect(estimate.lower < estimate.share && estimate.share < estimate.upper)
    let quantile = try normalQuantile(0.975)
    for end in [estimate.lower, estimate.upper] {
      let error = (end * (1 - end) / Double(count)).squareRoot()
      #expect(abs(abs(estimate.share - end) / error - quantile) < 1e-12)
    }
  }

  @Test("none and all have an interval that begins or ends at them") func extremes() throws {
    let none = try #require(ShareEstimate([Bool](repeating: false, count: 10)))
    let all = try #require(ShareEstimate([Bool](repeating: true, count: 10)))
    #expect(none.lower == 0 && all.upper == 1)
    // z²/(m + z²)
    #expect(abs(none.upper - 3.841458820694124 / 13.841458820694124) < 1e-14 && abs(none.upper + all.lower - 1) < 1e-14)
    #expect(ShareEstimate([]) == nil)
  }
}
