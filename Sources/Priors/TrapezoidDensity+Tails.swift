import Foundation
import GSL

/// Probabilities of tails, by adaptive quadrature over pieces, since the trapezoid rule's nodes do not end where a tail
/// does.
extension TrapezoidDensity {
  /// Points that cut the density into pieces over each of which it is smooth: even ones, and some about every peak,
  /// which may be far narrower.
  var landmarks: [Double] {
    let even = stride(from: support.lowerBound, to: support.upperBound, by: pieceLength) + [support.upperBound]
    let peaks = modes.flatMap { mode in
      let width = 1 / kernel.curvature(mode).squareRoot()
      return (-6...6).map { mode + 1.5 * Double($0) * width }
    }
    return (even + peaks.filter(support.contains)).sorted()
  }

  private var pieceLength: Double { (support.upperBound - support.lowerBound) / 16 }

  /// Where −ℓ″ is `curvature`, ascending.
  func inflections(curvature: Double) throws -> [Double] {
    // In a tail lighter than a normal one −ℓ″ grows without bound, in a heavier one it goes to 0.
    let heavy = kernel.heavyTails
    return try monotoneRoots(
      between: Array(nodes(covering: support)), signAtLeft: heavy.lower ? -1 : 1, signAtRight: heavy.upper ? -1 : 1,
      firstStep: pieceLength
    ) { kernel.curvature($0) - curvature }
  }

  /// log P(x ≤ v), or of x > v.
  func logTail(_ v: Double, upper: Bool) throws -> Double {
    // The smaller of the two tails has all its digits.
    if upper == (v < mean) { return log1p(-exp(try logTail(v, upper: !upper))) }
    let level = kernel(v)
    let logDensity = level - logIntegral
    guard logDensity.isFinite else { return logDensity }
    func relativeDensity(_ x: Double) -> Double { exp(kernel(x) - level) }
    // Beyond the support ℓ hardly gets flatter over a short way: at this slope the tail is soon over.
    let slope = abs(kernel.slope(v))
    if !support.contains(v), 46 / slope < pieceLength {
      let end = upper ? v + 46 / slope : v - 46 / slope
      return try logDensity + (end == v ? -log(slope) : log(integral(over: (v, end), of: relativeDensity)))
    }
    let sum = try pieces(from: v, upper: upper, logLevel: level - 46).reduce(0) { sum, piece in
      try sum + integral(over: piece, of: relativeDensity)
    }
    return logDensity + log(sum)
  }

  /// The v with P(x ≤ v) = p, or P(x > v) = p, for p of at most ½.
  func quantile(_ p: Double, upper: Bool) throws -> Double {
    // From far out inwards, in units of p, until the tail has grown to 1.
    let offset = logIntegral + log(p)
    func relativeDensity(_ x: Double) -> Double { exp(kernel(x) - offset) }
    var tail = 0.0
    let start = upper ? support.lowerBound : support.upperBound
    for piece in pieces(from: start, upper: upper, logLevel: offset - 46).reversed() {
      let next = try tail + integral(over: piece, of: relativeDensity)
      if next >= 1 {
        let outside = tail - 1
        return try root(in: min(piece.inner, piece.outer)...max(piece.inner, piece.outer)) {
          $0 == piece.outer ? outside : try outside + integral(over: ($0, piece.outer), of: relativeDensity)
        }
      }
      tail = next
    }
    throw LogNormalFitError.inaccurate(quantity: "the total probability of a scale law", value: tail * p)
  }

  /// From `start` outwards to where the density has fallen below e^{`logLevel`}.
  private func pieces(from start: Double, upper: Bool, logLevel: Double) -> [(inner: Double, outer: Double)] {
    let landmarks = landmarks
    var ends = [start] + (upper ? landmarks.filter { $0 > start } : landmarks.reversed().filter { $0 < start })
    var end = ends[ends.count - 1]
    while kernel(end) > logLevel {  // beyond the support it falls monotonely
      end += upper ? pieceLength : -pieceLength
      ends.append(end)
    }
    return zip(ends, ends.dropFirst()).filter { $0 != $1 }.map { ($0, $1) }
  }

  /// The integral over a piece, whichever of its ends is larger.
  private func integral(over piece: (inner: Double, outer: Double), of integrand: (Double) -> Double) throws -> Double {
    let (lower, upper) = (min(piece.inner, piece.outer), max(piece.inner, piece.outer))
    return try integrateToRounding(from: lower, to: upper, relativeTolerance: 1e-12, integrand).value
  }
}
