/// `training:`, how a fit is made: a first stage with gates, a search that merges or drops nodes, tuning.
package struct TrainingSection: Sendable, Equatable {
  /// How the ELBO's gradient is estimated.
  package enum Estimator: String, CaseIterable, Sendable {
    case localReparameterisation = "local-reparameterisation"
    case weightSampling = "weight-sampling"
  }

  /// What a gate passes on while it is being learned.
  package enum Relaxation: String, CaseIterable, Sendable {
    case straightThrough = "straight-through"
    case soft
  }

  /// A learning rate that falls from `start` to `end` along a cosine.
  package struct LearningRate: Sendable, Equatable {
    package let start: Double
    package let end: Double
  }

  package let steps: Int
  /// Rows a step; a sample with fewer is taken whole.
  package let batch: Int
  package let learningRate: LearningRate
  /// How many times the learning rate the gates' logits get.
  package let logitRate: Double
  /// The fraction of the steps, from the first, in which all gates stay open.
  package let freeGates: Double
  package let temperature: Double
  package let estimator: Estimator
  package let relaxation: Relaxation
  /// Steps after each change of the search; 0 for none.
  package let tuneSteps: Int
  package let tuneLearningRate: LearningRate
  /// Rounds of merging or dropping nodes at most; 0 for no search.
  package let searchRounds: Int
  /// Independent starts, of which the best ELBO is kept.
  package let restarts: Int

  static let keys = [
    "steps", "batch", "learning-rate", "logit-rate", "free-gates", "temperature", "estimator", "relaxation",
    "tune-steps", "tune-learning-rate", "search-rounds", "restarts",
  ]

  init(_ field: YAMLField?) throws(StudyFileError) {
    let fields = try field?.mapping(Self.keys) ?? [:]
    steps = try fields["steps"]?.whole() ?? 6000
    batch = try fields["batch"]?.whole() ?? 256
    learningRate = try fields["learning-rate"].map(LearningRate.init) ?? LearningRate(start: 0.03, end: 0.0001)
    logitRate = try fields["logit-rate"]?.real(.positive) ?? 10
    freeGates = try fields["free-gates"]?.real(.fraction) ?? 0.3
    temperature = try fields["temperature"]?.real(.positive) ?? 1
    estimator = try fields["estimator"]?.choice(Estimator.self) ?? .localReparameterisation
    relaxation = try fields["relaxation"]?.choice(Relaxation.self) ?? .straightThrough
    tuneSteps = try fields["tune-steps"]?.whole(0...1_000_000_000) ?? 1000
    tuneLearningRate =
      try fields["tune-learning-rate"].map(LearningRate.init) ?? LearningRate(start: 0.01, end: 0.0001)
    searchRounds = try fields["search-rounds"]?.whole(0...1_000_000_000) ?? 8
    restarts = try fields["restarts"]?.whole(1...10_000) ?? 1
  }
}

extension TrainingSection.LearningRate {
  fileprivate init(_ field: YAMLField) throws(StudyFileError) {
    let expected = "a list of two numbers, start and end"
    let items = try field.list(expected)
    guard items.count == 2 else {
      throw field.refusal("\(field.path) has \(items.count) numbers", expected: expected)
    }
    start = try items[0].real(.positive)
    end = try items[1].real(.positive)
  }
}
