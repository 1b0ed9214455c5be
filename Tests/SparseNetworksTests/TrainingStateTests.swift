import Foundation
import GSL
import Priors
import Testing

@testable import SparseNetworks

@Suite struct TrainingStateTests {
  private static let data = TrainerTests.teacher(rows: 100)
  private static let key = StreamKey(seed: 1)

  private static func recipe() -> TrainingRecipe {
    var recipe = TrainerTests.quick(steps: 160)
    (recipe.restarts, recipe.releaseSteps, recipe.confirmations) = (2, 30, 2)
    return recipe
  }

  /// The states that a training saves every `interval` steps, through bytes, and what it comes to.
  private static func states(
    _ recipe: TrainingRecipe, every interval: Int, slab: SlabPrior = .groupHorseshoe()
  ) throws -> (fit: Trainer.Fit, states: [TrainingState]) {
    var bytes: [[UInt8]] = []
    var failure: (any Error)?
    let saves = TrainingSaves(every: .steps(interval)) { state in
      do { bytes.append(try state.bytes()) } catch { failure = error }
    }
    let fit = try Trainer(model: TrainerTests.model(slab), recipe: recipe).fit(data, key: key, saves: saves)
    if let failure { throw failure }
    return (fit, try bytes.map { try TrainingState(bytes: $0, file: "training.state") })
  }

  @Test(
    "a training stopped anywhere goes on to the same bits: every stage, both starts, both optimisers",
    arguments: [TrainingRecipe.Optimiser.adam, .momentum(0.9)])
  func resume(optimiser: TrainingRecipe.Optimiser) throws {
    var recipe = Self.recipe()
    recipe.optimiser = optimiser
    recipe.batch = 60
    recipe.earlyStop = .init(window: 3, tolerance: 50)
    let (fit, states) = try Self.states(recipe, every: 7)
    #expect(states.count > 40 && Set(states.map(\.restart)) == [0, 1])
    let trainer = Trainer(model: try TrainerTests.model(), recipe: recipe)
    // Uninterrupted and unsaved it is the same fit.
    let plain = try trainer.fit(Self.data, key: Self.key)
    #expect(plain.posterior == fit.posterior && plain.trace == fit.trace)
    let random = RandomGenerator(key: StreamKey(seed: 4))
    for _ in 0..<12 {
      let state = states[Int(random.uniform() * Double(states.count))]
      let resumed = try trainer.fit(Self.data, key: Self.key, resuming: state)
      #expect(
        resumed.posterior.parameters.values.map(\.bitPattern) == fit.posterior.parameters.values.map(\.bitPattern))
      #expect(resumed.evidenceBound == fit.evidenceBound && resumed.frozenEvidenceBound == fit.frozenEvidenceBound)
      #expect(resumed.trace == fit.trace && resumed.steps == fit.steps && resumed.convergence == fit.convergence)
      #expect(resumed.proposalsTried == fit.proposalsTried && resumed.proposalsKept == fit.proposalsKept)
      #expect(resumed.restartBounds == fit.restartBounds && fit.restartBounds.count == 2)
    }
  }

  @Test("a training that is stopped again and again, at each save anew, comes to the same")
  func chain() throws {
    let recipe = Self.recipe()
    let trainer = Trainer(model: try TrainerTests.model(.groupLasso()), recipe: recipe)
    let whole = try trainer.fit(Self.data, key: Self.key)
    var state: TrainingState?
    var stops = 0
    var finished: Trainer.Fit?
    while finished == nil {
      var saved: TrainingState?
      let saves = TrainingSaves(every: .steps(50)) { now in
        if now.steps > state?.steps ?? 0, saved == nil { saved = now }
      }
      finished = try? trainer.fit(Self.data, key: Self.key, resuming: state, saves: saves) { _, _ in saved == nil }
      if finished == nil {
        state = saved
        stops += 1
        guard stops < 100 else { break }
      }
    }
    #expect(finished?.posterior == whole.posterior && finished?.trace == whole.trace && finished?.steps == whole.steps)
    #expect(stops > 5)
  }

  @Test("a state of another training is refused by what differs")
  func otherTraining() throws {
    let recipe = Self.recipe()
    let state = try #require(Self.states(recipe, every: 50).states.first)
    func refusal(
      _ recipe: TrainingRecipe = recipe, _ model: NetworkModel? = nil, data: Dataset = Self.data, seed: UInt64 = 1
    ) throws -> String? {
      let trainer = Trainer(model: try model ?? TrainerTests.model(), recipe: recipe)
      return #expect(throws: FitError.self) {
        try trainer.fit(data, key: StreamKey(seed: seed), resuming: state)
      }?.description
    }
    var longer = recipe
    longer.steps = 161
    #expect(
      try refusal(longer)
        == "the saved training is another one, to go on with by its own arguments or to be removed; its recipe's steps: "
        + "found 160, expected 161")
    #expect(try refusal(recipe, TrainerTests.model(.gaussian()))?.contains("its model's slab: found") == true)
    #expect(try refusal(recipe, TrainerTests.model(widths: [3, 7, 1]))?.contains("its model's topology") == true)
    #expect(try refusal(data: TrainerTests.teacher(rows: 99))?.contains("its rows: found 100, expected 99") == true)
    #expect(try refusal(data: TrainerTests.teacher(rows: 100, seed: 2))?.contains("its data") == true)
    #expect(try refusal(seed: 2)?.contains("its seed (as a hash)") == true)
  }

  @Test("bytes come back as the state they were; any byte that is changed or missing is refused")
  func bytes() throws {
    let state = try #require(Self.states(Self.recipe(), every: 50).states.last)
    let bytes = try state.bytes()
    #expect(try TrainingState(bytes: bytes, file: "s") == state)
    func kind(_ bytes: [UInt8]) -> CheckpointError.Kind? {
      do { _ = try TrainingState(bytes: bytes, file: "s") } catch { return error.kind }
      return nil
    }
    #expect(kind([]) == .notACheckpoint && kind(Array(bytes.prefix(20))) == .truncated)
    #expect(kind(Array(bytes.dropLast())) == .damaged && kind(bytes + [0]) == .damaged)
    #expect(kind(bytes.enumerated().map { $0 == 8 ? 9 : $1 }) == .newerFormat)
    let random = RandomGenerator(key: StreamKey(seed: 5))
    for _ in 0..<50 {
      let place = Int(random.uniform() * Double(bytes.count))
      #expect(kind(bytes.enumerated().map { $0 == place ? $1 ^ 16 : $1 }) != nil, "byte \(place)")
    }
  }

  @Test("by the clock a save comes when its time is over, and not before")
  func clock() {
    let never = SaveClock(.seconds(3600))
    #expect(!never.isDue(step: 1) && !never.isDue(step: 100))
    var always = SaveClock(.seconds(0))
    #expect(always.isDue(step: 1))
    always.hasSaved()
    #expect(always.isDue(step: 1))
  }
}
