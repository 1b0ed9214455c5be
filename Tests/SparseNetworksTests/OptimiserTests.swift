import Foundation
import GSL
import NetworkShape
import Priors
import Testing

@testable import SparseNetworks

/// A model with every kind of slice.
func smallModel(
  widths: [Int] = [3, 4, 2, 1], slab: SlabPrior = .groupHorseshoe(), activation: Activation = .tanh,
  hasSpike: Bool = true, negativeLog: Double = 3,
  likelihood: Likelihood = .gaussian(noise: .learned(initialStandardDeviation: 0.5))
) throws -> NetworkModel {
  let topology = try Topology(widths: widths)
  return try NetworkModel(
    topology: topology, activation: activation, slab: slab,
    spike: hasSpike ? .node(negativeLog: Array(repeating: negativeLog, count: topology.hiddenLayerCount)) : .none,
    likelihood: likelihood)
}

@Suite struct OptimiserTests {
  @Test("steps are those of a plain loop in Double, the logits' as many times larger as asked")
  func plainLoop() throws {
    let layout = ParameterLayout(try smallModel())
    let random = RandomGenerator(key: StreamKey(seed: 1))
    var (optimiser, single) = (Optimiser(), Optimiser())
    let (arena, singles) = (TrainingArena<Double>(count: layout.count), TrainingArena<Float>(count: layout.count))
    var expected = [Double](repeating: 1, count: layout.count)
    TrainingArena<Double>.load(expected, into: arena.parameters)
    TrainingArena<Float>.load(expected.map { Float($0) }, into: singles.parameters)
    var (m, v) = ([Double](repeating: 0, count: layout.count), [Double](repeating: 0, count: layout.count))
    for t in 1...60 {
      let gradient = (0..<layout.count).map { _ in random.gaussian() * 0.01 }
      let rate = 0.05 / Double(t)
      optimiser.update(arena, logits: layout.inclusionLogits, gradient: gradient, rate: rate, logitRate: 7)
      single.update(
        singles, logits: layout.inclusionLogits, gradient: gradient.map { Float($0) }, rate: rate, logitRate: 7)
      for i in 0..<layout.count {
        m[i] = 0.9 * m[i] + 0.1 * gradient[i]
        v[i] = 0.999 * v[i] + 0.001 * gradient[i] * gradient[i]
        let (mHat, vHat) = (m[i] / (1 - pow(0.9, Double(t))), v[i] / (1 - pow(0.999, Double(t))))
        let own = layout.inclusionLogits.contains(i) ? 7 * rate : rate
        expected[i] -= own * mHat / (vHat.squareRoot() + 1e-8)
      }
    }
    for i in 0..<layout.count {
      #expect(abs(arena.parameters[i] - expected[i]) < 1e-13)
      #expect(abs(Double(singles.parameters[i]) - expected[i]) < 1e-5)
    }
  }

  @Test("momentum's steps are those of a plain loop")
  func momentum() throws {
    let layout = ParameterLayout(try smallModel())
    let random = RandomGenerator(key: StreamKey(seed: 2))
    var optimiser = Optimiser(rule: .momentum(0.8))
    let arena = TrainingArena<Double>(count: layout.count)
    var expected = [Double](repeating: 1, count: layout.count)
    TrainingArena<Double>.load(expected, into: arena.parameters)
    var velocity = [Double](repeating: 0, count: layout.count)
    for t in 1...40 {
      let gradient = (0..<layout.count).map { _ in random.gaussian() }
      // The logits begin to learn at step 11.
      optimiser.update(
        arena, logits: layout.inclusionLogits, gradient: gradient, rate: 0.05, logitRate: t > 10 ? 3 : 0)
      for i in 0..<layout.count where t > 10 || !layout.inclusionLogits.contains(i) {
        velocity[i] = 0.8 * velocity[i] + gradient[i]
        expected[i] -= (layout.inclusionLogits.contains(i) ? 0.15 : 0.05) * velocity[i]
      }
    }
    #expect(expected.indices.allSatisfy { abs(arena.parameters[$0] - expected[$0]) < 1e-12 })
  }

  @Test("logits that begin to learn late begin as Adam does: a first step of one learning rate")
  func lateLogits() throws {
    let layout = ParameterLayout(try smallModel())
    var optimiser = Optimiser()
    let arena = TrainingArena<Double>(count: layout.count)
    var gradient = [Double](repeating: 1, count: layout.count)
    for i in layout.inclusionLogits { gradient[i] = 0 }
    func step(logitRate: Double) {
      optimiser.update(arena, logits: layout.inclusionLogits, gradient: gradient, rate: 0.1, logitRate: logitRate)
    }
    for _ in 0..<30 { step(logitRate: 0) }
    #expect(layout.inclusionLogits.allSatisfy { arena.parameters[$0] == 0 })
    for i in layout.inclusionLogits { gradient[i] = -3 }
    for t in 1...20 {
      step(logitRate: 5)
      // Under a constant gradient every step is the rate, 0.5, up.
      #expect(layout.inclusionLogits.allSatisfy { abs(arena.parameters[$0] - 0.5 * Double(t)) < 1e-6 })
    }
  }
}

@Suite struct TrainingRecipeTests {
  @Test func schedulesFallFromStartToEnd() {
    let schedule = TrainingRecipe.Schedule(start: 0.03, end: 0.001)
    let rates = (0...100).map { schedule.rate(step: $0, of: 100) }
    #expect(rates[0] == 0.03)
    #expect(abs(rates[50] - 0.0155) < 1e-15)
    #expect(abs(rates[100] - 0.001) < 1e-15)
    #expect(zip(rates, rates.dropFirst()).allSatisfy { $0 > $1 })
  }

  @Test("a constant rate stays, a stepped one falls by its factor after each share")
  func otherShapes() {
    let schedule = TrainingRecipe.Schedule(start: 0.8, end: 0.001)
    #expect([0, 37, 99].allSatisfy { schedule.rate(step: $0, of: 100, shape: .constant) == 0.8 })
    let stepped = (0..<100).map { schedule.rate(step: $0, of: 100, shape: .step(factor: 0.5, every: 0.25)) }
    #expect([0, 24, 25, 49, 50, 99].map { stepped[$0] } == [0.8, 0.8, 0.4, 0.4, 0.2, 0.1])
  }

  @Test("the largest number of steps counts every tuning and restart, and does not overflow")
  func largestStepCount() {
    var recipe = TrainingRecipe()
    (recipe.steps, recipe.tuneSteps, recipe.searchRounds, recipe.confirmations, recipe.restarts) = (100, 10, 4, 2, 3)
    #expect(recipe.largestStepCount == 3 * (100 + 10 * 7))
    recipe.releaseSteps = 7
    recipe.structure = .prune
    #expect(recipe.largestStepCount == 3 * (100 + 10 * 3 + 7))
    recipe.structure = .free
    #expect(recipe.largestStepCount == 3 * (100 + 10 * 2 + 7))
    recipe.structure = .search
    (recipe.tuneSteps, recipe.searchRounds, recipe.restarts) = (1_000_000_000, 1_000_000_000, 10_000)
    #expect(recipe.largestStepCount == .max)
  }

  @Test("what training cannot use is refused by name")
  func refusals() throws {
    let data = try Dataset(inputs: [1, 2, 3], inputCount: 3, targets: .real([1], outputs: 1))
    func refusal(_ change: (inout TrainingRecipe) -> Void) throws -> String? {
      var recipe = TrainingRecipe()
      change(&recipe)
      let trainer = Trainer(model: try smallModel(), recipe: recipe)
      return #expect(throws: FitError.self) { try trainer.fit(data, key: StreamKey(seed: 1)) }?.description
    }
    #expect(try refusal { $0.batch = 0 } == "batch of the recipe: found 0, expected at least 1")
    #expect(try refusal { ($0.structure, $0.releaseSteps) = (.free, 5) }?.hasPrefix("release steps") == true)
    #expect(try refusal { $0.steps = -1 } == "steps of the recipe: found -1, expected at least 0")
    #expect(try refusal { $0.tuneSteps = 0 }?.hasPrefix("fine-tuning steps") == true)
    #expect(try refusal { $0.searchRounds = -1 }?.hasPrefix("search rounds") == true)
    #expect(try refusal { $0.restarts = 0 }?.hasPrefix("restarts") == true)
    #expect(try refusal { $0.confirmations = 0 }?.hasPrefix("confirmations") == true)
    #expect(try refusal { $0.evidenceDraws = 1 }?.hasPrefix("evidence draws") == true)
    #expect(try refusal { $0.averagedTail = -0.1 }?.hasPrefix("averaged tail") == true)
    #expect(try refusal { $0.freeGates = 1.5 } == "share of free gates of the recipe: found 1.5, expected from 0 to 1")
    #expect(try refusal { $0.temperature = 0 }?.hasPrefix("temperature") == true)
    #expect(try refusal { $0.finalTemperature = -1 }?.hasPrefix("final temperature") == true)
    #expect(try refusal { $0.gradientClip = 0 }?.hasPrefix("gradient clip") == true)
    #expect(try refusal { $0.samples = 0 } == "samples of the recipe: found 0, expected at least 1")
    #expect(try refusal { $0.klAnnealing = 2 }?.hasPrefix("share of the KL's annealing") == true)
    #expect(
      try refusal { $0.optimiser = .momentum(1) } == "momentum of the recipe: found 1.0, expected at least 0, below 1")
    #expect(try refusal { $0.schedule = .step(factor: 0, every: 0.5) }?.hasPrefix("factor of the schedule") == true)
    #expect(try refusal { $0.schedule = .step(factor: 0.5, every: 0) }?.hasPrefix("share of the schedule") == true)
    #expect(try refusal { $0.releaseSteps = -1 }?.hasPrefix("release steps") == true)
    #expect(try refusal { $0.earlyStop = .init(window: 2, tolerance: 1) }?.hasPrefix("window of the early") == true)
    #expect(try refusal { $0.earlyStop = .init(tolerance: 0) }?.hasPrefix("tolerance of the early") == true)
    #expect(try refusal { $0.logitRate = .nan }?.hasPrefix("logit rate") == true)
    #expect(
      try refusal { $0.learningRate = .init(start: -1, end: 1) }
        == "learning rate of the recipe: found -1.0, expected positive and finite")
  }
}

@Suite struct IterateAverageTests {
  @Test func theMeanIsThatOfWhatWasAddedAndThereIsNoneBefore() {
    var average = IterateAverage()
    let arena = TrainingArena<Float>(count: 2)
    TrainingArena<Float>.load([7, 8], into: arena.parameters)
    average.finish(arena)
    #expect(arena.parameters[0] == 7 && arena.parameters[1] == 8)
    for numbers in [[1, -2], [2, 6]] as [[Float]] {
      TrainingArena<Float>.load(numbers, into: arena.parameters)
      average.add(arena)
    }
    average.finish(arena)
    #expect(arena.parameters[0] == 1.5 && arena.parameters[1] == 2)
    #expect(average == IterateAverage() && arena.sums[0] == 0)
  }
}

@Suite struct StepNoiseTests {
  /// A model of which everything is drawn: two factors of each scale, a global one and a cap.
  private func model() throws -> NetworkModel {
    try ModelVariant(slab: .groupHorseshoe(cap: .hyperprior()), scaleFamily: .gamma).model(hidden: [4, 2])
  }

  private func noise(_ estimator: GradientEstimator, capacity: Int = 10) throws -> StepNoise<Float> {
    StepNoise(model: try model(), layout: ParameterLayout(try model()), estimator: estimator, capacity: capacity,
      kernels: Float.kernels)
  }

  /// Every number of a draw.
  private func numbers(_ noise: StepNoise<Float>, _ estimator: GradientEstimator, rows: Int) throws -> [Double] {
    let layout = ParameterLayout(try model())
    let sampled =
      estimator == .weightSampling
      ? (0..<layout.weightCount).map { Double(noise.weights[$0]) }
      : layout.layers.enumerated().flatMap { l, layer in
        (0..<layer.nodeCount).flatMap { node in
          (0..<rows).map { Double(noise.preactivations[l][node * noise.preactivationStride + $0]) }
        }
      }
    var numbers = try sampled + uniforms(noise)
    for node in 0...layout.nodeCount { numbers += [noise.scale(node: node)[0], noise.scale(node: node)[1]] }
    return numbers + [noise.cap]
  }

  private func uniforms(_ noise: StepNoise<Float>) throws -> [Double] {
    (0..<ParameterLayout(try model()).inclusionLogits.count).map { Double(noise.uniforms[$0]) }
  }

  @Test(
    "a draw is a function of key and step; no two numbers of two steps or keys agree",
    arguments: GradientEstimator.allCases)
  func keyed(estimator: GradientEstimator) throws {
    let noise = try noise(estimator)
    func draw(_ seed: UInt64, _ step: Int) throws -> [Double] {
      noise.draw(key: StreamKey(seed: seed), step: step)
      noise.drawTheRest(rows: 10)
      return try numbers(noise, estimator, rows: 10)
    }
    let first = try draw(1, 5)
    let others = [try draw(1, 6), try draw(2, 5), try draw(1, 0)]
    #expect(try draw(1, 5) == first)
    for other in others { #expect(zip(first, other).allSatisfy { $0 != $1 }) }
    // 24-bit normals may coincide within a step; 32-bit uniforms and the two kinds of them do not.
    #expect(Set(first).count > first.count - 2)
    let drawn = try uniforms(noise)
    #expect(drawn.allSatisfy { $0 > 0 && $0 < 1 })
  }

  @Test func fewerRowsDrawTheSameNumbers() throws {
    let (few, many) = (try noise(.localReparameterisation, capacity: 3), try noise(.localReparameterisation))
    few.draw(key: StreamKey(seed: 1), step: 2)
    few.drawTheRest(rows: 3)
    many.draw(key: StreamKey(seed: 1), step: 2)
    many.drawTheRest(rows: 10)
    let (short, long) = (
      try numbers(few, .localReparameterisation, rows: 3), try numbers(many, .localReparameterisation, rows: 3)
    )
    #expect(short == long)
  }

  @Test("rows are uniform over the table: χ² with 12 degrees of freedom, false alarm 10⁻⁶")
  func rows() throws {
    let noise = try noise(.weightSampling, capacity: 1000)
    var rows = [Int32](repeating: -1, count: 1000)
    func draw(_ step: Int, rowCount: Int) {
      rows.withUnsafeMutableBufferPointer {
        noise.drawRows(key: StreamKey(seed: 9), step: step, rowCount: rowCount, into: $0)
      }
    }
    var counts = [Double](repeating: 0, count: 13)
    for step in 0..<20 {
      draw(step, rowCount: 13)
      for row in rows { counts[Int(row)] += 1 }
    }
    let expected = 20_000.0 / 13
    let statistic = counts.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
    #expect(try upperGammaRatio(6, statistic / 2) > 1e-6)
    // Their stream is not that of the indicators.
    noise.draw(key: StreamKey(seed: 9), step: 3)
    draw(3, rowCount: 1 << 31)
    let drawn = try uniforms(noise)
    #expect(zip(drawn, rows).allSatisfy { abs($0 * 0x1p31 - Double($1)) > 256 })
  }
}
