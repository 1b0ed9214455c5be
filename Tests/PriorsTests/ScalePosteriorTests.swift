import Foundation
import GSL
import Testing

@testable import Priors

@Suite struct ScalePosteriorTests {
  private static let variables: [ScaleVariable] = [
    .gamma(shape: GammaShape(groupLassoFanIn: 7), rate: 1.5), .gamma(shape: .half, rate: 4),
    .inverseGamma(shape: .half, scale: 1), .inverseGamma(shape: GammaShape(groupLassoFanIn: 2), scale: 6),
    .gammaOfSharedRate(shape: GammaShape(groupLassoFanIn: 3)),
  ]
  /// ς² itself, which scales with a random rate hang on.
  private static let rate = ScaleVariable.gamma(shape: GammaShape(groupLassoFanIn: 6), rate: 2)

  private func posterior(
    _ variable: ScaleVariable, _ family: ScaleFamily, _ location: Double = 0.3, _ rho: Double = -0.4
  ) throws -> ScalePosterior {
    try ScalePosterior(of: variable, family: family, location: location, rho: rho, isCentred: true)
  }

  @Test(
    "moments are those of the draws, by quadrature over the normal they come from",
    arguments: variables, [ScaleFamily.logNormal, .gamma])
  func moments(variable: ScaleVariable, family: ScaleFamily) throws {
    let q = try posterior(variable, family)
    var (log, mean, inverse) = (0.0, 0.0, 0.0)
    for node in try GaussianExpectation(mu: 0, omega: 1).nodes {
      let u = try q.logDraw(normal: node.u).value
      log += node.weight * u
      mean += node.weight * exp(u)
      inverse += node.weight * exp(-u)
    }
    #expect(abs(log - q.meanLog.value) < 1e-7)
    #expect(abs(mean / q.mean.value - 1) < 1e-5)
    #expect(abs(inverse / q.meanInverse.value - 1) < 1e-5)
  }

  @Test("every derivative is that of its value, by finite differences", arguments: variables, ScaleFamily.allCases)
  func derivatives(variable: ScaleVariable, family: ScaleFamily) throws {
    let rate = try posterior(Self.rate, family)
    let (location, rho, step) = (0.3, -0.4, 1e-4)
    func quantities(_ q: ScalePosterior) throws -> [ScalePosterior.Quantity] {
      try [
        q.meanLog, q.mean, q.meanInverse, q.negativeEntropy, q.logDraw(normal: 0.7), q.logDraw(normal: -1.2),
        q.divergence(from: variable, rate: rate).own,
      ]
    }
    let center = try quantities(posterior(variable, family, location, rho))
    for place in center.indices {
      func difference(_ at: (Double) throws -> Double) throws -> Double {
        (8 * (try at(step) - at(-step)) - (try at(2 * step) - at(-2 * step))) / (12 * step)
      }
      let byLocation = try difference { try quantities(posterior(variable, family, location + $0, rho))[place].value }
      let byRho = try difference { try quantities(posterior(variable, family, location, rho + $0))[place].value }
      #expect(abs(byLocation - center[place].byLocation) < 1e-8 * max(1, abs(byLocation)), "quantity \(place)")
      #expect(abs(byRho - center[place].byRho) < 1e-8 * max(1, abs(byRho)), "quantity \(place)")
    }
    guard case .gammaOfSharedRate = variable else { return }
    let q = try posterior(variable, family)
    for (shift, derivative) in [
      ((step, 0.0), q.divergence(from: variable, rate: rate).byRate.byLocation),
      ((0.0, step), q.divergence(from: variable, rate: rate).byRate.byRho),
    ] {
      func at(_ sign: Double) throws -> Double {
        let moved = try posterior(Self.rate, family, 0.3 + sign * shift.0, -0.4 + sign * shift.1)
        return q.divergence(from: variable, rate: moved).own.value
      }
      let numerical = (8 * (try at(1) - at(-1)) - (try at(2) - at(-2))) / (12 * step)
      #expect(abs(numerical - derivative) < 1e-8 * max(1, abs(numerical)))
    }
  }

  @Test("a log-normal's KL is the formula's own type's", arguments: [-1.5, 0.2] as [Double], [-2, 0.5] as [Double])
  func logNormalDivergences(location: Double, rho: Double) throws {
    let omega = softplus(rho)
    for variable in Self.variables {
      let q = try posterior(variable, .logNormal, location, rho)
      let rate = try posterior(Self.rate, .logNormal)
      let expected =
        switch variable {
        case .gamma(let shape, let rate):
          try LogNormalGammaDivergence(mu: location, omega: omega, shape: shape, rate: rate).value
        case .inverseGamma(let shape, let scale):
          try LogNormalInverseGammaDivergence(mu: location, omega: omega, shape: shape, scale: scale).value
        case .gammaOfSharedRate(let shape):
          try LogNormalGammaRandomRateDivergence(
            mu: location, omega: omega, shape: shape, rateMu: 0.3, rateOmega: softplus(-0.4)).value
        case .halfCauchySquared: Double.nan
        }
      #expect(abs(q.divergence(from: variable, rate: rate).own.value - expected) < 1e-11 * max(1, abs(expected)))
    }
  }

  @Test("KLs of the prior's own family are 0 at the prior and E log(q/p) by quadrature elsewhere")
  func gammaDivergences() throws {
    for variable in Self.variables {
      let law: ScaleLaw
      switch variable {
      case .gamma(let shape, let rate): law = .gamma(shape: shape.value, rate: rate)
      case .inverseGamma(let shape, let scale): law = .inverseGamma(shape: shape.value, scale: scale)
      default: continue
      }
      let q = try ScalePosterior(of: variable, family: .gamma, location: 0.3, rho: -0.4, isCentred: false)
      let alpha = 1 / (softplus(-0.4) * softplus(-0.4))
      let own: ScaleLaw =
        variable.isInverse
        ? .inverseGamma(shape: alpha, scale: alpha * exp(0.3)) : .gamma(shape: alpha, rate: alpha * exp(-0.3))
      var expected = 0.0
      for node in try GaussianExpectation(mu: 0, omega: 1).nodes {
        let u = try q.logDraw(normal: node.u).value
        expected += node.weight * (try own.logDensity(atLog: u) - law.logDensity(atLog: u))
      }
      let got = q.divergence(from: variable, rate: nil).own.value
      #expect(abs(got - expected) < 1e-6 * max(1, got))
      // At the prior: α = a, and the location that of its rate.
      let (a, sign, logRate): (Double, Double, Double) =
        switch variable {
        case .gamma(let shape, let rate): (shape.value, 1, log(rate))
        case .inverseGamma(let shape, let scale): (shape.value, -1, log(scale))
        default: (.nan, .nan, .nan)
        }
      let atPrior = try ScalePosterior(
        of: variable, family: .gamma, location: sign * (log(a) - logRate), rho: log(expm1(1 / a.squareRoot())),
        isCentred: false)
      #expect(abs(atPrior.divergence(from: variable, rate: nil).own.value) < 1e-12)
      let divergence = try GammaDivergence(
        shape: alpha, rate: alpha * exp(-sign * 0.3), priorShape: a, priorRate: exp(logRate))
      #expect(abs(divergence.value - got) < 1e-12 * max(1, got))
    }
  }

  @Test("a point pays minus the prior's log density of log τ²", arguments: [-3, 0, 2.5] as [Double])
  func points(location: Double) throws {
    for (variable, law) in [
      (ScaleVariable.gamma(shape: .half, rate: 4), ScaleLaw.gamma(shape: 0.5, rate: 4)),
      (.inverseGamma(shape: .half, scale: 3), .inverseGamma(shape: 0.5, scale: 3)),
      (.halfCauchySquared(scale: 0.7), .halfCauchySquared(scale: 0.7)),
    ] {
      let q = try ScalePosterior(of: variable, family: .point, location: location, rho: 0, isCentred: true)
      let density = try law.logDensity(atLog: location)
      #expect(abs(q.divergence(from: variable, rate: nil).own.value + density) < 1e-12 * max(1, abs(density)))
    }
  }
}
