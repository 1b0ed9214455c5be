import NetworkShape
import Priors

/// `model:`, what is fitted: the network, its spike-and-slab prior and the family of its posterior.
package struct ModelSection: Sendable, Equatable {
  /// λ, the prior probability that an indicator is 1.
  package enum Inclusion: Sendable, Equatable {
    case probability(Double)
    /// log λ, for probabilities that only their logarithm can hold.
    case logarithm(Double)
    /// λ_l of the theorem, from topology and sample size (THEORY.md 6.1), with the teacher's class.
    case theorem
    /// The same for a class that is given: s_0, …, s_{L−1} and B_0, …, B_L.
    case theoremOf(active: [Int], bounds: [Double])
    /// λ_l of the papers' released code (THEORY.md 5.11).
    case released
    /// λ_l ~ Beta(a, b), learned.
    case beta([Double])
  }

  /// What has an indicator.
  package enum Spike: String, CaseIterable, Sendable {
    /// Nothing: the slab alone.
    case none
    case node
    case edge
  }

  /// σ_e of a Gaussian likelihood.
  package enum NoiseModel: Sendable, Equatable {
    /// The data's own.
    case known
    /// Inferred with the weights.
    case learned
    /// A number, whatever the data's is.
    case standardDeviation(Double)
  }

  package enum LikelihoodKind: String, CaseIterable, Sendable { case gaussian, categorical, bernoulli }

  /// k_1, …, k_L of the student.
  package private(set) var hidden = [20]
  package private(set) var activation = Activation.tanh
  package private(set) var slab = SlabPrior.groupHorseshoe()
  package private(set) var spike = Spike.node
  package private(set) var inclusion = Inclusion.logarithm(-20)
  package private(set) var parametrisation = Parametrisation.nonCentred
  package private(set) var scaleFamily = ScaleFamily.logNormal
  package private(set) var likelihood = LikelihoodKind.gaussian
  package private(set) var noise = NoiseModel.known

  static let keys: [SectionKey<ModelSection>] = [
    SectionKey(
      "hidden", .wholes("a list of widths, one a hidden layer"), \.hidden, default: "[20]", "Widths of the hidden layers."),
    SectionKey(
      "activation", .trainableActivation(), \.activation, default: "tanh", "The activation of the hidden layers."),
    SectionKey("slab", SlabPrior.type(), \.slab, default: "group-horseshoe", "The slab; usually a factor."),
    SectionKey("spike", .name, \.spike, default: "node", "What has an indicator: each node, each edge, or nothing."),
    SectionKey(
      "inclusion", Inclusion.type, \.inclusion, default: "{log: -20}",
      "λ, the prior probability that an indicator is 1, or its logarithm, or where it comes from."),
    SectionKey(
      "parametrisation", .name, \.parametrisation, default: "non-centred",
      "Whether scales multiply standardised weights, or shape the prior of the weights themselves."),
    SectionKey(
      "scale-family", .name, \.scaleFamily, default: "log-normal",
      "q of each scale: log-normal, gamma for the prior's own family, or a point."),
    SectionKey(
      "likelihood", .name, \.likelihood, default: "gaussian",
      "categorical and bernoulli are for tables of classes; studies simulate regressions."),
    SectionKey(
      "noise", NoiseModel.type, \.noise, default: "known",
      "σ_e in the likelihood: the data's own, a number, or learned with the weights."),
  ]

  init(_ field: YAMLField?) throws(StudyFileError) { try SectionKey.read(Self.keys, from: field, into: &self) }
}

extension ModelSection.NoiseModel {
  fileprivate static let type = YAMLType<ModelSection.NoiseModel>(
    .either([.names(["known", "learned"]), .real(.positive)])
  ) { field throws(StudyFileError) in
    guard field.node.number == nil else { return .standardDeviation(try field.real(.positive)) }
    return try field.choice([("known", .known), ("learned", .learned)], or: "a number above 0")
  }
}

extension ModelSection.Inclusion {
  fileprivate static let type = YAMLType<ModelSection.Inclusion>(
    .either([
      .real(.probability), .names(["theorem", "released"]), mapping(logKey), mapping(betaKey), mapping(theoremKey),
    ])
  ) { field throws(StudyFileError) in try read(field) }

  private static func read(_ field: YAMLField) throws(StudyFileError) -> Self {
    if field.isMapping {
      var inclusion = Self.theorem
      let fields = try SectionKey.read([logKey, betaKey, theoremKey], from: field, into: &inclusion)
      guard fields.count == 1 else {
        throw field.refusal(expected: "one of {log: -20}, {beta: [1, 1]} and {theorem: {active: [5], bounds: [3, 2]}}")
      }
      return inclusion
    }
    guard field.node.number == nil else { return .probability(try field.real(.probability)) }
    return try field.choice(
      [("theorem", .theorem), ("released", .released)], or: "a probability, {log: -20} or {beta: [1, 1]}")
  }

  private static func mapping(_ key: SectionKey<Self>) -> JSONSchema { .mapping([key.property], required: [key.name]) }

  private static let logKey = SectionKey<Self>(
    reading: "log", .real(.negative), default: nil, "log λ."
  ) { field, inclusion throws(StudyFileError) in inclusion = .logarithm(try field.real(.negative)) }

  private static let betaKey = SectionKey<Self>(
    reading: "beta", .list(.real(.positive), count: 2), default: nil, "λ_l ~ Beta(a, b) for each layer, learned."
  ) { field, inclusion throws(StudyFileError) in
    let expected = "a list of two positive numbers"
    let parameters = try field.list(expected)
    guard parameters.count == 2 else { throw field.refusal(expected: expected) }
    inclusion = .beta([try parameters[0].real(.positive), try parameters[1].real(.positive)])
  }

  private static let theoremKey = SectionKey<Self>(
    reading: "theorem",
    .mapping(
      [
        JSONSchema.Property("active", .list(.whole(1...1_000_000)), "s of each hidden layer."),
        JSONSchema.Property("bounds", .list(.real(.positive)), "B of each layer."),
      ], required: ["active", "bounds"]),
    default: nil, "The theorem's λ_l for a class that is given."
  ) { field, inclusion throws(StudyFileError) in
    let keys = try field.mapping(["active", "bounds"])
    guard let active = keys["active"], let bounds = keys["bounds"] else {
      throw field.refusal(expected: "{active: [5], bounds: [3, 2]}: s of each hidden layer, B of each layer")
    }
    inclusion = .theoremOf(
      active: try active.wholes("a list of node counts, one a hidden layer"),
      bounds: try bounds.list("a list of row norms, one a layer").map { item throws(StudyFileError) in
        try item.real(.positive)
      })
  }
}
