import Foundation
import GSL
import Testing

@testable import Priors

@Suite struct GammaPathwiseDrawTests {
  private static let shapes = [0.01, 0.2, 0.5, 1, 1.7, 11, 51, 400, 1e4, 1e6]
  private static let normals = [-5.0, -2, -0.3, 0, 1e-9, 0.3, 1.4, 3, 5]

  @Test("the draw is the quantile: P(α, G) = Φ(e), Q(α, G) = Φ(−e)", arguments: shapes)
  func quantile(shape: Double) throws {
    for e in Self.normals {
      let draw = try GammaPathwiseDraw(shape: shape, normal: e)
      let (got, expected) =
        e < 0
        ? (try logLowerGammaRatio(shape, atLog: draw.logValue), try logNormalCumulative(e))
        : (try logUpperGammaRatio(shape, atLog: draw.logValue), try logNormalCumulative(-e))
      // The log x that P is asked at is itself rounded: √α ulp of log α in e.
      #expect(abs(got - expected) < 1e-11 * max(1, abs(expected)) * max(1, shape.squareRoot()), "e = \(e)")
    }
  }

  @Test("every draw of a training is found, however large the shape", arguments: [0.3, 1e3, 1e6, 1e7, 1e8])
  func everyDraw(shape: Double) throws {
    let random = RandomGenerator(key: StreamKey(seed: 5))
    for _ in 0..<(shape < 1e7 ? 1000 : 60) {
      let e = random.gaussian()
      let logValue = try GammaPathwiseDraw(shape: shape, normal: e).logValue
      // Wilson and Hilferty's normal score of it: off by less than 1e-3 from a shape of 1e3 on.
      guard shape >= 1e3 else { continue }
      let root = exp((logValue - log(shape)) / 3)
      #expect(abs((root - 1 + 1 / (9 * shape)) * 3 * shape.squareRoot() - e) < 1e-3)
    }
  }

  @Test("its derivative by the shape is that of the quantile, by finite differences", arguments: shapes)
  func derivative(shape: Double) throws {
    for e in Self.normals {
      let step = 1e-4 * shape
      func at(_ shift: Double) throws -> Double { try GammaPathwiseDraw(shape: shape + shift, normal: e).logValue }
      let numerical =
        (8 * (try at(step) - at(-step)) - (try at(2 * step) - at(-2 * step))) / (12 * step)
      let draw = try GammaPathwiseDraw(shape: shape, normal: e)
      #expect(abs(draw.dShape / numerical - 1) < 1e-6, "e = \(e)")
    }
  }

  @Test("E log G = ψ(α) and E d log G/dα = ψ₁(α), by quadrature over e", arguments: [0.3, 0.5, 2, 51])
  func moments(shape: Double) throws {
    let standard = try GaussianExpectation(mu: 0, omega: 1)
    var (mean, slope) = (0.0, 0.0)
    for node in standard.nodes {
      let draw = try GammaPathwiseDraw(shape: shape, normal: node.u)
      mean += node.weight * draw.logValue
      slope += node.weight * draw.dShape
    }
    #expect(abs(mean - (try digamma(shape))) < 1e-8 * max(1, abs(mean)))
    #expect(abs(slope / (try trigamma(shape)) - 1) < 1e-7)
  }

  @Test func refusals() {
    for shape in [0, -1, .nan, 1e9] {
      #expect(throws: GSLError.self) { try GammaPathwiseDraw(shape: shape, normal: 0) }
    }
    #expect(throws: GSLError.self) { try GammaPathwiseDraw(shape: 1, normal: .infinity) }
  }
}
