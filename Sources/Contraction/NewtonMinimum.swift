import Foundation

/// The minimum of a function of two variables downhill from `start`, from its values and slopes: Newton's method with
/// line searches, its Hessian from differences of the slopes.
///
/// - Parameters:
///   - largestStep: in each variable.
///   - evaluate: value and slopes; nil outside of the domain, which `start` is in and no step leaves.
/// - Returns: nil when it takes too long, as along a line where the curvature jumps.
func newtonMinimum<Failure>(
  startingAt start: SIMD2<Double>, largestStep: SIMD2<Double>,
  of evaluate: (SIMD2<Double>) throws(Failure) -> (value: Double, slopes: SIMD2<Double>)?
) throws(Failure) -> SIMD2<Double>? {
  guard var point = try evaluate(start) else { return nil }
  var location = start
  /// A column of the Hessian; a difference that would leave the domain is taken the other way.
  func curvature(along axis: SIMD2<Double>) throws(Failure) -> SIMD2<Double>? {
    for h in [-1e-5, 1e-5] {
      if let near = try evaluate(location + h * axis) { return (near.slopes - point.slopes) / h }
    }
    return nil
  }
  var lastLength = Double.infinity
  var hessian: (xx: Double, xy: Double, yy: Double)?
  for _ in 0..<60 {
    if hessian == nil, let first = try curvature(along: SIMD2(1, 0)), let second = try curvature(along: SIMD2(0, 1)) {
      hessian = (first.x, 0.5 * (first.y + second.x), second.y)
    }
    guard let (xx, xy, yy) = hessian else { return nil }
    var step = newtonStep(slopes: point.slopes, xx, xy, yy)
    step *= min(1, largestStep.x / abs(step.x), largestStep.y / abs(step.y))
    let length = (step * step).sum().squareRoot()
    let rise = (step * point.slopes).sum()
    // Small steps are Newton's own: there the rounding of the value would mislead a line search.
    func suits(_ next: (value: Double, slopes: SIMD2<Double>)?, _ fraction: Double) -> Bool {
      guard let next else { return false }
      return length < 1e-4 || next.value <= point.value + 1e-4 * fraction * rise
    }
    var fraction = 1.0
    var next = try evaluate(location + step)
    while !suits(next, fraction) {
      fraction /= 2
      guard fraction > 1e-12 else { return nil }
      next = try evaluate(location + fraction * step)
    }
    guard let next else { return nil }
    (location, point) = (location + fraction * step, next)
    // The differences leave some 10⁻⁵ of each step to the next one.
    if length < 1e-8 { return location }
    // Near the minimum the last Hessian will do, and saves the two evaluations; not where steps hardly shrink.
    if length > min(1e-3, 0.1 * lastLength) { hessian = nil }
    lastLength = length
  }
  return nil
}

/// −H⁻¹ g for H = (a b; b c), whose eigenvalues are raised where they are not positive, so that it goes downhill.
private func newtonStep(slopes: SIMD2<Double>, _ a: Double, _ b: Double, _ c: Double) -> SIMD2<Double> {
  let (middle, radius) = (0.5 * (a + c), hypot(0.5 * (a - c), b))
  let least = middle - radius
  let shift = least < 1e-6 * radius ? 0.1 * radius - least : 0
  let (p, q) = (a + shift, c + shift)
  return SIMD2(b * slopes.y - q * slopes.x, b * slopes.x - p * slopes.y) / (p * q - b * b)
}
