import GSL

/// The best log-normals for the exact law of a squared scale given the node's weights (THEORY.md 4.4, 4.6, 4.7).
public struct ConditionalScaleFit: Equatable, Sendable {
  /// The minimiser of KL(LN ‖ law), the direction of an ELBO, with that KL in nats.
  public let reverse: LogNormalFit
  /// The minimiser of KL(law ‖ LN), which matches the mean and variance of log X, with that KL in nats.
  public let forward: LogNormalFit
  /// Distances between the law and the reverse fit, the same for X and for every power of X.
  public let totalVariation, hellinger, kolmogorov: Double
  /// How often the densities of the law and of the reverse fit cross, far tails included.
  public let numberOfCrossings: Int

  /// - Parameters:
  ///   - reverse: the reverse fit of log X.
  ///   - density: of x = log X − `centre`; its left tail is lighter than any log-normal's.
  ///   - upperTailIsHeavier: whether its right tail is heavier than any log-normal's, not lighter.
  init(
    reverse: LogNormalFit, density: TrapezoidDensity, centre: Double, upperTailIsHeavier: Bool
  ) throws(GSLError) {
    self.reverse = reverse
    forward = density.forwardFit(centre: centre)
    let comparison = LogNormalComparison(target: density, mu: reverse.mu - centre, omega: reverse.omega)
    let metrics = try comparison.metrics(upperTailIsHeavier: upperTailIsHeavier)
    totalVariation = metrics.totalVariation
    kolmogorov = metrics.kolmogorov
    numberOfCrossings = metrics.numberOfCrossings
    hellinger = comparison.hellinger
  }
}
