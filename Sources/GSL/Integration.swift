import CGSL

/// The value of a definite integral and GSL's bound of its absolute error.
public struct Integral: Equatable, Sendable {
  public let value, absoluteError: Double
}

/// ∫ `integrand` from `lower` to `upper`, either of which may be infinite, by adaptive Gauss–Kronrod rules.
///
/// Singularities at the ends are allowed: the ends are never evaluated. It stops once the error bound is below
/// max(`absoluteTolerance`, `relativeTolerance` · |value|). GSL: `qags`, `qagiu`, `qagil`, `qagi`.
///
/// - Throws: what `integrand` throws; `GSLError` when the tolerance is not reached or a value is not finite.
public func integrate(
  from lower: Double, to upper: Double, absoluteTolerance: Double = 0, relativeTolerance: Double = 1e-10,
  maximumSubintervals: Int = 1000, _ integrand: (Double) throws -> Double
) throws -> Integral {
  guard lower < upper else { throw GSLError.domain(name: "lower limit", value: lower, needs: "below \(upper)") }
  guard (1...1_000_000).contains(maximumSubintervals) else {
    throw GSLError.domain(
      name: "maximum number of subintervals", value: Double(maximumSubintervals), needs: "1 to 1000000")
  }
  return try Callback.with(integrand) { function, rethrow in
    let workspace = gsl_integration_workspace_alloc(maximumSubintervals)
    defer { gsl_integration_workspace_free(workspace) }
    var value = 0.0
    var error = 0.0
    let (absolute, relative, limit) = (absoluteTolerance, relativeTolerance, maximumSubintervals)
    let name: String
    let status: Int32
    switch (lower == -.infinity, upper == .infinity) {
    case (false, false):
      name = "gsl_integration_qags"
      status = gsl_integration_qags(function, lower, upper, absolute, relative, limit, workspace, &value, &error)
    case (false, true):
      name = "gsl_integration_qagiu"
      status = gsl_integration_qagiu(function, lower, absolute, relative, limit, workspace, &value, &error)
    case (true, false):
      name = "gsl_integration_qagil"
      status = gsl_integration_qagil(function, upper, absolute, relative, limit, workspace, &value, &error)
    case (true, true):
      name = "gsl_integration_qagi"
      status = gsl_integration_qagi(function, absolute, relative, limit, workspace, &value, &error)
    }
    try rethrow()
    try check(status, name)
    return Integral(value: value, absoluteError: error)
  }
}

/// ∫ of a smooth `integrand` between finite limits, as far as its own rounding allows, by adaptive Gauss–Kronrod rules.
///
/// It stops as `integrate` does, or where rounding in the integrand lets the error bound fall no further, or 50
/// subintervals do not suffice: what that bound then is, is for the caller to judge. GSL: `qag`.
///
/// - Throws: what `integrand` throws; `GSLError` when a value is not finite.
public func integrateToRounding(
  from lower: Double, to upper: Double, absoluteTolerance: Double = 0, relativeTolerance: Double = 1e-10,
  _ integrand: (Double) throws -> Double
) throws -> Integral {
  guard lower < upper else { throw GSLError.domain(name: "lower limit", value: lower, needs: "below \(upper)") }
  return try Callback.with(integrand) { function, rethrow in
    let limit = 50
    let workspace = gsl_integration_workspace_alloc(limit)
    defer { gsl_integration_workspace_free(workspace) }
    var value = 0.0
    var error = 0.0
    let status = gsl_integration_qag(
      function, lower, upper, absoluteTolerance, relativeTolerance, limit, Int32(GSL_INTEG_GAUSS21), workspace, &value,
      &error)
    try rethrow()
    if ![GSL_EROUND, GSL_ESING, GSL_EMAXITER].contains(Int(status)) { try check(status, "gsl_integration_qag") }
    return Integral(value: value, absoluteError: error)
  }
}
