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
    package fileprivate(set) var squaredRadius: Double?
    /// σ_e, which the balanced radius needs.
    package fileprivate(set) var noise = 1.0
    package fileprivate(set) var parametrisation = Parametrisation.nonCentred
    package fileprivate(set) var fanIn = KLBudget.FanIn.full
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

  /// The section as it is read, before its laws are made one regime.
  struct Entries {
    var widths, active, bounds: [GrowthLaw]?
    var depth, approximationError: GrowthLaw?
    var activation = Activation.relu
    var slab = SlabPrior.groupHorseshoe()
    var sampleSize = 1000
    var budget: Budget?
    var reference: Smoothness?
  }

  static let keys: [SectionKey<Entries>] = [
    SectionKey(
      "widths", laws("widths k_0, …, k_{L+1}"), \.widths, default: nil,
      "k_0, …, k_{L+1}: inputs, hidden layers, outputs; each a number or a law of n."),
    SectionKey(
      "active", laws("active nodes, one a hidden layer"), \.active, default: nil,
      "s_0, …, s_{L−1}: active nodes, one a hidden layer; each a number or a law of n."),
    SectionKey(
      "bounds", laws("bounds B_0, …, B_L"), \.bounds, default: nil,
      "B_0, …, B_L: the largest norm of a node's weights; each a number or a law of n."),
    SectionKey(
      "depth", law, \.depth, default: nil,
      "L(n), rounded: widths are then those of inputs, hidden layers and outputs. As listed unless given."),
    SectionKey(
      reading: "approximation-error", .either([GrowthLaw.type.schema, .whole(0...0)]), default: "0", "ξ: a number or a law of n."
    ) { field, entries throws(StudyFileError) in
      entries.approximationError = field.node.number == 0 ? nil : try GrowthLaw.type.read(field)
    },
    SectionKey("activation", .name, \.activation, default: "relu", "The activation of the hidden layers."),
    SectionKey("slab", SlabPrior.type(), \.slab, default: "group-horseshoe", "The slab; usually a factor."),
    SectionKey("sample-size", .whole(2...(1 << 53)), \.sampleSize, default: "1000", "n; usually a factor."),
    SectionKey(
      "budget", .orNone(Budget.type), \.budget, default: "none", "The exact KL budget, too."),
    SectionKey(
      "reference", .orNone(Smoothness.type), \.reference, default: "none",
      "A class of smooth functions whose minimax rate is drawn beside."),
  ]

  private static var law: YAMLType<GrowthLaw?> {
    YAMLType(GrowthLaw.type.schema) { field throws(StudyFileError) in try GrowthLaw.type.read(field) }
  }

  private static func laws(_ meaning: String) -> YAMLType<[GrowthLaw]?> {
    YAMLType(.list(GrowthLaw.type.schema)) { field throws(StudyFileError) in
      try field.list("a list of \(meaning)").map { item throws(StudyFileError) in try GrowthLaw.type.read(item) }
    }
  }

  /// - Parameter position: where a missing section is reported.
  init(_ field: YAMLField?, at position: SourcePosition) throws(StudyFileError) {
    guard let field else {
      throw StudyFileError(at: position, "there is no section 'theory'", expected: "widths, active and bounds in it")
    }
    var entries = Entries()
    let fields = try SectionKey.read(Self.keys, from: field, into: &entries)
    func required(_ laws: [GrowthLaw]?, _ key: String, _ meaning: String) throws(StudyFileError) -> [GrowthLaw] {
      guard let laws else {
        throw field.refusal("theory has no '\(key)'", expected: "a list of \(meaning), numbers or powers of n")
      }
      return laws
    }
    let widths = try required(entries.widths, "widths", "widths k_0, …, k_{L+1}")
    let active = try required(entries.active, "active", "active nodes, one a hidden layer")
    let bounds = try required(entries.bounds, "bounds", "bounds B_0, …, B_L")
    do {
      regime = try GrowthRegime(
        widths: widths, activeNodes: active, rowNorms: bounds, depth: entries.depth,
        approximationError: entries.approximationError, slab: entries.slab, activation: entries.activation)
    } catch {
      throw field.refusal(
        "\(error.name) is \(error.value)", expected: error.needs)
    }
    sampleSize = entries.sampleSize
    guard regime.sampleSizes.contains(Double(sampleSize)) else {
      let range = regime.sampleSizes
      throw (fields["sample-size"] ?? field).refusal(
        "theory.sample-size is \(sampleSize), outside of a table",
        expected: "from \(StrictNumber.print(range.lowerBound)) to \(StrictNumber.print(range.upperBound))")
    }
    budget = entries.budget
    reference = entries.reference
    if budget != nil, entries.activation.valueAtZero != 0, let field = fields["budget"] {
      throw field.refusal(
        "\(field.path) is there, but \(entries.activation.rawValue)(0) is not 0: a budget counts on pruned nodes that "
          + "output nothing", expected: "another activation, or no budget")
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
  fileprivate static let type = YAMLType<RateTask.Budget>(.mapping(keys.map(\.property))) {
    field throws(StudyFileError) in try RateTask.Budget(field)
  }

  private static let keys: [SectionKey<RateTask.Budget>] = [
    SectionKey(
      reading: "radius2", .either([.real(.positive), .names(["balanced"])]), default: "balanced",
      "Δ², or balanced for the Δ² that is 2σ_e²/n times its own budget."
    ) { field, budget throws(StudyFileError) in
      if case .scalar("balanced", _) = field.node.content { return }
      budget.squaredRadius = try field.real(NumberDomain("Δ², a number above 0, or balanced", above: 0))
    },
    SectionKey("noise", .real(.positive), \.noise, default: "1", "σ_e, which the balanced radius needs."),
    SectionKey(
      "parametrisation", .name, \.parametrisation, default: "non-centred",
      "Whether scales multiply standardised weights, or shape the prior of the weights themselves."),
    SectionKey("fan-in", .name, \.fanIn, default: "full", "The weights of a node that are charged."),
  ]

  private init(_ field: YAMLField) throws(StudyFileError) {
    self.init()
    let fields = try SectionKey.read(Self.keys, from: field, into: &self)
    if fanIn == .effective, parametrisation == .centred, let field = fields["fan-in"] {
      throw field.refusal(
        "\(field.path) is effective, but the family is centred, where unused weights cost too", expected: "full")
    }
  }
}

extension RateTask.Smoothness {
  fileprivate static let type = YAMLType<RateTask.Smoothness>(
    .mapping(
      [
        JSONSchema.Property("smoothness", .real(.positive), "β, the number of derivatives."),
        JSONSchema.Property("dimension", .real(.positive), "d, the number of variables."),
      ], required: ["smoothness", "dimension"])
  ) { field throws(StudyFileError) in
    let fields = try field.mapping(["smoothness", "dimension"])
    guard let beta = fields["smoothness"], let d = fields["dimension"] else {
      throw field.refusal("\(field.path) is \(field.node.printed)", expected: "{smoothness: 2, dimension: 5}")
    }
    return RateTask.Smoothness(smoothness: try beta.real(.positive), dimension: try d.real(.positive))
  }
}
