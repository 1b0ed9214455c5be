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
  package let hidden: [Int]
  package let activation: Activation
  package let slab: SlabPrior
  package let spike: Spike
  package let inclusion: Inclusion
  package let parametrisation: Parametrisation
  package let scaleFamily: ScaleFamily
  package let likelihood: LikelihoodKind
  package let noise: NoiseModel

  static let keys = [
    "hidden", "activation", "slab", "spike", "inclusion", "parametrisation", "scale-family", "likelihood",
    "noise",
  ]

  init(_ field: YAMLField?) throws(StudyFileError) {
    let fields = try field?.mapping(Self.keys) ?? [:]
    hidden = try fields["hidden"]?.wholes("a list of widths, one a hidden layer") ?? [20]
    activation = try fields["activation"]?.trainableActivation() ?? .tanh
    slab = try fields["slab"].map { field throws(StudyFileError) in try SlabPrior(field) } ?? .groupHorseshoe()
    spike = try fields["spike"]?.choice(Spike.self) ?? .node
    inclusion = try fields["inclusion"].map(Inclusion.init) ?? .logarithm(-20)
    parametrisation = try fields["parametrisation"]?.choice(Parametrisation.self) ?? .nonCentred
    scaleFamily = try fields["scale-family"]?.choice(ScaleFamily.self) ?? .logNormal
    likelihood = try fields["likelihood"]?.choice(LikelihoodKind.self) ?? .gaussian
    noise = try fields["noise"].map(NoiseModel.init) ?? .known
  }
}

extension ModelSection.NoiseModel {
  fileprivate init(_ field: YAMLField) throws(StudyFileError) {
    if case .scalar(let text, quoted: false) = field.node.content, StrictNumber.parse(text) != nil {
      self = .standardDeviation(try field.real(.positive))
    } else {
      self = try field.choice([("known", .known), ("learned", .learned)], or: "a number above 0")
    }
  }
}

extension ModelSection.Inclusion {
  fileprivate init(_ field: YAMLField) throws(StudyFileError) {
    if field.isMapping {
      self = try Self.mapping(field)
    } else if case .scalar(let text, quoted: false) = field.node.content, StrictNumber.parse(text) != nil {
      self = .probability(try field.real(.probability))
    } else {
      self = try field.choice(
        [("theorem", .theorem), ("released", .released)], or: "a probability, {log: -20} or {beta: [1, 1]}")
    }
  }

  private static func mapping(_ field: YAMLField) throws(StudyFileError) -> Self {
    let fields = try field.mapping(["log", "beta", "theorem"])
    guard fields.count == 1, let (key, value) = fields.first else {
      throw field.refusal(expected: "one of {log: -20}, {beta: [1, 1]} and {theorem: {active: [5], bounds: [3, 2]}}")
    }
    switch key {
    case "log": return .logarithm(try value.real(.negative))
    case "beta":
      let expected = "a list of two positive numbers"
      let parameters = try value.list(expected)
      guard parameters.count == 2 else { throw value.refusal(expected: expected) }
      return .beta([try parameters[0].real(.positive), try parameters[1].real(.positive)])
    default:
      let keys = try value.mapping(["active", "bounds"])
      guard let active = keys["active"], let bounds = keys["bounds"] else {
        throw value.refusal(expected: "{active: [5], bounds: [3, 2]}: s of each hidden layer, B of each layer")
      }
      return .theoremOf(
        active: try active.wholes("a list of node counts, one a hidden layer"),
        bounds: try bounds.list("a list of row norms, one a layer").map { item throws(StudyFileError) in
          try item.real(.positive)
        })
    }
  }
}

extension SlabKind {
  fileprivate var keys: [String] {
    switch self {
    case .gaussian: ["kind", "slab-sd"]
    case .groupLasso: ["kind", "slab-sd", "rate-parameter"]
    case .groupHorseshoe: ["kind", "slab-sd", "cap", "local-scale", "global-scale"]
    }
  }
}

extension SlabPrior {
  /// - Parameter rateParameter: of a group lasso that names none.
  init(_ field: YAMLField, rateParameter: RateParameter = .hyperprior()) throws(StudyFileError) {
    let (kind, fields) = try field.kind(
      SlabKind.self, default: .groupHorseshoe, aliases: SlabKind.aliases, keys: \.keys)
    let sd = try fields["slab-sd"]?.real(.positive) ?? 1
    switch kind {
    case .gaussian: self = .gaussian(standardDeviation: sd)
    case .groupLasso:
      self = .groupLasso(
        standardDeviation: sd, rateParameter: try fields["rate-parameter"].map(RateParameter.init) ?? rateParameter)
    case .groupHorseshoe:
      self = .groupHorseshoe(
        standardDeviation: sd, localScale: try fields["local-scale"]?.real(.positive) ?? 1,
        globalScale: try Self.numberOrNone(fields["global-scale"]), cap: try Self.cap(fields["cap"]))
    }
  }

  /// A positive number, or nil for `none`; 1 where the key is absent.
  static func numberOrNone(
    _ field: YAMLField?, expected: String = "a number above 0 or none"
  ) throws(StudyFileError) -> Double? {
    guard let field else { return 1 }
    if case .scalar("none", quoted: false) = field.node.content { return nil }
    return try field.real(NumberDomain(description: expected) { $0 > 0 })
  }

  private static func cap(_ field: YAMLField?) throws(StudyFileError) -> Cap {
    if let field, case .scalar("hyper", quoted: false) = field.node.content { return .hyperprior() }
    return Cap(try numberOrNone(field, expected: "a number above 0, none or hyper"))
  }
}

extension SlabPrior.RateParameter {
  fileprivate init(_ field: YAMLField) throws(StudyFileError) {
    let others = "{proportional: 1} or {fixed: 2}"
    guard field.isMapping else {
      self = try field.choice([("hyper", .hyperprior())], or: others)
      return
    }
    let fields = try field.mapping(["proportional", "fixed"])
    switch (fields["proportional"], fields["fixed"]) {
    case (let factor?, nil): self = .proportional(try factor.real(.positive))
    case (nil, let value?): self = .fixed(try value.real(.positive))
    default: throw field.refusal("\(field.path) is \(field.node.printed)", expected: "hyper, \(others)")
    }
  }
}
