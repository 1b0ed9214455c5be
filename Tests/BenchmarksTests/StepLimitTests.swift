import Priors
import SparseNetworks
import Testing

@testable import Benchmarks

@Suite("The limit of a training step") struct StepLimitTests {
  private let peaks = MachinePeaks(
    sgemmGflops: 100, memoryGigabytesPerSecond: 10, cacheGigabytesPerSecond: 50, normalNanoseconds: 0.5,
    secondLevelBytes: 1e6, thirdLevelBytes: 32e6)

  @Test("operations and normals of 20-20-1, counted by hand")
  func counts() {
    let weights = StepLimit(StepCase(network: .b, slab: .groupHorseshoe, estimator: .weightSampling))
    // Two operations for each term of two products of 256 × 21 × 20, two of 256 × 21 × 1 and one of 256 × 20 × 1.
    #expect(weights.productOperations == 461_824)
    // 21 × 20 and 21 weights, the scales of 21 nodes and the global one.
    #expect(weights.normals == 463)
    let local = StepLimit(StepCase(network: .b, slab: .gaussian, estimator: .localReparameterisation))
    #expect(local.productOperations == 2 * weights.productOperations)
    #expect(local.normals == 5376)  // 256 × 21 nodes
  }

  @Test("nodes that are off take no products, but those of their pre-activations where these are asked for")
  func off() {
    let step = StepCase(network: .b, slab: .gaussian, estimator: .weightSampling)
    // 5 of 20 nodes: forward and weights' gradient of 256 × 21 × 5 and 256 × 6 × 1, inputs' gradient of 256 × 5 × 1.
    #expect(StepLimit(step, liveShare: 0.25).productOperations == 512 * 227)
    let weighed = StepLimit(step, liveShare: 0.25, offNodesAreWeighed: true)
    // Forward of 256 × 21 × 20, and inputs' gradient of 256 × 20 × 1.
    #expect(weighed.productOperations == 512 * 557)
    #expect(weighed.normals == 426 && StepLimit(step, liveShare: 0.25).normals == 111)
  }

  @Test("a step that stays in the second-level cache moves nothing")
  func small() {
    let limit = StepLimit(StepCase(network: .a, slab: .groupHorseshoe, estimator: .weightSampling))
    #expect(limit.microseconds(at: peaks) == limit.productOperations / 1e5 + limit.normals * 5e-4)
  }

  @Test("a larger one moves its bytes at the bandwidth of where it fits")
  func large() {
    let limit = StepLimit(StepCase(network: .c128, slab: .groupHorseshoe, estimator: .weightSampling))
    let rest = limit.productOperations / 1e5 + limit.normals * 5e-4
    #expect(limit.workingSet > 1e6 && limit.workingSet < 32e6)
    #expect(abs(limit.microseconds(at: peaks) - rest - limit.bytes / 50e3) < 1e-6)
  }
}
