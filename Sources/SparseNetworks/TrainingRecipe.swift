/// How a network is trained: one stage with learning gates, then a structure search on frozen ones.
///
/// Stage 1 keeps every node on for the first `freeGates` of the steps, then lets the inclusion logits learn at
/// `logitRate` times the learning rate. Then gates are frozen where the logits point, and `tune` steps refine the
/// network; each of up to `searchRounds` rounds proposes one node fewer and keeps it where the evidence bound rises.
/// One stage alone stops with split copies of the nodes that are needed; see `docs/training.md`.
public struct TrainingRecipe: Codable, Hashable, Sendable {
  /// Steps of stage 1.
  public var steps = 6000
  /// Rows of a minibatch, drawn with replacement; a data set no larger than this is used whole in every step.
  public var batch = 256
  public var learningRate = Schedule(start: 0.03, end: 0.0001)
  /// Of both learning rates.
  public var schedule = ScheduleShape.cosine
  public var optimiser = Optimiser.adam
  /// The largest Euclidean norm of a gradient, all parameters counted; a longer one is shortened to it. nil: any.
  public var gradientClip: Double?
  /// Draws of weights, gates and scales that a step's gradient is averaged over, all on the same minibatch.
  public var samples = 1
  /// The share of stage 1, from its start, over which the weight of the KL rises linearly to 1; 0: it is 1 throughout.
  public var klAnnealing = 0.0
  /// What multiplies the learning rate for the inclusion logits.
  public var logitRate = 10.0
  /// The share of stage 1, from its start, during which every node is kept.
  public var freeGates = 0.3
  /// Of the relaxed gates.
  public var temperature = 1.0
  /// Where the temperature goes while gates learn in stage 1, geometrically, and stays; nil: it does not move.
  public var finalTemperature: Double?
  public var estimator = GradientEstimator.localReparameterisation
  public var relaxation = Relaxation.straightThrough
  /// Steps of each fine-tuning on frozen gates.
  public var tuneSteps = 1000
  public var tuneLearningRate = Schedule(start: 0.01, end: 0.0001)
  /// The share of each fine-tuning, from its end, over which the parameters are averaged; 0 keeps the last ones.
  public var averagedTail = 0.5
  public var structure = Structure.search
  /// The most merge-or-drop rounds; 0 keeps the structure that the gates found. The search ends sooner where every
  /// proposal has been tried in vain.
  public var searchRounds = 16
  /// The most fine-tunings at the end that look for a further rise of the evidence bound; at least 1, which tells
  /// whether training converged.
  public var confirmations = 3
  /// Steps of a last stage that lets frozen gates learn again, at a tenth of the fine-tunings' rate; 0: they stay
  /// frozen.
  public var releaseSteps = 0
  /// Ends stage 1 and fine-tunings that rise no more; nil: each takes all its steps.
  public var earlyStop: EarlyStop?
  /// Independent starts, of which the one with the largest evidence bound is kept.
  public var restarts = 1
  /// Posterior draws behind each evidence bound.
  public var evidenceDraws = 50

  public init() {}

  /// Lets the temperature go from `start` to `end` while gates learn in stage 1.
  public mutating func setTemperature(from start: Double, to end: Double) {
    temperature = start
    finalTemperature = end == start ? nil : end
  }

  /// The most steps that a fit can take, every round and restart counted; `Int.max` if an Int cannot hold them.
  public var largestStepCount: Int {
    let tunings = Double(confirmations) + (structure == .free ? 0 : 1 + Double(largestSearchRounds))
    let ofStart = Double(steps) + Double(tuneSteps) * tunings + Double(releaseSteps)
    return Int(exactly: Double(max(1, restarts)) * ofStart) ?? .max
  }

  /// The most rounds that are searched: none but in a search.
  package var largestSearchRounds: Int { structure == .search ? searchRounds : 0 }
}
