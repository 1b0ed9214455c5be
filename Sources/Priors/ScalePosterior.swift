import Foundation
import GSL

/// q of one random scale X, by two unconstrained numbers, with the expectations that an evidence bound needs
/// (THEORY.md 3.11).
///
/// | family | q(X) | location | rho |
/// |---|---|---|---|
/// | log-normal | LN(μ, ω²) | μ | ω = softplus(rho) |
/// | gamma | Gamma(α, β) | log E X = log α/β | 1/√α = softplus(rho) |
/// | gamma, of an inverse Gamma | InvGamma(α, β) | −log E 1/X = −log α/β | as above |
/// | point | a number | log X | none |
///
/// Under the centred parametrisation 1/X has to have an expectation, without which every KL is infinite: a Gamma's shape
/// is then 1 + 1/softplus(rho)².
public struct ScalePosterior: Sendable {
  /// A number with its derivatives by location and rho.
  public struct Quantity: Equatable, Sendable {
    public var value, byLocation, byRho: Double

    package init(value: Double, byLocation: Double, byRho: Double) {
      (self.value, self.byLocation, self.byRho) = (value, byLocation, byRho)
    }

    static func + (a: Quantity, b: Quantity) -> Quantity {
      Quantity(value: a.value + b.value, byLocation: a.byLocation + b.byLocation, byRho: a.byRho + b.byRho)
    }
    static func * (factor: Double, a: Quantity) -> Quantity {
      Quantity(value: factor * a.value, byLocation: factor * a.byLocation, byRho: factor * a.byRho)
    }
    static func constant(_ value: Double) -> Quantity { Quantity(value: value, byLocation: 0, byRho: 0) }
  }

  /// E log X, E X and E 1/X.
  public let meanLog, mean, meanInverse: Quantity
  /// E log q_u(u) of u = log X: minus its entropy; 0 for a point.
  public let negativeEntropy: Quantity
  /// ω of a log-normal, and dω/drho; 0 in the other families.
  public let omega, omegaSlope: Double
  private let shape: (value: Double, byRho: Double)
  private let family: ScaleFamily
  private let isInverse: Bool
  private let location: Double

  /// A place that no scale has been read into yet.
  package static let unset = ScalePosterior()

  private init() {
    (meanLog, mean, meanInverse, negativeEntropy) = (.constant(0), .constant(1), .constant(1), .constant(0))
    (omega, omegaSlope, shape, family, isInverse, location) = (0, 0, (0, 0), .point, false, 0)
  }

  /// - Parameter isCentred: whether E 1/X has to be finite.
  /// - Throws: `GSLError.domain` unless the location is finite and softplus(rho) positive and finite.
  public init(
    of variable: ScaleVariable, family: ScaleFamily, location: Double, rho: Double, isCentred: Bool
  ) throws(GSLError) {
    try requireFinite(location, "location of a scale")
    self.family = family
    self.location = location
    isInverse = variable.isInverse
    switch family {
    case .logNormal:
      let (omega, slope) = (softplus(rho), sigmoid(rho))
      try requirePositive(omega, "omega of a log-normal")
      (self.omega, omegaSlope) = (omega, slope)
      let half = 0.5 * omega * omega
      let (up, down) = (exp(location + half), exp(-location + half))
      meanLog = Quantity(value: location, byLocation: 1, byRho: 0)
      mean = Quantity(value: up, byLocation: up, byRho: up * omega * slope)
      meanInverse = Quantity(value: down, byLocation: -down, byRho: down * omega * slope)
      negativeEntropy = Quantity(value: -log(omega) - 0.5 * log(2 * .pi) - 0.5, byLocation: 0, byRho: -slope / omega)
      shape = (0, 0)
      try requireFinite(up + down, "expectation of a scale or of its inverse")
    case .gamma:
      let deviation = softplus(rho)
      try requirePositive(deviation, "relative deviation of a Gamma")
      let shift: Double = isCentred && !variable.isInverse ? 1 : 0
      let a = shift + 1 / (deviation * deviation)
      let aByRho = -2 / (deviation * deviation * deviation) * sigmoid(rho)
      let (psi, psi1) = (try digamma(a), try trigamma(a))
      // Of Y ~ Gamma(α, β), which X is, or 1/X.
      let p = variable.isInverse ? -location : location
      let sign: Double = variable.isInverse ? -1 : 1
      let logMoment = Quantity(value: psi - log(a) + p, byLocation: sign, byRho: (psi1 - 1 / a) * aByRho)
      let moment = Quantity(value: exp(p), byLocation: sign * exp(p), byRho: 0)
      let ratio = a > 1 ? a / (a - 1) * exp(-p) : .infinity
      let inverseMoment = Quantity(
        value: ratio, byLocation: -sign * ratio, byRho: -exp(-p) / ((a - 1) * (a - 1)) * aByRho)
      meanLog = sign * logMoment
      mean = variable.isInverse ? inverseMoment : moment
      meanInverse = variable.isInverse ? moment : inverseMoment
      // −{α + log Γ(α) − α ψ(α)}, the terms of which cancel for a large α.
      negativeEntropy = Quantity(
        value: try -a - logGamma(a) + a * psi, byLocation: 0, byRho: (a * psi1 - 1) * aByRho)
      (omega, omegaSlope) = (0, 0)
      shape = (a, aByRho)
    case .point:
      let (up, down) = (exp(location), exp(-location))
      meanLog = Quantity(value: location, byLocation: 1, byRho: 0)
      mean = Quantity(value: up, byLocation: up, byRho: 0)
      meanInverse = Quantity(value: down, byLocation: -down, byRho: 0)
      negativeEntropy = .constant(0)
      (omega, omegaSlope) = (0, 0)
      shape = (0, 0)
      try requireFinite(up + down, "scale or its inverse")
    }
  }

  /// log X of one draw at the standard normal `e`.
  public func logDraw(normal e: Double) throws(GSLError) -> Quantity {
    switch family {
    case .logNormal: return Quantity(value: location + omega * e, byLocation: 1, byRho: e * omegaSlope)
    case .point: return Quantity(value: location, byLocation: 1, byRho: 0)
    case .gamma:
      let draw = try GammaPathwiseDraw(shape: shape.value, normal: e)
      let p = isInverse ? -location : location
      let y = Quantity(
        value: draw.logValue - log(shape.value) + p, byLocation: isInverse ? -1 : 1,
        byRho: (draw.dShape - 1 / shape.value) * shape.byRho)
      return isInverse ? -1 * y : y
    }
  }

  /// KL(q ‖ prior), or for a point minus the prior's log density of log X; with a random rate ς²/2 averaged over q(ς²),
  /// by whose numbers `byRate` differentiates.
  ///
  /// - Parameter variable: the one that this is q of.
  public func divergence(
    from variable: ScaleVariable, rate: ScalePosterior?
  ) -> (own: Quantity, byRate: Quantity) {
    switch variable {
    case .gamma(let a, let b):
      // The density of u = log X: b^a e^{au − b e^u}/Γ(a).
      let own = .constant(a.logGamma - a.value * log(b)) + (-a.value) * meanLog + b * mean + negativeEntropy
      return (own, .constant(0))
    case .gammaOfSharedRate(let a):
      guard let rate else { preconditionFailure("a scale whose rate is random needs the rate") }
      let constant = a.logGamma - a.value * (rate.meanLog.value - log(2))
      let own = .constant(constant) + (-a.value) * meanLog + (0.5 * rate.mean.value) * mean + negativeEntropy
      return (own, (-a.value) * rate.meanLog + (0.5 * mean.value) * rate.mean)
    case .inverseGamma(let a, let b):
      let own = .constant(a.logGamma - a.value * log(b)) + a.value * meanLog + b * meanInverse + negativeEntropy
      return (own, .constant(0))
    case .halfCauchySquared(let scale):
      // sech(½(u − 2 log A))/(2π) is its density at u; only points have it as a prior.
      let half = 0.5 * (location - 2 * log(scale))
      return (
        Quantity(value: log(2 * .pi) + logCosh(half), byLocation: 0.5 * tanh(half), byRho: 0), .constant(0)
      )
    }
  }
}
