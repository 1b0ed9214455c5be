import Contraction
import Foundation
import NetworkShape
import Priors
import Testing

@Suite struct ReleasedCodeInclusionTests {
  @Test("it is the theorem's with B_m = k_m + 1, but for the constant and the division of B² by k + 1")
  func theorem() throws {
    let topology = try Topology(widths: [20, 30, 15, 1])
    let norms = (0..<3).map { Double(topology.groupSize(ofLayer: $0)) }
    let rate = try ContractionRate(
      topology: topology, weightBounds: WeightBounds(hiddenActiveNodes: [5, 4], rowNorms: norms, topology: topology),
      slab: .gaussian(), inclusionConstants: [1e-9, 1e-9], activation: .relu)
    let bound = try rate.bound(at: 1000)
    let released = try topology.releasedCodeInclusion(sampleSize: 1000)
    #expect(released.count == 2)
    for l in 0..<2 {
      // There θ has B²/d = d; here d².
      let d = norms[l]
      let expected = try #require(bound.layers[l].negativeLogInclusion) + 1e-9 * d * (d * d - d)
      #expect(abs(released[l] / expected - 1) < 1e-12)
    }
  }

  @Test func refusesOneRow() throws {
    let topology = try Topology(widths: [2, 3, 1])
    #expect(throws: RateError.self) { try topology.releasedCodeInclusion(sampleSize: 1) }
  }
}
