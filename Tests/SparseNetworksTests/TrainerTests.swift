import Foundation
import GSL
import NetworkShape
import Priors
import Testing

@testable import SparseNetworks

@Suite struct TrainerTests {
  /// y = tanh(2 x_0 − x_1) − tanh(x_1 + x_2 + ½) + noise: two nodes of one hidden layer.
  static func teacher(rows: Int, noise: Double = 0.1, seed: UInt64 = 1) -> Dataset {
    let random = RandomGenerator(key: StreamKey(seed: seed).child("data"))
    var (inputs, targets): ([Double], [Double]) = ([], [])
    for _ in 0..<rows {
      let x = (0..<3).map { _ in 2 * random.uniform() - 1 }
      inputs += x
      targets.append(tanh(2 * x[0] - x[1]) - tanh(x[1] + x[2] + 0.5) + noise * random.gaussian())
    }
    return Dataset(unchecked: inputs, inputCount: 3, targets: .real(targets, outputs: 1))
  }

  static func quick(steps: Int = 200) -> TrainingRecipe {
    var recipe = TrainingRecipe()
    recipe.steps = steps
    recipe.batch = 64
    recipe.tuneSteps = steps / 4
    recipe.searchRounds = 3
    recipe.confirmations = 1
    recipe.evidenceDraws = 20
    return recipe
  }

  static func model(
    _ slab: SlabPrior = .groupHorseshoe(), widths: [Int] = [3, 6, 1], hasSpike: Bool = true, negativeLog: Double = 3,
    likelihood: Likelihood = .gaussian(noise: .known(standardDeviation: 0.1)), activation: Activation = .tanh
  ) throws -> NetworkModel {
    let topology = try Topology(widths: widths)
    return try NetworkModel(
      topology: topology, activation: activation, slab: slab,
      spike: hasSpike ? .node(negativeLog: Array(repeating: negativeLog, count: topology.hiddenLayerCount)) : .none,
      likelihood: likelihood)
  }

  @Test("the same key gives the same bits, another key others", arguments: GradientEstimator.allCases)
  func reproducible(estimator: GradientEstimator) throws {
    var recipe = Self.quick()
    recipe.estimator = estimator
    let trainer = Trainer(model: try Self.model(), recipe: recipe)
    let data = Self.teacher(rows: 100)
    let first = try trainer.fit(data, key: StreamKey(seed: 1))
    let again = try trainer.fit(data, key: StreamKey(seed: 1))
    #expect(first.posterior.parameters.values.map(\.bitPattern) == again.posterior.parameters.values.map(\.bitPattern))
    #expect(first.evidenceBound == again.evidenceBound && first.trace == again.trace)
    #expect(try trainer.fit(data, key: StreamKey(seed: 2)).posterior != first.posterior)
  }

  /// A node costs 10⁴ nats, so that within some steps most are off.
  @Test(
    "a fit that skips nodes that are off starts as the whole one, to rounding", arguments: GradientEstimator.allCases)
  func skipping(estimator: GradientEstimator) throws {
    var recipe = Self.quick(steps: 100)
    recipe.estimator = estimator
    recipe.freeGates = 0
    var trainer = Trainer(model: try Self.model(widths: [3, 96, 1], negativeLog: 1e4), recipe: recipe)
    let data = Self.teacher(rows: 100)
    let skipping = try trainer.fit(data, key: StreamKey(seed: 1)).trace.points
    trainer.skipsNodesThatAreOff = false
    let whole = try trainer.fit(data, key: StreamKey(seed: 1)).trace.points
    #expect(skipping.count == whole.count && whole.count >= 2)
    for (skipping, whole) in zip(skipping, whole).prefix(2) {
      #expect(abs(skipping.evidenceBound / whole.evidenceBound - 1) < 1e-5)
    }
    let set = try TrainingSet<Float>(data, for: trainer.model)
    for skips in [true, false] {
      var run = TrainingRun(
        model: trainer.model, recipe: recipe, data: set, key: StreamKey(seed: 1), state: nil,
        skipsNodesThatAreOff: skips)
      _ = try run.fit { _, _, _ in }
      #expect(run.steps.objective.nodes[1].isWhole == !skips)
    }
  }

  @Test(
    "a teacher of two nodes is found: the mean predicts, the noise is learned, spare nodes go",
    arguments: [SlabPrior.gaussian(), .groupLasso(), .groupHorseshoe()])
  func recovery(slab: SlabPrior) throws {
    var recipe = Self.quick(steps: 3000)
    recipe.batch = 128
    recipe.searchRounds = 12
    let model = try Self.model(slab, likelihood: .gaussian(noise: .learned(initialStandardDeviation: 1)))
    let fit = try Trainer(model: model, recipe: recipe).fit(Self.teacher(rows: 400), key: StreamKey(seed: 1))
    let test = Self.teacher(rows: 200, noise: 0, seed: 2)
    guard case .real(let truth, _) = test.targets else {
      Issue.record("the teacher's targets are not real numbers")
      return
    }
    var mean = [Double](repeating: 0, count: 200)
    try fit.posterior.forEachDraw(count: 50, inputs: test.inputs, key: StreamKey(seed: 3)) { _, outputs in
      for i in mean.indices { mean[i] += outputs[i] / 50 }
    }
    let error = (zip(mean, truth).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / 200).squareRoot()
    #expect(error < 0.05)
    #expect(abs((fit.posterior.noiseStandardDeviation ?? .nan) - 0.1) < 0.02)
    #expect(fit.posterior.activeNodeCounts == [2])
    #expect(fit.posterior.gatesAreFrozen)
    #expect(fit.posterior.inclusionProbabilities[0].allSatisfy { $0 == 0 || $0 == 1 })
  }

  @Test("a linear model has the mean and the mean-field variance of its conjugate posterior")
  func conjugate() throws {
    let (rows, noise, slabDeviation) = (80, 0.5, 1.5)
    let random = RandomGenerator(key: StreamKey(seed: 8))
    let x = (0..<rows).map { _ -> [Double] in
      let shared = random.gaussian()
      return [1, shared + random.gaussian(), shared - random.gaussian()]
    }
    let y = x.map { 0.5 - $0[1] + 0.7 * $0[2] + noise * random.gaussian() }
    // Precision Λ = XᵀX/σ² + I/σ_0², mean Λ⁻¹ Xᵀy/σ²; the best factorised Gaussian has variances 1/Λ_jj.
    var system = (0..<3).map { j in
      (0..<3).map { k in
        x.reduce(0) { $0 + $1[j] * $1[k] } / (noise * noise) + (j == k ? 1 / (slabDeviation * slabDeviation) : 0)
      } + [zip(x, y).reduce(0) { $0 + $1.0[j] * $1.1 } / (noise * noise)]
    }
    let precision = (0..<3).map { system[$0][$0] }
    for j in 0..<3 {
      let pivot = system[j].map { $0 / system[j][j] }
      for k in 0..<3 where k != j { system[k] = zip(system[k], pivot).map { [f = system[k][j]] in $0 - f * $1 } }
      system[j] = pivot
    }
    let mean = system.map { $0[3] }

    var recipe = Self.quick(steps: 4000)
    recipe.batch = 1000
    recipe.learningRate = .init(start: 0.03, end: 0.00001)
    recipe.tuneLearningRate = .init(start: 0.001, end: 0.00001)
    let model = try Self.model(
      .gaussian(standardDeviation: slabDeviation), widths: [2, 1], hasSpike: false,
      likelihood: .gaussian(noise: .known(standardDeviation: noise)))
    let data = try Dataset(inputs: x.flatMap { $0.dropFirst() }, inputCount: 2, targets: .real(y, outputs: 1))
    let fit = try Trainer(model: model, recipe: recipe).fit(data, key: StreamKey(seed: 1))
    let parameters = fit.posterior.parameters
    for j in 0..<3 {
      let sd = 1 / precision[j].squareRoot()
      // The last steps' average still carries gradient noise: a tenth of a posterior sd, 5 % of the sd itself.
      #expect(abs(Double(parameters.values[j]) - mean[j]) < 0.1 * sd)
      #expect(abs(softplus(Double(parameters.values[3 + j])) / sd - 1) < 0.05)
    }
    #expect(!fit.posterior.gatesAreFrozen && fit.proposalsTried == 0 && fit.convergence.isConverged)
    #expect(fit.posterior.inclusionProbabilities.isEmpty && parameters.layout.inclusionLogits.isEmpty)
    // 50 steps a point, 4000 + 1000 + 1000 steps.
    #expect(fit.steps == 6000 && fit.trace.points.count == 120)
  }

  @Test("an absurd learning rate is an error that names the step")
  func divergence() throws {
    for slab in [SlabPrior.gaussian(), .groupLasso(), .groupHorseshoe()] {
      var recipe = Self.quick()
      recipe.learningRate = .init(start: 1e30, end: 1e30)
      let trainer = Trainer(model: try Self.model(slab), recipe: recipe)
      let error = #expect(throws: FitError.self) { try trainer.fit(Self.teacher(rows: 100), key: StreamKey(seed: 1)) }
      switch error {
      case .diverged(let step, _), .notANumber(let step, _), .outOfDomain(let step, _): #expect(step > 0 && step < 20)
      default: Issue.record("\(String(describing: error))")
      }
      #expect(error?.description.contains("lower the learning rate") == true)
    }
  }

  @Test("a table no larger than the batch is used whole, so that the batch's size is no matter")
  func fullBatch() throws {
    let data = Self.teacher(rows: 50)
    var recipe = Self.quick(steps: 50)
    recipe.batch = 50
    let exact = try Trainer(model: try Self.model(), recipe: recipe).fit(data, key: StreamKey(seed: 1))
    recipe.batch = 5000
    let larger = try Trainer(model: try Self.model(), recipe: recipe).fit(data, key: StreamKey(seed: 1))
    #expect(exact.posterior == larger.posterior)
    recipe.batch = 49
    let smaller = try Trainer(model: try Self.model(), recipe: recipe).fit(data, key: StreamKey(seed: 1))
    #expect(smaller.posterior != exact.posterior)
  }

  @Test("a layer that is pruned wholly leaves a constant network, which is fitted still")
  func wholePruning() throws {
    // A node costs 10⁵ nats here, more than all the data are worth.
    let model = try Self.model(
      .gaussian(), negativeLog: 1e5, likelihood: .gaussian(noise: .known(standardDeviation: 1)))
    let fit = try Trainer(model: model, recipe: Self.quick(steps: 400)).fit(
      Self.teacher(rows: 100), key: StreamKey(seed: 1))
    #expect(fit.posterior.activeNodeCounts == [0])
    #expect(fit.evidenceBound.value.isFinite && fit.proposalsTried == 0)
    // e^−100000 is 0 nats.
    #expect(fit.evidenceBound.inclusionDivergence == 0)
    try fit.posterior.forEachDraw(count: 3, inputs: [1, 2, 3, -1, 0, 1], key: StreamKey(seed: 1)) { _, outputs in
      #expect(outputs[0] == outputs[1])
    }
  }

  @Test("of several starts the one with the largest evidence bound is kept")
  func restarts() throws {
    let data = Self.teacher(rows: 100)
    var recipe = Self.quick(steps: 100)
    var bounds: [Double] = []
    var steps: [Int] = []
    for restarts in 1...4 {
      recipe.restarts = restarts
      let fit = try Trainer(model: try Self.model(), recipe: recipe).fit(data, key: StreamKey(seed: 1))
      bounds.append(fit.evidenceBound.value)
      steps.append(fit.steps)
      #expect(fit.restartBounds.count == restarts && fit.restartBounds.max() == fit.evidenceBound.value)
    }
    #expect(zip(bounds, bounds.dropFirst()).allSatisfy { $0 <= $1 } && bounds[3] > bounds[0])
    #expect(zip(steps, steps.dropFirst()).allSatisfy { $0 < $1 })
    #expect(steps[3] <= recipe.largestStepCount)
  }

  @Test(
    "a fit from a known posterior skips stage 1, ends near or above it, and is the same again",
    arguments: [TrainingRecipe.Structure.search, .prune, .free])
  func startingAt(structure: TrainingRecipe.Structure) throws {
    let data = Self.teacher(rows: 100)
    var recipe = Self.quick(steps: 400)
    recipe.structure = structure
    let trainer = Trainer(model: try Self.model(), recipe: recipe)
    var long = Self.quick(steps: 1000)
    long.structure = structure
    let start = try Trainer(model: try Self.model(), recipe: long).fit(data, key: StreamKey(seed: 1))
    let fit = try trainer.fit(data, startingAt: start.posterior, key: StreamKey(seed: 2))
    let error = hypot(fit.evidenceBound.standardError, start.evidenceBound.standardError)
    // By chance once in 10⁶ seeds, if fine-tuning leaves the bound where it is.
    #expect(fit.evidenceBound.value > start.evidenceBound.value - 5 * error)
    #expect(fit.steps <= recipe.tuneSteps * (1 + recipe.searchRounds + recipe.confirmations))
    #expect(fit.trace.points.allSatisfy { $0.stage >= 1 } && fit.restartBounds == [fit.evidenceBound.value])
    let again = try trainer.fit(data, startingAt: start.posterior, key: StreamKey(seed: 2))
    #expect(again.posterior == fit.posterior && again.evidenceBound == fit.evidenceBound)
    let other = Trainer(model: try Self.model(.gaussian()), recipe: recipe)
    #expect(throws: FitError.self) { try other.fit(data, startingAt: start.posterior, key: StreamKey(seed: 2)) }
    #expect(throws: FitError.cancelled) {
      try trainer.fit(data, startingAt: start.posterior, key: StreamKey(seed: 2)) { _, _ in false }
    }
  }

  @Test("the trace goes forward, and its parts add up to the bound", arguments: [true, false])
  func trace(hasSpike: Bool) throws {
    let fit = try Trainer(model: try Self.model(hasSpike: hasSpike), recipe: Self.quick(steps: 220)).fit(
      Self.teacher(rows: 100), key: StreamKey(seed: 1))
    let points = fit.trace.points
    #expect(zip(points, points.dropFirst()).allSatisfy { $0.step < $1.step && $0.stage <= $1.stage })
    #expect(points.last?.step == fit.steps)
    for point in points {
      let sum = point.logLikelihood - point.divergence
      #expect(abs(point.evidenceBound - sum) < 1e-9 * abs(sum))
    }
    let norms = points.map(\.gradientNorms)
    #expect(norms.allSatisfy { $0.weightMeans > 0 && $0.weightDeviations > 0 && $0.nodeScales > 0 && $0.shared > 0 })
    // Logits learn in stage 1 only, once gates are no longer open; then a node is wholly on or off.
    #expect(zip(points, norms).allSatisfy { ($1.logits > 0) == (hasSpike && $0.stage == 0 && $0.step > 66) })
    #expect(points[0].effectiveNodes == [6])
    #expect(points.filter { $0.stage > 0 }.allSatisfy { $0.effectiveNodes[0] == $0.effectiveNodes[0].rounded() })
    #expect(points.last?.effectiveNodes == fit.posterior.activeNodeCounts.map { Double($0) })
    #expect(points.allSatisfy { $0.standardError > 0 })
    let lines = fit.trace.csv.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(lines.count == points.count + 1 && lines.allSatisfy { $0.count == 15 } && lines[0].last == "nodes_0")
    #expect(zip(lines.dropFirst(), points).allSatisfy { Double($0[2]) == $1.evidenceBound })
    let bound = fit.evidenceBound
    #expect(
      abs(bound.divergence - bound.inclusionDivergence - bound.slabDivergence - bound.scaleDivergence)
        < 1e-9 * bound.divergence)
    #expect(hasSpike == (points[0].inclusionDivergence > 0))
  }

  @Test("a fit that nobody wants any more ends as cancelled")
  func cancelled() throws {
    var heard: [Int] = []
    #expect(throws: FitError.cancelled) {
      try Trainer(model: try Self.model(), recipe: Self.quick()).fit(Self.teacher(rows: 100), key: StreamKey(seed: 1)) {
        step, bound in
        heard.append(step)
        return bound.isFinite && step < 100
      }
    }
    #expect(heard == [50, 100])
  }

  @Test("data that don't fit the model are refused by name")
  func mismatches() throws {
    func refusal(_ data: Dataset, _ likelihood: Likelihood, widths: [Int] = [1, 2, 2]) throws -> String? {
      let trainer = Trainer(model: try Self.model(widths: widths, likelihood: likelihood), recipe: Self.quick())
      return #expect(throws: FitError.self) { try trainer.fit(data, key: StreamKey(seed: 1)) }?.description
    }
    let gaussian = Likelihood.gaussian(noise: .known(standardDeviation: 1))
    func table(_ targets: Dataset.Targets, inputs: [Double] = [1, 2]) throws -> Dataset {
      try Dataset(inputs: inputs, inputCount: 1, targets: targets)
    }
    #expect(
      try refusal(table(.classes([0, 2], classes: 2)), .categorical) == "classes of the data: found 2, expected 0 to 1")
    #expect(try refusal(table(.classes([0, -1], classes: 2)), .categorical)?.contains("found -1") == true)
    #expect(try refusal(table(.classes([0, 2], classes: 3)), .categorical) == "classes: found 3, expected 2")
    #expect(try refusal(table(.classes([0, 1], classes: 2)), gaussian)?.hasPrefix("targets: found classes") == true)
    #expect(try refusal(table(.real([1, 2], outputs: 1)), .categorical)?.hasPrefix("targets: found real") == true)
    #expect(try refusal(table(.real([1, 2], outputs: 1)), gaussian) == "targets a row: found 1, expected 2")
    #expect(
      try refusal(table(.real([1, .nan], outputs: 1)), gaussian, widths: [1, 2, 1])?.contains("found nan") == true)
    #expect(
      try refusal(table(.real([1, 2], outputs: 1), inputs: [1, 1e39]), gaussian, widths: [1, 2, 1])?.contains("1e+39")
        == true)
    #expect(
      try refusal(table(.real([1, 2], outputs: 1)), gaussian, widths: [2, 2, 1])
        == "inputs of the data: found 1, expected 2")
    #expect(
      try refusal(Dataset(inputs: [], inputCount: 1, targets: .real([], outputs: 1)), gaussian, widths: [1, 2, 1])
        == "rows of the data: found 0, expected at least 1")
  }
}
