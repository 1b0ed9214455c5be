import Foundation

/// log Σ e^{xᵢ} without overflow; −∞ for no terms.
public func logSumExp(_ terms: some Collection<Double>) -> Double {
  guard let largest = terms.max(), largest.isFinite else { return terms.max() ?? -.infinity }
  return largest + log(terms.reduce(0) { $0 + exp($1 - largest) })
}

/// log(1 − e^{−x}) for x ≥ 0; −∞ at 0.
public func log1mExp(_ x: Double) -> Double {
  // 1 − e⁻ˣ cancels for small x, e⁻ˣ is lost in 1 for large x (Mächler 2012: change at log 2).
  x < 0.6931471805599453 ? log(-expm1(-x)) : log1p(-exp(-x))
}

/// log cosh x, which overflows nowhere and keeps its digits around 0.
public func logCosh(_ x: Double) -> Double {
  let t = abs(x)
  // cosh x = 1 + 2 sinh²(x/2) near 0; e^{|x|}(1 + e^{−2|x|})/2 away from it.
  if t < 1 {
    let s = sinh(t / 2)
    return log1p(2 * s * s)
  }
  return t + log1p(exp(-2 * t)) - 0.6931471805599453
}

/// log(1 + eˣ). At x = 710 eˣ overflows; x + log(1 + e⁻ˣ) does not.
public func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

/// The x with log(1 + eˣ) = y, y > 0; −∞ at 0.
public func inverseSoftplus(_ y: Double) -> Double { y + log(-expm1(-y)) }

/// 1/(1 + e⁻ˣ), with full relative precision on both sides.
public func sigmoid(_ x: Double) -> Double {
  if x >= 0 { return 1 / (1 + exp(-x)) }
  let e = exp(x)
  return e / (1 + e)
}

/// log(p/(1 − p)), 0 ≤ p ≤ 1; ±∞ at the ends.
public func logit(_ p: Double) -> Double { log(p) - log1p(-p) }

/// eˣ − 1 − x ≥ 0, which is x²/2 around 0 and keeps its digits there, unlike GSL's `gsl_sf_exprel_2` from 0.002 on.
public func exponentialExcess(_ x: Double) -> Double {
  guard abs(x) < 0.5 else { return expm1(x) - x }
  // x²/2 (1 + x/3 (1 + x/4 (1 + …))), up to x¹⁵/15!.
  var sum = 1.0
  for n in stride(from: 15.0, to: 2, by: -1) { sum = 1 + x / n * sum }
  return 0.5 * x * x * sum
}

/// A range around 0 at whose ends eˣ − 1 − x is at least `h` ≥ 0, and not much more.
package func exponentialExcessRange(_ h: Double) -> ClosedRange<Double> {
  let root = (2 * h).squareRoot()  // r
  // Left: e^{−r − h} ≥ 1 − r, as log(1 − r) ≤ −r − ½r². Right: eˣ = 1 + r + h, and x is at most r.
  return -(h + root)...log1p(h + root)
}
