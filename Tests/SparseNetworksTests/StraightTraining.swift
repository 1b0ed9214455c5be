import Foundation
import GSL

@testable import SparseNetworks

/// The default recipe as one plain procedure, without restarts, states or anything optional: what `TrainingRun` must
/// agree with bit for bit.
struct StraightTraining {
  let model: NetworkModel
  let recipe: TrainingRecipe
  let data: TrainingSet<Float>
  let key: StreamKey
  private(set) var steps = 0

  init(model: NetworkModel, recipe: TrainingRecipe, data: Dataset, key: StreamKey) throws {
    self.model = model
    self.recipe = recipe
    self.data = try TrainingSet(data, for: model)
    self.key = key.child("restart").child(0)
  }

  private typealias Tuned = (parameters: VariationalParameters<Float>, bound: EvidenceBound)

  mutating func fit() throws -> (parameters: VariationalParameters<Float>, bound: EvidenceBound) {
    var start = VariationalParameters<Float>(startOf: model, key: key)
    let hasSpike = !start.layout.inclusionLogits.isEmpty
    let open = hasSpike ? Int((recipe.freeGates * Double(recipe.steps)).rounded()) : 0
    try stage(key.child("stage 1"), recipe.steps, recipe.learningRate, &start) { $0 < open ? .open : .learned }
    var best = try tune(StructureSearch.freeze(start), number: 1)
    var tried: Set<StructureSearch.Proposal> = []
    let search = StructureSearch(model: model)
    var number = 2
    for _ in 0..<(hasSpike ? recipe.searchRounds : 0) {
      guard let proposal = search.proposals(best.parameters).first(where: { !tried.contains($0) }) else { break }
      let candidate = try tune(search.apply(proposal, to: best.parameters), number: number)
      number += 1
      if candidate.bound.value > best.bound.value {
        (best, tried) = (candidate, [])
      } else {
        tried.insert(proposal)
      }
    }
    for _ in 0..<recipe.confirmations {
      let again = try tune(best.parameters, number: number)
      number += 1
      let convergence = Convergence(from: best.bound, to: again.bound)
      if convergence.rise > 0 { best = again }
      if convergence.isConverged { break }
    }
    return best
  }

  private mutating func tune(_ start: VariationalParameters<Float>, number: Int) throws -> Tuned {
    var parameters = start
    let tail = recipe.tuneSteps - Int(recipe.averagedTail * Double(recipe.tuneSteps))
    try stage(
      key.child("tune").child(number), recipe.tuneSteps, recipe.tuneLearningRate, &parameters, averagedFrom: tail
    ) { _ in .frozen }
    let bound = try PosteriorSampler<Float>(model: model, trainingRows: data.rowCount).evidenceBound(
      parameters, gates: .frozen, data: data, draws: recipe.evidenceDraws, key: key.child("evidence"))
    return (parameters, bound)
  }

  private mutating func stage(
    _ key: StreamKey, _ count: Int, _ schedule: TrainingRecipe.Schedule,
    _ parameters: inout VariationalParameters<Float>, averagedFrom: Int = .max, gates: (Int) -> GateStage
  ) throws {
    let objective = MinibatchObjective<Float>(
      model: model, estimator: recipe.estimator, relaxation: recipe.relaxation, temperature: recipe.temperature,
      capacity: min(recipe.batch, data.rowCount), trainingRows: data.rowCount)
    var (optimiser, average) = (Optimiser(), IterateAverage())
    let arena = TrainingArena<Float>(count: parameters.values.count)
    TrainingArena<Float>.load(parameters.values, into: arena.parameters)
    data.copy(0..<objective.capacity, into: objective)
    for step in 0..<count {
      if objective.capacity < data.rowCount {
        objective.noise.drawRows(key: key, step: step, rowCount: data.rowCount, into: objective.rowNumbers)
        data.copyRows(count: objective.capacity, into: objective)
      }
      objective.noise.draw(key: key, step: step)
      try objective.evaluate(arena.parameters, gates: gates(step))
      optimiser.update(
        arena, logits: parameters.layout.inclusionLogits, gradient: objective.gradient,
        rate: schedule.rate(step: step, of: count),
        logitRate: gates(step) == .learned ? recipe.logitRate : 0)
      if step >= averagedFrom { average.add(arena) }
      steps += 1
    }
    average.finish(arena)
    parameters.values = TrainingArena<Float>.numbers(arena.parameters, arena.count)
  }
}
