import Foundation
import Testing

@testable import Contraction

@Suite struct NewtonMinimumTests {
  @Test("the bottom of a bent valley is found from afar, where the Hessian is not positive on the way")
  func rosenbrock() throws {
    let minimum = newtonMinimum(startingAt: SIMD2(-1.2, 3), largestStep: SIMD2(1, 1)) { p in
      let bend = p.y - p.x * p.x
      return (
        value: (1 - p.x) * (1 - p.x) + 100 * bend * bend,
        slopes: SIMD2(-2 * (1 - p.x) - 400 * p.x * bend, 200 * bend)
      )
    }
    let found = try #require(minimum)
    #expect(abs(found.x - 1) < 1e-10 && abs(found.y - 1) < 1e-10)
  }

  @Test("no step leaves the domain, and a start outside of it has no minimum")
  func domain() throws {
    // x − log x + y² on x > 0.
    func function(_ p: SIMD2<Double>) -> (value: Double, slopes: SIMD2<Double>)? {
      p.x > 0 ? (p.x - log(p.x) + p.y * p.y, SIMD2(1 - 1 / p.x, 2 * p.y)) : nil
    }
    for start in [1e-5, 0.3, 1.9, 20] {
      let found = try #require(newtonMinimum(startingAt: SIMD2(start, 4), largestStep: SIMD2(50, 50), of: function))
      #expect(abs(found.x - 1) < 1e-10 && abs(found.y) < 1e-10)
    }
    #expect(newtonMinimum(startingAt: SIMD2(-1, 0), largestStep: SIMD2(1, 1), of: function) == nil)
  }

  @Test("a function without a minimum gives none")
  func unbounded() {
    #expect(newtonMinimum(startingAt: SIMD2(0, 0), largestStep: SIMD2(1, 1)) { ($0.x + $0.y, SIMD2(1, 1)) } == nil)
  }
}
