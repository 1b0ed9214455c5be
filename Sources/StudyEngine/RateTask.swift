import Contraction
import Foundation
import NetworkShape
import Priors

/// A cell of kind `theory`: ε_n and, where asked for, the KL budget of a network class at one sample size.
///
///     theory:
///       widths: [10, {coefficient: 4, exponent: 0.25}, 1]     # k_0(n), …, k_{L+1}(n)
///       active: [{coefficient: 2, exponent: 0.2}]             # s_0(n), …, s_{L−1}(n)
///       bounds: [{exponent: 0.3}, 2]                          # B_0(n), …, B_L(n)
///       budget: {radius2: balanced}
package struct RateTask: Sendable, Equatable {
  /// How the KL budget is asked for.
  package struct Budget: Sendable, Equatable {
    /// Δ²; nil for the balanced radius.
    package let squaredRadius: Double?
    /// σ_e, which the balanced radius needs.
    package let noise: Double
    package let parametrisation: Parametrisation
    package let fanIn: KLBudget.FanIn
  }

  /// A class of smooth functions whose minimax rate is drawn beside.
  package struct Smoothness: Sendable, Equatable {
    /// β.
    package let smoothness: Double
    /// d.
    package let dimension: Double
  }

  package let regime: GrowthRegime
  package let sampleSize: Int
  package let budget: Budget?
  package let reference: Smoothness?

  static let keys = [
    "widths", "active", "bounds", "depth", "approximation-error", "activation", "slab", "sample-size", "budget",
    "reference",
  ]

  /// - Parameter position: where a missing section is reported.
  init(_ field: YAMLField?, at position: SourcePosition) throws(StudyFileError) {
    guard let field else {
      throw StudyFileError(at: position, "there is no section 'theory'", expected: "widths, active and bounds in it")
    }
    let fields = try field.mapping(Self.keys)
    func laws(_ key: String, _ meaning: String) throws(StudyFileError) -> [GrowthLaw] {
      guard let list = fields[key] else {
        throw field.refusal("theory has no '\(key)'", expected: "a list of \(meaning), numbers or powers of n")
      }
      return try list.list("a list of \(meaning)").map { item throws(StudyFileError) in try GrowthLaw(item) }
    }
    let activation = try fields["activation"]?.choice(Activation.self) ?? .relu
    let size = try fields["sample-size"]?.whole(2...(1 << 53)) ?? 1000
    let (widths, active, bounds) = (
      try laws("widths", "widths k_0, …, k_{L+1}"), try laws("active", "active nodes, one a hidden layer"),
      try laws("bounds", "bounds B_0, …, B_L")
    )
    let depth = try fields["depth"].map { field throws(StudyFileError) in try GrowthLaw(field) }
    let error = try fields["approximation-error"].map { field throws(StudyFileError) in try GrowthLaw(field) }
    let slab = try fields["slab"].map { field throws(StudyFileError) in try SlabPrior(field) } ?? .groupHorseshoe()
    do {
      regime = try GrowthRegime(
        widths: widths, activeNodes: active, rowNorms: bounds, depth: depth, approximationError: error, slab: slab,
        activation: activation)
    } catch {
      throw field.refusal(
        "\(error.name) is \(error.value)", expected: error.needs)
    }
    guard regime.sampleSizes.contains(Double(size)) else {
      let range = regime.sampleSizes
      throw (fields["sample-size"] ?? field).refusal(
        "theory.sample-size is \(size), outside of a table",
        expected: "from \(StrictNumber.print(range.lowerBound)) to \(StrictNumber.print(range.upperBound))")
    }
    sampleSize = size
    budget = try fields["budget"].map { field throws(StudyFileError) in try Budget(field) }
    reference = try fields["reference"].map { field throws(StudyFileError) in try Smoothness(field) }
    if let field = fields["budget"], activation.valueAtZero != 0 {
      throw field.refusal(
        "\(field.path) is there, but \(activation.rawValue)(0) is not 0: a budget counts on pruned nodes that output "
          + "nothing", expected: "another activation, or no budget")
    }
  }

  package func result() throws -> CellResult {
    let n = Double(sampleSize)
    let bound = try regime.bound(at: n)
    var metrics = [CellResult.Metric]()
    func add(_ name: String, _ value: Double?) { metrics.append(CellResult.Metric(name: name, value: value)) }
    add("eps", bound.epsilon)
    add("eps2", bound.epsilonSquared)
    add("sum_r", bound.sumR)
    add("sum_u", bound.sumU)
    add("xi", bound.approximationError)
    add("local_slope", try regime.localSlope(at: n))
    add("parametric", ContractionRate.parametricReference(at: n))
    if let reference {
      let exponent = try ReferenceRate.minimaxExponent(
        smoothness: reference.smoothness, dimension: reference.dimension)
      add("minimax", pow(n, exponent))
    }
    for (layer, part) in bound.layers.enumerated() {
      add("r_\(layer)", part.r)
      add("effective_strength_\(layer)", part.effectiveStrength)
    }
    if let budget {
      let exact = try KLBudget(
        bound, radius: budget.squaredRadius.map { .squared($0) } ?? .balanced(noiseDeviation: budget.noise),
        parametrisation: budget.parametrisation, fanIn: budget.fanIn)
      add("budget_total", exact.total)
      add("budget_closed_form", exact.closedFormTotal)
      add("budget_radius2", exact.radii.squaredRadius)
    }
    return CellResult(metrics: metrics, converged: true)
  }
}

extension RateTask.Budget {
  fileprivate init(_ field: YAMLField) throws(StudyFileError) {
    let fields = try field.mapping(["radius2", "noise", "parametrisation", "fan-in"])
    squaredRadius = try fields["radius2"].flatMap { field throws(StudyFileError) -> Double? in
      if case .scalar("balanced", _) = field.node.content { return nil }
      return try field.real(NumberDomain(description: "Δ², a number above 0, or balanced") { $0 > 0 })
    }
    noise = try fields["noise"]?.real(.positive) ?? 1
    parametrisation = try fields["parametrisation"]?.choice(Parametrisation.self) ?? .nonCentred
    fanIn = try fields["fan-in"]?.choice(KLBudget.FanIn.self) ?? .full
    if fanIn == .effective, parametrisation == .centred, let field = fields["fan-in"] {
      throw field.refusal(
        "\(field.path) is effective, but the family is centred, where unused weights cost too", expected: "full")
    }
  }
}

extension RateTask.Smoothness {
  fileprivate init(_ field: YAMLField) throws(StudyFileError) {
    let fields = try field.mapping(["smoothness", "dimension"])
    guard let beta = fields["smoothness"], let d = fields["dimension"] else {
      throw field.refusal("\(field.path) is \(field.node.printed)", expected: "{smoothness: 2, dimension: 5}")
    }
    smoothness = try beta.real(.positive)
    dimension = try d.real(.positive)
  }
}
