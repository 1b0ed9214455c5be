import Foundation
import GSL
import Testing

@testable import Simulation

@Suite("A paired contrast") struct PairedContrastTests {
  @Test("is Student's test, by hand") func student() throws {
    let contrast = try PairedContrast([1, 2, 3, 6]).interval
    #expect(contrast.estimate == 3 && contrast.degreesOfFreedom == 3)
    // s² = (4 + 1 + 0 + 9)/3, se = s/2; the quantile of t with 3 degrees of freedom at 0.975 is 3.182446305284263.
    let error = (14.0 / 3).squareRoot() / 2
    #expect(abs(contrast.standardError - error) < 1e-15)
    #expect(abs(contrast.upper - (3 + 3.182446305284263 * error)) < 1e-12)
    #expect(abs(contrast.lower - (3 - 3.182446305284263 * error)) < 1e-12)
    // t = 2.777…, and P(|T| ≥ t) with 3 degrees of freedom = 1 − (2/π)(atan(t/√3) + √3 t/(3 + t²)).
    let t = 3 / error
    let root = 3.0.squareRoot()
    #expect(abs(contrast.pValue - (1 - 2 / .pi * (atan(t / root) + root * t / (3 + t * t)))) < 1e-12)
    // The p value is 0.05 where the interval ends at 0.
    let edge = try PairedContrast([1, 2, 3, 6].map { $0 - contrast.lower }).interval
    #expect(abs(edge.pValue - 0.05) < 1e-10)
  }

  @Test("without spread, pairs or sense it is a named outcome")
  func refusals() {
    func outcome(_ differences: [Double], level: Double = 0.95) -> PairedContrastError? {
      do {
        _ = try PairedContrast(differences, level: level)
        return nil
      } catch { return error }
    }
    #expect(outcome([]) == .tooFewPairs(0) && outcome([1]) == .tooFewPairs(1))
    #expect(outcome([0.1, 0.1, 0.1]) == .identicalDifferences(0.1))
    #expect(outcome([0, .nan]) == .notFinite && outcome([0, .infinity]) == .notFinite)
    #expect(outcome([0, 1], level: 1) == .invalidLevel(1))
  }

  @Test(
    "Holm's p values are those of his paper's rule, in any order, and never fall",
    arguments: [
      ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]), ([0.5, 0.9], [1, 1]), ([0.2], [0.2]), ([], []),
    ] as [([Double], [Double])])
  func holm(values: [Double], expected: [Double]) {
    for (got, wanted) in zip(holmAdjusted(values), expected) { #expect(abs(got - wanted) < 1e-15) }
    #expect(holmAdjusted(values).count == expected.count)
  }
}
