import Foundation
import Testing

@testable import GSL

@Suite struct FDistributionTests {
  @Test("with two degrees of freedom above, P(F ≥ x) = (1 + 2x/d)^(−d/2)", arguments: [0.7, 3, 25.5])
  func closedForm(denominator: Double) throws {
    for x in [0, 0.1, 1, 4, 60] {
      let expected = pow(1 + 2 * x / denominator, -denominator / 2)
      #expect(abs(try upperFProbability(x, numerator: 2, denominator: denominator) - expected) <= 1e-13)
    }
  }

  @Test("what is no point of F's domain is refused")
  func domain() {
    #expect(throws: GSLError.self) { try upperFProbability(-1, numerator: 2, denominator: 3) }
    #expect(throws: GSLError.self) { try upperFProbability(.infinity, numerator: 2, denominator: 3) }
    #expect(throws: GSLError.self) { try upperFProbability(1, numerator: 0, denominator: 3) }
    #expect(throws: GSLError.self) { try upperFProbability(1, numerator: 2, denominator: .nan) }
  }
}
