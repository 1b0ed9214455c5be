import GSL

/// The minimum of a function of one variable that lies downhill from `start`, from the function's slope alone: growing
/// steps find where it changes sign, Brent's method the zero. A slope locates a minimum to rounding, where values
/// alone would stop at the square root of it.
///
/// - Throws: what `slope` throws; `RateError` if there is no minimum within some 500 of `start`.
func stationaryPoint(startingAt start: Double, slope: (Double) throws -> Double) throws -> Double {
  let slopeAtStart = try slope(start)
  var (behind, step) = (start, slopeAtStart > 0 ? -0.5 : 0.5)
  for _ in 0..<20 {
    let ahead = behind + step
    if (try slope(ahead) > 0) != (slopeAtStart > 0) {
      return try root(in: min(behind, ahead)...max(behind, ahead), absoluteTolerance: 1e-10, of: slope)
    }
    (behind, step) = (ahead, step * 1.3)
  }
  throw RateError(name: "a KL budget", value: "still falling at \(behind)", needs: "a function with a minimum")
}
