import Foundation
import GSL

/// All that a training that was stopped needs to go on as if it had not been: parameters, the optimiser's moments,
/// averages, the place in the stages, what has been found and tried so far, the trace.
///
/// Noise is a function of stage and step, so their numbers are all that is kept of it. A state is of one model, recipe,
/// table and key; `Trainer.fit` refuses that of another.
public struct TrainingState: Codable, Equatable, Sendable {
  /// What the state is of.
  let identity: TrainingIdentity
  /// The start that is under way, counted from 0.
  let restart: Int
  /// Gradient steps of the starts before it.
  let earlierSteps: Int
  /// Of the starts before it, the one with the largest evidence bound.
  let bestStart: FittedStart?
  /// Starts before it that diverged.
  let failedRestarts: Int
  let start: StartState

  /// Gradient steps taken, over every start.
  public var steps: Int { earlierSteps + start.steps }
}

/// Where one start stands.
struct StartState: Codable, Equatable, Sendable {
  var role = TrainingStage.Role.first
  /// 0 for stage 1, then one more for each stage.
  var stageNumber = 0
  /// Steps done of the stage, and of the start.
  var stageSteps = 0
  var steps = 0
  var parameters: PackedNumbers<Float>
  var optimiser: Optimiser<Float>
  var average: IterateAverage
  var trace = TrainingTrace()
  /// Points that the trace had when the stage began.
  var pointsBefore = 0
  /// The best structure so far, from the first fine-tuning on.
  var best: Candidate?
  /// What was tried in vain since `best` was found.
  var tried: Set<StructureSearch.Proposal> = []
  var proposalsTried = 0
  var proposalsKept = 0
  var confirmations = 0
  /// Of the last confirmation.
  var convergence: Convergence?

  struct Candidate: Codable, Equatable, Sendable {
    let parameters: PackedNumbers<Float>
    let bound: EvidenceBound
  }

  init(parameters: VariationalParameters<Float>, rule: TrainingRecipe.Optimiser) {
    self.parameters = PackedNumbers(parameters.values)
    optimiser = Optimiser(layout: parameters.layout, rule: rule)
    average = IterateAverage(count: parameters.layout.count)
  }

  /// Whether it can be a state of a network of this layout: what comes from a file must be asked.
  func fits(_ layout: ParameterLayout) -> Bool {
    let arenas = [parameters.numbers.count, optimiser.first.numbers.count, average.sums.numbers.count]
    let best = self.best?.parameters.numbers.count ?? (role == .first || role == .tuning ? layout.count : 0)
    return (arenas + [best]).allSatisfy { $0 == layout.count } && optimiser.fits(layout)
  }
}

/// What one start came to.
struct FittedStart: Codable, Equatable, Sendable {
  let parameters: PackedNumbers<Float>
  let gatesAreFrozen: Bool
  let bound: EvidenceBound
  /// The bound before gates were released; nil where they were not.
  let frozenBound: EvidenceBound?
  let convergence: Convergence
  let trace: TrainingTrace
  let proposalsTried: Int
  let proposalsKept: Int
}
