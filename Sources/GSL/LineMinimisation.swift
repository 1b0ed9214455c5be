import CGSL

/// A local minimum of a function of one variable.
public struct LineMinimum: Equatable, Sendable {
  public let location, value: Double
}

/// The local minimum of a continuous `function` that is downhill from `start`.
///
/// Steps that grow by the golden ratio, the first of size `step`, find a bracket; Brent's method then narrows it to
/// `tolerance` · (1 + |location|). Function values alone locate a minimum to about 1e-8 (the value there is good to
/// rounding); GSL's steps end there too, hence the default. Tolerances below 1e-7 are refused.
///
/// - Throws: what `function` throws; `GSLError` when it keeps falling for 100 steps or a value is not finite.
public func minimise(
  startingAt start: Double, step: Double, tolerance: Double = 1e-7, maximumIterations: Int = 500,
  _ function: (Double) throws -> Double
) throws -> LineMinimum {
  try requirePositive(step, "step")
  guard tolerance >= 1e-7 else { throw GSLError.domain(name: "tolerance", value: tolerance, needs: "at least 1e-7") }
  try requireFinite(start, "start")
  let bracket = try bracketMinimum(startingAt: start, step: step, function)
  // A flat bracket cannot be narrowed: its middle is a minimum to rounding.
  guard bracket.middle.value < bracket.lower.value, bracket.middle.value < bracket.upper.value else {
    return bracket.middle
  }
  return try Callback.with(function) { function, rethrow in
    let solver = gsl_min_fminimizer_alloc(slab_gsl_min_brent())
    defer { gsl_min_fminimizer_free(solver) }
    let status = gsl_min_fminimizer_set_with_values(
      solver, function, bracket.middle.location, bracket.middle.value, bracket.lower.location, bracket.lower.value,
      bracket.upper.location, bracket.upper.value)
    try check(status, "gsl_min_fminimizer_set_with_values")
    for _ in 0..<maximumIterations {
      let status = gsl_min_fminimizer_iterate(solver)
      try rethrow()
      let width = gsl_min_fminimizer_x_upper(solver) - gsl_min_fminimizer_x_lower(solver)
      let location = gsl_min_fminimizer_x_minimum(solver)
      if status == Int32(GSL_FAILURE) || width <= tolerance * (1 + abs(location)) {
        return LineMinimum(location: location, value: gsl_min_fminimizer_f_minimum(solver))
      }
      try check(status, "gsl_min_fminimizer_iterate")
    }
    throw GSLError.failure("minimise", Int32(GSL_EMAXITER))
  }
}

/// Three points in order, the middle one not above the others.
private func bracketMinimum(
  startingAt start: Double, step: Double, _ function: (Double) throws -> Double
) throws -> (lower: LineMinimum, middle: LineMinimum, upper: LineMinimum) {
  func point(_ x: Double) throws -> LineMinimum {
    let value = try function(x)
    guard value.isFinite else {
      throw GSLError.failure(
        function: "minimise", status: Int32(GSL_EBADFUNC), message: "the function's value at \(x) is \(value)")
    }
    return LineMinimum(location: x, value: value)
  }
  var (behind, middle) = (try point(start), try point(start + step))
  var stride = step
  if behind.value < middle.value {
    (behind, middle) = (middle, behind)
    stride = -step
  }
  for _ in 0..<100 {
    stride *= 1.618_033_988_749_895
    let ahead = try point(middle.location + stride)
    if ahead.value >= middle.value {
      return stride > 0 ? (behind, middle, ahead) : (ahead, middle, behind)
    }
    (behind, middle) = (middle, ahead)
  }
  throw GSLError.failure(
    function: "minimise", status: Int32(GSL_EMAXITER),
    message: "the function still falls at \(middle.location), 100 growing steps from \(start)")
}
