import CGSL
import Foundation

/// log Γ(x), x > 0. GSL: `gsl_sf_lngamma`.
public func logGamma(_ x: Double) throws(GSLError) -> Double {
  try requirePositive(x, "argument of logGamma")
  return try evaluate("gsl_sf_lngamma_e") { gsl_sf_lngamma_e(x, &$0) }
}

/// ψ(x) = d log Γ / dx, x > 0. GSL: `gsl_sf_psi`.
public func digamma(_ x: Double) throws(GSLError) -> Double {
  try requirePositive(x, "argument of digamma")
  return try evaluate("gsl_sf_psi_e") { gsl_sf_psi_e(x, &$0) }
}

/// ψ₁(x) = dψ / dx, x > 0. GSL: `gsl_sf_psi_1`.
public func trigamma(_ x: Double) throws(GSLError) -> Double {
  try requirePositive(x, "argument of trigamma")
  return try evaluate("gsl_sf_psi_1_e") { gsl_sf_psi_1_e(x, &$0) }
}

/// P(a, x) = γ(a, x)/Γ(a), the cdf of Gamma(a, 1): a > 0, x ≥ 0. Underflows to 0; `logLowerGammaRatio` does not.
public func lowerGammaRatio(_ a: Double, _ x: Double) throws(GSLError) -> Double {
  try gammaRatio(a, x, upper: false)
}

/// Q(a, x) = Γ(a, x)/Γ(a) = 1 − P(a, x), accurate where it is small. Domain as `lowerGammaRatio`.
public func upperGammaRatio(_ a: Double, _ x: Double) throws(GSLError) -> Double {
  try gammaRatio(a, x, upper: true)
}

/// log P(a, eˡ) for a > 0 and any finite l = `logX`, however small P or x are.
public func logLowerGammaRatio(_ a: Double, atLog logX: Double) throws(GSLError) -> Double {
  try requirePositive(a, "shape")
  return try logLowerGammaRatio(a, atLogRatio: logX - log(a))
}

/// log Q(a, eˡ) for a > 0 and any finite l = `logX`, however small Q is; −∞ where x = eˡ overflows.
public func logUpperGammaRatio(_ a: Double, atLog logX: Double) throws(GSLError) -> Double {
  try requirePositive(a, "shape")
  return try logUpperGammaRatio(a, atLogRatio: logX - log(a))
}

/// log P(a, a eᵛ) for a > 0 and any finite v: unlike x, v keeps its digits where a is large and all happens near a.
package func logLowerGammaRatio(_ a: Double, atLogRatio v: Double) throws(GSLError) -> Double {
  try requirePositive(a, "shape")
  try requireFinite(v, "log x")
  let x = a * exp(v)
  if x == .infinity { return 0 }
  if a >= leastLargeShape {
    if let eta = temmeArgument(v) { return try logTemmeRatio(a, eta: eta, upper: false) }
    return try v < 0 ? logLowerSeries(a, v) : log1mExp(-logUpperFraction(a, v))
  }
  if x >= 1 {
    let q = try gslUpperRatio(a, x)
    if q < 0.5 { return log1p(-q) }
    let p = try gslLowerRatio(a, x)
    if p > smallestTrustedRatio { return log(p) }
  }
  return try logLowerSeries(a, v)  // x < 1, or P is so small that x is far below a
}

/// log Q(a, a eᵛ) for a > 0 and any finite v; −∞ where x = a eᵛ overflows.
package func logUpperGammaRatio(_ a: Double, atLogRatio v: Double) throws(GSLError) -> Double {
  try requirePositive(a, "shape")
  try requireFinite(v, "log x")
  let x = a * exp(v)
  if x == .infinity { return -.infinity }
  if a >= leastLargeShape {
    if let eta = temmeArgument(v) { return try logTemmeRatio(a, eta: eta, upper: true) }
    return try v < 0 ? log1mExp(-logLowerSeries(a, v)) : logUpperFraction(a, v)
  }
  let logP = try logLowerGammaRatio(a, atLogRatio: v)
  // Where x underflows, GSL's Q(a, 0) is 1, but P = xᵃ/Γ(a + 1) need not be small.
  if logP < -1 || x < smallestTrustedRatio { return log1mExp(-logP) }
  let q = try gslUpperRatio(a, x)
  return q > smallestTrustedRatio ? log(q) : try logUpperFraction(a, v)  // so small a Q has x far above a
}

// MARK: - Methods

/// From here on GSL's P and Q lose digits: within six deviations of the mean they err by
/// up to 3 · 10⁻¹¹ at a = 10⁴, 2 · 10⁻¹⁰ at 3 · 10⁴ and 10⁻⁷ at 10⁵; at 10⁶ they may give out.
private let leastLargeShape = 1e3

/// Below this GSL's P and Q may be about to underflow.
private let smallestTrustedRatio = 1e-290

private func gammaRatio(_ a: Double, _ x: Double, upper: Bool) throws(GSLError) -> Double {
  try requirePositive(a, "shape")
  guard x >= 0 else { throw .domain(name: "x of an incomplete gamma function", value: x, needs: "at least 0") }
  if x == 0 { return upper ? 1 : 0 }
  if x == .infinity { return upper ? 0 : 1 }
  guard a >= leastLargeShape else { return try upper ? gslUpperRatio(a, x) : gslLowerRatio(a, x) }
  // Near a, x − a is exact and x/a is not; far below it is the other way round.
  let v = x < 0.5 * a ? log(x) - log(a) : log1p((x - a) / a)
  return try exp(upper ? logUpperGammaRatio(a, atLogRatio: v) : logLowerGammaRatio(a, atLogRatio: v))
}

private func gslLowerRatio(_ a: Double, _ x: Double) throws(GSLError) -> Double {
  try evaluate("gsl_sf_gamma_inc_P_e") { gsl_sf_gamma_inc_P_e(a, x, &$0) }
}

private func gslUpperRatio(_ a: Double, _ x: Double) throws(GSLError) -> Double {
  try evaluate("gsl_sf_gamma_inc_Q_e") { gsl_sf_gamma_inc_Q_e(a, x, &$0) }
}

/// log of xᵃ e⁻ˣ/Γ(a + 1) = e^{−a (eᵛ − 1 − v)}/(√2πa Γ*(a)) at x = a eᵛ: as it stands it cancels for a large a, in the
/// second form, where Γ* is Γ over Stirling's formula, for a small one.
private func logGammaKernel(_ a: Double, _ v: Double) throws(GSLError) -> Double {
  guard a >= leastLargeShape else { return try a * (v + log(a)) - a * exp(v) - logGamma(a + 1) }
  let logGammaStar = try log(evaluate("gsl_sf_gammastar_e") { gsl_sf_gammastar_e(a, &$0) })
  return -a * exponentialExcess(v) - 0.5 * log(2 * .pi * a) - logGammaStar
}

/// log P = log xᵃ e⁻ˣ/Γ(a + 1) + log Σ xⁿ/((a + 1)…(a + n)), for x = a eᵛ below a or small.
private func logLowerSeries(_ a: Double, _ v: Double) throws(GSLError) -> Double {
  let x = a * exp(v)
  var term = 1.0
  var sum = 1.0
  var n = 0.0
  while term > 1e-17 * sum {
    n += 1
    term *= x / (a + n)
    sum += term
  }
  return try min(logGammaKernel(a, v) + log(sum), 0)
}

/// log Q for x = a eᵛ above a:
///
///     Q = xᵃ e⁻ˣ/Γ(a) · 1/(x + 1 − a − 1(1 − a)/(x + 3 − a − 2(2 − a)/(x + 5 − a − …)))   by Lentz's method
private func logUpperFraction(_ a: Double, _ v: Double) throws(GSLError) -> Double {
  var b = a * expm1(v) + 1  // x + 1 − a
  var c = Double.infinity
  var d = 1 / b
  var fraction = d
  var n = 0.0
  var factor = 0.0
  while abs(factor - 1) > 1e-16 && n < 10_000 {
    n += 1
    let numerator = -n * (n - a)
    b += 2
    d = 1 / (numerator * d + b)
    c = b + numerator / c
    factor = c * d
    fraction *= factor
  }
  return try logGammaKernel(a, v) + log(a) + log(fraction)
}

/// η of Temme's expansion, ½η² = eᵛ − 1 − v with the sign of v; nil where its terms below do not reach 10⁻¹².
private func temmeArgument(_ v: Double) -> Double? {
  let size = (2 * exponentialExcess(v)).squareRoot()
  return size < 0.2 ? (v < 0 ? -size : size) : nil
}

/// log of P or Q(a, a eᵛ) for large a by Temme's uniform expansion (DLMF 8.12.3–8.12.11), to a relative 10⁻¹².
///
///     Q = Φ(−y) + φ(y)/√a · (c₀ + c₁/a + c₂/a² + …),   y = η√a
private func logTemmeRatio(_ a: Double, eta: Double, upper: Bool) throws(GSLError) -> Double {
  func polynomial(_ coefficients: [Double]) -> Double { coefficients.reversed().reduce(0) { $0 * eta + $1 } }
  let c0 = polynomial([-1 / 3, 1 / 12, -2 / 135, 1 / 864, 1 / 2835, -139 / 777_600, 1 / 25_515, -571 / 261_273_600])
  let c1 = polynomial([-1 / 540, -1 / 288, 1 / 378, -77 / 77_760, 1 / 4860, -1 / 2_488_320])
  let c2 = polynomial([25 / 6048, -139 / 51_840, 1 / 1296])
  let correction = (c0 + (c1 + c2 / a) / a) / a.squareRoot()
  let y = eta * a.squareRoot()
  let logNormal = try logNormalCumulative(upper ? -y : y)
  let hazard = exp(-0.5 * y * y - 0.5 * log(2 * .pi) - logNormal)
  return logNormal + log1p((upper ? correction : -correction) * hazard)
}
