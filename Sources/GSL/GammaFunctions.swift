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
  try gammaRatio(a, x, at0: 0, atInfinity: 1, "gsl_sf_gamma_inc_P_e", gsl_sf_gamma_inc_P_e)
}

/// Q(a, x) = Γ(a, x)/Γ(a) = 1 − P(a, x), accurate where it is small. Domain as `lowerGammaRatio`.
public func upperGammaRatio(_ a: Double, _ x: Double) throws(GSLError) -> Double {
  try gammaRatio(a, x, at0: 1, atInfinity: 0, "gsl_sf_gamma_inc_Q_e", gsl_sf_gamma_inc_Q_e)
}

/// log P(a, eˡ) for a > 0 and any finite l = `logX`, however small P or x are.
public func logLowerGammaRatio(_ a: Double, atLog logX: Double) throws(GSLError) -> Double {
  try requirePositive(a, "shape")
  try requireFinite(logX, "log x")
  let x = exp(logX)
  if x == .infinity { return 0 }
  if x >= 1 {
    let q = try upperGammaRatio(a, x)
    if q < 0.5 { return log1p(-q) }
    let p = try lowerGammaRatio(a, x)
    if p > smallestTrustedRatio { return log(p) }
  }
  // P = xᵃ e⁻ˣ / Γ(a + 1) · Σ xⁿ / ((a + 1)…(a + n)); here x < 1 or P is so small that x is far below a.
  var term = 1.0
  var sum = 1.0
  var n = 0.0
  while term > 1e-17 * sum {
    n += 1
    term *= x / (a + n)
    sum += term
  }
  return min(a * logX - x - (try logGamma(a + 1)) + log(sum), 0)
}

/// log Q(a, eˡ) for a > 0 and any finite l = `logX`, however small Q is; −∞ where x = eˡ overflows.
public func logUpperGammaRatio(_ a: Double, atLog logX: Double) throws(GSLError) -> Double {
  try requirePositive(a, "shape")
  try requireFinite(logX, "log x")
  let x = exp(logX)
  if x == .infinity { return -.infinity }
  let logP = try logLowerGammaRatio(a, atLog: logX)
  // Where x underflows, GSL's Q(a, 0) is 1, but P = xᵃ/Γ(a + 1) need not be small.
  if logP < -1 || x < smallestTrustedRatio { return log1mExp(-logP) }
  let q = try upperGammaRatio(a, x)
  if q > smallestTrustedRatio { return log(q) }
  // Q = xᵃ e⁻ˣ / Γ(a) · 1/(x + 1 − a − 1(1 − a)/(x + 3 − a − 2(2 − a)/(x + 5 − a − …))), by Lentz's method;
  // so small a Q has x far above a.
  var b = x + 1 - a
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
  return a * logX - x - (try logGamma(a)) + log(fraction)
}

/// Below this GSL's P and Q may be about to underflow.
private let smallestTrustedRatio = 1e-290

private func gammaRatio(
  _ a: Double, _ x: Double, at0: Double, atInfinity: Double, _ name: String,
  _ function: (Double, Double, UnsafeMutablePointer<gsl_sf_result>) -> Int32
) throws(GSLError) -> Double {
  try requirePositive(a, "shape")
  guard x >= 0 else { throw .domain(name: "x of an incomplete gamma function", value: x, needs: "at least 0") }
  if x == 0 { return at0 }
  if x == .infinity { return atInfinity }
  return try evaluate(name) { function(a, x, &$0) }
}
