import Foundation

/// One stage of a fit, as data: what is trained, for how long and how.
struct TrainingStage {
  /// What a stage is for, and so what follows it; `TrainingRun` has the order.
  enum Role: Codable, Equatable, Sendable {
    /// Stage 1.
    case first
    /// The fine-tuning after gates were frozen.
    case tuning
    /// A fine-tuning that decides on a proposal.
    case proposal(StructureSearch.Proposal)
    /// A fine-tuning that looks for a further rise.
    case confirmation
    /// Gates that were frozen learn again.
    case release
  }

  let steps: Int
  private let recipe: TrainingRecipe
  private let schedule: TrainingRecipe.Schedule
  private let gatesAreFrozen: Bool
  /// Steps from the start with every gate open.
  private let openSteps: Int
  /// Steps from the start over which the weight of the KL rises.
  private let annealedSteps: Int
  /// The step from which on parameters are averaged; `steps` for none.
  let averagedFrom: Int
  private let isFirst: Bool

  init(_ role: Role, recipe: TrainingRecipe, hasSpike: Bool) {
    self.recipe = recipe
    isFirst = role == .first
    let averaged = { (steps: Int) in steps - Int(recipe.averagedTail * Double(steps)) }
    switch role {
    case .first:
      (steps, schedule, gatesAreFrozen) = (recipe.steps, recipe.learningRate, false)
      openSteps = hasSpike ? Int((recipe.freeGates * Double(steps)).rounded()) : 0
      annealedSteps = Int((recipe.klAnnealing * Double(steps)).rounded())
      averagedFrom = steps
    case .tuning, .proposal, .confirmation:
      (steps, schedule) = (recipe.tuneSteps, recipe.tuneLearningRate)
      gatesAreFrozen = !hasSpike || recipe.structure != .free
      (openSteps, annealedSteps, averagedFrom) = (0, 0, averaged(steps))
    case .release:
      (steps, gatesAreFrozen) = (recipe.releaseSteps, false)
      // The structure is to be weighed, not to be found anew.
      let start = 0.1 * recipe.tuneLearningRate.start
      schedule = TrainingRecipe.Schedule(start: start, end: min(start, recipe.tuneLearningRate.end))
      (openSteps, annealedSteps, averagedFrom) = (0, 0, averaged(steps))
    }
  }

  func gates(step: Int) -> GateStage { gatesAreFrozen ? .frozen : step < openSteps ? .open : .learned }

  func rate(step: Int) -> Double { schedule.rate(step: step, of: steps, shape: recipe.schedule) }

  func divergenceWeight(step: Int) -> Double {
    step < annealedSteps ? Double(step + 1) / Double(annealedSteps) : 1
  }

  /// From the recipe's first temperature to its last, geometrically, while gates learn in stage 1.
  func temperature(step: Int) -> Double {
    guard let last = recipe.finalTemperature else { return recipe.temperature }
    guard isFirst else { return last }
    let share = Double(max(0, step - openSteps)) / Double(max(1, steps - 1 - openSteps))
    return recipe.temperature * pow(last / recipe.temperature, share)
  }

  /// Whether to end the stage after `step` steps, given the bounds of all its blocks so far; all are full ones.
  ///
  /// A window that reaches back to open gates, to an annealed KL or, in a fine-tuning, to before parameters are
  /// averaged says nothing yet.
  func endsEarly(step: Int, blockBounds: [Double]) -> Bool {
    guard let earlyStop = recipe.earlyStop, gatesAreFrozen || isFirst || recipe.structure == .free else { return false }
    let settling = max(openSteps, annealedSteps, averagedFrom < steps ? averagedFrom : 0)
    return step - earlyStop.window * TrainingTrace.blockSize >= settling && earlyStop.isSettled(blockBounds)
  }
}
