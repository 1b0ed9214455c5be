import Foundation
import GSL
import Priors
import Testing

@testable import SparseNetworks

/// What each setting of a recipe does to a training.
@Suite struct TrainingRecipeRunTests {
  private static let data = TrainerTests.teacher(rows: 150)

  private func fit(
    _ recipe: TrainingRecipe, _ model: NetworkModel? = nil, data: Dataset = Self.data
  ) throws -> Trainer.Fit {
    try Trainer(model: model ?? TrainerTests.model(), recipe: recipe).fit(data, key: StreamKey(seed: 1))
  }

  @Test(
    "the default recipe has the bits of a plain procedure", arguments: GradientEstimator.allCases, [true, false])
  func defaultRecipe(estimator: GradientEstimator, hasSpike: Bool) throws {
    var recipe = TrainerTests.quick(steps: 220)
    recipe.estimator = estimator
    recipe.confirmations = 3
    recipe.searchRounds = 5
    let model = try TrainerTests.model(widths: [3, 6, 4, 1], hasSpike: hasSpike)
    let fitted = try fit(recipe, model)
    var straight = try StraightTraining(model: model, recipe: recipe, data: Self.data, key: StreamKey(seed: 1))
    let expected = try straight.fit()
    #expect(fitted.posterior.parameters.values.map(\.bitPattern) == expected.parameters.values.map(\.bitPattern))
    #expect(fitted.evidenceBound == expected.bound && fitted.steps == straight.steps)
    #expect(fitted.frozenEvidenceBound == nil)
  }

  @Test("a clipped gradient has the longest norm that is allowed, a short one is left alone")
  func clip() throws {
    let model = try TrainerTests.model()
    let set = try TrainingSet<Float>(Self.data, for: model)
    let start = VariationalParameters<Float>(startOf: model, key: StreamKey(seed: 1))
    func gradient(_ recipe: TrainingRecipe) throws -> [Float] {
      let stage = TrainingStage(.first, recipe: recipe, hasSpike: true)
      var step = TrainingSteps(model: model, recipe: recipe, data: set)
      TrainingArena<Float>.load(start.values, into: step.arena.parameters)
      try step.evaluate(stage, step: 100, key: StreamKey(seed: 2))
      return Array(UnsafeBufferPointer(start: step.objective.gradient, count: start.values.count))
    }
    func norm(_ values: [Float]) -> Double { values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot() }
    var recipe = TrainerTests.quick()
    let free = try gradient(recipe)
    recipe.gradientClip = norm(free) / 4
    let clipped = try gradient(recipe)
    #expect(abs(norm(clipped) / norm(free) - 0.25) < 1e-6)
    #expect(zip(clipped, free).allSatisfy { abs(4 * $0 - $1) <= 1e-6 * abs($1) })
    recipe.gradientClip = 1.01 * norm(free)
    #expect(try gradient(recipe) == free)
  }

  @Test("a gradient of several samples is the mean of theirs, the first that of one sample")
  func samples() throws {
    let model = try TrainerTests.model()
    let set = try TrainingSet<Float>(Self.data, for: model)
    let start = VariationalParameters<Float>(startOf: model, key: StreamKey(seed: 1))
    var recipe = TrainerTests.quick()
    let stage = TrainingStage(.first, recipe: recipe, hasSpike: true)
    let key = StreamKey(seed: 2)
    recipe.samples = 3
    var several = TrainingSteps(model: model, recipe: recipe, data: set)
    TrainingArena<Float>.load(start.values, into: several.arena.parameters)
    try several.evaluate(stage, step: 100, key: key)
    // By hand: the same rows, one set of draws after another.
    let objective = MinibatchObjective<Float>(
      model: model, estimator: recipe.estimator, relaxation: recipe.relaxation, temperature: 1, capacity: 64,
      trainingRows: 150)
    objective.noise.drawRows(key: key, step: 100, rowCount: 150, into: objective.rowNumbers)
    set.copyRows(count: 64, into: objective)
    var mean = [Double](repeating: 0, count: start.values.count)
    var loss = 0.0
    for sample in 0..<3 {
      objective.noise.draw(key: sample == 0 ? key : key.child("sample").child(sample), step: 100)
      try objective.evaluate(start.values, gates: .learned)
      for i in mean.indices { mean[i] += Double(objective.gradient[i]) / 3 }
      loss += objective.value.negativeLogLikelihood / 3
    }
    let size = mean.map(abs).max() ?? 0
    #expect(mean.indices.allSatisfy { abs(Double(several.objective.gradient[$0]) - mean[$0]) < 1e-6 * size })
    #expect(abs(several.negativeLogLikelihood - loss) < 1e-12 * abs(loss))
  }

  @Test("the KL's weight rises to 1 over its share of stage 1, and is 1 elsewhere")
  func annealing() throws {
    var recipe = TrainerTests.quick(steps: 200)
    recipe.klAnnealing = 0.25
    let first = TrainingStage(.first, recipe: recipe, hasSpike: true)
    #expect([0, 24, 49, 50, 199].map { first.divergenceWeight(step: $0) } == [0.02, 0.5, 1, 1, 1])
    #expect(TrainingStage(.tuning, recipe: recipe, hasSpike: true).divergenceWeight(step: 0) == 1)
    let annealed = try fit(recipe)
    recipe.klAnnealing = 0
    #expect(try fit(recipe).posterior != annealed.posterior)
  }

  @Test("the temperature falls geometrically while gates learn in stage 1, and stays")
  func temperature() throws {
    var recipe = TrainerTests.quick(steps: 101)
    recipe.freeGates = 0
    recipe.setTemperature(from: 2, to: 0.5)
    let first = TrainingStage(.first, recipe: recipe, hasSpike: true)
    #expect(first.temperature(step: 0) == 2 && abs(first.temperature(step: 50) - 1) < 1e-12)
    #expect(abs(first.temperature(step: 100) - 0.5) < 1e-12)
    #expect(TrainingStage(.release, recipe: recipe, hasSpike: true).temperature(step: 0) == 0.5)
    recipe.setTemperature(from: 0.7, to: 0.7)
    #expect(recipe.finalTemperature == nil && recipe.temperature == 0.7)
  }

  @Test("every choice trains, repeats itself and differs from the default")
  func choices() throws {
    let reference = try fit(TrainerTests.quick()).posterior
    let changes: [(inout TrainingRecipe) -> Void] = [
      { $0.optimiser = .momentum(0.9) }, { $0.schedule = .constant }, { $0.schedule = .step(factor: 0.3, every: 0.2) },
      { $0.gradientClip = 0.5 }, { $0.samples = 2 }, { $0.klAnnealing = 0.3 },
      { $0.setTemperature(from: 1, to: 0.2) }, { $0.structure = .free }, { $0.releaseSteps = 60 },
    ]
    for (index, change) in changes.enumerated() {
      var recipe = TrainerTests.quick()
      change(&recipe)
      let first = try fit(recipe)
      #expect(first.posterior != reference, "change \(index)")
      #expect(first.evidenceBound.value.isFinite)
      #expect(try fit(recipe).posterior == first.posterior, "change \(index)")
    }
  }

  @Test("pruning keeps what the gates found: stage 1, one fine-tuning, confirmations, no proposals")
  func prune() throws {
    var recipe = TrainerTests.quick(steps: 600)
    recipe.structure = .prune
    let pruned = try fit(recipe)
    #expect(pruned.proposalsTried == 0 && pruned.posterior.gatesAreFrozen)
    #expect(pruned.steps == 600 + 150 + 150)
    recipe.structure = .search
    recipe.searchRounds = 0
    #expect(try fit(recipe).posterior == pruned.posterior)
  }

  @Test("free gates stay random, are confirmed as such and carry inclusion probabilities")
  func free() throws {
    var recipe = TrainerTests.quick(steps: 1000)
    recipe.structure = .free
    let free = try fit(recipe)
    #expect(!free.posterior.gatesAreFrozen && free.proposalsTried == 0 && free.steps == 1000 + 250)
    #expect(free.posterior.inclusionProbabilities[0].allSatisfy { $0 > 0 && $0 < 1 })
    #expect(free.trace.points.allSatisfy { $0.stage == 0 || $0.gradientNorms.logits > 0 })
    let again = try free.posterior.evidenceBound(
      on: Self.data, draws: 20, key: StreamKey(seed: 1).child("restart").child(0).child("evidence"))
    #expect(again == free.evidenceBound)
  }

  @Test("released logits are differences of evidence bounds, no further out than frozen ones")
  func releasedLogits() throws {
    let model = try TrainerTests.model()
    var start = VariationalParameters<Float>(startOf: model, key: StreamKey(seed: 1))
    let logits = start.layout.inclusionLogits
    start.values[logits.lowerBound] = -1
    let frozen = StructureSearch.freeze(start)
    // A bound that gives node j the worth 10 j − 7, and so knows what each logit must be.
    let worth = { (j: Int) in 10 * Double(j) - 7 }
    let released = try StructureSearch.release(frozen) { parameters in
      logits.enumerated().reduce(0) { $0 + (parameters.values[$1.element] > 0 ? worth($1.offset) : 0) }
    }
    #expect(logits.map { released.values[$0] } == [-7, 3, 13, 15, 15, 15])
    #expect(released.values[..<logits.lowerBound] == frozen.values[..<logits.lowerBound])
  }

  @Test("released gates learn again, lose little of the bound, and both bounds are told")
  func release() throws {
    var recipe = TrainerTests.quick(steps: 1000)
    let frozen = try fit(recipe)
    recipe.releaseSteps = 300
    let released = try fit(recipe)
    #expect(released.frozenEvidenceBound == frozen.evidenceBound && released.convergence == frozen.convergence)
    #expect(!released.posterior.gatesAreFrozen && released.steps == frozen.steps + 300)
    #expect(released.evidenceBound != frozen.evidenceBound)
    let probabilities = released.posterior.inclusionProbabilities[0]
    #expect(probabilities.allSatisfy { $0 > 0 && $0 < 1 })
    #expect(released.posterior.activeNodeCounts == frozen.posterior.activeNodeCounts)
    // Each gate is at its best given the others; what follows refines. 1 % of the KL is what convergence calls nothing.
    #expect(released.evidenceBound.value > frozen.evidenceBound.value - frozen.convergence.tolerance)
    // A network without a spike has nothing to release.
    let plain = try fit(recipe, try TrainerTests.model(hasSpike: false))
    #expect(plain.frozenEvidenceBound == nil && plain.steps == 1000 + 250 + 250)
  }

  @Test("a least-squares line through exact values, and through noisy ones")
  func trend() throws {
    let line = try #require(TraceTrend((0..<7).map { 3 + 2 * Double($0) }))
    #expect(abs(line.rise - 14) < 1e-12 && line.riseStandardError < 1e-12 && line.residualVariance < 1e-24)
    // By hand: (1, −1, −1, 1) about 0: slope 0, residual variance 4/2, Σ(x − x̄)² = 5.
    let zigzag = try #require(TraceTrend([1, -1, -1, 1]))
    #expect(zigzag.rise == 0 && zigzag.residualVariance == 2 && zigzag.signChanges == 2)
    #expect(abs(zigzag.riseStandardError - 4 * (2 / 5.0).squareRoot()) < 1e-12)
    #expect(TraceTrend([1, 2]) == nil)
  }

  @Test("an early stop ends stages that rise no more, at a block, and only once gates learn")
  func earlyStop() throws {
    var recipe = TrainerTests.quick(steps: 3000)
    let whole = try fit(recipe)
    recipe.earlyStop = .init(window: 4, tolerance: 1e9)
    let stopped = try fit(recipe)
    // Gates are open for 900 steps; four blocks of learned gates follow, whatever the bound does.
    #expect(stopped.trace.points.filter { $0.stage == 0 }.count == 22)
    #expect(stopped.steps < whole.steps)
    // Fine-tunings average over steps 375 to 750: blocks 12 to 15 make the first window that is averaged as a whole.
    #expect(stopped.trace.points.filter { $0.stage == 1 }.count <= 12)
    recipe.earlyStop = .init(window: 4, tolerance: 1e-9)
    #expect(try fit(recipe).posterior == whole.posterior)
    #expect(TrainingRecipe.EarlyStop(window: 3, tolerance: 1).isSettled([0, 100, 100, 100]))
    #expect(!TrainingRecipe.EarlyStop(window: 4, tolerance: 1).isSettled([0, 100, 100, 100]))
    #expect(!TrainingRecipe.EarlyStop(window: 4, tolerance: 1).isSettled([9, 6, 3, 0]))
    #expect(!TrainingRecipe.EarlyStop(window: 5, tolerance: 1).isSettled([1, 1, 1, 1]))
  }
}
