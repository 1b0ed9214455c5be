import CKernels
import Foundation
import GSL
import NetworkShape
import Priors

/// Fits a network to a data set by `TrainingRecipe`: the same key gives the same bits.
public struct Trainer: Sendable {
  public let model: NetworkModel
  public let recipe: TrainingRecipe
  /// Whether steps and evidence bounds leave out nodes that are off. The fit is the same but for rounding: a choice for
  /// benchmarks and tests.
  package var skipsNodesThatAreOff = true

  public init(model: NetworkModel, recipe: TrainingRecipe) {
    self.model = model
    self.recipe = recipe
  }

  /// What a fit gives.
  public struct Fit: Sendable {
    public let posterior: Posterior
    /// Of the posterior: with its gates frozen if they are, else with gates drawn.
    public let evidenceBound: EvidenceBound
    /// Where gates were released, the bound just before, with frozen gates.
    public let frozenEvidenceBound: EvidenceBound?
    /// Of the fine-tunings, before any release.
    public let convergence: Convergence
    /// Of the stages that led to the posterior; rejected proposals have left no point.
    public let trace: TrainingTrace
    /// Gradient steps taken, over every stage and restart.
    public let steps: Int
    /// Starts that diverged, of which another one was kept.
    public let failedRestarts: Int
    /// The evidence bounds of the starts that did not diverge, in their order; `evidenceBound` is of the largest.
    public let restartBounds: [Double]
    /// Merge-or-drop proposals tried and kept; one that diverges is not kept.
    public let proposalsTried: Int
    public let proposalsKept: Int
  }

  /// Trains on `data`.
  ///
  /// - Parameters:
  ///   - resuming: what an earlier call with the same model, recipe, data and key saved; the fit is then the one that
  ///     it would have been, bit for bit.
  ///   - saves: when to save the state of training, and where to, besides when it is told not to go on; nil: never.
  ///   - shouldContinue: hears the steps done and the latest evidence bound about once in 50 steps, and says whether
  ///     to go on.
  /// - Throws: `FitError.mismatch` when the table isn't the model's, the recipe cannot be or the state is of another
  ///   training, `FitError.diverged`, `.notANumber` or `.outOfDomain` when training left the numbers,
  ///   `FitError.cancelled` when told not to go on.
  public func fit(
    _ data: Dataset, key: StreamKey, resuming: TrainingState? = nil, saves: TrainingSaves? = nil,
    shouldContinue: (_ step: Int, _ evidenceBound: Double) -> Bool = { _, _ in true }
  ) throws(FitError) -> Fit {
    try validate()
    let set = try TrainingSet<Float>(data, for: model)
    let denormals = slab_flush_denormals()
    defer { slab_restore_denormals(denormals) }
    let identity = TrainingIdentity(model: model, recipe: recipe, data: set, key: key)
    func start(_ number: Int, from state: StartState? = nil) -> TrainingRun {
      trainingRun(set, key: key.child("restart").child(number), state: state)
    }
    if let resuming {
      try identity.require(resuming.identity)
      guard resuming.start.fits(ParameterLayout(model)), (0..<recipe.restarts).contains(resuming.restart) else {
        throw FitError.mismatch(what: "the saved training", found: "damaged", expected: "what a training saves")
      }
    }
    var (restart, earlierSteps, best) = (resuming?.restart ?? 0, resuming?.earlierSteps ?? 0, resuming?.bestStart)
    var (failedRestarts, bounds) = (resuming?.failedRestarts ?? 0, resuming?.restartBounds ?? [])
    var run = start(restart, from: resuming?.start)
    var clock = saves.map { SaveClock($0.interval) }
    while true {
      let fitted: FittedStart?
      var failure: FitError?
      do {
        fitted = try run.fit { [restart, earlierSteps, best, failedRestarts, bounds] (steps, bound, state) throws(FitError) in
          try pause(steps, bound, state, saves, &clock, goesOn: { shouldContinue(earlierSteps + steps, $0) }) { start in
            TrainingState(
              identity: identity, restart: restart, earlierSteps: earlierSteps, bestStart: best,
              failedRestarts: failedRestarts, restartBounds: bounds, start: start)
          }
        }
      } catch {
        guard error.diagnosis != nil else { throw error }
        (fitted, failure) = (nil, error)
        failedRestarts += 1
      }
      earlierSteps += run.state.steps
      if let fitted { bounds.append(fitted.bound.value) }
      if let fitted, best.map({ fitted.bound.value > $0.bound.value }) ?? true { best = fitted }
      restart += 1
      guard restart < recipe.restarts else {
        // Without a start that ended, the last one's failure is all there is to tell.
        guard let best else { throw failure ?? .cancelled }
        return Fit(
          best, model: model, steps: earlierSteps, failedRestarts: failedRestarts, restartBounds: bounds)
      }
      run = start(restart)
    }
  }

  /// Trains on `data` from a posterior that is known, such as one around the truth, in the place of a stage 1: what
  /// follows it is the same. There are no restarts.
  ///
  /// - Throws: `FitError`, as `fit` above does, and `.mismatch` for a posterior of another model.
  package func fit(
    _ data: Dataset, startingAt start: Posterior, key: StreamKey, resuming: TrainingState? = nil,
    saves: TrainingSaves? = nil, shouldContinue: (_ step: Int, _ evidenceBound: Double) -> Bool = { _, _ in true }
  ) throws(FitError) -> Fit {
    try validate()
    guard start.model == model else {
      throw FitError.mismatch(what: "model of the starting posterior", found: "another", expected: "the trainer's")
    }
    let set = try TrainingSet<Float>(data, for: model)
    let denormals = slab_flush_denormals()
    defer { slab_restore_denormals(denormals) }
    let identity = TrainingIdentity(model: model, recipe: recipe, data: set, key: key)
    if let resuming { try identity.require(resuming.identity) }
    var run = trainingRun(set, key: key, state: resuming?.start)
    if resuming == nil { try run.begin(at: start.parameters) }
    var clock = saves.map { SaveClock($0.interval) }
    let fitted = try run.fit { (steps, bound, state) throws(FitError) in
      try pause(steps, bound, state, saves, &clock, goesOn: { shouldContinue(steps, $0) }) { start in
        TrainingState(
          identity: identity, restart: 0, earlierSteps: 0, bestStart: nil, failedRestarts: 0, restartBounds: [], start: start)
      }
    }
    return Fit(fitted, model: model, steps: run.state.steps, failedRestarts: 0, restartBounds: [fitted.bound.value])
  }

  /// Between two steps: asks now and then whether to go on, and saves the state when that is due, or for the last time.
  private func pause(
    _ steps: Int, _ bound: Double?, _ state: () -> StartState, _ saves: TrainingSaves?, _ clock: inout SaveClock?,
    goesOn: (_ evidenceBound: Double) -> Bool, whole: (StartState) -> TrainingState
  ) throws(FitError) {
    var isToGoOn = true
    if steps > 0, steps % TrainingTrace.blockSize == 0, let bound { isToGoOn = goesOn(bound) }
    if let saves, !isToGoOn || clock?.isDue(step: steps) == true {
      saves.write(whole(state()))
      clock?.hasSaved()
    }
    guard isToGoOn else { throw .cancelled }
  }

  private func validate() throws(FitError) {
    try recipe.validate()
    if model.spike.isOfEdges, recipe.releaseSteps > 0 {
      // Each released logit starts from an evidence bound of its own, over all rows: too many with one a weight.
      throw FitError.mismatch(
        what: "release steps with a spike of edges", found: "\(recipe.releaseSteps)",
        expected: "0 (structure free keeps its gates drawn without a release)")
    }
  }

  private func trainingRun(_ data: TrainingSet<Float>, key: StreamKey, state: StartState?) -> TrainingRun {
    TrainingRun(
      model: model, recipe: recipe, data: data, key: key, state: state, skipsNodesThatAreOff: skipsNodesThatAreOff)
  }
}

extension Trainer.Fit {
  fileprivate init(
    _ start: FittedStart, model: NetworkModel, steps: Int, failedRestarts: Int, restartBounds: [Double]
  ) {
    posterior = Posterior(
      model: model,
      parameters: VariationalParameters(layout: ParameterLayout(model), values: start.parameters.numbers),
      gatesAreFrozen: start.gatesAreFrozen)
    evidenceBound = start.bound
    frozenEvidenceBound = start.frozenBound
    convergence = start.convergence
    trace = start.trace
    self.steps = steps
    self.failedRestarts = failedRestarts
    self.restartBounds = restartBounds
    proposalsTried = start.proposalsTried
    proposalsKept = start.proposalsKept
  }
}
