import CKernels
import Foundation
import GSL
import NetworkShape
import Priors

/// Fits a network to a data set by `TrainingRecipe`: the same key gives the same bits.
public struct Trainer: Sendable {
  public let model: NetworkModel
  public let recipe: TrainingRecipe

  public init(model: NetworkModel, recipe: TrainingRecipe) {
    self.model = model
    self.recipe = recipe
  }

  /// What a fit gives.
  public struct Fit: Sendable {
    public let posterior: Posterior
    public let evidenceBound: EvidenceBound
    public let convergence: Convergence
    /// Of the stages that led to the posterior; rejected proposals have left no point.
    public let trace: TrainingTrace
    /// Gradient steps taken, over every stage and restart.
    public let steps: Int
    /// Merge-or-drop proposals tried and kept.
    public let proposalsTried: Int
    public let proposalsKept: Int
  }

  /// Trains on `data`.
  ///
  /// - Parameter shouldContinue: hears the steps done and the latest evidence bound about once in 50 steps, and says
  ///   whether to go on.
  /// - Throws: `FitError.mismatch` when the table isn't the model's or the recipe cannot be, `FitError.diverged` or
  ///   `FitError.outOfDomain` when training left the numbers, `FitError.cancelled` when told not to go on.
  public func fit(
    _ data: Dataset, key: StreamKey,
    shouldContinue: (_ step: Int, _ evidenceBound: Double) -> Bool = { _, _ in true }
  ) throws(FitError) -> Fit {
    try recipe.validate()
    let set = try TrainingSet<Float>(data, for: model)
    let denormals = slab_flush_denormals()
    defer { slab_restore_denormals(denormals) }
    var best: Fit?
    var steps = 0
    for restart in 0..<recipe.restarts {
      var run = TrainingRun(model: model, recipe: recipe, data: set, key: key.child("restart").child(restart))
      let fit = try run.fit(shouldContinue)
      steps += fit.steps
      if best.map({ fit.evidenceBound.value > $0.evidenceBound.value }) ?? true { best = fit }
    }
    guard let best else { throw FitError.mismatch(what: "restarts", found: "0", expected: "at least 1") }
    return Fit(
      posterior: best.posterior, evidenceBound: best.evidenceBound, convergence: best.convergence, trace: best.trace,
      steps: steps, proposalsTried: best.proposalsTried, proposalsKept: best.proposalsKept)
  }
}

/// One start: its buffers, parameters and trace.
private struct TrainingRun {
  let model: NetworkModel
  let recipe: TrainingRecipe
  let data: TrainingSet<Float>
  let key: StreamKey
  let objective: MinibatchObjective<Float>
  let sampler: PosteriorSampler<Float>
  var trace = TrainingTrace()
  var steps = 0

  init(model: NetworkModel, recipe: TrainingRecipe, data: TrainingSet<Float>, key: StreamKey) {
    self.model = model
    self.recipe = recipe
    self.data = data
    self.key = key
    objective = MinibatchObjective(
      model: model, estimator: recipe.estimator, relaxation: recipe.relaxation, temperature: recipe.temperature,
      capacity: min(recipe.batch, data.rowCount), trainingRows: data.rowCount)
    sampler = PosteriorSampler(model: model, trainingRows: data.rowCount)
  }

  mutating func fit(_ shouldContinue: (Int, Double) -> Bool) throws(FitError) -> Trainer.Fit {
    var parameters = VariationalParameters<Float>(startOf: model, key: key)
    let hasSpike = model.spike.isPresent
    let openSteps = hasSpike ? Int((recipe.freeGates * Double(recipe.steps)).rounded()) : 0
    let first = Stage(
      number: 0, steps: recipe.steps, schedule: recipe.learningRate, openSteps: openSteps, isFrozen: false)
    try run(first, key: key.child("stage 1"), &parameters, shouldContinue)
    parameters = StructureSearch.freeze(parameters)
    var best = try tune(parameters, number: 1, shouldContinue)
    var tried: Set<StructureSearch.Proposal> = []
    var (proposalsTried, proposalsKept) = (0, 0)
    let search = StructureSearch(model: model)
    for round in 0..<(hasSpike ? recipe.searchRounds : 0) {
      guard let proposal = search.proposals(best.parameters).first(where: { !tried.contains($0) }) else { break }
      proposalsTried += 1
      let traceSoFar = trace
      let candidate = try tune(search.apply(proposal, to: best.parameters), number: 2 + round, shouldContinue)
      if candidate.bound.value > best.bound.value {
        best = candidate
        tried = []
        proposalsKept += 1
      } else {
        tried.insert(proposal)
        trace = traceSoFar
      }
    }
    let convergence = try confirm(&best, firstNumber: 2 + proposalsTried, shouldContinue)
    return Trainer.Fit(
      posterior: Posterior(model: model, parameters: best.parameters, gatesAreFrozen: hasSpike),
      evidenceBound: best.bound, convergence: convergence, trace: trace, steps: steps,
      proposalsTried: proposalsTried, proposalsKept: proposalsKept)
  }

  // MARK: - Stages

  private struct Stage {
    let number: Int
    let steps: Int
    let schedule: TrainingRecipe.Schedule
    /// Steps from the start with every gate open.
    let openSteps: Int
    let isFrozen: Bool
  }

  private struct Tuned {
    let parameters: VariationalParameters<Float>
    let bound: EvidenceBound
  }

  /// Fine-tunes again, keeping what is better, until that no longer raises the bound or the recipe's patience ends.
  private mutating func confirm(
    _ best: inout Tuned, firstNumber: Int, _ shouldContinue: (Int, Double) -> Bool
  ) throws(FitError) -> Convergence {
    var number = firstNumber
    while true {
      let again = try tune(best.parameters, number: number, shouldContinue)
      let convergence = Convergence(from: best.bound, to: again.bound)
      if convergence.rise > 0 { best = again }
      number += 1
      if convergence.isConverged || number - firstNumber >= recipe.confirmations { return convergence }
    }
  }

  /// Fine-tunes a frozen structure.
  private mutating func tune(
    _ start: VariationalParameters<Float>, number: Int, _ shouldContinue: (Int, Double) -> Bool
  ) throws(FitError) -> Tuned {
    var parameters = start
    let stage = Stage(
      number: number, steps: recipe.tuneSteps, schedule: recipe.tuneLearningRate, openSteps: 0, isFrozen: true)
    try run(stage, key: key.child("tune").child(number), &parameters, shouldContinue)
    let bound = try evidenceBound(parameters)
    guard bound.value.isFinite else { throw FitError.diverged(step: steps, quantity: "the evidence bound") }
    return Tuned(parameters: parameters, bound: bound)
  }

  private func evidenceBound(_ parameters: VariationalParameters<Float>) throws(FitError) -> EvidenceBound {
    do {
      return try sampler.evidenceBound(
        parameters, gates: .frozen, data: data, draws: recipe.evidenceDraws, key: key.child("evidence"))
    } catch {
      throw FitError.outOfDomain(step: steps, quantity: "\(error)")
    }
  }

  private mutating func run(
    _ stage: Stage, key: StreamKey, _ parameters: inout VariationalParameters<Float>,
    _ shouldContinue: (Int, Double) -> Bool
  ) throws(FitError) {
    var optimiser = AdamOptimiser<Float>(layout: parameters.layout)
    var average = IterateAverage(count: parameters.values.count)
    let averagedFrom = stage.isFrozen ? stage.steps - Int(recipe.averagedTail * Double(stage.steps)) : stage.steps
    let rowCount = objective.capacity
    var rows = Array(0..<rowCount)
    let isWhole = rowCount == data.rowCount
    if isWhole { data.copy(rows, into: objective) }
    for step in 0..<stage.steps {
      if !isWhole {
        objective.noise.drawRows(key: key, step: step, rowCount: data.rowCount, into: &rows)
        data.copy(rows, into: objective)
      }
      objective.noise.draw(key: key, step: step, rows: rowCount)
      let gates: GateStage = stage.isFrozen ? .frozen : step < stage.openSteps ? .open : .learned
      steps += 1
      let rate = stage.schedule.rate(step: step, of: stage.steps)
      do {
        try parameters.values.withUnsafeMutableBufferPointer { (buffer) throws(GSLError) in
          let values = buffer.baseAddress!  // an arena is never empty
          try objective.evaluate(values, rows: rowCount, gates: gates)
          optimiser.update(
            values, gradient: objective.gradient, rate: rate, logitRate: gates == .learned ? recipe.logitRate : 0)
        }
      } catch {
        throw FitError.outOfDomain(step: steps, quantity: "\(error)")
      }
      if step >= averagedFrom { average.add(parameters.values) }
      guard objective.loss.isFinite else { throw FitError.diverged(step: steps, quantity: "the loss") }
      trace.add(objective.value, rows: data.rowCount, stage: stage.number)
      if steps % TrainingTrace.blockSize == 0, let last = trace.points.last {
        guard shouldContinue(steps, last.evidenceBound) else { throw FitError.cancelled }
      }
    }
    trace.closeBlock(stage: stage.number)
    if let mean = average.mean { parameters.values = mean }
  }
}
