import CGSL

/// A local minimum of a function of several variables.
public struct Minimum: Equatable, Sendable {
  public let location: [Double]
  public let value: Double
  public let iterations: Int
}

/// A local minimum of `function` by the simplex of Nelder & Mead, for when there is no gradient.
///
/// The first simplex is `start` and `start` moved by `steps[i]` along each axis; it stops once the simplex is smaller
/// than `sizeTolerance` (function values alone tell no more than about 1e-8). A value of +∞ marks a point outside of
/// the domain and is never accepted. GSL: `nmsimplex2`.
///
/// - Throws: what `function` throws; `GSLError` for mismatched or empty arguments, NaN, or no convergence.
public func minimise(
  startingAt start: [Double], steps: [Double], sizeTolerance: Double = 1e-7, maximumIterations: Int = 10_000,
  _ function: ([Double]) throws -> Double
) throws -> Minimum {
  try requireDimension(start)
  guard steps.count == start.count else {
    throw GSLError.domain(name: "number of steps", value: Double(steps.count), needs: "\(start.count), as variables")
  }
  return try withoutActuallyEscaping(function) { function in
    let objective = Objective(function, gradient: nil)
    var cFunction = gsl_multimin_function(
      f: { x, pointer in Objective.at(pointer)?.value(x) ?? .nan }, n: start.count,
      params: Unmanaged.passUnretained(objective).toOpaque())
    let solver = gsl_multimin_fminimizer_alloc(slab_gsl_multimin_nmsimplex2(), start.count)
    defer { gsl_multimin_fminimizer_free(solver) }
    return try keepingAlive(objective, &cFunction) { function in
      let status = withVector(start) { location in
        withVector(steps) { gsl_multimin_fminimizer_set(solver, function, location, $0) }
      }
      try objective.rethrow()
      try check(status, "gsl_multimin_fminimizer_set")
      for iteration in 1...max(1, maximumIterations) {
        let status = gsl_multimin_fminimizer_iterate(solver)
        try objective.rethrow()
        try check(status, "gsl_multimin_fminimizer_iterate")
        if gsl_multimin_fminimizer_size(solver) < sizeTolerance {
          return Minimum(
            location: array(gsl_multimin_fminimizer_x(solver)), value: gsl_multimin_fminimizer_minimum(solver),
            iterations: iteration)
        }
      }
      throw GSLError.failure("minimise (nmsimplex2)", Int32(GSL_EMAXITER))
    }
  }
}

/// A local minimum of a smooth `function` with known `gradient`, by BFGS with line searches (`vector_bfgs2`).
///
/// It stops once ‖gradient‖ < `gradientTolerance`, or where rounding lets the line search go no further down.
/// `step` is the length of the first trial step.
///
/// - Throws: what the closures throw; `GSLError` for an empty start, a value that is not finite, or no convergence.
public func minimise(
  startingAt start: [Double], step: Double, gradientTolerance: Double = 1e-8, maximumIterations: Int = 1000,
  _ function: ([Double]) throws -> Double, gradient: ([Double]) throws -> [Double]
) throws -> Minimum {
  try requireDimension(start)
  try requirePositive(step, "step")
  return try withoutActuallyEscaping(function) { function in
    try withoutActuallyEscaping(gradient) { gradient in
      let objective = Objective(function, gradient: gradient)
      var cFunction = gsl_multimin_function_fdf(
        f: { x, pointer in Objective.at(pointer)?.value(x) ?? .nan },
        df: { x, pointer, out in Objective.at(pointer)?.gradient(x, out) },
        fdf: { x, pointer, value, out in
          value?.pointee = Objective.at(pointer)?.value(x) ?? .nan
          Objective.at(pointer)?.gradient(x, out)
        },
        n: start.count, params: Unmanaged.passUnretained(objective).toOpaque())
      let solver = gsl_multimin_fdfminimizer_alloc(slab_gsl_multimin_bfgs2(), start.count)
      defer { gsl_multimin_fdfminimizer_free(solver) }
      return try keepingAlive(objective, &cFunction) { function in
        let status = withVector(start) { gsl_multimin_fdfminimizer_set(solver, function, $0, step, 0.1) }
        try objective.rethrow()
        try check(status, "gsl_multimin_fdfminimizer_set")
        func slope() -> Double {
          array(gsl_multimin_fdfminimizer_gradient(solver)).reduce(0) { $0 + $1 * $1 }.squareRoot()
        }
        var iteration = 0
        while slope() >= gradientTolerance {
          guard iteration < maximumIterations else {
            throw GSLError.failure("minimise (bfgs2)", Int32(GSL_EMAXITER))
          }
          iteration += 1
          let status = gsl_multimin_fdfminimizer_iterate(solver)
          try objective.rethrow()
          if status == Int32(GSL_ENOPROG) { break }
          try check(status, "gsl_multimin_fdfminimizer_iterate")
        }
        let value = gsl_multimin_fdfminimizer_minimum(solver)
        // No progress is convergence only if the slope is what rounding of the value allows.
        guard slope() < max(gradientTolerance, 1e-5 * (1 + abs(value))) else {
          throw GSLError.failure("minimise (bfgs2)", Int32(GSL_ENOPROG))
        }
        return Minimum(location: array(gsl_multimin_fdfminimizer_x(solver)), value: value, iterations: iteration)
      }
    }
  }
}

/// What `Callback` is for one variable.
private final class Objective {
  private let function: ([Double]) throws -> Double
  private let gradient: (([Double]) throws -> [Double])?
  private var failure: (any Error)?

  init(_ function: @escaping ([Double]) throws -> Double, gradient: (([Double]) throws -> [Double])?) {
    self.function = function
    self.gradient = gradient
  }

  static func at(_ pointer: UnsafeMutableRawPointer?) -> Objective? {
    pointer.map { Unmanaged<Objective>.fromOpaque($0).takeUnretainedValue() }
  }

  func value(_ x: UnsafePointer<gsl_vector>?) -> Double {
    guard failure == nil else { return 0 }
    do {
      let value = try function(array(x))
      if value.isNaN || value == .infinity && gradient != nil { throw notFinite(x, value) }
      // GSL's simplex refuses +∞ too, but not what is larger than anything else.
      return value == .infinity ? .greatestFiniteMagnitude : value
    } catch {
      failure = error
      return 0
    }
  }

  func gradient(_ x: UnsafePointer<gsl_vector>?, _ out: UnsafeMutablePointer<gsl_vector>?) {
    guard let gradient, failure == nil else { return gsl_vector_set_zero(out) }
    do {
      let slopes = try gradient(array(x))
      guard slopes.count == out?.pointee.size else {
        throw GSLError.domain(
          name: "length of the gradient", value: Double(slopes.count), needs: "the number of variables")
      }
      for (i, slope) in slopes.enumerated() {
        guard slope.isFinite else { throw notFinite(x, slope) }
        gsl_vector_set(out, i, slope)
      }
    } catch {
      failure = error
      gsl_vector_set_zero(out)
    }
  }

  func rethrow() throws { if let failure { throw failure } }

  private func notFinite(_ x: UnsafePointer<gsl_vector>?, _ value: Double) -> GSLError {
    .failure(
      function: "the objective", status: Int32(GSL_EBADFUNC), message: "its value or slope at \(array(x)) is \(value)")
  }
}

/// GSL keeps pointers to `objective` and `function` from one call to the next.
private func keepingAlive<CFunction, Result>(
  _ objective: Objective, _ function: inout CFunction,
  _ body: (UnsafeMutablePointer<CFunction>) throws -> Result
) rethrows -> Result {
  try withExtendedLifetime(objective) { try withUnsafeMutablePointer(to: &function, body) }
}

private func withVector<Result>(_ values: [Double], _ body: (UnsafeMutablePointer<gsl_vector>?) -> Result) -> Result {
  let vector = gsl_vector_alloc(values.count)
  defer { gsl_vector_free(vector) }
  for (i, value) in values.enumerated() { gsl_vector_set(vector, i, value) }
  return body(vector)
}

private func array(_ vector: UnsafePointer<gsl_vector>?) -> [Double] {
  (0..<(vector?.pointee.size ?? 0)).map { gsl_vector_get(vector, $0) }
}

private func array(_ vector: UnsafeMutablePointer<gsl_vector>?) -> [Double] { array(UnsafePointer(vector)) }

private func requireDimension(_ start: [Double]) throws(GSLError) {
  guard !start.isEmpty else { throw .domain(name: "number of variables", value: 0, needs: "at least 1") }
}
