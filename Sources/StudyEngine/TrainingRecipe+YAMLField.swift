import NetworkShape
import SparseNetworks

/// `training:`, how a fit is made: the recipe of `SparseNetworks`, key by key.
extension TrainingRecipe {
  static let keys = [
    "steps", "batch", "learning-rate", "schedule", "optimiser", "momentum", "gradient-clip", "samples", "kl-annealing",
    "logit-rate", "free-gates", "temperature", "estimator", "relaxation", "tune-steps", "tune-learning-rate",
    "averaged-tail", "structure", "search-rounds", "confirmations", "release-steps", "early-stop", "restarts",
    "evidence-draws",
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
    let fields = try field?.mapping(Self.keys) ?? [:]
    if let field = fields["steps"] { steps = try field.whole() }
    if let field = fields["batch"] { batch = try field.whole() }
    if let field = fields["learning-rate"] { learningRate = try Schedule(field) }
    if let field = fields["schedule"] { schedule = try ScheduleShape(field) }
    if let field = fields["optimiser"] {
      optimiser = try field.choice([("adam", Optimiser.adam), ("sgd", .momentum(Optimiser.usualMomentum))])
    }
    if let field = fields["momentum"] {
      guard optimiser != .adam else {
        throw field.refusal("momentum is given without optimiser: sgd", expected: "no momentum, or optimiser: sgd")
      }
      optimiser = .momentum(try field.real(.momentum))
    }
    if let field = fields["gradient-clip"] { gradientClip = try field.real(.positive) }
    if let field = fields["samples"] { samples = try field.whole(1...1000) }
    if let field = fields["kl-annealing"] { klAnnealing = try field.real(.fraction) }
    if let field = fields["logit-rate"] { logitRate = try field.real(.positive) }
    if let field = fields["free-gates"] { freeGates = try field.real(.fraction) }
    if let field = fields["temperature"] {
      if case .sequence = field.node.content {
        let ends = try Schedule(field)
        setTemperature(from: ends.start, to: ends.end)
      } else {
        temperature = try field.real(.positive)
      }
    }
    if let field = fields["estimator"] { estimator = try field.choice(GradientEstimator.self) }
    if let field = fields["relaxation"] { relaxation = try field.choice(Relaxation.self) }
    if let field = fields["tune-steps"] { tuneSteps = try field.whole() }
    if let field = fields["tune-learning-rate"] { tuneLearningRate = try Schedule(field) }
    if let field = fields["averaged-tail"] { averagedTail = try field.real(.fraction) }
    if let field = fields["structure"] { structure = try field.choice(Structure.self) }
    if let field = fields["search-rounds"] { searchRounds = try field.whole(0...1_000_000_000) }
    if let field = fields["confirmations"] { confirmations = try field.whole(1...1000) }
    if let field = fields["release-steps"] { releaseSteps = try field.whole(0...1_000_000_000) }
    if let field = fields["early-stop"] { earlyStop = try EarlyStop(field) }
    if let field = fields["restarts"] { restarts = try field.whole(1...10_000) }
    if let field = fields["evidence-draws"] { evidenceDraws = try field.whole(2...1_000_000) }
  }
}

extension TrainingRecipe.Schedule {
  fileprivate init(_ field: YAMLField) throws(StudyFileError) {
    let expected = "a list of two numbers, start and end"
    if case .scalar = field.node.content { throw field.refusal(expected: expected, suggestion: nil) }
    let items = try field.list(expected)
    guard items.count == 2 else {
      throw field.refusal("\(field.path) has \(items.count) numbers", expected: expected)
    }
    self.init(start: try items[0].real(.positive), end: try items[1].real(.positive))
  }
}

extension TrainingRecipe.ScheduleShape {
  fileprivate init(_ field: YAMLField) throws(StudyFileError) {
    guard field.isMapping else {
      self = try field.choice([("cosine", .cosine), ("constant", .constant)], or: "{step: {factor: 0.1, every: 0.25}}")
      return
    }
    guard let step = try field.mapping(["step"])["step"] else {
      throw field.refusal("\(field.path) is an empty mapping", expected: "{step: {factor: 0.1, every: 0.25}}")
    }
    let parts = try step.mapping(["factor", "every"])
    guard let factor = parts["factor"], let every = parts["every"] else {
      throw step.refusal("\(step.path) is not whole", expected: "both factor and every, as {factor: 0.1, every: 0.25}")
    }
    self = .step(factor: try factor.real(.positiveFraction), every: try every.real(.positiveFraction))
  }
}

extension TrainingRecipe.EarlyStop {
  fileprivate init(_ field: YAMLField) throws(StudyFileError) {
    let parts = try field.mapping(["window", "tolerance"])
    guard let tolerance = parts["tolerance"] else {
      throw field.refusal("\(field.path) has no tolerance", expected: "nats, as {tolerance: 1}")
    }
    let window = try parts["window"].map { part throws(StudyFileError) in try part.whole(3...1_000_000) }
    self.init(window: window ?? Self.usualWindow, tolerance: try tolerance.real(.positive))
  }
}

extension NumberDomain {
  fileprivate static let momentum = NumberDomain(description: "a momentum from 0 to 1, 1 excluded") {
    0 <= $0 && $0 < 1
  }
  fileprivate static let positiveFraction = NumberDomain(description: "a number above 0, at most 1") {
    0 < $0 && $0 <= 1
  }
}
