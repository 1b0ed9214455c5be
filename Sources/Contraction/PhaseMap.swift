import Foundation
import Priors

/// Which slab asks least for one active node, over effective strength × width: the cost that `KLBudget` adds up for
/// each active node (THEORY.md 7.2), node by node, exact where 6.4 and 7.4 compare leading orders.
///
/// A node here is a network of its own, so the whole radius is spent on it (`ActiveNode.init(strength:width:…)`):
///
///     σ² = Δ²/d,  B = √(x d),  d = k + 1.
///
/// In a deep network a node gets the smaller σ_l² = Δ²/{(L+1)² s_l T_l² H_l}, its share of the same Δ².
///
///     let map = try PhaseMap(strengths: [0.1, 1, 10], widths: [20, 200], slabs: [.gaussian(), .groupHorseshoe()])
///     map[width: 1, strength: 0].best   // at k = 200, x = 0.1
///
/// Derived in THEORY.md, not in the papers.
public struct PhaseMap: Sendable, Equatable {
  /// One width and strength.
  public struct Point: Sendable, Equatable {
    /// x = B²/(k + 1).
    public let strength: Double
    /// k: the node's inputs without its bias.
    public let width: Int
    /// The node's radius σ² and row norm B.
    public let node: ActiveNode
    /// C in nats, a number a slab in the order of the map's.
    public let costs: [Double]
    /// The slab with the least cost; nil for a tie, where rounding would decide.
    public let best: SlabKind?
  }

  /// Costs that differ by less, relatively, are a tie; the minimisations are good to this.
  public static let tieTolerance = 1e-10

  /// Both in rising order.
  public let strengths: [Double]
  public let widths: [Int]
  public let slabs: [SlabPrior]
  /// Δ².
  public let squaredRadius: Double
  public let parametrisation: Parametrisation
  /// Width by width, and within a width strength by strength.
  public let points: [Point]

  /// The point at these indices into `widths` and `strengths`.
  public subscript(width width: Int, strength strength: Int) -> Point {
    points[width * strengths.count + strength]
  }

  /// The share of the points at which a slab is the best one; nil counts ties.
  public func share(of kind: SlabKind?) -> Double {
    Double(points.count { $0.best == kind }) / Double(points.count)
  }

  /// Widths are computed in parallel, each by one thread: the same numbers, bit by bit, for any number of workers.
  ///
  /// - Parameters:
  ///   - strengths: x > 0, rising; at least one.
  ///   - widths: k ≥ 1, rising; at least one.
  ///   - slabs: at least one, and none twice. Not the hyperprior of the group lasso: its q(ς²) is shared by all nodes of
  ///     a network, so that one node alone has no cost.
  ///   - squaredRadius: Δ² > 0.
  ///   - workers: the processor's cores by default.
  /// - Throws: `RateError` for anything else, and for the first point whose cost cannot be computed, which it names.
  public init(
    strengths: [Double], widths: [Int], slabs: [SlabPrior], squaredRadius: Double = 1e-2,
    parametrisation: Parametrisation = .nonCentred, workers: Int = ProcessInfo.processInfo.activeProcessorCount
  ) throws(RateError) {
    try Self.requireRising(strengths, from: .leastNonzeroMagnitude, "the strengths x", "positive")
    try Self.requireRising(widths, from: 1, "the widths k", "1 or more")
    guard squaredRadius > 0, squaredRadius.isFinite else {
      throw RateError(name: "the squared radius Δ²", value: "\(squaredRadius)", needs: "positive and finite")
    }
    let kinds = slabs.map(\.kind)
    guard !kinds.isEmpty, Set(kinds).count == kinds.count else {
      throw RateError(
        name: "the list of slabs", value: "\(kinds.map(\.rawValue))", needs: "one slab or more, and none twice")
    }
    for slab in slabs {
      try slab.requireRate()
      if case .groupLasso(_, .hyperprior) = slab {
        throw RateError(
          name: "the rate parameter ς² of a phase map", value: "a hyperprior",
          needs: "fixed or proportional: under a hyperprior all nodes of a network share q(ς²), and one has no cost")
      }
    }
    points = try parallelMap(count: widths.count, workers: workers) { row throws(RateError) in
      try strengths.map { strength throws(RateError) in
        try Point(
          strength: strength, width: widths[row], slabs: slabs, squaredRadius: squaredRadius, parametrisation)
      }
    }.flatMap { $0 }
    self.strengths = strengths
    self.widths = widths
    self.slabs = slabs
    self.squaredRadius = squaredRadius
    self.parametrisation = parametrisation
  }

  private static func requireRising<Number: Comparable>(
    _ numbers: [Number], from least: Number, _ name: String, _ domain: String
  ) throws(RateError) where Number: CustomStringConvertible {
    guard let first = numbers.first, first >= least, zip(numbers, numbers.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw RateError(name: name, value: "\(numbers)", needs: "\(domain), and each larger than the one before")
    }
  }
}

extension PhaseMap.Point {
  fileprivate init(
    strength: Double, width: Int, slabs: [SlabPrior], squaredRadius: Double, _ parametrisation: Parametrisation
  ) throws(RateError) {
    do throws(RateError) {
      let node = try ActiveNode(strength: strength, width: width, squaredRadius: squaredRadius)
      let costs = try slabs.map { slab throws(RateError) in
        try NodeCost(of: node, under: slab, parametrisation: parametrisation).value
      }
      let least = costs.min() ?? .nan
      let cheapest = costs.indices.filter { costs[$0] <= least * (1 + PhaseMap.tieTolerance) }
      self.init(
        strength: strength, width: width, node: node, costs: costs,
        best: cheapest.count == 1 ? slabs[cheapest[0]].kind : nil)
    } catch {
      throw RateError(
        name: "at x = \(strength), k = \(width): \(error.name)", value: error.value, needs: error.needs)
    }
  }
}
