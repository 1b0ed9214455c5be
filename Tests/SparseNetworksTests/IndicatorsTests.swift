import Foundation
import Testing

@testable import SparseNetworks

@Suite struct IndicatorsTests {
  @Test("a gate that is frozen costs −log λ on and −log(1 − λ) off, and teaches nothing", arguments: [0.1, 1, 20])
  func frozen(negativeLogInclusion nu: Double) throws {
    func divergence(_ logit: Double) throws -> Double {
      var indicators = Indicators(count: 1)
      let logits = [logit]
      var gradient = [0.0]
      try indicators.draw(
        logits: logits, uniforms: [0.5], gates: .frozen, relaxation: .straightThrough, temperature: 1)
      let value = try indicators.divergence(
        logits: logits, from: .fixed(negativeLog: [nu]), layer: 0, gates: .frozen, gradient: &gradient, perRow: 1)
      #expect(gradient == [0])
      return value
    }
    #expect(try divergence(15) == nu)
    // −log(1 − e^{−ν}) by its series Σ e^{−kν}/k.
    let series = (1...2000).reduce(0.0) { $0 + exp(-Double($1) * nu) / Double($1) }
    #expect(abs(try divergence(-15) / series - 1) < 1e-12)
  }
}
