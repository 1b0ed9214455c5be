import CGSL
import Foundation

/// erf(x) = 2/√π ∫₀ˣ e^{−t²} dt. GSL: `gsl_sf_erf`.
public func errorFunction(_ x: Double) -> Double { gsl_sf_erf(x) }

/// erfc(x) = 1 − erf(x), accurate where it is small. GSL: `gsl_sf_erfc`.
public func complementaryErrorFunction(_ x: Double) -> Double { gsl_sf_erfc(x) }

/// Φ(x), the standard normal cdf. Φ(−x) is the survival function. GSL: `gsl_cdf_ugaussian_P`.
public func normalCumulative(_ x: Double) -> Double { gsl_cdf_ugaussian_P(x) }

/// log Φ(x), also where Φ underflows (x < −38). GSL: `gsl_sf_log_erfc`.
public func logNormalCumulative(_ x: Double) throws(GSLError) -> Double {
  try requireFinite(x, "x")
  // Φ(x) = erfc(−x/√2)/2; above 0, 1 − Φ(−x) keeps the digits.
  if x > 0 { return log1p(-gsl_cdf_ugaussian_Q(x)) }
  return try evaluate("gsl_sf_log_erfc_e") { gsl_sf_log_erfc_e(-x / 2.0.squareRoot(), &$0) } - log(2)
}

/// Φ⁻¹(p), 0 < p < 1. Φ⁻¹(1 − p) is its negative. GSL: `gsl_cdf_ugaussian_Pinv`.
public func normalQuantile(_ p: Double) throws(GSLError) -> Double {
  try requireProbability(p)
  return gsl_cdf_ugaussian_Pinv(p)
}
