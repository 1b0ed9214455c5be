import CGSL

/// The root of a continuous `function` that changes sign over `bracket`, by Brent's method.
///
/// It stops once the root is known to within `absoluteTolerance` + `relativeTolerance` · |root|, or exactly.
///
/// - Throws: what `function` throws; `GSLError` when the signs at the ends agree or a value is not finite.
public func root(
  in bracket: ClosedRange<Double>, absoluteTolerance: Double = 0, relativeTolerance: Double = 4e-16,
  maximumIterations: Int = 500, of function: (Double) throws -> Double
) throws -> Double {
  let (lower, upper) = (bracket.lowerBound, bracket.upperBound)
  let (atLower, atUpper) = (try function(lower), try function(upper))
  if atLower == 0 { return lower }
  if atUpper == 0 { return upper }
  guard atLower.sign != atUpper.sign else {
    throw GSLError.failure(
      function: "root", status: Int32(GSL_EINVAL),
      message: "the function does not change sign over the bracket: \(atLower) at \(lower), \(atUpper) at \(upper)")
  }
  // GSL asks for the values at the ends again, which may have cost much.
  func known(_ x: Double) throws -> Double {
    if x == lower { return atLower }
    if x == upper { return atUpper }
    return try function(x)
  }
  return try Callback.with(known) { function, rethrow in
    let solver = gsl_root_fsolver_alloc(slab_gsl_root_brent())
    defer { gsl_root_fsolver_free(solver) }
    let status = gsl_root_fsolver_set(solver, function, lower, upper)
    try rethrow()
    try check(status, "gsl_root_fsolver_set")
    for _ in 0..<maximumIterations {
      let status = gsl_root_fsolver_iterate(solver)
      try rethrow()
      try check(status, "gsl_root_fsolver_iterate")
      let (low, high) = (gsl_root_fsolver_x_lower(solver), gsl_root_fsolver_x_upper(solver))
      let estimate = gsl_root_fsolver_root(solver)
      if high - low <= absoluteTolerance + relativeTolerance * abs(estimate) || high <= low.nextUp { return estimate }
    }
    throw GSLError.failure("root", Int32(GSL_EMAXITER))
  }
}
