import Foundation
import Testing

import GSL

/// What a test's closure throws through C.
struct Interruption: Error, Equatable { let at: Double }

@Suite struct IntegrationTests {
  @Test("known integrals over finite and infinite ranges")
  func knownIntegrals() throws {
    #expect(isClose(try integrate(from: 0, to: 1) { 1 / $0.squareRoot() }.value, 2, 1e-10))
    #expect(isClose(try integrate(from: 0, to: .infinity) { exp(-$0) }.value, 1, 1e-10))
    #expect(isClose(try integrate(from: -.infinity, to: 0) { exp($0) }.value, 1, 1e-10))
    let gaussian = try integrate(from: -.infinity, to: .infinity) { exp(-$0 * $0) }
    #expect(abs(gaussian.value - Double.pi.squareRoot()) <= gaussian.absoluteError)
  }

  @Test("an error thrown by the integrand comes out, whatever GSL makes of it")
  func thrownErrors() {
    #expect(throws: Interruption.self) { try integrate(from: 0, to: 1) { throw Interruption(at: $0) } }
  }

  @Test("NaN, a divergent integral and an empty range are errors, not numbers")
  func refusals() {
    #expect(throws: GSLError.self) { try integrate(from: 0, to: 1) { _ in .nan } }
    #expect(throws: GSLError.self) { try integrate(from: 0, to: 1) { 1 / $0 } }
    #expect(throws: GSLError.self) { try integrate(from: 1, to: 1) { $0 } }
  }
}

@Suite struct RootFindingTests {
  @Test("cos x = x, to the last bit")
  func dottie() throws {
    #expect(isClose(try root(in: 0...1) { cos($0) - $0 }, 0.73908513321516064, 4e-16))
  }

  @Test("a root at an end of the bracket is one")
  func ends() throws {
    #expect(try root(in: 0...1) { $0 } == 0)
    #expect(try root(in: -1...0) { $0 } == 0)
  }

  @Test("no change of sign, NaN and thrown errors are reported")
  func refusals() {
    #expect(throws: GSLError.self) { try root(in: 1...2) { $0 } }
    #expect(throws: GSLError.self) { try root(in: -1...2) { $0 == -1 || $0 == 2 ? $0 : .nan } }
    #expect(throws: Interruption.self) { try root(in: -1...2) { throw Interruption(at: $0) } }
  }
}

@Suite struct MinimisationTests {
  @Test("a line minimum is found from either side and from afar", arguments: [-50, 2.9, 3, 3.2, 400])
  func line(start: Double) throws {
    let minimum = try minimise(startingAt: start, step: 0.5) { cosh($0 / 10 - 0.3) }
    #expect(abs(minimum.location - 3) < 1e-6)
    #expect(isClose(minimum.value, 1, 1e-15))
  }

  @Test("a function without a minimum is refused, and thrown errors come out")
  func lineRefusals() {
    #expect(throws: GSLError.self) { try minimise(startingAt: 0, step: 1) { -atan($0) - $0 / 1e30 } }
    #expect(throws: GSLError.self) { try minimise(startingAt: 0, step: 1) { _ in .nan } }
    #expect(throws: Interruption.self) { try minimise(startingAt: 0, step: 1) { throw Interruption(at: $0) } }
  }

  static func rosenbrock(_ x: [Double]) -> Double { 100 * pow(x[1] - x[0] * x[0], 2) + pow(1 - x[0], 2) }

  static func rosenbrockGradient(_ x: [Double]) -> [Double] {
    let u = x[1] - x[0] * x[0]
    return [-400 * x[0] * u - 2 * (1 - x[0]), 200 * u]
  }

  @Test("Rosenbrock's valley, without and with gradient")
  func valley() throws {
    let simplex = try minimise(startingAt: [-1.2, 1], steps: [0.5, 0.5], Self.rosenbrock)
    #expect(simplex.location.allSatisfy { abs($0 - 1) < 1e-6 })
    let bfgs = try minimise(
      startingAt: [-1.2, 1], step: 0.1, Self.rosenbrock, gradient: Self.rosenbrockGradient)
    #expect(bfgs.location.allSatisfy { abs($0 - 1) < 1e-7 })
    #expect(bfgs.iterations < simplex.iterations)
  }

  @Test("the simplex keeps out of where the function is +∞")
  func barrier() throws {
    let minimum = try minimise(startingAt: [1], steps: [0.7]) { $0[0] > 0 ? $0[0] - log($0[0] + 0.5) : .infinity }
    #expect(abs(minimum.location[0] - 0.5) < 1e-6)
  }

  @Test("mismatched arguments, NaN and thrown errors are reported")
  func refusals() {
    #expect(throws: GSLError.self) { try minimise(startingAt: [], steps: []) { _ in 0 } }
    #expect(throws: GSLError.self) { try minimise(startingAt: [1], steps: [1, 2]) { $0[0] } }
    #expect(throws: GSLError.self) { try minimise(startingAt: [1], steps: [1]) { _ in .nan } }
    #expect(throws: Interruption.self) { try minimise(startingAt: [1], steps: [1]) { throw Interruption(at: $0[0]) } }
    #expect(throws: GSLError.self) { try minimise(startingAt: [1, 1], step: 1, Self.rosenbrock) { _ in [1] } }
    #expect(throws: Interruption.self) {
      try minimise(startingAt: [-1, 1], step: 1, Self.rosenbrock) { throw Interruption(at: $0[0]) }
    }
  }
}
