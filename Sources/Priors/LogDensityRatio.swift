import Foundation
import GSL

/// D = log f − log g for a law f at unit scale and g = N(δ, ω²), on the axis v of `StandardScale` (THEORY.md 4.4).
struct LogDensityRatio: Sendable {
  let law: StandardScale
  /// δ, the mean of g; as a distance from the mode of f it is exact where μ itself would be rounded.
  let offset: Double
  let omega: Double
  /// log f at its mode, log g at its mean, and their difference, without what grows with a Gamma's shape.
  private let lawLogHeight, normalLogHeight, heightRatio: Double

  /// - Throws: `GSLError.domain` unless δ is finite and ω positive and finite.
  init(law: StandardScale, offset: Double, omega: Double) throws(GSLError) {
    try requireFinite(offset, "mu of a log-normal, less the mode of log X,")
    try requirePositive(omega, "omega of a log-normal")
    (self.law, self.offset, self.omega) = (law, offset, omega)
    lawLogHeight = law.logHeight
    normalLogHeight = -log(omega) - 0.5 * log(2 * .pi)
    heightRatio =
      switch law {
      case .gamma(let a): 0.5 * log(a * omega * omega) - stirlingRemainder(a)
      case .halfCauchySquared: log(omega) - 0.5 * log(2 * .pi)
      }
  }

  private func logLawDensity(_ v: Double) -> Double { lawLogHeight - law.potential(v) }

  private func logNormalDensity(_ v: Double) -> Double {
    let z = (v - offset) / omega
    return normalLogHeight - 0.5 * z * z
  }

  /// D(v).
  func value(_ v: Double) -> Double {
    let z = (v - offset) / omega
    return 0.5 * z * z - law.potential(v) + heightRatio
  }

  /// D′(v).
  private func slope(_ v: Double) -> Double {
    let normal = (v - offset) / omega / omega
    switch law {
    case .gamma(let a): return normal - a * expm1(v)
    case .halfCauchySquared: return normal - 0.5 * tanh(0.5 * v)
    }
  }

  /// Where D″ = ω⁻² − a eᵛ, or ω⁻² − ¼ sech²(v/2), changes its sign.
  private var inflections: [Double] {
    switch law {
    case .gamma(let a): return [-log(a) - 2 * log(omega)]
    case .halfCauchySquared:
      guard omega > 2 else { return [] }
      let v = 2 * acosh(0.5 * omega)
      return [-v, v]
    }
  }

  /// The zeros of D, ascending: 1 or 3 for a Gamma, 2 or 4 for a squared half-Cauchy, or none of those where f and g
  /// merely touch.
  func crossings() throws -> [Double] {
    // D′ is monotone between inflections, and D between the zeros of D′. The mean is there to have a point at all.
    let (slopeAtLeft, slopeAtRight, valueAtRight): (Double, Double, Double) =
      switch law {
      case .gamma: (-1, -1, -1)
      case .halfCauchySquared: (-1, 1, 1)
      }
    let middle = min(offset, limit)
    let stationary = try roots(
      of: slope, between: (inflections + [middle]).sorted(), signAtLeft: slopeAtLeft, signAtRight: slopeAtRight)
    let knots = stationary.isEmpty ? [middle] : stationary
    return try roots(of: value, between: knots, signAtLeft: 1, signAtRight: valueAtRight)
  }

  /// Nothing is sought to the right of it: there the eᵛ of a Gamma's D nears the largest Double, and D is far below 0.
  private var limit: Double {
    switch law {
    case .gamma: 680
    case .halfCauchySquared: .greatestFiniteMagnitude
    }
  }

  /// The roots of a function that is monotone between neighbouring `knots`, and on to ±∞, where its signs are given.
  private func roots(
    of function: (Double) -> Double, between knots: [Double], signAtLeft: Double, signAtRight: Double
  ) throws -> [Double] {
    var bracketEnds = knots
    if let first = knots.first, function(first) * signAtLeft < 0 {
      bracketEnds.insert(try walk(from: first, by: -omega, untilSign: signAtLeft, of: function), at: 0)
    }
    if let last = knots.last, function(last) * signAtRight < 0 {
      bracketEnds.append(try walk(from: last, by: omega, untilSign: signAtRight, of: function))
    }
    var roots = bracketEnds.filter { function($0) == 0 }
    for (lower, upper) in zip(bracketEnds, bracketEnds.dropFirst())
    where lower < upper && function(lower) * function(upper) < 0 {
      roots.append(try root(in: lower...upper, absoluteTolerance: 1e-16 * omega) { function($0) })
    }
    return roots.sorted()
  }

  /// The first point of ever longer steps where `function` has that sign.
  private func walk(
    from start: Double, by firstStep: Double, untilSign sign: Double, of function: (Double) -> Double
  ) throws -> Double {
    var step = firstStep
    var end = start
    repeat {
      end = min(start + step, limit)
      if function(end) * sign > 0 { return end }
      step *= 2
    } while end < limit && step.isFinite
    throw LogNormalFitError.inaccurate(quantity: "a crossing of the densities", value: end)
  }

  // MARK: Tails

  /// A number with the sign of F − G at v: log F − log G in the lower tail, log(1 − G) − log(1 − F) in the upper; and
  /// the logarithm of that tail of the law.
  func logTailRatio(_ v: Double) throws -> (value: Double, logTail: Double) {
    let z = (v - offset) / omega
    let lower = try law.logCumulative(v)
    if lower < -log(2) { return (try lower - logNormalCumulative(z), lower) }
    let upper = try law.logSurvival(v)
    return (try logNormalCumulative(-z) - upper, upper)
  }

  // MARK: Quadrature

  /// Points that cut the axis into pieces over each of which f and g, tilted by e^{rv} too if `power` is given, are
  /// smooth; outside of them is nothing.
  func landmarks(power r: Double? = nil) -> [Double] {
    [0, r].compactMap { $0 }.flatMap { r in
      law.landmarks(power: r) + (-6...6).map { offset + r * omega * omega + 1.5 * Double($0) * omega }
    }
  }

  /// e^{w} (f − g) at v, without cancellation where f and g are nearly equal and without overflow where they are not.
  func difference(_ v: Double, logWeight w: Double = 0) -> Double {
    let ratio = value(v)
    return ratio > 0 ? -exp(w + logLawDensity(v)) * expm1(-ratio) : exp(w + logNormalDensity(v)) * expm1(ratio)
  }

  /// ½(√f − √g)² at v.
  func squaredHellingerDensity(_ v: Double) -> Double {
    let ratio = value(v)
    let part = expm1(-0.5 * abs(ratio))
    return 0.5 * exp(ratio > 0 ? logLawDensity(v) : logNormalDensity(v)) * part * part
  }
}
