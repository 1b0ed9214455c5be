import NetworkShape
import Priors

/// `model:`, what is fitted: the network and its spike-and-slab prior.
package struct ModelSection: Sendable, Equatable {
  /// λ, the prior probability that a hidden node is on.
  package enum Inclusion: Sendable, Equatable {
    case probability(Double)
    /// log λ, for probabilities that only their logarithm can hold.
    case logarithm(Double)
    /// λ_l of the theorem, from topology and sample size (THEORY.md 6.1).
    case theorem
  }

  /// σ_e of the likelihood.
  package enum NoiseModel: String, CaseIterable, Sendable {
    /// The data's own.
    case known
    /// Inferred with the weights.
    case learned
  }

  /// k_1, …, k_L of the student.
  package let hidden: [Int]
  package let activation: Activation
  package let slab: SlabPrior
  /// Whether hidden nodes can be off; without spike it is the slab alone.
  package let spike: Bool
  package let inclusion: Inclusion
  package let noise: NoiseModel

  static let keys = ["hidden", "activation", "slab", "spike", "inclusion", "noise"]

  init(_ field: YAMLField?) throws(StudyFileError) {
    let fields = try field?.mapping(Self.keys) ?? [:]
    hidden = try fields["hidden"]?.wholes("a list of widths, one a hidden layer") ?? [20]
    activation = try fields["activation"]?.trainableActivation() ?? .tanh
    slab = try fields["slab"].map { field throws(StudyFileError) in try SlabPrior(field) } ?? .groupHorseshoe()
    spike = try fields["spike"]?.flag() ?? true
    inclusion = try fields["inclusion"].map(Inclusion.init) ?? .logarithm(-20)
    noise = try fields["noise"]?.choice(NoiseModel.self) ?? .known
  }
}

extension ModelSection.Inclusion {
  fileprivate init(_ field: YAMLField) throws(StudyFileError) {
    if field.isMapping {
      let fields = try field.mapping(["log"])
      guard let logarithm = fields["log"] else { throw field.refusal(expected: "{log: -20}") }
      self = .logarithm(try logarithm.real(.negative))
      return
    }
    if case .scalar(let text, quoted: false) = field.node.content, StrictNumber.parse(text) != nil {
      self = .probability(try field.real(.probability))
    } else {
      self = try field.choice([("theorem", .theorem)], or: "a probability or {log: -20}")
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
        globalScale: try fields["global-scale"]?.real(.positive) ?? 1, cap: try Self.cap(fields["cap"]))
    }
  }

  /// c, or nil for `none`; 1 where the key is absent.
  static func cap(_ field: YAMLField?) throws(StudyFileError) -> Double? {
    guard let field else { return 1 }
    if case .scalar("none", quoted: false) = field.node.content { return nil }
    return try field.real(NumberDomain(description: "a number above 0 or none") { $0 > 0 })
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
