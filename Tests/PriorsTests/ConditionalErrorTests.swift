import Foundation
import GSL
import Testing

import Priors

@Suite("Error of a log-normal for the exact conditional laws, THEORY 4.4, 4.6, 4.7") struct ConditionalErrorTests {
  static func gig(_ order: Double, alpha: Double = 1, beta: Double = 1) throws -> ScaleLaw {
    try .generalisedInverseGaussian(GeneralisedInverseGaussian(order: order, alpha: alpha, beta: beta))
  }

  static func horseshoe(_ d: Int, norm: Double, scale: Double = 1, cap: Double? = nil) throws -> ScaleLaw {
    try .horseshoeConditional(
      HorseshoeConditional(dimension: d, squaredNorm: norm, localScale: 1, globalScale: scale, cap: cap))
  }

  /// One of each kind: narrow, wide, with two modes.
  static func laws() throws -> [ScaleLaw] {
    try [
      gig(0.5, alpha: 3, beta: 0.2), gig(-2, alpha: 40, beta: 90), gig(0.5, alpha: 1e-6, beta: 1),
      horseshoe(1, norm: 0.3), horseshoe(60, norm: 20, scale: 3), horseshoe(30, norm: 28, cap: 1),
      horseshoe(51, norm: 255, cap: 1),
    ]
  }

  @Test(
    "the tails of GIG(½) are those of the reciprocal of an inverse Gaussian, a closed form", arguments: [0.2, 1, 30])
  func inverseGaussian(z: Double) throws {
    // For Y ~ GIG(−½, z, z), the inverse Gaussian of mean 1 and shape z:
    // P(Y ≤ y) = Φ(√(z/y) (y − 1)) + e^{2z} Φ(−√(z/y) (y + 1)).
    let law = try Self.gig(0.5, alpha: z, beta: z)
    for p in [1e-12, 1e-3, 0.3, 0.5] {
      let y = exp(-(try law.upperLogQuantile(p)))
      let root = (z / y).squareRoot()
      let terms = try [logNormalCumulative(root * (y - 1)), 2 * z + logNormalCumulative(-root * (y + 1))]
      #expect(isClose(logSumExp(terms), log(p), 1e-10))
      #expect(isClose(try law.logSurvival(atLog: -log(y)), log(p), 1e-10))
    }
  }

  @Test("1/X is GIG(−p, β, α), and has the same errors with lower and upper exchanged")
  func inversion() throws {
    for kind in [LogNormalFit.Kind.reverse, .forward] {
      let x = try LogNormalError(of: Self.gig(0.5, alpha: 3, beta: 0.4), by: kind)
      let inverse = try LogNormalError(of: Self.gig(-0.5, alpha: 0.4, beta: 3), by: kind)
      let pairs =
        [
          (x.klReverse, inverse.klReverse), (x.klForward, inverse.klForward), (x.mu, -inverse.mu),
          (x.wassersteinOfLog, inverse.wassersteinOfLog),
        ] + zip(x.upperTailRatios, inverse.lowerTailRatios) + zip(x.lowerTailRatios, inverse.upperTailRatios)
        + zip(x.quantileLogErrors, inverse.quantileLogErrors.reversed().map { -$0 })
      #expect(pairs.allSatisfy { isClose($0, $1, 1e-10) })
    }
  }

  @Test("a log-normal that matches the moments of X has them")
  func moments() throws {
    for (alpha, beta) in [(3.0, 0.4), (1e-3, 1e-3), (1e3, 1e3), (1e6, 1e6)] {
      let law = try GeneralisedInverseGaussian(order: 0.5, alpha: alpha, beta: beta)
      let fit = try LogNormalFit.fit(.moments, to: .generalisedInverseGaussian(law))
      // K_{3/2}/K_{1/2} = 1 + 1/z and K_{5/2}/K_{1/2} = 1 + 3/z + 3/z²: E X²/(E X)² − 1 = (1/z + 2/z²)/(1 + 1/z)².
      let w = 1 / (alpha * beta).squareRoot()
      #expect(isClose(fit.omega * fit.omega, log1p((w + 2 * w * w) / (1 + w) / (1 + w)), 1e-11))
      #expect(isClose(fit.mu + 0.5 * fit.omega * fit.omega, try law.logMoment(1), 1e-12, scale: 1))
    }
    let law = try HorseshoeConditional(dimension: 7, squaredNorm: 5, localScale: 1, globalScale: 2, cap: nil)
    let fit = try LogNormalFit.fit(.moments, to: .horseshoeConditional(law))
    #expect(isClose(exp(fit.mu + 0.5 * fit.omega * fit.omega), law.meanSquaredScale, 1e-10))
    // E t⁴ by the law's own density.
    let square = try integrate(from: -40, to: 60, absoluteTolerance: 1e-12) { u in
      exp(2 * u + (try ScaleLaw.horseshoeConditional(law).logDensity(atLog: u)))
    }
    #expect(isClose(exp(2 * fit.mu + 2 * fit.omega * fit.omega), square.value, 1e-9))
  }

  @Test("a fit or a distance that a law does not have is refused in words, or nil")
  func undefined() throws {
    for law in try [Self.horseshoe(3, norm: 1), Self.horseshoe(30, norm: 1, cap: 1)] {
      let needs = "a variance, so no cap and four weights or more"
      #expect(throws: LogNormalFitError.noFit(kind: .moments, law: law, needs: needs)) {
        try LogNormalError(of: law, by: .moments)
      }
    }
    #expect(throws: LogNormalFitError.noFit(kind: .product, law: try Self.gig(0.5), needs: "a squared half-Cauchy")) {
      try LogNormalError(of: Self.gig(0.5), by: .product)
    }
    // Uncapped, t² has the upper tail e^{−(d+1)u/2}; capped, e^{−u/2}.
    let one = try LogNormalError(of: Self.horseshoe(1, norm: 1), by: .reverse)
    #expect(one.wasserstein == nil && one.wassersteinOfSquareRoot != nil)
    let two = try LogNormalError(of: Self.horseshoe(2, norm: 1), by: .reverse)
    #expect(two.wasserstein != nil)
    let capped = try LogNormalError(of: Self.horseshoe(99, norm: 1, cap: 1), by: .reverse)
    #expect(capped.wasserstein == nil && capped.wassersteinOfSquareRoot == nil)
  }

  @Test("narrow laws keep the digits of their errors up to √(αβ) = 10⁸", arguments: [1e4, 1e6, 1e8])
  func narrow(z: Double) throws {
    let error = try LogNormalError(of: Self.gig(0.5, alpha: z, beta: z), by: .reverse)
    let slack = 3 / z + 1e-14 * z
    #expect(isClose(48 * z * z * error.klReverse, 1, slack) && isClose(48 * z * z * error.klForward, 1, slack))
    #expect(isClose(error.hellinger, (0.25 * error.klReverse).squareRoot(), slack))
    // W₁ of X, √X and log X differ by the slope of the power at X = 1.
    #expect(isClose(try #require(error.wasserstein), error.wassersteinOfLog, 40 / z + 1e-15 * z))
    #expect(isClose(2 * (try #require(error.wassersteinOfSquareRoot)), error.wassersteinOfLog, 40 / z + 1e-15 * z))
  }

  @Test(
    "whatever the node, there is a typed error or finite numbers that obey the inequalities",
    arguments: [1, 2, 4, 51, 10_000])
  func domain(d: Int) throws {
    let nodes: [(norm: Double, scale: Double, cap: Double?)] = [
      (1e-20, 1, nil), (1e-3, 1e-6, nil), (5, 1e6, nil), (1e20, 1, nil), (1e-20, 1, 1), (0.9 * Double(d), 1, 1),
      (1e6, 1, 1e-3), (5, 1e-6, 1e-8), (2, 1e8, 1), (3, 1e100, nil),
    ]
    var laws = try nodes.map { try Self.horseshoe(d, norm: $0.norm, scale: $0.scale, cap: $0.cap) }
    let z = Double(d) * 1000
    laws += try [1e-300, 1e-8, 0.1, z].map { try Self.gig(0.5, alpha: $0, beta: $0) }
    for law in laws {
      for kind in LogNormalFit.Kind.allCases {
        do throws(LogNormalFitError) {
          LogNormalErrorTests.expectInequalities(try LogNormalError(of: law, by: kind))
        } catch {
          switch (error, kind) {
          case (.noFit(kind, law, _), .product), (.noFit(kind, law, _), .moments): break
          // A law so wide that e^{ω²/2} or E X² is beyond a Double.
          case (.inaccurate("KL(LN ‖ law)", .infinity), .forward), (.inaccurate("Var X/(E X)²", _), .moments): break
          default: Issue.record("\(law), \(kind): \(error)")
          }
        }
      }
    }
  }
}
