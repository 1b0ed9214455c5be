/// The evidence lower bound of a fitted network on its training data, in nats: exact KL, Monte Carlo likelihood.
public struct EvidenceBound: Equatable, Sendable {
  /// log p(D | θ) of each posterior draw.
  public let logLikelihoods: [Double]
  /// KL(q ‖ prior) and its parts: indicators, slab weights, scales.
  public let divergence: Double
  public let inclusionDivergence: Double
  public let slabDivergence: Double
  public let scaleDivergence: Double

  public var meanLogLikelihood: Double { logLikelihoods.reduce(0, +) / Double(logLikelihoods.count) }
  public var value: Double { meanLogLikelihood - divergence }

  /// Monte Carlo standard error of `value`.
  public var standardError: Double { Self.standardError(logLikelihoods) }

  static func standardError(_ values: [Double]) -> Double {
    let count = Double(values.count)
    guard count > 1 else { return .infinity }
    let mean = values.reduce(0, +) / count
    let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (square / (count - 1) / count).squareRoot()
  }
}
