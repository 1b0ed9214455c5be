import Foundation
import GSL
import Priors

/// The prior law of a node's scale τ², and what q(τ²) = LN(μ, ω²) pays for it.
enum NodeScale {
  /// τ² ~ Gamma(a, ς²/2), with E ς²/2 and the sd v of log ς² under q: 0 where ς² is a number (THEORY.md 3.7).
  case gamma(shape: GammaShape, meanRate: Double, rateOmega: Double)
  /// τ ~ C⁺(0, A), as two log-normals of tied widths.
  case halfCauchy(scale: Double)

  /// KL(LN(μ, ω²) ‖ the law), averaged over ς², with ∂μ and ∂ω.
  func divergence(mu: Double, omega: Double) throws(GSLError) -> (value: Double, dMu: Double, dOmega: Double) {
    switch self {
    case .gamma(let shape, let meanRate, let rateOmega):
      // Only E log ς² and E ς² enter: the KL at the mean rate, plus a v²/2 (THEORY.md 4.2).
      let atMeanRate = try LogNormalGammaDivergence(mu: mu, omega: omega, shape: shape, rate: meanRate)
      return (atMeanRate.value + 0.5 * shape.value * rateOmega * rateOmega, atMeanRate.dMu, atMeanRate.dOmega)
    case .halfCauchy(let scale):
      let tied = try TiedHalfCauchyDivergence(nu: mu - 2 * log(scale), omega: omega)
      return (tied.value, tied.dNu, tied.dOmega)
    }
  }

  /// The least KL of a scale that has nothing to do: what a pruned node pays, R̄ of THEORY.md 7.3.
  var leastDivergence: Double {
    switch self {
    case .gamma(let shape, _, let rateOmega): stirlingRemainder(shape.value) + 0.5 * shape.value * rateOmega * rateOmega
    case .halfCauchy: 2 * stirlingRemainder(0.5)
    }
  }

  /// The μ that minimises ½ dμ + P e^{−μ} + `divergence`: e^μ is the positive root of a quadratic (THEORY.md 7.2).
  func bestMu(weightCount d: Double, load: Double, omega: Double) -> Double {
    switch self {
    case .gamma(let shape, let meanRate, _):
      // b y² − 2hy − P = 0 with 2h = a − d/2 ≥ ½: y = √(P/b) e^{arsinh(h/√(Pb))}, where no product can overflow.
      let logRate = log(meanRate) + 0.5 * omega * omega  // log b
      let logLoad = log(load)
      return 0.5 * (logLoad - logRate) + asinh(0.5 * (shape.value - 0.5 * d) * exp(-0.5 * (logLoad + logRate)))
    case .halfCauchy(let scale):
      // (d+1)/2 y² + q y − P/A² = 0 for y = e^μ/A², by the form that does not cancel.
      let scaledLoad = load / scale / scale
      let q = 0.5 * (d - 1) - scaledLoad
      let discriminant = hypot(q, (2 * (d + 1) * scaledLoad).squareRoot())
      let y = q <= 0 ? (discriminant - q) / (d + 1) : 2 * scaledLoad / (discriminant + q)
      return log(y) + 2 * log(scale)
    }
  }
}

extension NodeScale {
  /// The law of τ² of a node with `fanIn` = k_l inputs and a bias; nil for the Gaussian slab.
  ///
  /// - Parameter squaredRate: q(ς²) under the hyperprior.
  init?(of slab: SlabPrior, fanIn: Double, squaredRate: LogNormalRate?) throws(GSLError) {
    switch slab {
    case .gaussian: return nil
    case .groupHorseshoe(_, let local, _, _): self = .halfCauchy(scale: local)
    case .groupLasso(_, let rate):
      let fixed = rate.squaredRate(groupSize: fanIn + 1).map { LogNormalRate(mu: log($0), omega: 0) }
      guard let squared = squaredRate ?? fixed else {
        throw .domain(name: "q of a random rate parameter ς²", value: .nan, needs: "given")
      }
      self = .gamma(
        shape: try GammaShape(0.5 * fanIn + 1), meanRate: 0.5 * exp(squared.mu + 0.5 * squared.omega * squared.omega),
        rateOmega: squared.omega)
    }
  }
}
