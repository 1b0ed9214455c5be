import Foundation
import Testing

@testable import SparseNetworks

@Suite struct FrozenGateTests {
  @Test("a gate that is frozen costs −log λ on and −log(1 − λ) off", arguments: [0.1, 1, 20])
  func divergence(negativeLogInclusion nu: Double) throws {
    var indicators = NodeIndicators(count: 2)
    let logits: [Double] = [15, -15]
    try logits.withUnsafeBufferPointer {
      try indicators.draw(
        logits: $0.baseAddress, uniforms: [0.5, 0.5], gates: .frozen, relaxation: .straightThrough, temperature: 1)
    }
    let terms = try logits.indices.map {
      try indicators.divergence(node: $0, logit: logits[$0], negativeLogInclusion: nu, gates: .frozen)
    }
    #expect(terms.map(\.derivative) == [0, 0])
    #expect(terms[0].value == nu)
    // −log(1 − e^{−ν}) by its series Σ e^{−kν}/k.
    let series = (1...2000).reduce(0.0) { $0 + exp(-Double($1) * nu) / Double($1) }
    #expect(abs(terms[1].value / series - 1) < 1e-12)
  }
}
