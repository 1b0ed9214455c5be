import Foundation
import Priors
import SparseNetworks
import Testing

@testable import Benchmarks

@Suite("A row of the table of training steps") struct StepRowTests {
  private func row(
    _ step: StepCase, ours: Double = 10, jax: Double? = nil, torch: Double? = nil, limit: Double = 5,
    horseshoe: Double? = nil
  ) -> StepRow {
    func rounds(_ value: Double) -> Rounds { Rounds(values: [value, value]) }
    return StepRow(
      step: step, ours: rounds(ours), jax: jax.map(rounds), torch: torch.map(rounds), limits: rounds(limit),
      productOperations: 2e5, bytes: 0, sgemmMicroseconds: 4, horseshoe: horseshoe.map(rounds))
  }

  @Test("a ratio is the median of the rounds' ratios, which a machine that changes its speed leaves alone")
  func ratios() {
    let (ours, peer) = (Rounds(values: [10, 20, 20]), Rounds(values: [80, 160, 80]))
    #expect(peer.over(ours).values == [8, 8, 4])
    let row = StepRow(
      step: b, ours: ours, jax: peer, torch: nil, limits: ours, productOperations: 1, bytes: 0, sgemmMicroseconds: 1,
      horseshoe: nil)
    #expect(row.ratioJax == 8 && row.overLimit == 1 && row.microseconds == 20)
  }

  private let a = StepCase(network: .a, slab: .groupHorseshoe, estimator: .weightSampling)
  private let b = StepCase(network: .b, slab: .groupHorseshoe, estimator: .weightSampling)

  @Test("the keys that scripts read are all there, as null where nothing was measured or asked")
  func keys() throws {
    let other = StepCase(network: .b, slab: .gaussian, estimator: .localReparameterisation)
    for row in [row(a), row(a, jax: 100, torch: 3000), row(other)] {
      let object = try #require(try JSONSerialization.jsonObject(with: JSONEncoder().encode(row)) as? [String: Any])
      let keys = [
        "case", "slab", "estimator", "microseconds", "limit_microseconds", "ratio_jax", "ratio_torch", "target",
        "meets_target", "within_bound", "spread", "jax_microseconds", "torch_microseconds", "gflops",
        "sgemm_gflops_at_shape", "bytes", "batch",
      ]
      for key in keys { #expect(object[key] != nil, "\(key)") }
    }
    let object = try #require(
      try JSONSerialization.jsonObject(with: JSONEncoder().encode(row(other))) as? [String: Any])
    #expect(object["ratio_jax"] is NSNull && object["target"] is NSNull && object["meets_target"] is NSNull)
    #expect(object["case"] as? String == "b" && object["gflops"] as? Double == 20)
  }

  @Test("a ratio counts against the faster peer")
  func fasterPeer() {
    #expect(row(b, jax: 70, torch: 70).meetsTarget == true)
    #expect(row(b, jax: 69, torch: 1000).meetsTarget == false)
    #expect(row(b, jax: 1000, torch: 69).meetsTarget == false)
    #expect(row(a, jax: 80, torch: 2000).meetsTarget == true)
    #expect(row(a, jax: 80, torch: 1999).meetsTarget == false)  // and 200 × eager PyTorch
  }

  @Test("without peers no ratio is met")
  func withoutPeers() {
    for step in StepCase.all where step.target != nil { #expect(row(step, ours: 1e-9).meetsTarget == false) }
    #expect(row(b, jax: 1000).meetsTarget == false)
  }

  @Test("eight networks at once are held against JAX alone")
  func severalNetworks() throws {
    let step = try #require(StepCase.all.first { $0.networks == 8 })
    #expect(step.name == "a-vmap8")
    #expect(row(step, jax: 80).meetsTarget == true)
    #expect(row(step, jax: 79).meetsTarget == false)
  }

  @Test("the other slabs are held against the horseshoe's step")
  func otherSlabs() {
    let lasso = StepCase(network: .a, slab: .groupLasso, estimator: .weightSampling)
    #expect(row(lasso, horseshoe: 10).meetsTarget == true)
    #expect(row(lasso, horseshoe: 9.9).meetsTarget == false)
    #expect(lasso.target == nil)
    #expect(row(StepCase(network: .a, slab: .groupLasso, estimator: .localReparameterisation)).meetsTarget == nil)
  }

  @Test("network (a) may take twice its limit, the others one and a half times")
  func bound() {
    #expect(row(a, ours: 10, limit: 5).withinBound)
    #expect(!row(b, ours: 10, limit: 5).withinBound)
    #expect(row(b, ours: 7.5, limit: 5).withinBound)
  }
}
