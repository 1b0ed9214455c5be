/// The evidence bound along training, in nats: averages over blocks of minibatch estimates.
public struct TrainingTrace: Equatable, Sendable {
  public struct Point: Equatable, Sendable {
    /// Steps done at the end of the block, counted over the stages of this trace.
    public let step: Int
    /// 0 for stage 1, then 1, 2, … for each fine-tuning.
    public let stage: Int
    public let evidenceBound: Double
    public let logLikelihood: Double
    /// KL of the indicators, of the slab weights, and of the scales.
    public let inclusionDivergence: Double
    public let slabDivergence: Double
    public let scaleDivergence: Double
  }

  public private(set) var points: [Point] = []

  /// Steps averaged in one point.
  static let blockSize = 50

  private var sums = [0.0, 0.0, 0.0, 0.0]
  private var count = 0
  private var step = 0

  mutating func add(_ value: ObjectiveValue, rows: Int, stage: Int) {
    var inclusion = 0.0
    var slab = 0.0
    for layer in value.layers {
      inclusion += layer.inclusion
      slab += layer.slabWeights + layer.slabBiases
    }
    sums[0] -= Double(rows) * value.negativeLogLikelihood
    sums[1] += inclusion
    sums[2] += slab
    sums[3] += value.divergence - inclusion - slab
    count += 1
    step += 1
    if count == Self.blockSize { closeBlock(stage: stage) }
  }

  /// Ends a stage: what is left of its last block becomes a point.
  mutating func closeBlock(stage: Int) {
    guard count > 0 else { return }
    let mean = sums.map { $0 / Double(count) }
    points.append(
      Point(
        step: step, stage: stage, evidenceBound: mean[0] - mean[1] - mean[2] - mean[3], logLikelihood: mean[0],
        inclusionDivergence: mean[1], slabDivergence: mean[2], scaleDivergence: mean[3]))
    sums = [0, 0, 0, 0]
    count = 0
  }
}
