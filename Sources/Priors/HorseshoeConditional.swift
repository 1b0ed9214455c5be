import Foundation
import GSL

/// The exact law of the squared scale t² of a group-horseshoe node given its d weights (THEORY.md 4.7).
///
///     p(u) ∝ (1/2π) sech((u − u_A)/2) (t̃²)^{−d/2} e^{−W/(2t̃²)},   u = log t², u_A = 2 log(As)
///
/// t = τs with τ ~ C⁺(0, A); t̃² = t² without a cap and c²t²/(c² + t²) under the cap c; W = ‖w̄‖²/σ₀².
public struct HorseshoeConditional: Sendable, Hashable {
  /// d, the number of weights of the node, bias included.
  public let dimension: Int
  /// W, A, s and c; no cap stands for c = ∞.
  public let squaredNorm, localScale, globalScale: Double
  public let cap: Double?
  /// log ∫ of the product above.
  public let logNormaliser: Double
  /// E log t² and var log t².
  public let meanLog, varianceLog: Double

  /// Of log t² less `centre`.
  let density: TrapezoidDensity
  /// About where log t² would be without its prior.
  let centre: Double

  /// - Throws: `GSLError.domain` unless 1 ≤ d ≤ 10⁶, W, A, s and c are positive and finite, and so is W/c².
  public init(
    dimension: Int, squaredNorm: Double, localScale: Double, globalScale: Double, cap: Double?
  ) throws(GSLError) {
    guard (1...1_000_000).contains(dimension) else {
      throw .domain(name: "dimension of a node", value: Double(dimension), needs: "1 to 1000000")
    }
    try requirePositive(squaredNorm, "squared norm of a node")
    try requirePositive(localScale, "local scale")
    try requirePositive(globalScale, "global scale")
    if let cap {
      try requirePositive(cap, "cap of a horseshoe")
      guard (squaredNorm / cap / cap).isFinite else {
        throw .domain(name: "cap of a horseshoe", value: cap, needs: "so large that W/c² is finite")
      }
    }
    (self.dimension, self.squaredNorm, self.cap) = (dimension, squaredNorm, cap)
    (self.localScale, self.globalScale) = (localScale, globalScale)
    let kernel = HorseshoeKernel(
      exponent: Double(dimension), squaredNorm: squaredNorm, logScale: log(localScale) + log(globalScale), cap: cap)
    density = TrapezoidDensity(kernel)
    centre = kernel.centre
    logNormaliser = kernel.logConstant + density.logIntegral
    meanLog = centre + density.mean
    varianceLog = density.variance
  }

  /// E t̃²; ∞ without a cap for d = 1.
  public var meanSquaredScale: Double { moment(1) }

  /// E t̃⁻², the weight that the node's squared norm gets in an ELBO.
  public var meanInverseSquaredScale: Double { moment(-1) }

  /// E t̃^{2r}: a factor (t̃²)ʳ in the density turns d into d − 2r.
  private func moment(_ r: Double) -> Double {
    let exponent = Double(dimension) - 2 * r
    if cap == nil, exponent <= -1 { return .infinity }
    let tilted = HorseshoeKernel(
      exponent: exponent, squaredNorm: squaredNorm, logScale: log(localScale) + log(globalScale), cap: cap)
    return exp(tilted.logConstant + TrapezoidDensity(tilted).logIntegral - logNormaliser)
  }

  public static func == (a: Self, b: Self) -> Bool {
    a.dimension == b.dimension && a.squaredNorm == b.squaredNorm && a.localScale == b.localScale
      && a.globalScale == b.globalScale && a.cap == b.cap
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(dimension)
    [squaredNorm, localScale, globalScale, cap ?? .infinity].hash(into: &hasher)
  }
}
