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
  /// The evidence bounds of the others before it, in their order.
  let restartBounds: [Double]
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
  /// The optimiser's two moments, and the sums of the iterates that are averaged.
  var first: PackedNumbers<Float>
  var second: PackedNumbers<Float>
  var sums: PackedNumbers<Double>
  var optimiser: Optimiser
  var average = IterateAverage()
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
    let zeros = PackedNumbers([Float](repeating: 0, count: parameters.layout.count))
    (first, second) = (zeros, zeros)
    sums = PackedNumbers(Array(repeating: 0, count: parameters.layout.count))
    optimiser = Optimiser(rule: rule)
  }

  /// Whether it can be a state of a network of this layout: what comes from a file must be asked.
  func fits(_ layout: ParameterLayout) -> Bool {
    let arenas = [parameters.numbers.count, first.numbers.count, second.numbers.count, sums.numbers.count]
    let best = self.best?.parameters.numbers.count ?? (role == .first || role == .tuning ? layout.count : 0)
    return (arenas + [best]).allSatisfy { $0 == layout.count }
  }

  /// Brings the arena to where the state stands.
  func load(_ arena: TrainingArena<Float>) {
    TrainingArena<Float>.load(parameters.numbers, into: arena.parameters)
    TrainingArena<Float>.load(first.numbers, into: arena.first)
    TrainingArena<Float>.load(second.numbers, into: arena.second)
    TrainingArena<Float>.load(sums.numbers, into: arena.sums)
  }

  /// Brings the state to where the arena stands.
  mutating func store(_ arena: TrainingArena<Float>) {
    parameters.numbers = TrainingArena<Float>.numbers(arena.parameters, arena.count)
    first.numbers = TrainingArena<Float>.numbers(arena.first, arena.count)
    second.numbers = TrainingArena<Float>.numbers(arena.second, arena.count)
    sums.numbers = TrainingArena<Float>.numbers(arena.sums, arena.count)
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
