import CGSL

/// P(F ≥ x) for F with the given degrees of freedom, x ≥ 0, both > 0 and not necessarily whole.
/// GSL: `gsl_cdf_fdist_Q`.
public func upperFProbability(_ x: Double, numerator: Double, denominator: Double) throws(GSLError) -> Double {
  guard x >= 0, x.isFinite else { throw .domain(name: "x", value: x, needs: "at least 0 and finite") }
  try requirePositive(numerator, "degrees of freedom of the numerator")
  try requirePositive(denominator, "degrees of freedom of the denominator")
  return gsl_cdf_fdist_Q(x, numerator, denominator)
}
