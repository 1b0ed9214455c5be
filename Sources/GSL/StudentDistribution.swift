import CGSL

/// The quantile at p of Student's t with ν degrees of freedom, 0 < p < 1, ν > 0 not necessarily whole.
/// GSL: `gsl_cdf_tdist_Pinv`.
public func studentQuantile(_ p: Double, degreesOfFreedom: Double) throws(GSLError) -> Double {
  try requireProbability(p)
  try requirePositive(degreesOfFreedom, "degrees of freedom")
  return gsl_cdf_tdist_Pinv(p, degreesOfFreedom)
}

/// The probability of |T| ≥ |t| for Student's t with ν > 0 degrees of freedom. GSL: `gsl_cdf_tdist_Q`.
public func twoSidedStudentProbability(_ t: Double, degreesOfFreedom: Double) throws(GSLError) -> Double {
  try requireFinite(t, "Student's t")
  try requirePositive(degreesOfFreedom, "degrees of freedom")
  return 2 * gsl_cdf_tdist_Q(abs(t), degreesOfFreedom)
}
