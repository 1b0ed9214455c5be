import NetworkShape
import SparseNetworks

/// `training:`, how a fit is made: the recipe of `SparseNetworks`, key by key.
extension TrainingRecipe {
  static let keys: [SectionKey<TrainingRecipe>] = [
    SectionKey("steps", .whole(), \.steps, default: "6000", "Steps of the first stage."),
    SectionKey(
      "batch", .whole(), \.batch, default: "256", "Rows a step; a sample with fewer is taken whole."),
    SectionKey(
      "learning-rate", Schedule.type, \.learningRate, default: "[0.03, 0.0001]",
      "Start and end of the first stage's learning rate."),
    SectionKey(
      "schedule", ScheduleShape.type, \.schedule, default: "cosine", "How both learning rates go from start to end."),
    SectionKey(
      "optimiser", .choice([("adam", .adam), ("sgd", .momentum(Optimiser.usualMomentum))]), \.optimiser,
      default: "adam", "adam, or sgd with momentum."),
    SectionKey(
      reading: "momentum", .real(.momentum), default: nil, "Of optimiser sgd; 0.9 unless given.",
      read: { field, recipe throws(StudyFileError) in
        guard recipe.optimiser != .adam else {
          throw field.refusal("momentum is given without optimiser: sgd", expected: "no momentum, or optimiser: sgd")
        }
        recipe.optimiser = .momentum(try field.real(.momentum))
      }),
    SectionKey(
      "gradient-clip", .positiveOrNone, \.gradientClip, default: "none",
      "The longest gradient; longer ones are shortened."),
    SectionKey(
      "samples", .whole(1...1000), \.samples, default: "1", "Draws that a step's gradient is averaged over."),
    SectionKey(
      "kl-annealing", .real(.fraction), \.klAnnealing, default: "0",
      "Share of the first stage over which the KL's weight rises to 1."),
    SectionKey(
      "logit-rate", .real(.positive), \.logitRate, default: "10", "What multiplies the learning rate for the gates."),
    SectionKey(
      "free-gates", .real(.fraction), \.freeGates, default: "0.3",
      "Share of the first stage, from its start, with every node on."),
    SectionKey(
      reading: "temperature", .either([.real(.positive), .list(.real(.positive), count: 2)]), default: "1",
      "Of the relaxed gates; a list of two goes from one to the other.",
      read: { field, recipe throws(StudyFileError) in
        guard case .sequence = field.node.content else {
          recipe.temperature = try field.real(.positive)
          return
        }
        let ends = try Schedule.type.read(field)
        recipe.setTemperature(from: ends.start, to: ends.end)
      }),
    SectionKey(
      "estimator", .name, \.estimator, default: "local-reparameterisation", "Where a step's noise enters."),
    SectionKey(
      "relaxation", .name, \.relaxation, default: nil,
      "How a gate enters the forward pass; straight-through unless given, for relu soft."),
    SectionKey("tune-steps", .whole(), \.tuneSteps, default: "1000", "Steps of each fine-tuning."),
    SectionKey(
      "tune-learning-rate", Schedule.type, \.tuneLearningRate, default: "[0.01, 0.0001]",
      "Start and end of each fine-tuning's learning rate."),
    SectionKey(
      "averaged-tail", .real(.fraction), \.averagedTail, default: "0.5",
      "Share of each fine-tuning, from its end, over which the parameters are averaged."),
    SectionKey(
      "structure", .name, \.structure, default: "search",
      "What follows the first stage: a search, pruning alone, or gates that are never frozen."),
    SectionKey(
      "search-rounds", .whole(0...1_000_000_000), \.searchRounds, default: "16",
      "Proposals to merge or drop a node, at most."),
    SectionKey(
      "confirmations", .whole(1...1000), \.confirmations, default: "3",
      "Fine-tunings at the end that look for a further rise of the bound, at most."),
    SectionKey(
      "release-steps", .whole(0...1_000_000_000), \.releaseSteps, default: "0",
      "Steps of a last stage that lets frozen gates learn again."),
    SectionKey(
      "early-stop", .orNone(EarlyStop.type), \.earlyStop, default: "none",
      "Ends a stage whose bound rises by less than a tolerance over a window."),
    SectionKey(
      "restarts", .whole(1...10_000), \.restarts, default: "1",
      "Independent starts, of which the best evidence bound is kept."),
    SectionKey(
      "evidence-draws", .whole(2...1_000_000), \.evidenceDraws, default: "50",
      "Posterior draws behind each evidence bound."),
  ]

  /// What determines a fit. Settings that came when studies had been run already leave no line where they have their
  /// defaults, so that finished cells keep their identity.
  var canonicalLines: [CanonicalText.Line] {
    let later = ["schedule", "optimiser", "samples", "kl-annealing", "structure", "release-steps"]
    let defaults = CanonicalText.lines(of: TrainingRecipe(), key: "training")
      .filter { line in later.contains { line.key == "training.\($0)" } }
    return CanonicalText.lines(of: self, key: "training").filter { !defaults.contains($0) }
  }

  /// The recipe of a study file; a key that is absent keeps the recipe's own default, the relaxation the one that suits
  /// the activation.
  init(_ field: YAMLField?, activation: Activation) throws(StudyFileError) {
    self.init()
    relaxation = .suited(to: activation)
    try SectionKey.read(Self.keys, from: field, into: &self)
  }
}

extension TrainingRecipe.Schedule {
  fileprivate static let type = YAMLType<TrainingRecipe.Schedule>(
    .list(.real(.positive), count: 2)
  ) { field throws(StudyFileError) in
    let expected = "a list of two numbers, start and end"
    if case .scalar = field.node.content { throw field.refusal(expected: expected, suggestion: nil) }
    let items = try field.list(expected)
    guard items.count == 2 else {
      throw field.refusal("\(field.path) has \(items.count) numbers", expected: expected)
    }
    return TrainingRecipe.Schedule(start: try items[0].real(.positive), end: try items[1].real(.positive))
  }
}

extension TrainingRecipe.ScheduleShape {
  fileprivate static let type = YAMLType<TrainingRecipe.ScheduleShape>(
    .either([
      .names(["cosine", "constant"]),
      .mapping(
        [
          JSONSchema.Property(
            "step",
            .mapping(
              [
                JSONSchema.Property("factor", .real(.positiveFraction), "What multiplies the rates at each step."),
                JSONSchema.Property("every", .real(.positiveFraction), "The share of a stage from step to step."),
              ], required: ["factor", "every"]), "Rates that fall in steps.")
        ], required: ["step"]),
    ])
  ) { field throws(StudyFileError) in
    guard field.isMapping else {
      return try field.choice([("cosine", .cosine), ("constant", .constant)], or: "{step: {factor: 0.1, every: 0.25}}")
    }
    guard let step = try field.mapping(["step"])["step"] else {
      throw field.refusal("\(field.path) is an empty mapping", expected: "{step: {factor: 0.1, every: 0.25}}")
    }
    let parts = try step.mapping(["factor", "every"])
    guard let factor = parts["factor"], let every = parts["every"] else {
      throw step.refusal("\(step.path) is not whole", expected: "both factor and every, as {factor: 0.1, every: 0.25}")
    }
    return .step(factor: try factor.real(.positiveFraction), every: try every.real(.positiveFraction))
  }
}

extension TrainingRecipe.EarlyStop {
  fileprivate static let type = YAMLType<TrainingRecipe.EarlyStop>(
    .mapping(
      [
        JSONSchema.Property("tolerance", .real(.positive), "In nats."),
        JSONSchema.Property("window", .whole(3...1_000_000), default: "\(usualWindow)", "In blocks of 50 steps."),
      ], required: ["tolerance"])
  ) { field throws(StudyFileError) in
    let parts = try field.mapping(["window", "tolerance"])
    guard let tolerance = parts["tolerance"] else {
      throw field.refusal("\(field.path) has no tolerance", expected: "nats, as {tolerance: 1}")
    }
    let window = try parts["window"].map { part throws(StudyFileError) in try part.whole(3...1_000_000) }
    return TrainingRecipe.EarlyStop(window: window ?? usualWindow, tolerance: try tolerance.real(.positive))
  }
}

extension NumberDomain {
  fileprivate static let momentum = NumberDomain("a momentum from 0 to 1, 1 excluded", from: 0, below: 1)
  fileprivate static let positiveFraction = NumberDomain("a number above 0, at most 1", above: 0, to: 1)
}
