import Foundation
import GSL
import Priors
import Testing

@Suite("Generalised inverse Gaussian, the conditional law of a group-lasso scale, THEORY 4.6")
struct GeneralisedInverseGaussianTests {
  static let orders = [-3, -0.5, 0, 0.2, 0.5, 1.5, 40]

  @Test("the reverse fit is stationary, and its KL is E log(LN/GIG)", arguments: orders)
  func reverse(order p: Double) throws {
    for z in [1e-3, 0.05, 1, 7, 24, 26, 300] {
      let law = try GeneralisedInverseGaussian(order: p, alpha: 2 * z, beta: z / 2)
      let fit = try law.reverse
      let nu = fit.mu - 0.5 * log(0.25)
      let s = fit.omega * fit.omega
      #expect(isClose(z * exp(0.5 * s) * sinh(nu), p, 1e-11, scale: 1))
      #expect(isClose(s * z * exp(0.5 * s) * cosh(nu), 1, 1e-11))
      // E cosh(u − u₀) = e^{ω²/2} cosh ν; the entropy of log X is ½ log 2πeω².
      let energy = p * fit.mu - z * exp(0.5 * s) * cosh(nu)
      let definition = law.logNormaliser - energy - 0.5 * log(2 * .pi * s) - 0.5
      #expect(abs(fit.divergence - definition) <= 4e-15 * (1 + z + p * p), "z = \(z)")
    }
  }

  @Test("as z → 0 the group lasso pays what its Gamma does, R(½), and other orders R(|p|)")
  func smallArguments() throws {
    for p in [0.5, -0.5, 1.5, 6.0] {
      let law = try GeneralisedInverseGaussian(order: p, alpha: 1, beta: 1e-16)
      #expect(isClose(try law.reverse.divergence, stirlingRemainder(abs(p)), 1e-6))
    }
    // Without β, GIG(p, α, 0) is Gamma(p, α/2).
    let fit = try GeneralisedInverseGaussian(order: 0.5, alpha: 3, beta: 1e-24).reverse
    let gamma = try LogNormalFit.reverse(gammaShape: 0.5, rate: 1.5)
    #expect(isClose(fit.mu, gamma.mu, 1e-9) && isClose(fit.omega, gamma.omega, 1e-9))
  }

  @Test("as z → ∞ the group lasso pays 1/(48z²) in both directions", arguments: [1e2, 1e3, 1e4, 1e5, 1e6])
  func largeArguments(z: Double) throws {
    let law = try GeneralisedInverseGaussian(groupLassoRateParameter: z, squaredNorm: z)
    let error = try law.error
    // The next terms are −1/z and −2/z of it; rounding leaves about 1e-14 z.
    #expect(isClose(48 * z * z * error.klReverse, 1, 1.1 / z + 1e-14 * z))
    #expect(isClose(48 * z * z * (try law.forward.divergence), 1, 2.2 / z + 1e-12 * z))
    #expect(isClose(error.hellinger, (0.25 * error.klReverse).squareRoot(), 1 / z + 1e-12 * z))
    #expect(error.densityCrossings.count == 4)
  }

  @Test("1/X is GIG(−p, β, α)", arguments: orders)
  func inversion(order p: Double) throws {
    let law = try GeneralisedInverseGaussian(order: p, alpha: 3, beta: 0.4)
    let inverse = try GeneralisedInverseGaussian(order: -p, alpha: 0.4, beta: 3)
    let (fit, inverseFit) = (try law.error, try inverse.error)
    #expect(isClose(law.meanLog, -inverse.meanLog, 1e-13, scale: 1))
    #expect(isClose(try law.moment(2), try inverse.moment(-2), 1e-12))
    #expect(isClose(fit.mu, -inverseFit.mu, 1e-13, scale: 1))
    #expect(isClose(fit.totalVariation, inverseFit.totalVariation, 1e-11))
    #expect(isClose(fit.kolmogorov, inverseFit.kolmogorov, 1e-11))
    #expect(isClose(fit.hellinger, inverseFit.hellinger, 1e-11))
  }

  @Test("for p = ½, E log X = u₀ + e^{2z} E₁(2z)", arguments: [1e-8, 1e-3, 0.7, 40, 1e6])
  func meanLog(z: Double) throws {
    let law = try GeneralisedInverseGaussian(groupLassoRateParameter: z / 3, squaredNorm: 3 * z)
    #expect(isClose(law.meanLog, log(3) + (try scaledExponentialIntegral(2 * z)), 1e-13))
  }

  @Test("moments agree with adaptive quadrature", arguments: [-1.2, 0.3, 2.5])
  func moments(r: Double) throws {
    let law = try GeneralisedInverseGaussian(order: 1.3, alpha: 0.7, beta: 2)
    let integral = try integrate(from: 0, to: .infinity) { x in
      exp((1.3 - 1 + r) * log(x) - 0.5 * (0.7 * x + 2 / x) - law.logNormaliser)
    }
    #expect(isClose(try law.moment(r), integral.value, 1e-9))
  }

  @Test("metrics obey Pinsker's and Le Cam's inequalities, and nothing overflows")
  func metrics() throws {
    for p in Self.orders {
      for z in [1e-200, 1e-8, 1e-4, 0.1, 3, 1e3, 1e6] {
        let error = try GeneralisedInverseGaussian(order: p, alpha: z, beta: z).error
        let tv = error.totalVariation
        #expect(error.klReverse > 0 && error.klForward > 0, "p = \(p), z = \(z)")
        #expect(error.kolmogorov > 0 && error.kolmogorov <= tv)
        #expect(tv <= (error.klReverse / 2).squareRoot())
        #expect(error.hellinger * error.hellinger <= tv && tv <= 2.0.squareRoot() * error.hellinger)
        #expect(error.densityCrossings.count == 4, "p = \(p), z = \(z): \(error.densityCrossings)")
      }
    }
  }

  @Test("what is refused is named")
  func errors() {
    func refusal(_ name: String, _ value: Double, _ needs: String) -> GSLError {
      .domain(name: "\(name) of a generalised inverse Gaussian", value: value, needs: needs)
    }
    #expect(throws: refusal("alpha", 0, "positive and finite")) {
      try GeneralisedInverseGaussian(order: 0.5, alpha: 0, beta: 1)
    }
    #expect(throws: refusal("beta", .infinity, "positive and finite")) {
      try GeneralisedInverseGaussian(order: 0.5, alpha: 1, beta: .infinity)
    }
    #expect(throws: refusal("order", -1001, "from -1000 to 1000")) {
      try GeneralisedInverseGaussian(order: -1001, alpha: 1, beta: 1)
    }
    #expect(throws: refusal("√(αβ)", 1e10, "at most 1e8")) {
      try GeneralisedInverseGaussian(order: 0.5, alpha: 1e10, beta: 1e10)
    }
    #expect(throws: GSLError.self) { try GeneralisedInverseGaussian(order: .nan, alpha: 1, beta: 1) }
    #expect(throws: GSLError.self) { try GeneralisedInverseGaussian(order: 1, alpha: 1, beta: 1).moment(.nan) }
  }
}

extension GeneralisedInverseGaussian {
  fileprivate var reverse: LogNormalFit { get throws { try .fit(.reverse, to: .generalisedInverseGaussian(self)) } }
  fileprivate var forward: LogNormalFit { get throws { try .fit(.forward, to: .generalisedInverseGaussian(self)) } }
  fileprivate var error: LogNormalError {
    get throws { try LogNormalError(of: .generalisedInverseGaussian(self), by: .reverse) }
  }
}
