import CGSL

/// Takes a Swift function through C: GSL gets a pointer to this, calls back, and a Swift error, which cannot cross C,
/// waits here until GSL has returned.
final class Callback {
  private let function: (Double) throws -> Double
  private var failure: (any Error)?

  private init(_ function: @escaping (Double) throws -> Double) { self.function = function }

  private func callAsFunction(_ x: Double) -> Double {
    if failure != nil { return 0 }  // a finite value lets GSL stop soonest
    do {
      let value = try function(x)
      guard value.isFinite else {
        throw GSLError.failure(
          function: "the function of a solver", status: Int32(GSL_EBADFUNC), message: "its value at \(x) is \(value)")
      }
      return value
    } catch {
      failure = error
      return 0
    }
  }

  /// Runs `body` with a pointer to `function` that solvers may keep until `body` returns, and with a call that throws
  /// what `function` threw.
  static func with<Result>(
    _ function: (Double) throws -> Double,
    _ body: (UnsafeMutablePointer<gsl_function>, () throws -> Void) throws -> Result
  ) throws -> Result {
    _ = abortingHandlerIsOff
    return try withoutActuallyEscaping(function) { function in
      let callback = Callback(function)
      return try withExtendedLifetime(callback) {
        var cFunction = gsl_function(
          function: { x, pointer in
            guard let pointer else { return 0 }
            return Unmanaged<Callback>.fromOpaque(pointer).takeUnretainedValue()(x)
          },
          params: Unmanaged.passUnretained(callback).toOpaque())
        return try withUnsafeMutablePointer(to: &cFunction) { pointer in
          try body(pointer) { if let failure = callback.failure { throw failure } }
        }
      }
    }
  }
}
