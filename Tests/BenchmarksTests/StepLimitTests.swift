import Priors
import SparseNetworks
import Testing

@testable import Benchmarks

@Suite("The limit of a training step") struct StepLimitTests {
  private let peaks = MachinePeaks(
    sgemmGflops: 100, memoryGigabytesPerSecond: 10, cacheGigabytesPerSecond: 50, normalNanoseconds: 0.5,
    secondLevelBytes: 1 << 20, thirdLevelBytes: 32 << 20)

  @Test("operations and normals of 20-20-1, counted by hand")
  func counts() {
    let weights = StepLimit(StepCase(network: .b, slab: .groupHorseshoe, estimator: .weightSampling))
    // Two products of 256 × 21 × 20, three of 256 × 21 × 1.
    #expect(weights.productOperations == 2 * 256 * 21 * (2 * 20 + 3 * 1))
    #expect(weights.normals == 21 * 20 + 21 + 21 + 1)
    let local = StepLimit(StepCase(network: .b, slab: .gaussian, estimator: .localReparameterisation))
    #expect(local.productOperations == 2 * weights.productOperations)
    #expect(local.normals == 256 * 21)
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
    #expect(limit.workingSet > 1 << 20 && limit.workingSet < 32 << 20)
    #expect(abs(limit.microseconds(at: peaks) - rest - limit.bytes / 50e3) < 1e-6)
  }
}
