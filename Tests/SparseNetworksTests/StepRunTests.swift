import AllocationCounter
import GSL
import NetworkShape
import Priors
import Testing

@testable import SparseNetworks

@Suite struct StepRunTests {
  private static func run(
    _ slab: SlabPrior, _ estimator: GradientEstimator, hidden: [Int] = [20, 20], activation: Activation = .tanh
  ) throws -> StepRun {
    var recipe = TrainingRecipe()
    recipe.steps = .max
    recipe.estimator = estimator
    (recipe.batch, recipe.freeGates) = (64, 0)
    let data = TrainerTests.teacher(rows: 300)
    return try StepRun(
      model: TrainerTests.model(slab, widths: [3] + hidden + [1], activation: activation), recipe: recipe, data: data,
      key: StreamKey(seed: 1))
  }

  @Test(
    "a thousand steps ask for no memory",
    arguments: [SlabPrior.gaussian(), .groupLasso(), .groupHorseshoe()], GradientEstimator.allCases)
  func allocations(slab: SlabPrior, estimator: GradientEstimator) throws {
    var run = try Self.run(slab, estimator)
    try run.run(100)
    let before = slab_allocations_of_this_thread()
    try run.run(1000)
    let asked = slab_allocations_of_this_thread() - before
    // That it counts at all: an array is an allocation.
    let array = [Double](repeating: 1, count: Int(before % 2) + 100)
    let counted = slab_allocations_of_this_thread() - before
    #expect(asked == 0)
    #if os(Linux) && !canImport(Musl)
      #expect(counted > asked && array.count >= 100)
    #endif
  }

  // The larger network is one whose weights Adam moves in the divergence's pass; timed pieces keep it apart.
  // Nodes that are off are moved when they are drawn: here with inclusion probabilities of 0.18, at which their KL moves
  // them far enough to see, and whole blocks of them off in many draws. Of ReLU's nothing is drawn.
  @Test(
    "the pieces of a step make the step: the same parameters, and all of its time",
    arguments: [([20, 20], 1, .tanh), ([200, 200], 1, .tanh), ([200, 200], 0.3, .tanh), ([200, 200], 0.3, .relu)]
      as [([Int], Double, Activation)])
  func pieces(hidden: [Int], liveShare: Double, activation: Activation) throws {
    var whole = try Self.run(.groupHorseshoe(), .weightSampling, hidden: hidden, activation: activation)
    var timed = try Self.run(.groupHorseshoe(), .weightSampling, hidden: hidden, activation: activation)
    if liveShare < 1 {
      whole.turnOff(exceptShare: liveShare, logit: 1.5)
      timed.turnOff(exceptShare: liveShare, logit: 1.5)
    }
    try whole.run(20)
    let pieces = try timed.pieces(20)
    #expect(whole.parameters == timed.parameters)
    #expect([pieces.noise, pieces.forward, pieces.backward, pieces.divergence, pieces.adam].allSatisfy { $0 > 0 })
  }

  @Test("nodes turned off leave the share that was asked for")
  func turnedOff() throws {
    var run = try Self.run(.groupLasso(), .weightSampling)
    run.turnOff(exceptShare: 0.1)
    try run.run(1)
    #expect(run.effectiveNodes.allSatisfy { abs($0 - 2) < 1e-6 })
  }
}
