import Foundation
import GSL
import Testing

@testable import Priors

@Suite struct BetaInclusionDivergenceTests {
  /// KL(Beta(α, β) ‖ Beta(a, b)) − Σ E log p(z | λ), from the definition.
  private func cost(_ alpha: Double, _ beta: Double, active g: Double, count m: Double, a: Double, b: Double) throws
    -> Double
  {
    func logBeta(_ x: Double, _ y: Double) throws -> Double { try logGamma(x) + logGamma(y) - logGamma(x + y) }
    let (logOn, logOff) = (
      try digamma(alpha) - digamma(alpha + beta), try digamma(beta) - digamma(alpha + beta)
    )
    return try logBeta(a, b) - logBeta(alpha, beta) + (alpha - a) * logOn + (beta - b) * logOff
      - g * logOn - (m - g) * logOff
  }

  @Test("its q(λ) is the best one, and the value what that one pays", arguments: [0, 0.4, 3.7, 8] as [Double])
  func best(active: Double) throws {
    let term = try BetaInclusionDivergence(expectedActive: active, count: 8, a: 1.5, b: 3)
    let (alpha, beta) = term.posterior
    let here = try cost(alpha, beta, active: active, count: 8, a: 1.5, b: 3)
    #expect(abs(term.value - here) < 1e-12)
    for (p, q) in [(1.1, 1.0), (0.9, 1.0), (1.0, 1.1), (1.0, 0.9)] {
      #expect(try cost(p * alpha, q * beta, active: active, count: 8, a: 1.5, b: 3) > here)
    }
  }

  @Test func itsSlopeIsThePriorLogit() throws {
    let h = 1e-5
    let (up, down) = (
      try BetaInclusionDivergence(expectedActive: 3 + h, count: 8, a: 1, b: 1),
      try BetaInclusionDivergence(expectedActive: 3 - h, count: 8, a: 1, b: 1)
    )
    let term = try BetaInclusionDivergence(expectedActive: 3, count: 8, a: 1, b: 1)
    #expect(abs((up.value - down.value) / (2 * h) + term.priorLogit) < 1e-8)
  }

  @Test func refusals() {
    #expect(throws: GSLError.self) { try BetaInclusionDivergence(expectedActive: 1, count: 2, a: 0, b: 1) }
    #expect(throws: GSLError.self) { try BetaInclusionDivergence(expectedActive: -1, count: 2, a: 1, b: 1) }
  }
}
