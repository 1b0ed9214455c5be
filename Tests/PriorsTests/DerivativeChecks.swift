import Foundation
import GSL
import Testing

/// Expects `gradient` to be what central differences of `value` are, at `point`.
///
/// Steps of ε^{1/5} relatively and Richardson's extrapolation (error h⁴) leave about 1e-10 of the size of the value;
/// the tolerance is a hundred times that.
func expectGradient(
  _ gradient: [Double], at point: [Double], sourceLocation: SourceLocation = #_sourceLocation,
  of value: ([Double]) throws -> Double
) throws {
  #expect(gradient.count == point.count, sourceLocation: sourceLocation)
  let size = max(1, abs(try value(point)))
  for (i, claimed) in gradient.enumerated() {
    let h = 7e-4 * max(abs(point[i]), 1e-2)
    func difference(_ h: Double) throws -> Double {
      var (above, below) = (point, point)
      above[i] += h
      below[i] -= h
      return (try value(above) - value(below)) / (above[i] - below[i])
    }
    let (coarse, fine) = (try difference(h), try difference(h / 2))
    let slope = fine + (fine - coarse) / 3
    let tolerance = 1e-8 * max(abs(slope), size, size * 1e-3 / h)
    let message: Comment = "argument \(i): \(slope), not \(claimed)"
    #expect(abs(slope - claimed) <= tolerance, message, sourceLocation: sourceLocation)
  }
}

/// |got − expected| ≤ tolerance · max(|expected|, scale).
func isClose(_ got: Double, _ expected: Double, _ tolerance: Double, scale: Double = 0) -> Bool {
  got == expected || abs(got - expected) <= tolerance * max(abs(expected), scale)
}

/// Seeded draws from a whole domain.
extension RandomGenerator {
  func logUniform(_ lower: Double, _ upper: Double) -> Double { lower * pow(upper / lower, uniform()) }
}
