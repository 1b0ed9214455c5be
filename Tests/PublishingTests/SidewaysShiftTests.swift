import Foundation
import Testing

@testable import Publishing

@Suite("Marks moved sideways") struct SidewaysShiftTests {
  @Test(
    "what is nearer than the gap ends up a gap apart, in order, around the same mean",
    arguments: [[0, 0, 0], [0.3, 0.1, 0.2], [0, 0.5, 1.0, 1.2], [5, 0, 0.4, 0.8, 1.6, 5.1]])
  func apart(values: [Double]) {
    let moved = SidewaysShift.apart(values, gap: 1)
    let sorted = moved.sorted()
    for (one, next) in zip(sorted, sorted.dropFirst()) { #expect(next - one > 1 - 1e-8) }
    #expect(abs(moved.reduce(0, +) - values.reduce(0, +)) < 1e-9)
    for i in values.indices { for j in values.indices where values[i] < values[j] { #expect(moved[i] < moved[j]) } }
  }

  @Test("what is far apart stays where it is") func unmoved() {
    #expect(SidewaysShift.apart([3, 0, 1.5], gap: 1) == [3, 0, 1.5])
    #expect(SidewaysShift.apart([], gap: 1).isEmpty)
  }

  @Test("series stay nearer to their sample size than to the next one") func factors() {
    let points = SidewaysShift.points(of: 3, sampleSizes: [500, 1000, 8000])
    #expect(points[1] == 0 && points[0] == -points[2] && points[0] < 0)
    // 500 and 1000 stand a quarter of 180 points apart.
    #expect(points[2] - points[0] < 22.5)
    #expect(SidewaysShift.points(of: 2, sampleSizes: [500]) == [0, 0])
  }
}
