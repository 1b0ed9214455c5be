import GSL

/// The roots of a function that is monotone between neighbouring `knots`, and on to ±∞, where its signs are given.
///
/// - Parameters:
///   - knots: ascending, one at least.
///   - firstStep: of the ever longer steps that look for the outer roots; roots are found to 10⁻¹⁶ of it.
/// - Throws: `LogNormalFitError.inaccurate` where the function does not reach one of the given signs.
func monotoneRoots(
  between knots: [Double], signAtLeft: Double, signAtRight: Double, firstStep: Double,
  of function: (Double) -> Double
) throws -> [Double] {
  // An exponential may overflow far out, but its sign is what it should be.
  func bounded(_ v: Double) -> Double { max(-1e300, min(function(v), 1e300)) }

  /// The first point of ever longer steps where the function has that sign.
  func walk(from start: Double, by firstStep: Double, untilSign sign: Double) throws -> Double {
    var (end, step) = (start, firstStep)
    repeat {
      end += step
      if bounded(end) * sign > 0 { return end }
      step *= 2
    } while end.isFinite
    throw LogNormalFitError.inaccurate(quantity: "a crossing of the densities", value: end)
  }

  var ends = knots
  if let first = knots.first, bounded(first) * signAtLeft < 0 {
    ends.insert(try walk(from: first, by: -firstStep, untilSign: signAtLeft), at: 0)
  }
  if let last = knots.last, bounded(last) * signAtRight < 0 {
    ends.append(try walk(from: last, by: firstStep, untilSign: signAtRight))
  }
  let values = ends.map(bounded)
  var roots = ends.indices.filter { values[$0] == 0 }.map { ends[$0] }
  for i in ends.indices.dropLast() where ends[i] < ends[i + 1] && values[i] * values[i + 1] < 0 {
    roots.append(try root(in: ends[i]...ends[i + 1], absoluteTolerance: 1e-16 * firstStep, of: bounded))
  }
  return roots.sorted()
}
