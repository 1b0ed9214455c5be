import Foundation
import GSL

/// Divergences and distances between a density f of x = log X and g = N(μ, ω²) (THEORY.md 4.4).
///
/// Each is a sum of terms that are never negative, so that two laws as near as KL = 10⁻¹² are still told apart; with
/// D = log f − log g, differences like f − g are taken as e^{log f}(1 − e^{−D}).
struct LogNormalComparison {
  let target: TrapezoidDensity
  let mu, omega: Double

  /// KL(f ‖ g), as ∫ (f log(f/g) − f + g).
  var forwardDivergence: Double {
    sum { x in
      let (f, g) = (target(x), logNormal(x))
      if f == -.infinity { return exp(g) }
      return g - f < 1 ? exp(f) * exponentialExcess(g - f) : exp(g) - exp(f) * (1 + g - f)
    }
  }

  /// √(½ ∫ (√f − √g)²).
  var hellinger: Double {
    let squared = 0.5 * sum { x in
      let (f, g) = (target(x), logNormal(x))
      let difference = expm1(-0.5 * abs(f - g))
      return exp(max(f, g)) * difference * difference
    }
    return squared.squareRoot()
  }

  /// The metrics that need the points where the two densities cross.
  struct Metrics {
    let totalVariation, kolmogorov: Double
    let numberOfCrossings: Int
  }

  /// - Parameter upperTailIsHeavier: whether f/g → ∞ as x → ∞; as x → −∞ it must tend to 0.
  func metrics(upperTailIsHeavier: Bool) throws(GSLError) -> Metrics {
    var crossings: [Double] = []
    var previous: (x: Double, isAbove: Bool)?
    var isAbove = false
    // Crossings beyond the nodes have no mass to speak of, but the signs far out say that they are there.
    var beyond = 0
    for x in nodes {
      isAbove = excess(x) > 0
      if let previous {
        if previous.isAbove != isAbove {
          crossings.append(try bracketedRoot(in: previous.x...x, named: "crossing of two densities", of: excess))
        }
      } else if isAbove {
        beyond += 1
      }
      previous = (x, isAbove)
    }
    if isAbove != upperTailIsHeavier { beyond += 1 }

    // Between crossings F − G is monotone, so its values at the crossings are all that the two metrics need.
    let differences = [0] + crossings.map(cumulativeDifference) + [0]
    let variation = zip(differences, differences.dropFirst()).reduce(0) { $0 + abs($1.1 - $1.0) }
    return Metrics(
      totalVariation: 0.5 * variation, kolmogorov: differences.reduce(0) { max($0, abs($1)) },
      numberOfCrossings: crossings.count + beyond)
  }

  /// D = log f − log g.
  private func excess(_ x: Double) -> Double { target(x) - logNormal(x) }

  private func logNormal(_ x: Double) -> Double {
    let z = (x - mu) / omega
    return -0.5 * z * z - log(omega) - 0.5 * log(2 * .pi)
  }

  /// F(b) − G(b) = ∫_{−∞}^b (f − g), after x = b − w log(1 + eʸ), which turns the end b into a smooth tail.
  private func cumulativeDifference(at b: Double) -> Double {
    let (width, step, lowest) = (4 * target.step, 0.2, range.lowerBound)
    var sum = 0.0
    var index = -200.0  // e⁻⁴⁰ of the integrand at b is left out
    while true {
      let y = step * index
      let x = b - width * softplus(y)
      guard x > lowest else { return step * width * sum }
      let d = excess(x)
      sum += sigmoid(y) * (d > 0 ? -exp(target(x)) * expm1(-d) : exp(logNormal(x)) * expm1(d))
      index += 1
    }
  }

  /// Where f or g has mass: beyond 9.5 standard deviations g has 10⁻²¹.
  private var range: ClosedRange<Double> {
    let reach = 9.5 * omega
    return min(target.support.lowerBound, mu - reach)...max(target.support.upperBound, mu + reach)
  }

  private var nodes: some Sequence<Double> {
    let step = target.step
    let first = Int((range.lowerBound / step).rounded(.down))
    let last = Int((range.upperBound / step).rounded(.up))
    return (first...last).lazy.map { Double($0) * step }
  }

  private func sum(_ integrand: (Double) -> Double) -> Double {
    target.step * nodes.reduce(0) { $0 + integrand($1) }
  }
}

/// `root` for a function that does not throw, so that all errors are GSL's.
func bracketedRoot(
  in bracket: ClosedRange<Double>, named name: String, of function: (Double) -> Double
) throws(GSLError) -> Double {
  do {
    return try root(in: bracket, of: function)
  } catch let error as GSLError {
    throw error
  } catch {
    throw .failure(function: name, status: -1, message: "\(error)")
  }
}
