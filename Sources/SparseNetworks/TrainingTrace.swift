/// The evidence bound along training, in nats: averages over blocks of minibatch estimates.
public struct TrainingTrace: Equatable, Codable, Sendable {
  public struct Point: Equatable, Codable, Sendable {
    /// Steps done at the end of the block, counted over the stages of this trace.
    public let step: Int
    /// 0 for stage 1, then 1, 2, … for each fine-tuning.
    public let stage: Int
    public let evidenceBound: Double
    /// Of `evidenceBound`, as if the block's estimates were independent.
    public let standardError: Double
    public let logLikelihood: Double
    /// KL of the indicators, of the slab weights, of the nodes' scales and of the scales that nodes share.
    public let inclusionDivergence: Double
    public let slabDivergence: Double
    public let nodeScaleDivergence: Double
    public let sharedScaleDivergence: Double
    /// At the block's last step.
    public let gradientNorms: GradientNorms
    /// Σ γ of each hidden layer at the block's last step.
    public let effectiveNodes: [Double]

    public var divergence: Double {
      inclusionDivergence + slabDivergence + nodeScaleDivergence + sharedScaleDivergence
    }
  }

  /// Stages that were kept, one after another.
  public private(set) var points: [Point] = []

  /// Steps averaged in one point.
  package static let blockSize = 50

  /// Of −log-likelihood, the four divergences, the bound and its square, the bound counted from the block's first:
  /// squares of the bound itself would lose all their digits.
  private var sums = SIMD8(repeating: 0.0)
  private var firstBound = 0.0
  private var count = 0
  private var step = 0

  /// Takes one step.
  ///
  /// - Parameters:
  ///   - divergences: the KL of indicators, slab weights, nodes' scales and shared scales.
  ///   - negativeLogLikelihood: a mean over rows and samples.
  mutating func add(_ divergences: SIMD4<Double>, negativeLogLikelihood: Double, rows: Int) {
    let logLikelihood = -Double(rows) * negativeLogLikelihood
    let bound = logLikelihood - divergences.sum()
    if count == 0 { firstBound = bound }
    let difference = bound - firstBound
    sums += SIMD8(lowHalf: divergences, highHalf: SIMD4(logLikelihood, difference, difference * difference, 0))
    count += 1
    step += 1
  }

  var isBlockFull: Bool { count == Self.blockSize }
  /// Whether the next step is a block's last.
  var fillsBlock: Bool { count + 1 == Self.blockSize }

  /// Makes what has been added since the last block a point.
  mutating func closeBlock(stage: Int, gradientNorms: GradientNorms, effectiveNodes: [Double]) {
    guard count > 0 else { return }
    let mean = sums / Double(count)
    let variance = max(0, mean[6] - mean[5] * mean[5]) * Double(count) / Double(max(1, count - 1))
    points.append(
      Point(
        step: step, stage: stage, evidenceBound: mean[4] - mean[0] - mean[1] - mean[2] - mean[3],
        standardError: (variance / Double(count)).squareRoot(), logLikelihood: mean[4], inclusionDivergence: mean[0],
        slabDivergence: mean[1], nodeScaleDivergence: mean[2], sharedScaleDivergence: mean[3],
        gradientNorms: gradientNorms, effectiveNodes: effectiveNodes))
    sums = SIMD8(repeating: 0)
    count = 0
  }

  /// Forgets all points but the first `count`: a stage was rejected. Between stages only.
  mutating func keep(first count: Int) {
    points.removeLast(points.count - count)
    step = points.last?.step ?? 0
  }
}
