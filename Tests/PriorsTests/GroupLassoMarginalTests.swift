import Foundation
import Testing

@testable import Priors

@Suite struct GroupLassoMarginalTests {
  /// log ∫ N(w; 0, σ₀² τ² I) Gamma(τ²; k/2 + 1, ς²/2) dτ² up to what does not depend on w, by the trapezoid rule in log τ².
  private func logMarginal(norm: Double, inputs k: Double, squaredRate: Double, deviation: Double) -> Double {
    let d = k + 1
    let terms = stride(from: -40.0, through: 20, by: 0.02).map { u -> Double in
      let quadratic = norm * norm / (deviation * deviation) * exp(-u)
      return (0.5 * k + 1 - 0.5 * d) * u - 0.5 * quadratic - 0.5 * squaredRate * exp(u)
    }
    let largest = terms.max() ?? 0
    return largest + log(terms.reduce(0) { $0 + exp($1 - largest) })
  }

  @Test("integrated over its scale, a group's density falls like exp(−ς‖w‖/σ₀)", arguments: [1.0, 5, 40])
  func marginal(inputs k: Double) {
    for (squaredRate, deviation) in [(0.5, 1.0), (k + 1, 2), (7, 0.3)] {
      let start = logMarginal(norm: 0.4, inputs: k, squaredRate: squaredRate, deviation: deviation)
      for norm in [0.8, 2, 6] {
        let fall = logMarginal(norm: norm, inputs: k, squaredRate: squaredRate, deviation: deviation) - start
        #expect(abs(fall + squaredRate.squareRoot() * (norm - 0.4) / deviation) < 1e-9)
      }
    }
  }

  @Test("the log-normal's error given the weights depends on ς‖w‖/σ₀ alone", arguments: [1e-3, 0.7, 30, 1e4])
  func dependsOnProduct(z: Double) throws {
    let divergences = try [1e-3, 0.4, 1, 90].map { alpha in
      let law = try GeneralisedInverseGaussian(groupLassoRateParameter: alpha, squaredNorm: z * z / alpha)
      return try LogNormalError(of: .generalisedInverseGaussian(law), by: .reverse).klReverse
    }
    for divergence in divergences { #expect(abs(divergence / divergences[0] - 1) < 1e-9) }
  }
}
