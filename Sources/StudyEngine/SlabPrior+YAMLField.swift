import Priors

/// A slab by its name, or as a mapping with `kind` and hyperparameters: `{kind: group-horseshoe, cap: none}`.
extension SlabPrior {
  static func type(rateParameter: RateParameter = .hyperprior()) -> YAMLType<SlabPrior> {
    let kinds = SlabKind.allCases.map { kind in
      let aliases = SlabKind.aliases.filter { $0.value == kind }.map(\.key).sorted()
      return (names: [kind.rawValue] + aliases, keys: SlabHyperparameters.keys(of: kind).map(\.property))
    }
    return YAMLType(
      .kinds(kinds, default: "group-horseshoe", "The kind of slab.")
    ) { field throws(StudyFileError) in try SlabPrior(field, rateParameter: rateParameter) }
  }

  /// - Parameter rateParameter: of a group lasso that names none.
  private init(_ field: YAMLField, rateParameter: RateParameter) throws(StudyFileError) {
    let (kind, fields) = try field.kind(SlabKind.self, default: .groupHorseshoe, aliases: SlabKind.aliases) {
      ["kind"] + SlabHyperparameters.keys(of: $0).map(\.name)
    }
    var values = SlabHyperparameters(rateParameter: rateParameter)
    try SectionKey.read(SlabHyperparameters.keys(of: kind), from: fields, into: &values)
    switch kind {
    case .gaussian: self = .gaussian(standardDeviation: values.standardDeviation)
    case .groupLasso:
      self = .groupLasso(standardDeviation: values.standardDeviation, rateParameter: values.rateParameter)
    case .groupHorseshoe:
      self = .groupHorseshoe(
        standardDeviation: values.standardDeviation, localScale: values.localScale, globalScale: values.globalScale,
        cap: values.cap)
    }
  }
}

/// The hyperparameters of all slabs; each kind reads its own.
private struct SlabHyperparameters {
  var standardDeviation = 1.0
  var rateParameter: SlabPrior.RateParameter
  var cap = SlabPrior.Cap(1)
  var localScale = 1.0
  var globalScale: Double? = 1

  init(rateParameter: SlabPrior.RateParameter) { self.rateParameter = rateParameter }

  static func keys(of kind: SlabKind) -> [SectionKey<SlabHyperparameters>] {
    switch kind {
    case .gaussian: [slabSd]
    case .groupLasso: [slabSd, rateParameter]
    case .groupHorseshoe: [slabSd, cap, localScale, globalScale]
    }
  }

  private typealias Key = SectionKey<SlabHyperparameters>

  private static let slabSd = Key(
    "slab-sd", .real(.positive), \.standardDeviation, default: "1",
    "σ₀, the standard deviation of a weight before its scale.")
  // A phase map's default is another.
  private static let rateParameter = Key(
    "rate-parameter", SlabPrior.RateParameter.type, \.rateParameter, default: nil,
    "ς²: hyper for its own Gamma(4, 2), {proportional: κ} for κ (k + 1), or {fixed: V}.")
  private static let cap = Key(
    "cap", SlabPrior.Cap.type, \.cap, default: "1", "c; none for no cap, hyper for one c² ~ InvGamma(2, 6).")
  private static let localScale = Key(
    "local-scale", .real(.positive), \.localScale, default: "1", "A, the scale of the local half-Cauchy.")
  private static let globalScale = Key(
    "global-scale", .positiveOrNone, \.globalScale, default: "1",
    "s₀, the scale of the global half-Cauchy; none for no global scale.")
}

extension YAMLType<Double?> {
  static var positiveOrNone: YAMLType { .orNone(.real(NumberDomain("a number above 0 or none", above: 0))) }
}

extension SlabPrior.Cap {
  fileprivate static let type = YAMLType<SlabPrior.Cap>(
    .either([.real(.positive), .names(["none", "hyper"])])
  ) { field throws(StudyFileError) in
    switch field.node.content {
    case .scalar("hyper", quoted: false): .hyperprior()
    case .scalar("none", quoted: false): SlabPrior.Cap(nil)
    default: SlabPrior.Cap(try field.real(NumberDomain("a number above 0, none or hyper", above: 0)))
    }
  }
}

extension SlabPrior.RateParameter {
  fileprivate static let type = YAMLType<SlabPrior.RateParameter>(
    .either([
      .names(["hyper"]),
      .mapping([JSONSchema.Property("proportional", .real(.positive), "κ.")], required: ["proportional"]),
      .mapping([JSONSchema.Property("fixed", .real(.positive), "ς² itself.")], required: ["fixed"]),
    ])
  ) { field throws(StudyFileError) in
    let others = "{proportional: 1} or {fixed: 2}"
    guard field.isMapping else { return try field.choice([("hyper", .hyperprior())], or: others) }
    let fields = try field.mapping(["proportional", "fixed"])
    switch (fields["proportional"], fields["fixed"]) {
    case (let factor?, nil): return .proportional(try factor.real(.positive))
    case (nil, let value?): return .fixed(try value.real(.positive))
    default: throw field.refusal("\(field.path) is \(field.node.printed)", expected: "hyper, \(others)")
    }
  }
}
