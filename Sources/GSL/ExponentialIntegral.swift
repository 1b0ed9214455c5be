import CGSL

/// E₁(x) = ∫ₓ^∞ e⁻ᵗ/t dt, x > 0; 0 where it underflows (x > 701). GSL: `gsl_sf_expint_E1`.
public func exponentialIntegral(_ x: Double) throws(GSLError) -> Double {
  try requirePositive(x, "argument of an exponential integral")
  var result = gsl_sf_result()
  _ = abortingHandlerIsOff
  let status = gsl_sf_expint_E1_e(x, &result)
  if status == Int32(GSL_EUNDRFLW) { return 0 }
  try check(status, "gsl_sf_expint_E1_e")
  return result.val
}

/// eˣ E₁(x), x > 0, which neither underflows nor overflows. GSL: `gsl_sf_expint_E1_scaled`.
public func scaledExponentialIntegral(_ x: Double) throws(GSLError) -> Double {
  try requirePositive(x, "argument of an exponential integral")
  return try evaluate("gsl_sf_expint_E1_scaled_e") { gsl_sf_expint_E1_scaled_e(x, &$0) }
}
