import Foundation

/// R(a) = log Γ(a) − (a − ½) log a + a − ½ log 2π for a > 0, the smallest KL(LN ‖ Gamma(a, b)) (THEORY.md 4.2).
///
/// It lies between 1/(12a + 1) and 1/(12a); R(½) = (1 − log 2)/2. NaN for a that is not positive.
public func stirlingRemainder(_ a: Double) -> Double {
  guard a > 0 else { return .nan }
  // R(a) = R(a + 1) + (a + ½) log(1 + 1/a) − 1 up to a ≥ 16, where the series errs by less than 3e-14 relatively;
  // the definition itself cancels as a grows.
  var a = a
  var sum = 0.0
  while a < 16 {
    sum += (a + 0.5) * log1p(1 / a) - 1
    a += 1
  }
  let x = 1 / (a * a)
  return sum + (1 / 12 - x * (1 / 360 - x * (1 / 1260 - x * (1 / 1680 - x / 1188)))) / a
}
