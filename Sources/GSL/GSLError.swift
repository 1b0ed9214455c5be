import CGSL

/// What a call of this module can refuse or fail at.
public enum GSLError: Error, Equatable, Sendable, CustomStringConvertible {
  /// An argument outside of the domain: its name, the value, and what is allowed.
  case domain(name: String, value: Double, needs: String)
  /// A function of GSL gave up: its name, GSL's status, and why.
  case failure(function: String, status: Int32, message: String)

  public var description: String {
    switch self {
    case .domain(let name, let value, let needs): "\(name) = \(value) is outside of the domain: it must be \(needs)"
    case .failure(let function, _, let message): "\(function) failed: \(message)"
    }
  }

  /// A failure in GSL's own words.
  static func failure(_ function: String, _ status: Int32) -> GSLError {
    .failure(function: function, status: status, message: String(cString: gsl_strerror(status)))
  }
}

/// GSL's default handler aborts the process. Whatever may fail in GSL names this first: a global is set up once.
let abortingHandlerIsOff: Bool = {
  gsl_set_error_handler_off()
  return true
}()

/// Throws unless GSL reports success.
func check(_ status: Int32, _ function: String) throws(GSLError) {
  guard status == Int32(GSL_SUCCESS) else { throw .failure(function, status) }
}

/// Throws unless `value` is finite.
package func requireFinite(_ value: Double, _ name: String) throws(GSLError) {
  guard value.isFinite else { throw .domain(name: name, value: value, needs: "finite") }
}

/// Throws unless `value` is positive and finite.
package func requirePositive(_ value: Double, _ name: String) throws(GSLError) {
  guard value > 0, value.isFinite else { throw .domain(name: name, value: value, needs: "positive and finite") }
}

/// Throws unless `p` lies strictly between 0 and 1.
package func requireProbability(_ p: Double) throws(GSLError) {
  guard p > 0, p < 1 else { throw .domain(name: "probability", value: p, needs: "above 0 and below 1") }
}

/// The value of a special function, with GSL's status turned into an error, and so an unreported NaN.
func evaluate(_ name: String, _ function: (inout gsl_sf_result) -> Int32) throws(GSLError) -> Double {
  _ = abortingHandlerIsOff
  var result = gsl_sf_result()
  try check(function(&result), name)
  guard !result.val.isNaN else {
    throw .failure(function: name, status: Int32(GSL_SUCCESS), message: "the result is not a number")
  }
  return result.val
}
