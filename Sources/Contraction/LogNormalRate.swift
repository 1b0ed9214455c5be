/// q(ς²) = LN(m, v²) of the group lasso's shared rate parameter.
public struct LogNormalRate: Sendable, Equatable {
  /// m and v.
  public let mu, omega: Double
}
