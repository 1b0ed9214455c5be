import SparseNetworks

/// What the cells of a study compute; the key `kind` of a study file.
package enum StudyKind: String, CaseIterable, Sendable {
  /// A network trained on data whose truth is known, and its posterior measured against it.
  case fit
  /// The contraction rate of a network class that may grow with the sample size.
  case theory
  /// What one active node pays under a slab, over strength and width.
  case phaseMap = "phase-map"
  /// How far the best log-normal is from a law of scales.
  case logNormalError = "lognormal-error"

  /// Whether cells draw random numbers: only then a study has a seed and replicates.
  package var isRandom: Bool { self == .fit }

  /// A section of the file, which factors reach into.
  struct Section {
    let name: String
    let properties: [JSONSchema.Property]
    let about: String

    var keys: [String] { properties.map(\.name) }
  }

  /// All kinds but `fit` have one section, of their name.
  var sections: [Section] {
    func section<Content>(_ name: String, _ keys: [SectionKey<Content>], _ about: String) -> Section {
      Section(name: name, properties: keys.map(\.property), about: about)
    }
    return switch self {
    case .fit:
      [
        section("data", DataSection.keys, "What is observed."), section("model", ModelSection.keys, "What is fitted."),
        section("training", TrainingRecipe.keys, "How it is fitted."),
        section("measure", MeasureSection.keys, "What is read off the posterior."),
        section("theory", TheorySection.keys, "The curves drawn beside the points."),
      ]
    case .theory: [section(rawValue, RateTask.keys, "A class of networks that may grow with n.")]
    case .phaseMap: [section(rawValue, NodeCostTask.keys, "One active node.")]
    case .logNormalError: [section(rawValue, LogNormalErrorTask.keys, "A law of scales and its log-normal.")]
    }
  }

  /// Of a whole file.
  package var schema: JSONSchema { .mapping(StudyHeader.keys(of: self, factors: factorSchema).map(\.property.orEmpty)) }

  /// Where the slab stands in the tree; nil for a kind without one.
  var slabPath: [String]? {
    switch self {
    case .fit: ["model", "slab"]
    case .theory, .phaseMap: [rawValue, "slab"]
    case .logNormalError: nil
    }
  }

  var sampleSizePath: [String]? {
    switch self {
    case .fit: ["data", "sample-size"]
    case .theory: [rawValue, "sample-size"]
    case .phaseMap, .logNormalError: nil
    }
  }

  /// Of the factors, those that are zipped with slab or sample size.
  func followers(_ factors: [Factor], _ zips: [[String]]) -> Set<String> {
    let leaders = factors.filter { $0.path == slabPath || $0.path == sampleSizePath }.map(\.name)
    return Set(zips.filter { zip in leaders.contains(where: zip.contains) }.joined()).subtracting(leaders)
  }

  /// The path that a factor or `--set` names: dotted parts, the first of which may leave out its section where no
  /// other section has such a key.
  func path(_ name: String) -> [String] {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard let first = parts.first, !sections.contains(where: { $0.name == first }) else { return parts }
    let owners = sections.filter { $0.keys.contains(first) }
    return owners.count == 1 ? [owners[0].name] + parts : parts
  }

  /// The path of a factor; it must lead into one of the sections.
  func factorPath(_ name: String, at position: SourcePosition) throws(StudyFileError) -> [String] {
    let path = path(name)
    if path.count >= 2, sections.contains(where: { $0.name == path[0] }) { return path }
    let full = sections.first { $0.keys.contains(path[0]) }.map { "\($0.name).\(name)" }
    let expected =
      self == .fit
      ? "a key of data, model, training, measure or theory, such as slab, sample-size or data.noise"
      : oneOf(sections[0].keys)
    throw StudyFileError(
      at: position, "unknown factor '\(name)'", expected: expected,
      suggestion: (full ?? nearestName(to: name, among: factorNames)).map { "'\($0)'" })
  }

  /// Every key of the sections, by its short name where it has one and by its full name.
  private var factorNames: [String] {
    let keys = sections.flatMap { section in section.keys.map { (section: section.name, key: $0) } }
    let short = keys.filter { path($0.key).count == 2 }.map(\.key)
    return short + keys.map { "\($0.section).\($0.key)" }
  }

  /// `factors:`. Keys of sections are described with their values; deeper paths may hold any.
  private var factorSchema: JSONSchema {
    let names = factorNames
    let properties = names.map { name in
      let path = path(name)
      let property = sections.first { $0.name == path[0] }?.properties.first { $0.name == path[1] }
      return JSONSchema.Property(
        name, LevelGrid.schema(of: .reference("#/$defs/\(rawValue)/properties/\(path[0])/properties/\(path[1])")),
        property?.about ?? "")
    }
    let first = Set(names.map { $0.split(separator: ".")[0] }).sorted().joined(separator: "|")
    return .open(
      properties.map(\.orEmpty), pattern: "^(\(first))\\.", others: .orEmpty(LevelGrid.schema(of: .anything)))
  }
}
