import Foundation
import GSL
import Priors
import Testing

@Suite("Conditional law of a horseshoe scale, THEORY 4.7")
struct HorseshoeConditionalTests {
  /// Dimension, squared norm and cap, with A = 1 and s = `scale`.
  struct Node: CustomTestStringConvertible {
    let dimension: Int
    let squaredNorm: Double
    var scale = 1.0
    var cap: Double?

    var law: HorseshoeConditional {
      get throws {
        try HorseshoeConditional(
          dimension: dimension, squaredNorm: squaredNorm, localScale: 1, globalScale: scale, cap: cap)
      }
    }

    var testDescription: String { "d = \(dimension), W = \(squaredNorm), s = \(scale), c = \(cap ?? .infinity)" }

    func logProduct(_ u: Double) -> Double {
      let square = cap.map { 2 * log($0) + log(sigmoid(u - 2 * log($0))) } ?? u
      return -log(2 * .pi) - logCosh(0.5 * u - log(scale)) - 0.5 * Double(dimension) * square
        - 0.5 * squaredNorm * exp(-square)
    }

    /// KL(LN(μ, ω²) ‖ law) as THEORY 4.7 writes it, with adaptive quadrature and not the trapezoid rule.
    func divergence(mu: Double, omega: Double, logNormaliser: Double) throws -> Double {
      let energy = try integrate(from: mu - 12 * omega, to: mu + 12 * omega, absoluteTolerance: 1e-11) { u in
        let z = (u - mu) / omega
        return exp(-0.5 * z * z) / (omega * (2 * .pi).squareRoot()) * logProduct(u)
      }
      return logNormaliser - energy.value - 0.5 * log(2 * .pi * omega * omega) - 0.5
    }
  }

  @Test("for A = s = 1 without a cap the normaliser is Γ(a)U(a, a, W/2)/π", arguments: [0.02, 1, 30, 900])
  func normaliser(squaredNorm: Double) throws {
    // a = (d + 1)/2 and U(a, a, y) = e^y Γ(1 − a, y): e^y E₁(y) at a = 1, 1/y − e^y E₁(y) at a = 2.
    let y = 0.5 * squaredNorm
    let first = try scaledExponentialIntegral(y)
    let one = try Node(dimension: 1, squaredNorm: squaredNorm).law
    #expect(isClose(one.logNormaliser, log(first / .pi), 1e-13))
    #expect(one.meanSquaredScale == .infinity)
    let three = try Node(dimension: 3, squaredNorm: squaredNorm).law
    // The difference has lost a factor of y of its digits.
    #expect(isClose(exp(three.logNormaliser) * .pi, 1 / y - first, 1e-14 * max(1 / y, y, 10)))
    #expect(isClose(three.meanSquaredScale, first / (1 / y - first), 1e-14 * max(1 / y, y, 10)))
  }

  static let nodes = [
    Node(dimension: 1, squaredNorm: 0.3), Node(dimension: 1, squaredNorm: 0.01, scale: 100),
    Node(dimension: 4, squaredNorm: 9, scale: 0.01), Node(dimension: 4, squaredNorm: 1e-3, scale: 30),
    Node(dimension: 60, squaredNorm: 20, scale: 3),
    Node(dimension: 1, squaredNorm: 2, cap: 0.5), Node(dimension: 30, squaredNorm: 10, cap: 1),
    Node(dimension: 30, squaredNorm: 28, cap: 1), Node(dimension: 30, squaredNorm: 100, scale: 0.1, cap: 1),
  ]

  @Test("normaliser and moments agree with adaptive quadrature", arguments: nodes)
  func moments(node: Node) throws {
    let law = try node.law
    func mean(_ h: (Double) -> Double) throws -> Double {
      try integrate(from: law.meanLog - 60, to: law.meanLog, absoluteTolerance: 1e-12) {
        exp(node.logProduct($0) - law.logNormaliser) * h($0)
      }.value
        + integrate(from: law.meanLog, to: law.meanLog + 300, absoluteTolerance: 1e-12) {
          exp(node.logProduct($0) - law.logNormaliser) * h($0)
        }.value
    }
    func square(_ u: Double) -> Double { node.cap.map { $0 * $0 * sigmoid(u - 2 * log($0)) } ?? exp(u) }
    #expect(isClose(try mean { _ in 1 }, 1, 1e-9))
    #expect(isClose(try mean { $0 }, law.meanLog, 1e-9, scale: 1))
    #expect(isClose(try mean { ($0 - law.meanLog) * ($0 - law.meanLog) }, law.varianceLog, 1e-9))
    #expect(isClose(try mean { 1 / square($0) }, law.meanInverseSquaredScale, 1e-9))
    if node.cap != nil || node.dimension > 1 {
      #expect(isClose(try mean(square), law.meanSquaredScale, 1e-9))
    }
  }

  @Test("the reverse fit has the KL of its definition, and no neighbour has a smaller one", arguments: nodes)
  func reverse(node: Node) throws {
    let law = try node.law
    let fit = try law.reverse
    let (mu, omega) = (fit.mu, fit.omega)
    let least = try node.divergence(mu: mu, omega: omega, logNormaliser: law.logNormaliser)
    #expect(abs(least - fit.divergence) < 1e-9)
    for (dMu, dOmega) in [(1.0, 0.0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1)] {
      // Around a Gaussian the KL grows by ½ (dμ/ω)² + (dω/ω)²; half of that is more than rounding.
      let h = 1e-3
      let near = try node.divergence(
        mu: mu + h * omega * dMu, omega: omega * (1 + h * dOmega), logNormaliser: law.logNormaliser)
      #expect(near > least + 1e-2 * h * h)
    }
  }

  @Test("under a cap the reverse fit is the lowest of several minima")
  func globalMinimum() throws {
    // From where the narrow peak near W/d wins to where the shoulder at 2 log s does.
    for (ratio, scale) in [(0.05, 1e3), (0.4, 300), (0.54, 700), (0.77, 900), (0.9, 3), (1.1, 40)] {
      for d in [5, 40, 110] {
        let node = Node(dimension: d, squaredNorm: ratio * Double(d), scale: scale, cap: 1)
        let law = try node.law
        let fit = try law.reverse
        for mu in stride(from: log(ratio) - 0.5, through: 2 * log(scale) + 2, by: 0.25) {
          for omega in [0.05, 0.12, 0.2, 0.3, 0.5, 0.8, 1.2, 1.8, 2.4, 2.9] {
            let expectation = try GaussianExpectation(mu: mu, omega: omega)
            let value = law.logNormaliser - expectation(node.logProduct) - log(omega) - 0.5 * log(2 * .pi) - 0.5
            // The 9 standard deviations of the rule leave a little of e⁻ᵘ out.
            #expect(fit.divergence <= value + 1e-7, "\(node.testDescription): \(mu), \(omega)")
          }
        }
      }
    }
  }

  @Test("without a cap the error is that of an inverse Gamma of shape (d + 1)/2", arguments: [3, 11, 101, 784, 5000])
  func uncappedError(dimension d: Int) throws {
    let limit = stirlingRemainder(0.5 * Double(d + 1))
    // Far out in the half-Cauchy's tail, sech is an exponential and the law an inverse Gamma.
    let far = try Node(dimension: d, squaredNorm: 1e14).law.error
    #expect(isClose(far.klReverse, limit, 1e-6))
    // At the usual size, W = d, the two shapes (d ± 1)/2 of its ends are mixed.
    let usual = try Node(dimension: d, squaredNorm: Double(d)).law.error
    #expect(isClose(usual.klReverse, limit, 1.3 / Double(d)))
    #expect(usual.densityCrossings.count == 3)
  }

  @Test("under a cap the error does not vanish: 0.154 at W = 5c²d, 0.247 just below W = c²d")
  func cappedError() throws {
    let large = try Node(dimension: 51, squaredNorm: 255, cap: 1).law.error
    #expect(abs(large.klReverse - 0.1545) < 1e-4)
    let peak = try Node(dimension: 51, squaredNorm: 0.9 * 51, cap: 1).law.error
    #expect(abs(peak.klReverse - 0.247) < 5e-4)
  }

  @Test("two weights under the cap c = As: 1/t² is Gamma(½, W/2), whatever W", arguments: [1e-3, 1, 8, 500])
  func twoWeights(squaredNorm: Double) throws {
    for scale in [0.2, 1, 7] {
      let law = try Node(dimension: 2, squaredNorm: squaredNorm, scale: scale, cap: scale).law
      #expect(isClose(try law.reverse.divergence, stirlingRemainder(0.5), 1e-11))
      for u in [-2.0, 0, 3, 12] {
        let exact = try ScaleLaw.inverseGamma(shape: 0.5, scale: 0.5 * squaredNorm).logDensity(atLog: u)
        #expect(isClose(try ScaleLaw.horseshoeConditional(law).logDensity(atLog: u), exact, 1e-11, scale: 1))
      }
    }
  }

  @Test("as nodes get wide the capped error tends to R(½) above W = c²d and to R(¼) at it", arguments: [51, 1001, 20001])
  func wideCapped(dimension d: Int) throws {
    let above = try Node(dimension: d, squaredNorm: 4 * Double(d), cap: 1).law.reverse.divergence
    #expect(abs(above - stirlingRemainder(0.5)) < 0.13 / Double(d))
    let level = try Node(dimension: d, squaredNorm: Double(d), cap: 1).law.reverse.divergence
    #expect(abs(level - stirlingRemainder(0.25)) < 0.5 / Double(d).squareRoot())
  }

  @Test("a large cap is none")
  func largeCap() throws {
    let fit = try Node(dimension: 20, squaredNorm: 15, cap: 1e7).law.error
    let uncapped = try Node(dimension: 20, squaredNorm: 15).law.error
    #expect(isClose(fit.klReverse, uncapped.klReverse, 1e-11))
    #expect(isClose(fit.totalVariation, uncapped.totalVariation, 1e-11))
  }

  @Test("metrics obey Pinsker's and Le Cam's inequalities over all sizes, scales and caps")
  func metrics() throws {
    for d in [1, 2, 17, 400] {
      for (norm, scale, cap) in [
        (1e-20, 1, nil), (1e-3, 1e-6, nil), (5, 1e6, nil), (1e20, 1, nil), (1e-20, 1, 1), (0.9 * Double(d), 1, 1),
        (1e6, 1, 1e-3), (5, 1e-6, 1e-8), (2, 1e8, 1),
      ] as [(Double, Double, Double?)] {
        let node = Node(dimension: d, squaredNorm: norm, scale: scale, cap: cap)
        let fit = try node.law.error
        let tv = fit.totalVariation
        #expect(fit.klForward > 0 && fit.kolmogorov > 0 && fit.kolmogorov <= tv, "\(node.testDescription)")
        #expect(tv <= (fit.klReverse / 2).squareRoot(), "\(node.testDescription)")
        #expect(fit.hellinger * fit.hellinger <= tv && tv <= 2.0.squareRoot() * fit.hellinger)
        #expect(fit.densityCrossings.count % 2 == 1)
      }
    }
  }

  @Test("what is refused is named")
  func errors() {
    #expect(throws: GSLError.domain(name: "dimension of a node", value: 0, needs: "1 to 1000000")) {
      try Node(dimension: 0, squaredNorm: 1).law
    }
    #expect(throws: GSLError.domain(name: "squared norm of a node", value: 0, needs: "positive and finite")) {
      try Node(dimension: 3, squaredNorm: 0).law
    }
    #expect(throws: GSLError.domain(name: "global scale", value: -1, needs: "positive and finite")) {
      try Node(dimension: 3, squaredNorm: 1, scale: -1).law
    }
    #expect(throws: GSLError.domain(name: "cap of a horseshoe", value: 0, needs: "positive and finite")) {
      try Node(dimension: 3, squaredNorm: 1, cap: 0).law
    }
    #expect(
      throws: GSLError.domain(name: "cap of a horseshoe", value: 1e-200, needs: "so large that W/c² is finite")
    ) {
      try Node(dimension: 3, squaredNorm: 1, cap: 1e-200).law
    }
    #expect(throws: GSLError.domain(name: "local scale", value: 0, needs: "positive and finite")) {
      try HorseshoeConditional(dimension: 3, squaredNorm: 1, localScale: 0, globalScale: 1, cap: nil)
    }
  }
}

extension HorseshoeConditional {
  fileprivate var reverse: LogNormalFit { get throws { try .fit(.reverse, to: .horseshoeConditional(self)) } }
  fileprivate var error: LogNormalError {
    get throws { try LogNormalError(of: .horseshoeConditional(self), by: .reverse) }
  }
}
