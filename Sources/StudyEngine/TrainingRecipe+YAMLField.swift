import NetworkShape
import SparseNetworks

/// `training:`, how a fit is made: the recipe of `SparseNetworks`, key by key.
extension TrainingRecipe {
  static let keys = [
    "steps", "batch", "learning-rate", "logit-rate", "free-gates", "temperature", "estimator", "relaxation",
    "tune-steps", "tune-learning-rate", "averaged-tail", "search-rounds", "confirmations", "restarts", "evidence-draws",
  ]

  /// The recipe of a study file; a key that is absent keeps the recipe's own default, the relaxation the one that suits
  /// the activation.
  init(_ field: YAMLField?, activation: Activation) throws(StudyFileError) {
    self.init()
    relaxation = .suited(to: activation)
    let fields = try field?.mapping(Self.keys) ?? [:]
    if let field = fields["steps"] { steps = try field.whole() }
    if let field = fields["batch"] { batch = try field.whole() }
    if let field = fields["learning-rate"] { learningRate = try Schedule(field) }
    if let field = fields["logit-rate"] { logitRate = try field.real(.positive) }
    if let field = fields["free-gates"] { freeGates = try field.real(.fraction) }
    if let field = fields["temperature"] { temperature = try field.real(.positive) }
    if let field = fields["estimator"] { estimator = try field.choice(GradientEstimator.self) }
    if let field = fields["relaxation"] { relaxation = try field.choice(Relaxation.self) }
    if let field = fields["tune-steps"] { tuneSteps = try field.whole() }
    if let field = fields["tune-learning-rate"] { tuneLearningRate = try Schedule(field) }
    if let field = fields["averaged-tail"] { averagedTail = try field.real(.fraction) }
    if let field = fields["search-rounds"] { searchRounds = try field.whole(0...1_000_000_000) }
    if let field = fields["confirmations"] { confirmations = try field.whole(1...1000) }
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
