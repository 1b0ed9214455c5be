import Foundation
import GSL
import Priors

/// One start of a fit, as a machine of stages: `stage` trains one, `finishStage` says what follows.
///
///     first ─ freeze ─ tuning ─ proposal ⟲ ─ confirmation ⟲ ─ (release)      search; prune without proposals
///     first ───────────────────────────────── confirmation ⟲                 free gates
///
/// All that changes is in `state`, so that a run can be stopped between any two steps and go on from there; while a stage
/// trains, its numbers are in `steps`.
struct TrainingRun {
  private(set) var state: StartState
  private let model: NetworkModel
  private let recipe: TrainingRecipe
  private let data: TrainingSet<Float>
  private let key: StreamKey
  private let layout: ParameterLayout
  private let sampler: PosteriorSampler<Float>
  private(set) var steps: TrainingSteps

  init(
    model: NetworkModel, recipe: TrainingRecipe, data: TrainingSet<Float>, key: StreamKey, state: StartState?,
    skipsNodesThatAreOff: Bool
  ) {
    self.model = model
    self.recipe = recipe
    self.data = data
    self.key = key
    layout = ParameterLayout(model)
    sampler = PosteriorSampler(model: model, trainingRows: data.rowCount)
    steps = TrainingSteps(model: model, recipe: recipe, data: data)
    sampler.objective.skipsNodesThatAreOff = skipsNodesThatAreOff
    steps.objective.skipsNodesThatAreOff = skipsNodesThatAreOff
    self.state =
      state ?? StartState(parameters: VariationalParameters(startOf: model, key: key), rule: recipe.optimiser)
  }

  private var hasSpike: Bool { !layout.inclusionLogits.isEmpty }
  private var structure: TrainingRecipe.Structure { hasSpike ? recipe.structure : .prune }
  private var parameters: VariationalParameters<Float> {
    VariationalParameters(layout: layout, values: state.parameters.numbers)
  }

  /// Trains to the end.
  ///
  /// - Parameter betweenSteps: hears before each step how many have been taken, the latest evidence bound and how to
  ///   come by the whole state, and says whether to go on.
  mutating func fit(_ betweenSteps: Pause) throws(FitError) -> FittedStart {
    while true {
      do {
        try train(betweenSteps)
        if let fit = try finishStage() { return fit }
      } catch {
        // A proposal that diverges is a bad one; any other stage is needed.
        guard error.diagnosis != nil, case .proposal(let proposal) = state.role, let best = state.best else {
          throw error
        }
        state.proposalsTried += 1
        reject(proposal, best: best)
      }
    }
  }

  /// Moves to `start` in the place of a stage 1: to fine-tuning on frozen gates, or for a recipe that freezes none to its
  /// confirmations.
  mutating func begin(at start: VariationalParameters<Float>) throws(FitError) {
    guard hasSpike, structure == .free else { return begin(.tuning, at: StructureSearch.freeze(start)) }
    state.parameters.numbers = start.values
    state.best = try candidate(gates: .learned)
    begin(.confirmation, at: start)
  }

  // MARK: - One stage

  typealias Pause = (_ steps: Int, _ evidenceBound: Double?, _ state: () -> StartState) throws(FitError) -> Void

  private mutating func train(_ betweenSteps: Pause) throws(FitError) {
    let stage = TrainingStage(state.role, recipe: recipe, hasSpike: hasSpike)
    let key = state.role == .first ? key.child("stage 1") : key.child("tune").child(state.stageNumber)
    var isSettled = false
    state.load(steps.arena)
    defer { state.store(steps.arena) }
    while state.stageSteps < stage.steps, !isSettled {
      try betweenSteps(state.steps, state.trace.points.last?.evidenceBound) {
        var whole = state
        whole.store(steps.arena)
        return whole
      }
      let step = state.stageSteps
      state.stageSteps += 1
      state.steps += 1
      do {
        // The last step of a block shows its gradient.
        let keepsGradient = state.trace.fillsBlock || state.stageSteps == stage.steps
        try steps.take(&state.optimiser, stage, step: step, key: key, keepsGradient: keepsGradient)
      } catch {
        throw FitError.outOfDomain(step: state.steps, quantity: "\(error)")
      }
      try FitError.requireFinite(steps.loss, step: state.steps, quantity: "the loss")
      if step >= stage.averagedFrom { state.average.add(steps.arena) }
      state.trace.add(
        steps.objective.divergenceParts, negativeLogLikelihood: steps.negativeLogLikelihood, rows: data.rowCount)
      let isBlockFull = state.trace.isBlockFull
      guard isBlockFull || state.stageSteps == stage.steps else { continue }
      state.trace.closeBlock(
        stage: state.stageNumber, gradientNorms: steps.gradientNorms, effectiveNodes: steps.objective.effectiveNodes)
      if isBlockFull {
        let bounds = state.trace.points[state.pointsBefore...].map(\.evidenceBound)
        isSettled = stage.endsEarly(step: state.stageSteps, blockBounds: bounds)
      }
    }
    state.average.finish(steps.arena)
  }

  private mutating func begin(_ role: TrainingStage.Role, at start: VariationalParameters<Float>) {
    state.role = role
    state.stageNumber += 1
    state.stageSteps = 0
    let fresh = StartState(parameters: start, rule: recipe.optimiser)
    (state.parameters, state.first, state.second, state.sums) = (
      fresh.parameters, fresh.first, fresh.second, fresh.sums
    )
    (state.optimiser, state.average) = (fresh.optimiser, fresh.average)
    state.pointsBefore = state.trace.points.count
  }

  // MARK: - From stage to stage

  /// Judges the stage that has ended and begins the next.
  ///
  /// - Returns: the fit, if that was the last stage.
  private mutating func finishStage() throws(FitError) -> FittedStart? {
    switch state.role {
    case .first where structure == .free:
      let found = try candidate(gates: .learned)
      state.best = found
      begin(.confirmation, at: parameters)
    case .first:
      begin(.tuning, at: StructureSearch.freeze(parameters))
    case .tuning:
      let found = try candidate(gates: .frozen)
      state.best = found
      beginProposal(best: found)
    case .proposal(let proposal):
      let found = try candidate(gates: .frozen)
      guard let best = state.best else { return nil }
      state.proposalsTried += 1
      if found.bound.value > best.bound.value {
        state.best = found
        state.tried = []
        state.proposalsKept += 1
        beginProposal(best: found)
      } else {
        reject(proposal, best: best)
      }
    case .confirmation:
      let again = try candidate(gates: structure == .free ? .learned : .frozen)
      guard let before = state.best else { return nil }
      let convergence = Convergence(from: before.bound, to: again.bound)
      let best = convergence.rise > 0 ? again : before
      state.best = best
      state.convergence = convergence
      state.confirmations += 1
      if !convergence.isConverged, state.confirmations < recipe.confirmations {
        begin(.confirmation, at: parameters(of: best))
      } else if hasSpike, structure != .free, recipe.releaseSteps > 0 {
        let released = try StructureSearch.release(parameters(of: best)) { (parameters) throws(FitError) in
          try evidenceBound(parameters, gates: .frozen).value
        }
        begin(.release, at: released)
      } else {
        return fitted(best, gatesAreFrozen: hasSpike && structure != .free, frozenBound: nil)
      }
    case .release:
      return fitted(try candidate(gates: .learned), gatesAreFrozen: false, frozenBound: state.best?.bound)
    }
    return nil
  }

  private mutating func reject(_ proposal: StructureSearch.Proposal, best: StartState.Candidate) {
    state.tried.insert(proposal)
    state.trace.keep(first: state.pointsBefore)
    beginProposal(best: best)
  }

  /// Fine-tunes the network of one node fewer that is worth trying first; looks for convergence if none is left.
  private mutating func beginProposal(best: StartState.Candidate) {
    let parameters = parameters(of: best)
    let search = StructureSearch(model: model)
    guard structure == .search, state.proposalsTried < recipe.searchRounds,
      let proposal = search.proposals(parameters).first(where: { !state.tried.contains($0) })
    else { return begin(.confirmation, at: parameters) }
    begin(.proposal(proposal), at: search.apply(proposal, to: parameters))
  }

  private func parameters(of candidate: StartState.Candidate) -> VariationalParameters<Float> {
    VariationalParameters(layout: layout, values: candidate.parameters.numbers)
  }

  /// Every bound is of the same draws.
  private func evidenceBound(
    _ parameters: VariationalParameters<Float>, gates: GateStage
  ) throws(FitError) -> EvidenceBound {
    do {
      return try sampler.evidenceBound(
        parameters, gates: gates, data: data, draws: recipe.evidenceDraws, key: key.child("evidence"))
    } catch {
      throw FitError.outOfDomain(step: state.steps, quantity: "\(error)")
    }
  }

  /// What the stage that has ended came to.
  private func candidate(gates: GateStage) throws(FitError) -> StartState.Candidate {
    let bound = try evidenceBound(parameters, gates: gates)
    try FitError.requireFinite(bound.value, step: state.steps, quantity: "the evidence bound")
    if let place = layout.logNoise {
      // So large a σ_e that predictions cannot hold it has left the data; the loss itself stays finite.
      let variance = exp(2 * Double(state.parameters.numbers[place]))
      try FitError.requireFinite(variance + 1 / variance, step: state.steps, quantity: "the noise standard deviation")
    }
    return StartState.Candidate(parameters: state.parameters, bound: bound)
  }

  private func fitted(
    _ candidate: StartState.Candidate, gatesAreFrozen: Bool, frozenBound: EvidenceBound?
  ) -> FittedStart? {
    state.convergence.map {
      FittedStart(
        parameters: candidate.parameters, gatesAreFrozen: gatesAreFrozen, bound: candidate.bound,
        frozenBound: frozenBound, convergence: $0, trace: state.trace, proposalsTried: state.proposalsTried,
        proposalsKept: state.proposalsKept)
    }
  }
}
