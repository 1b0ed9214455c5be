import Contraction
import NetworkShape
import Priors
import StudyEngine

/// `--file topology.yaml` of `rate`: YAML whose keys are the names of the flags for class, prior and budget.
///
///     widths: [20, 30, 15, 1]
///     active: [5, 4]
///     bounds: [3, 2, 2]
///     slab: [group-lasso, group-horseshoe]
///     rate-parameter: proportional:1
///
/// What concerns KL budgets (`radius2`, `noise-sd`, `fan-in`, `parametrisation`) waits for `budget: true` or
/// `--budget`.
struct TopologyFile {
  static let keys = [
    "widths", "active", "bounds", "samples", "sweep", "slab", "slab-sd", "rate-parameter", "cap", "local-scale",
    "global-scale", "xi", "inclusion-constant", "activation", "input-moment", "c-min", "c-max", "budget", "radius2",
    "noise-sd", "fan-in", "parametrisation",
  ]

  private let fields: [String: YAMLField]

  /// - Throws: `StudyFileError` with file, line and column.
  init(path: String) throws(StudyFileError) {
    fields = try YAMLField(file: path, expected: "a topology file").mapping(Self.keys)
  }

  /// Sets each of the command's options that was not given as a flag. Values beside a flag are read too, so that a
  /// mistake in the file is never hidden.
  func fill(_ command: inout RateCommand) throws(StudyFileError) {
    func fill<Value>(
      _ option: inout Value?, _ key: String, _ read: (YAMLField) throws(StudyFileError) -> Value
    ) throws(StudyFileError) {
      guard let field = fields[key] else { return }
      let value = try read(field)
      if option == nil { option = value }
    }
    func positive(_ field: YAMLField) throws(StudyFileError) -> Double { try field.real(.positive) }
    func nonNegative(_ field: YAMLField) throws(StudyFileError) -> Double { try field.real(.nonNegative) }

    // Either of these flags says which n are meant: the file's do not come on top.
    var (samples, sweep): (Double?, [Double]?)
    try fill(&samples, "samples", positive)
    try fill(&sweep, "sweep") { field throws(StudyFileError) in
      try field.read(ArgumentParsing.logarithmicGrid, expected: "a grid, as 1e2:1e6:25")
    }
    if command.options.samples == nil, command.options.sweep == nil {
      (command.options.samples, command.options.sweep) = (samples, sweep)
    }

    try fill(&command.options.widths, "widths") { field throws(StudyFileError) in
      try field.wholes("a list of widths: inputs, hidden layers, outputs", upTo: Topology.largestWidth)
    }
    try fill(&command.options.active, "active") { field throws(StudyFileError) in
      try field.wholes("a list of active nodes, one a hidden layer", upTo: Topology.largestWidth)
    }
    try fill(&command.options.bounds, "bounds") { field throws(StudyFileError) in
      try field.list("a list of bounds, one a layer").map(positive)
    }
    try fill(&command.prior.slab, "slab", Self.slabs)
    try fill(&command.prior.hyperparameters.slabSd, "slab-sd", positive)
    try fill(&command.prior.hyperparameters.rateParameter, "rate-parameter") { field throws(StudyFileError) in
      try field.read(ArgumentParsing.rateParameter, expected: "proportional:1, fixed:2 or hyper")
    }
    try fill(&command.prior.hyperparameters.cap, "cap") { field throws(StudyFileError) in
      if case .scalar("none", quoted: false) = field.node.content { return .infinity }
      do throws(StudyFileError) { return try field.real(.positive) } catch {
        throw field.refusal(expected: "a number above 0 or none")
      }
    }
    try fill(&command.prior.hyperparameters.localScale, "local-scale", positive)
    try fill(&command.prior.hyperparameters.globalScale, "global-scale", positive)
    try fill(&command.options.xi, "xi", nonNegative)
    try fill(&command.options.inclusionConstant, "inclusion-constant") { field throws(StudyFileError) in
      try field.isList ? field.list("a number, or one a hidden layer").map(positive) : [positive(field)]
    }
    try fill(&command.options.activation, "activation") { field throws(StudyFileError) in
      try field.choice(Activation.self)
    }
    try fill(&command.options.inputMoment, "input-moment", nonNegative)
    try fill(&command.options.cMin, "c-min", positive)
    try fill(&command.options.cMax, "c-max", positive)

    if let field = fields["budget"], try field.flag() { command.budget.budget = true }
    try fill(&command.budget.radius2, "radius2", positive)
    try fill(&command.budget.noiseSd, "noise-sd", positive)
    try fill(&command.budget.fanIn, "fan-in") { field throws(StudyFileError) in
      try field.choice(KLBudget.FanIn.self)
    }
    try fill(&command.budget.parametrisation, "parametrisation") { field throws(StudyFileError) in
      try field.choice(Parametrisation.self)
    }
  }

  /// A slab, several in a list, or all.
  private static func slabs(_ field: YAMLField) throws(StudyFileError) -> [SlabKind] {
    let all = SlabKind.allCases.map { (name: $0.rawValue, value: [$0]) } + [(name: "all", value: SlabKind.allCases)]
    let aliases = SlabKind.aliases.mapValues { [$0] }
    guard field.isList else { return try field.choice(all, aliases: aliases) }
    return try field.list("a list of slabs").map { item throws(StudyFileError) in
      try item.choice(all.dropLast(), aliases: aliases)
    }.flatMap { $0 }
  }
}

extension YAMLField {
  fileprivate var isList: Bool { if case .sequence = node.content { true } else { false } }

  /// Text that is spelt as on the command line.
  fileprivate func read<Value>(
    _ parse: (String) throws(ArgumentError) -> Value, expected: String
  ) throws(StudyFileError) -> Value {
    let text = try text(expected)
    do throws(ArgumentError) { return try parse(text) } catch {
      throw refusal(expected: expected)
    }
  }
}
