import Foundation
import GSL
import NetworkShape
import Priors

/// The contraction rate ε_n of one network class under one slab, as a function of the sample size (THEORY.md 6).
///
///     let topology = try Topology(widths: [20, 30, 15, 1])
///     let bounds = try WeightBounds(hiddenActiveNodes: [5, 4], rowNorms: [3, 2, 2], topology: topology)
///     let rate = try ContractionRate(topology: topology, weightBounds: bounds, slab: .groupHorseshoe())
///     let bound = try rate.bound(at: 1e6)   // bound.epsilon, bound.layers[0].theta, …
///
/// A steeper activation than the papers allow (K_ψ > 1: SiLU, GELU, mish) adds L log K_ψ to every θ_l.
public struct ContractionRate: Sendable, Equatable {
  public let topology: Topology
  public let weightBounds: WeightBounds
  public let slab: SlabPrior
  /// ξ.
  public let approximationError: Double
  /// C_0, …, C_{L−1}.
  public let inclusionConstants: [Double]
  /// M₂.
  public let inputMoment: Double
  public let activation: Activation
  /// c_min and c_max of the conditions on λ_l.
  public let minimumConstant: Double
  public let maximumConstant: Double

  /// - Parameters:
  ///   - approximationError: ξ = inf ‖f − f₀‖²_∞ over the class, at least 0.
  ///   - inclusionConstants: C_l > 0 of −log λ_l, one a hidden layer; 1 by default.
  ///   - inputMoment: M₂ ≥ sup ‖x‖², at least 0; k_0 by default, as for inputs in [−1, 1]^{k_0}.
  ///   - minimumConstant: c_min > 0. The theory asks only for constants; the defaults are loose around C_l = 1.
  ///   - maximumConstant: c_max > 0.
  /// - Throws: `RateError` for a topology without hidden layer, bounds of another topology, or numbers out of range.
  public init(
    topology: Topology, weightBounds: WeightBounds, slab: SlabPrior, approximationError: Double = 0,
    inclusionConstants: [Double]? = nil, inputMoment: Double? = nil, activation: Activation = .relu,
    minimumConstant: Double = 1e-3, maximumConstant: Double = 10
  ) throws(RateError) {
    let layers = topology.hiddenLayerCount
    guard layers >= 1 else {
      throw RateError(name: "widths", value: "\(topology.widths)", needs: "three numbers or more: a hidden layer")
    }
    do {
      _ = try WeightBounds(
        activeNodes: weightBounds.activeNodes, rowNorms: weightBounds.rowNorms, topology: topology)
    } catch { throw RateError(error) }
    let constants = inclusionConstants ?? Array(repeating: 1, count: layers)
    guard constants.count == layers else {
      throw RateError(name: "inclusion constants", value: "\(constants)", needs: "\(layers), one a hidden layer")
    }
    let moment = inputMoment ?? Double(topology.inputCount)
    for constant in constants { try Self.requirePositive(constant, "the inclusion constant C_l") }
    try Self.requirePositive(minimumConstant, "c_min")
    try Self.requirePositive(maximumConstant, "c_max")
    for (value, name) in [(approximationError, "the approximation error ξ"), (moment, "the input moment M₂")] {
      guard value >= 0, value.isFinite else { throw RateError(name: name, value: "\(value)", needs: "0 or more") }
    }
    try slab.requireRate()
    self.topology = topology
    self.weightBounds = weightBounds
    self.slab = slab
    self.approximationError = approximationError
    self.inclusionConstants = constants
    self.inputMoment = moment
    self.activation = activation
    self.minimumConstant = minimumConstant
    self.maximumConstant = maximumConstant
  }

  /// The rate at sample size n.
  ///
  /// - Parameter n: a finite number of at least 1; it need not be whole.
  /// - Throws: `RateError` for any other n, or if a term overflows.
  public func bound(at n: Double) throws(RateError) -> RateBound {
    try Self.requireSampleSize(n)
    return try unchecked(at: n).requiringFinite()
  }

  /// The conditions of THEORY.md 6.7 at sample size n, in its order, each with the smallest n that would do.
  ///
  /// - Throws: `RateError` unless n is finite and at least 1.
  public func conditions(at n: Double) throws(RateError) -> [RegularityCondition] { try conditions(over: [n])[0] }

  /// The conditions at each of several sample sizes; the smallest n that would do is searched for only once.
  ///
  /// - Throws: `RateError` unless every n is finite and at least 1.
  public func conditions(over sampleSizes: [Double]) throws(RateError) -> [[RegularityCondition]] {
    for n in sampleSizes { try Self.requireSampleSize(n) }
    let inputs = ConditionInputs(
      activation: activation, minimumConstant: minimumConstant, maximumConstant: maximumConstant,
      topologyIsValid: true)
    // The searches walk along the same grid, and a bound takes far longer than a verdict on it.
    var known: [Double: RateBound] = [:]
    var rateInputs = rateInputs(at: 1)
    let smallest = RegularityCondition.ids(for: slab).map { id -> (RegularityCondition.ID, Double?) in
      guard id.dependsOnSampleSize else { return (id, nil) }
      let smallest = Self.smallestSampleSize { n in
        rateInputs.sampleSize = n
        let bound = known[n] ?? RateBound(rateInputs)
        known[n] = bound
        return RegularityCondition.verdict(on: id, for: bound, with: inputs).holds
      }
      return (id, smallest)
    }
    return try sampleSizes.map { n throws(RateError) in
      let bound = try bound(at: n)
      return smallest.map { id, smallest in
        let verdict = RegularityCondition.verdict(on: id, for: bound, with: inputs)
        return RegularityCondition(
          id: id, holds: verdict.holds, value: verdict.value, bound: verdict.bound, smallestSampleSize: smallest)
      }
    }
  }

  /// d log ε_n / d log n by a central difference, at a fixed topology (THEORY.md 8.1).
  ///
  /// Logarithms make it shallower than −½ at every n that is ever observed.
  /// - Parameter halfWidth: of the difference, in log n.
  /// - Returns: nil where ε_n is undefined.
  /// - Throws: `RateError` unless n is finite and at least 1.
  public func localSlope(at n: Double, halfWidth: Double = 0.05) throws(RateError) -> Double? {
    try Self.requireSampleSize(n)
    guard let above = unchecked(at: n * exp(halfWidth)).epsilon, let below = unchecked(at: n * exp(-halfWidth)).epsilon
    else { return nil }
    return (log(above) - log(below)) / (2 * halfWidth)
  }

  /// The slope of log ε_n on log n over a study's sample sizes, by least squares with equal weights: what the observed
  /// slope of the same study is to be compared with (THEORY.md 9).
  ///
  /// - Returns: nil where ε_n is undefined at one of them.
  /// - Throws: `RateError` for fewer than two different sample sizes or one that is not finite and at least 1.
  public func theoreticalSlope(over sampleSizes: [Double]) throws(RateError) -> Double? {
    guard Set(sampleSizes).count >= 2 else {
      throw RateError(name: "sample sizes", value: "\(sampleSizes)", needs: "two different ones or more")
    }
    var points: [(x: Double, y: Double)] = []
    for n in sampleSizes {
      guard let epsilon = try bound(at: n).epsilon else { return nil }
      points.append((log(n), log(epsilon)))
    }
    return Self.slope(of: points)
  }

  /// Of the least-squares line through two points or more.
  package static func slope(of points: [(x: Double, y: Double)]) -> Double {
    let count = Double(points.count)
    let meanX = points.map(\.x).reduce(0, +) / count
    let meanY = points.map(\.y).reduce(0, +) / count
    let covariance = points.map { ($0.x - meanX) * ($0.y - meanY) }.reduce(0, +)
    return covariance / points.map { ($0.x - meanX) * ($0.x - meanX) }.reduce(0, +)
  }

  /// n^{−1/2}, the rate of a model with finitely many parameters (THEORY.md 8.3).
  public static func parametricReference(at n: Double) -> Double { 1 / n.squareRoot() }

  private func unchecked(at n: Double) -> RateBound { RateBound(rateInputs(at: n)) }

  private func rateInputs(at n: Double) -> RateInputs {
    RateInputs(
      widths: topology.widths.map(Double.init), activeNodes: weightBounds.activeNodes.map(Double.init),
      rowNorms: weightBounds.rowNorms, sampleSize: n, approximationError: approximationError,
      inclusionConstants: inclusionConstants, inputMoment: inputMoment, slab: slab,
      lipschitzConstant: max(1, activation.lipschitzConstant))
  }

  /// The smallest whole n in [2, 10⁶⁰] that satisfies `holds`, up to what hides between the points of the grid.
  static func smallestSampleSize(where holds: (Double) -> Bool) -> Double? {
    var fails = 2.0
    if holds(fails) { return fails }
    for step in 1...1194 {  // 20 points a decade up to 10⁶⁰
      var works = min((2 * pow(10, Double(step) / 20)).rounded(), 1e60)
      guard holds(works) else {
        fails = works
        continue
      }
      while true {
        let middle = ((fails + works) / 2).rounded(.down)
        guard middle > fails, middle < works else { return works }
        if holds(middle) { works = middle } else { fails = middle }
      }
    }
    return nil
  }

  private static func requireSampleSize(_ n: Double) throws(RateError) {
    guard n >= 1, n.isFinite else {
      throw RateError(name: "the sample size n", value: "\(n)", needs: "1 or more, and finite")
    }
  }

  private static func requirePositive(_ value: Double, _ name: String) throws(RateError) {
    guard value > 0, value.isFinite else {
      throw RateError(name: name, value: "\(value)", needs: "positive and finite")
    }
  }
}
