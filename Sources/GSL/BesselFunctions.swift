import CGSL
import Foundation

/// log K_ν(z), the modified Bessel function of the second kind, for z > 0 and any finite order ν (K_{−ν} = K_ν).
///
/// K itself underflows from z ≈ 700 on; this does not. GSL: `gsl_sf_bessel_lnKnu`.
public func logBesselK(order: Double, _ z: Double) throws(GSLError) -> Double {
  try requireFinite(order, "order of a Bessel function")
  try requirePositive(z, "argument of a Bessel function")
  let order = abs(order)
  if order >= 30, z < 2 { return try logBesselKSeries(order: order, z) }
  return try evaluate("gsl_sf_bessel_lnKnu_e") { gsl_sf_bessel_lnKnu_e(order, z, &$0) }
}

/// K_ν(z) ≈ ½ Γ(ν) (z/2)^{−ν} Σ_k (−z²/4)ᵏ / {k! (ν − 1)…(ν − k)} for large ν and small z, where GSL, once K overflows,
/// stops at k = 1. What is left out is (z/2)^{2ν} smaller.
private func logBesselKSeries(order: Double, _ z: Double) throws(GSLError) -> Double {
  var term = 1.0
  var sum = 1.0
  for k in 1...20 {
    term *= -0.25 * z * z / (Double(k) * (order - Double(k)))
    sum += term
  }
  return try logGamma(order) - log(2) - order * log(0.5 * z) + log(sum)
}
