import Foundation

/// How a network is trained: one stage with learning gates, then a structure search on frozen ones.
///
/// Stage 1 keeps every node on for the first `freeGates` of the steps, then lets the inclusion logits learn at
/// `logitRate` times the learning rate. Then gates are frozen where the logits point, and `tune` steps refine the
/// network; each of up to `searchRounds` rounds proposes one node fewer and keeps it where the evidence bound rises.
/// One stage alone stops with split copies of the nodes that are needed; see `docs/training.md`.
public struct TrainingRecipe: Codable, Hashable, Sendable {
  /// A learning rate that falls from `start` to `end` along half a cosine.
  public struct Schedule: Codable, Hashable, Sendable {
    public let start: Double
    public let end: Double

    public init(start: Double, end: Double) {
      self.start = start
      self.end = end
    }

    /// The rate at `step` of `steps`, counted from 0.
    func rate(step: Int, of steps: Int) -> Double {
      end + 0.5 * (start - end) * (1 + cos(Double.pi * Double(step) / Double(steps)))
    }
  }

  /// Steps of stage 1.
  public var steps = 6000
  /// Rows of a minibatch, drawn with replacement; a data set no larger than this is used whole in every step.
  public var batch = 256
  public var learningRate = Schedule(start: 0.03, end: 0.0001)
  /// What multiplies the learning rate for the inclusion logits.
  public var logitRate = 10.0
  /// The share of stage 1, from its start, during which every node is kept.
  public var freeGates = 0.3
  public var temperature = 1.0
  public var estimator = GradientEstimator.localReparameterisation
  public var relaxation = Relaxation.straightThrough
  /// Steps of each fine-tuning on frozen gates.
  public var tuneSteps = 1000
  public var tuneLearningRate = Schedule(start: 0.01, end: 0.0001)
  /// The share of each fine-tuning, from its end, over which the parameters are averaged; 0 keeps the last ones.
  public var averagedTail = 0.5
  /// The most merge-or-drop rounds; 0 keeps the structure that the gates found. The search ends sooner where every
  /// proposal has been tried in vain.
  public var searchRounds = 16
  /// The most fine-tunings at the end that look for a further rise of the evidence bound; at least 1, which tells
  /// whether training converged.
  public var confirmations = 3
  /// Independent starts, of which the one with the largest evidence bound is kept.
  public var restarts = 1
  /// Posterior draws behind each evidence bound.
  public var evidenceDraws = 50

  public init() {}

  /// - Throws: `FitError.mismatch` for the first setting that training cannot use.
  func validate() throws(FitError) {
    func require(
      _ name: String, _ value: some CustomStringConvertible, _ needs: String, _ holds: Bool
    ) throws(FitError) {
      guard holds else { throw FitError.mismatch(what: "\(name) of the recipe", found: "\(value)", expected: needs) }
    }
    func requireAtLeast(_ least: Int, _ name: String, _ value: Int) throws(FitError) {
      try require(name, value, "at least \(least)", value >= least)
    }
    func requirePositive(_ name: String, _ value: Double) throws(FitError) {
      try require(name, value, "positive and finite", value > 0 && value.isFinite)
    }
    try requireAtLeast(0, "steps", steps)
    try requireAtLeast(1, "batch", batch)
    // Without a fine-tuning nothing would say whether training converged.
    try requireAtLeast(1, "fine-tuning steps", tuneSteps)
    try requireAtLeast(0, "search rounds", searchRounds)
    try requireAtLeast(1, "confirmations", confirmations)
    try requireAtLeast(1, "restarts", restarts)
    // One draw has no standard error, without which nothing says whether training converged.
    try requireAtLeast(2, "evidence draws", evidenceDraws)
    for rate in [learningRate.start, learningRate.end, tuneLearningRate.start, tuneLearningRate.end] {
      try requirePositive("learning rate", rate)
    }
    try requirePositive("logit rate", logitRate)
    try requirePositive("temperature", temperature)
    try require("share of free gates", freeGates, "from 0 to 1", (0...1).contains(freeGates))
    try require("averaged tail", averagedTail, "from 0 to 1", (0...1).contains(averagedTail))
  }

  /// The most steps that a fit can take, every round and restart counted; `Int.max` if an Int cannot hold them.
  public var largestStepCount: Int {
    let tunings = 1 + Double(searchRounds) + Double(confirmations)
    return Int(exactly: Double(max(1, restarts)) * (Double(steps) + Double(tuneSteps) * tunings)) ?? .max
  }
}
