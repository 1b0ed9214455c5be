import Foundation

/// How far a regression function f is from the truth f₀, by its deviations at N points of the design (THEORY.md 9).
public struct RegressionDistance: Sendable, Equatable {
  /// E(f − f₀)².
  public let squaredL2: Double
  /// H²(P_f, P_{f₀}) = 1 − E exp{−(f − f₀)²/8σ²}, in [0, 1].
  public let squaredHellinger: Double
  /// KL(P_{f₀} ‖ P_f) = E(f − f₀)²/2σ².
  public let klDivergence: Double
  /// M_f = max |f − f₀|.
  public let largestDeviation: Double
  /// The factor c(M_f) = (1 − exp{−M_f²/8σ²})/M_f² of H² ≥ c(M_f) E(f − f₀)².
  public let lowerBoundFactor: Double

  /// √E(f − f₀)²: the radius ϱ.
  public var radius: Double { squaredL2.squareRoot() }

  /// - Parameters:
  ///   - deviations: f(x_k) − f₀(x_k), at least one, all finite.
  ///   - noiseStandardDeviation: σ > 0.
  /// - Throws: `SimulationError` otherwise.
  public init(deviations: [Double], noiseStandardDeviation: Double) throws(SimulationError) {
    try SimulationError.requirePositive(noiseStandardDeviation, "noise standard deviation")
    guard !deviations.isEmpty else {
      throw SimulationError(name: "number of evaluation points", value: "0", needs: "at least 1")
    }
    if let k = deviations.firstIndex(where: { !$0.isFinite }) {
      throw SimulationError(name: "deviation at point \(k)", value: "\(deviations[k])", needs: "finite")
    }
    let eightVariances = 8 * noiseStandardDeviation * noiseStandardDeviation
    var squares = 0.0
    var affinityLoss = 0.0
    var largest = 0.0
    for deviation in deviations {
      squares += deviation * deviation
      affinityLoss -= expm1(-deviation * deviation / eightVariances)
      largest = max(largest, abs(deviation))
    }
    squaredL2 = squares / Double(deviations.count)
    squaredHellinger = affinityLoss / Double(deviations.count)
    klDivergence = squaredL2 * 4 / eightVariances
    largestDeviation = largest
    // As M_f → 0 the factor tends to 1/8σ²; below the smallest normal square the quotient would be 0/0.
    let largestSquare = largest * largest
    lowerBoundFactor =
      largestSquare < Double.leastNormalMagnitude
      ? 1 / eightVariances : -expm1(-largestSquare / eightVariances) / largestSquare
  }
}
