import Foundation
import GSL
import NetworkShape
import Priors

/// A sequence of network classes that grows with the sample size, and the rate along it (THEORY.md 8).
///
///     let regime = try GrowthRegime(
///       widths: [.constant(10), .power(coefficient: 4, exponent: 0.25), .constant(1)],
///       activeNodes: [.power(coefficient: 2, exponent: 0.2)],
///       rowNorms: [.power(coefficient: 1, exponent: 0.3), .constant(2)], slab: .gaussian())
///     let slope = try regime.localSlope(at: 1e6)   // what a study around n = 10⁶ should see
///     let limit = regime.asymptoticSlope           // what it tends to, logarithms dropped
///
/// Widths and counts are real numbers here: nothing is rounded, so that slopes are smooth. Only a depth that grows is:
/// ε_n then jumps where a layer is added.
public struct GrowthRegime: Sendable, Equatable {
  /// k_0(n), …, k_{L+1}(n).
  public let widths: [GrowthLaw]
  /// s_0(n), …, s_{L−1}(n), each cut off at k_{l+1}(n); the output layer has all its nodes.
  public let activeNodes: [GrowthLaw]
  /// B_0(n), …, B_L(n).
  public let rowNorms: [GrowthLaw]
  /// L(n), rounded and at least 1; nil for as many hidden layers as there are laws. With it the laws are those of the
  /// inputs, of every hidden layer and of the outputs (`widths`), of every hidden layer (`activeNodes`), and of the
  /// first, the other hidden and the output layer (`rowNorms`).
  public let depth: GrowthLaw?
  /// ξ(n); nil for a class that holds f₀.
  public let approximationError: GrowthLaw?
  public let slab: SlabPrior
  public let activation: Activation

  /// - Throws: `RateError` for lists that do not fit together, laws that are not positive, or a slab out of its domain.
  public init(
    widths: [GrowthLaw], activeNodes: [GrowthLaw], rowNorms: [GrowthLaw], depth: GrowthLaw? = nil,
    approximationError: GrowthLaw? = nil, slab: SlabPrior, activation: Activation = .relu
  ) throws(RateError) {
    guard widths.count >= 3 else {
      throw RateError(name: "the number of widths", value: "\(widths.count)", needs: "3 or more: a hidden layer")
    }
    guard activeNodes.count == widths.count - 2 else {
      throw RateError(
        name: "the number of active-node laws", value: "\(activeNodes.count)",
        needs: "\(widths.count - 2), one a hidden layer")
    }
    if depth != nil, widths.count != 3 || rowNorms.count != 3 {
      throw RateError(
        name: "the number of laws beside a depth", value: "\(widths.count) widths and \(rowNorms.count) bounds",
        needs: "three of each: input, hidden and output width; bounds of the first, other hidden and output layer")
    }
    guard depth != nil || rowNorms.count == widths.count - 1 else {
      throw RateError(
        name: "the number of bound laws", value: "\(rowNorms.count)", needs: "\(widths.count - 1), one a layer")
    }
    try depth?.validate("L")
    for (layer, law) in widths.enumerated() { try law.validate("k_\(layer)") }
    for (layer, law) in activeNodes.enumerated() { try law.validate("s_\(layer)") }
    for (layer, law) in rowNorms.enumerated() { try law.validate("B_\(layer)") }
    try approximationError?.validate("ξ")
    try slab.requireRate()
    self.widths = widths
    self.activeNodes = activeNodes
    self.rowNorms = rowNorms
    self.depth = depth
    self.approximationError = approximationError
    self.slab = slab
    self.activation = activation
  }

  /// The most layers that a depth may reach: a bound on time and memory.
  private static let maximumDepth = 10_000.0

  /// L(n), the number of hidden layers.
  /// - Throws: `RateError` outside of a table, or for more than 10 000 layers.
  public func hiddenLayerCount(at n: Double) throws(RateError) -> Int {
    guard let depth else { return activeNodes.count }
    let layers = try values(of: [depth], "L", at: n)[0].rounded()
    guard layers <= Self.maximumDepth else {
      throw RateError(name: "the depth L at n = \(n)", value: "\(layers)", needs: "at most \(Int(Self.maximumDepth))")
    }
    return max(1, Int(layers))
  }

  /// The rate at sample size n, with C_l = 1 and M₂ = k_0(n).
  /// - Throws: `RateError` for n < 2, an n outside of a table, or a law that overflows there.
  public func bound(at n: Double) throws(RateError) -> RateBound {
    guard n >= 2, n.isFinite else { throw RateError(name: "the sample size n", value: "\(n)", needs: "2 or more") }
    var widths = try values(of: self.widths, "k", at: n)
    var active = try values(of: activeNodes, "s", at: n)
    var norms = try values(of: rowNorms, "B", at: n)
    let layers = try hiddenLayerCount(at: n)
    if depth != nil {
      widths = [widths[0]] + Array(repeating: widths[1], count: layers) + [widths[2]]
      active = Array(repeating: active[0], count: layers)
      norms = [norms[0]] + Array(repeating: norms[1], count: layers - 1) + [norms[2]]
    }
    for layer in active.indices { active[layer] = min(active[layer], widths[layer + 1]) }
    let approximation = try values(of: approximationError.map { [$0] } ?? [], "ξ", at: n).first ?? 0
    return try RateBound(
      RateInputs(
        widths: widths, activeNodes: active + [widths[widths.count - 1]], rowNorms: norms, sampleSize: n,
        approximationError: approximation, inclusionConstants: Array(repeating: 1, count: layers),
        inputMoment: widths[0], slab: slab, lipschitzConstant: max(1, activation.lipschitzConstant))
    ).requiringFinite()
  }

  /// d log ε_n / d log n by a central difference (THEORY.md 8.1); nil where ε_n is undefined.
  /// At the end of a table the difference is one-sided.
  /// - Parameter halfWidth: of the difference, in log n.
  /// - Throws: as `bound(at:)`, at either end.
  public func localSlope(at n: Double, halfWidth: Double = 0.05) throws(RateError) -> Double? {
    let (above, below) = (n * exp(halfWidth), n * exp(-halfWidth))
    let (upper, lower) = (min(above, sampleSizes.upperBound), max(below, sampleSizes.lowerBound))
    guard let end = try bound(at: upper).epsilon, let start = try bound(at: lower).epsilon else { return nil }
    let width = upper == above && lower == below ? 2 * halfWidth : log(upper / lower)
    return (log(end) - log(start)) / width
  }

  /// Where all laws have a value: everywhere, or within the tables.
  public var sampleSizes: ClosedRange<Double> {
    let ranges = (widths + activeNodes + rowNorms + [depth, approximationError].compactMap { $0 }).map(\.sampleSizes)
    let lower = ranges.map(\.lowerBound).max() ?? 0
    return lower...max(lower, ranges.map(\.upperBound).min() ?? .infinity)
  }

  /// ρ_l of every layer: r_l grows like n^ρ_l, logarithms dropped (THEORY.md 8.2); nil if a law is a table. With a
  /// growing depth, Λ_l grows like L, and the one exponent of the hidden layers but the first is that of their sum.
  public var layerExponents: [Double]? {
    guard let a = exponents(of: widths), let b = exponents(of: activeNodes), let g = exponents(of: rowNorms),
      let depth = depthExponent
    else { return nil }
    // The widths that feed and end each layer, and the layers that there are of each kind.
    let isDeep = self.depth != nil
    let inputs = isDeep ? [0, 1, 1] : Array(g.indices)
    let outputs = isDeep ? [1, 1, 2] : g.indices.map { $0 + 1 }
    return g.indices.map { layer in
      let groups = max(a[inputs[layer]], 0)  // a_l⁺
      let isOutput = layer == g.count - 1
      let nodes = isOutput ? a[outputs[layer]] : min(b[isDeep ? 0 : layer], a[outputs[layer]])
      let strength = slab.strengthExponent(2 * g[layer] - groups, groupSizeExponent: groups)
      let count = isDeep && layer == 1 ? depth : 0
      return count + nodes + groups + max(depth, strength) - 1
    }
  }

  /// The slope that log ε_n against log n tends to (THEORY.md 8.2); nil if a law is a table, or if the formulas become
  /// void: some θ_l tends to −∞, or with a growing depth Σ log B_m may fall below −L. Σ u_l grows like L³.
  public var asymptoticSlope: Double? {
    guard let largest = layerExponents?.max(), let depth = depthExponent, !becomesVoid else { return nil }
    if depth > 0, case .power(let coefficient, let exponent) = rowNorms[1] {
      guard exponent > 0 || exponent == 0 && log(coefficient) > -1 else { return nil }
    }
    guard let approximationError else { return (largest + 3 * depth) / 2 }
    return approximationError.exponent.map { (max(largest, $0) + 3 * depth) / 2 }
  }

  /// Whether log n has a negative coefficient in some θ_l of a class of fixed depth: bounds of other layers that shrink
  /// outweigh what grows, and no strength explodes to make up for it.
  private var becomesVoid: Bool {
    guard depth == nil, let a = exponents(of: widths), let g = exponents(of: rowNorms) else { return false }
    return g.indices.contains { layer in
      let groups = max(a[layer], 0)
      let strength = 2 * g[layer] - groups
      guard slab.strengthExponent(strength, groupSizeExponent: groups) <= 0 else { return false }
      let others = g.reduce(0, +) - g[layer]
      let coefficient =
        1 + others + a[layer + 1] + groups + slab.logarithmicStrength(strength, groupSizeExponent: groups)
      return coefficient < -1e-12
    }
  }

  /// The power of n in L(n), 0 for a depth that does not grow; nil for a table.
  private var depthExponent: Double? { depth.map { $0.exponent.map { max(0, $0) } } ?? 0 }

  private func exponents(of laws: [GrowthLaw]) -> [Double]? {
    let exponents = laws.compactMap(\.exponent)
    return exponents.count == laws.count ? exponents : nil
  }

  /// The smallest n on a grid of ten points a decade up to 10⁶⁰ from which on the local slope is within `tolerance` of
  /// the asymptotic one; nil if it never is. Logarithms make this astronomically late. An n where a law overflows or a
  /// table ends has no slope and counts as not reached: laws that overflow before 10⁶⁰ give nil.
  public func sampleSizeAtAsymptoticSlope(within tolerance: Double = 0.02) -> Double? {
    guard let limit = asymptoticSlope else { return nil }
    var reached: Double?
    for step in stride(from: 600, through: 4, by: -1) {
      let n = pow(10, Double(step) / 10)
      guard let slope = try? localSlope(at: n), abs(slope - limit) <= tolerance else { break }
      reached = n
    }
    return reached
  }

  /// log₁₀ of the largest n in [10, 10⁶⁰] with ε_n = 1, from which on the bound says something; nil if there is none, if
  /// the formulas are void further on,
  /// up to what hides between the points of a grid. An n where a law overflows or a table ends has no rate.
  /// - Throws: `GSLError` if the search fails.
  public func log10SampleSizeAtUnitRate() throws -> Double? {
    // nil where there is no bound; NaN where there is one that is void.
    func logRate(_ exponent: Double) -> Double? {
      (try? bound(at: pow(10, exponent))).map { $0.epsilon.map { log($0) } ?? .nan }
    }
    var upper = 60.0
    var above = logRate(upper)
    for step in stride(from: 599, through: 10, by: -1) {
      let lower = Double(step) / 10
      let below = logRate(lower)
      if let above, above.isNaN { return nil }
      if let above, let below, !below.isNaN, (above < 0) != (below < 0) {
        return try root(in: lower...upper, relativeTolerance: 1e-13) { logRate($0) ?? .nan }
      }
      (upper, above) = (lower, below)
    }
    return nil
  }

  private func values(of laws: [GrowthLaw], _ name: String, at n: Double) throws(RateError) -> [Double] {
    var values = [Double]()
    for (layer, law) in laws.enumerated() {
      guard let value = law.value(at: n) else {
        throw RateError(name: "n for the table of \(name)_\(layer)", value: "\(n)", needs: "within the table")
      }
      guard value > 0, value.isFinite else {
        throw RateError(name: "\(name)_\(layer) at n = \(n)", value: "\(value)", needs: "positive and finite")
      }
      values.append(value)
    }
    return values
  }
}

/// The rates that others are held against (THEORY.md 8.3).
public enum ReferenceRate {
  /// n^{−β/(2β+d)}, minimax for β-smooth functions of d variables.
  /// - Throws: `RateError` unless smoothness and dimension are positive and finite.
  public static func minimaxExponent(smoothness beta: Double, dimension d: Double) throws(RateError) -> Double {
    for (value, name) in [(beta, "the smoothness β"), (d, "the dimension d")] {
      guard value > 0, value.isFinite else { throw RateError(name: name, value: "\(value)", needs: "positive") }
    }
    return -beta / (2 * beta + d)
  }
}

extension SlabPrior {
  /// 𝖾_l: the power of n with which g(x_l) grows when x_l does like n^{e_x} and d_l like n^{a⁺} (THEORY.md 8.2).
  fileprivate func strengthExponent(_ strength: Double, groupSizeExponent groups: Double) -> Double {
    switch self {
    case .gaussian: strength
    case .groupLasso(_, .fixed): (strength - groups) / 2
    case .groupLasso: strength / 2
    case .groupHorseshoe(_, _, _, let cap): cap == .none ? 0 : strength
    }
  }

  /// The coefficient of log n in g(x_l) where it does not grow like a power (THEORY.md 6.3).
  fileprivate func logarithmicStrength(_ strength: Double, groupSizeExponent groups: Double) -> Double {
    switch self {
    case .groupLasso(_, .fixed): groups
    case .gaussian, .groupLasso: 0
    case .groupHorseshoe: strength
    }
  }
}
