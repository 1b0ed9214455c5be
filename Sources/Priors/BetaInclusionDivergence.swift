import GSL

/// What a layer of m indicators, Σγ = G of them expected to be on, pays for sharing a random λ ~ Beta(a, b), at the best
/// q(λ) = Beta(a + G, b + m − G):
///
///     KL(q(λ) ‖ Beta(a, b)) − Σ_j E log p(z_j | λ) = log B(a, b) − log B(a + G, b + m − G)
///
/// With Σ_j {γ log γ + (1 − γ) log(1 − γ)} it is the KL of indicators and λ together (THEORY.md 3.13).
public struct BetaInclusionDivergence: Equatable, Sendable {
  public let value: Double
  /// E log λ − E log(1 − λ) under q: what takes the place of logit λ, and −∂value/∂γ_j.
  public let priorLogit: Double
  /// The two parameters of q(λ).
  public let posterior: (a: Double, b: Double)

  public static func == (x: Self, y: Self) -> Bool { x.value == y.value && x.posterior == y.posterior }

  /// - Throws: `GSLError.domain` unless a and b are positive and finite and 0 ≤ G ≤ m.
  public init(expectedActive g: Double, count m: Int, a: Double, b: Double) throws(GSLError) {
    try requirePositive(a, "first parameter of a Beta")
    try requirePositive(b, "second parameter of a Beta")
    // γ's sum may round above m.
    let g = min(g, Double(m))
    guard g >= 0 else { throw .domain(name: "expected number of active nodes", value: g, needs: "from 0 to \(m)") }
    posterior = (a + g, b + Double(m) - g)
    value = try Self.logBeta(a, b) - Self.logBeta(posterior.a, posterior.b)
    priorLogit = try digamma(posterior.a) - digamma(posterior.b)
  }

  private static func logBeta(_ a: Double, _ b: Double) throws(GSLError) -> Double {
    try logGamma(a) + logGamma(b) - logGamma(a + b)
  }
}
