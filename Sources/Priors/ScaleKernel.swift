import GSL

/// The log density ℓ of x = log X + constant, known up to its integral, of an exact conditional law (THEORY.md 4.6,
/// 4.7). ℓ is analytic about the real line and falls at least linearly on both sides.
protocol ScaleKernel: Sendable {
  /// ℓ(x), up to a constant that keeps it near 0 at the peak; may be −∞.
  func callAsFunction(_ x: Double) -> Double
  /// ℓ′(x).
  func slope(_ x: Double) -> Double
  /// −ℓ″(x).
  func curvature(_ x: Double) -> Double

  /// An interval with all local maxima; outside of it ℓ falls monotonely.
  var modes: ClosedRange<Double> { get }
  /// An upper bound h of −ℓ″ over the local maxima: 1/√h is the width of the narrowest peak.
  var peakCurvature: Double { get }
  /// Which tails are heavier than any log-normal's; the others are lighter than any.
  var heavyTails: (lower: Bool, upper: Bool) { get }

  /// ℓ(x) + rx for a multiple r of ½; nil where E eʳˣ is infinite.
  func tilted(by r: Double) -> (any ScaleKernel)?
  /// −E ℓ(x) − ½hω² over x ~ N(μ, ω²), which is small where ℓ is nearly −½hx²; may be ∞.
  func meanExcess(mu: Double, omega: Double) throws(GSLError) -> Double
  /// The μ and ω with the least −log ω − E ℓ(x), found from whichever start leads to it.
  func reverseFit(startingAt starts: [(mu: Double, omega: Double)]) throws -> (mu: Double, omega: Double)
}
