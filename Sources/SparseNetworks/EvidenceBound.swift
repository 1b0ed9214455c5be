/// The evidence lower bound of a fitted network on its training data, in nats, from posterior draws.
///
/// The KL is exact, but for a centred horseshoe with a cap, of which one part is an average over the draws too.
public struct EvidenceBound: Equatable, Codable, Sendable {
  /// log p(D | θ) of each posterior draw.
  public let logLikelihoods: [Double]
  /// KL(q ‖ prior) and its parts: indicators, slab weights, scales.
  public let divergence: Double
  public let inclusionDivergence: Double
  public let slabDivergence: Double
  public let scaleDivergence: Double
  /// log p(D | θ) less what of the KL hangs on the draw.
  let draws: [Double]

  public var meanLogLikelihood: Double { logLikelihoods.reduce(0, +) / Double(logLikelihoods.count) }
  public var value: Double { meanLogLikelihood - divergence }

  /// Monte Carlo standard error of `value`.
  public var standardError: Double { Self.standardError(draws) }

  /// - Parameter divergences: one for all draws, or one a draw.
  init(logLikelihoods: [Double], divergences: [ObjectiveValue]) {
    func mean(_ part: (ObjectiveValue) -> Double) -> Double {
      divergences.reduce(0) { $0 + part($1) } / Double(divergences.count)
    }
    self.logLikelihoods = logLikelihoods
    divergence = mean(\.divergence)
    inclusionDivergence = mean { $0.layers.reduce(0) { $0 + $1.inclusion } }
    slabDivergence = mean { $0.layers.reduce(0) { $0 + $1.slab } }
    scaleDivergence = divergence - inclusionDivergence - slabDivergence
    draws = divergences.count == 1
      ? logLikelihoods : zip(logLikelihoods, divergences).map { $0 - $1.divergence }
  }

  static func standardError(_ values: [Double]) -> Double {
    let count = Double(values.count)
    guard count > 1 else { return .infinity }
    let mean = values.reduce(0, +) / count
    let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (square / (count - 1) / count).squareRoot()
  }
}
