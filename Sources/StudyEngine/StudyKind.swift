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

  /// The sections of the file that factors reach into, with their keys. All kinds but `fit` have one, of their name.
  var sections: [(name: String, keys: [String])] {
    switch self {
    case .fit: [("data", DataSection.keys), ("model", ModelSection.keys), ("training", TrainingRecipe.keys)]
    case .theory: [(rawValue, RateTask.keys)]
    case .phaseMap: [(rawValue, NodeCostTask.keys)]
    case .logNormalError: [(rawValue, LogNormalErrorTask.keys)]
    }
  }

  /// The keys at the root of the file.
  var keys: [String] {
    let sections = sections.map(\.name)
    let measured = isRandom ? ["replicates", "precision", "measure", "theory"] : []
    return ["study", "title", "kind"] + (isRandom ? ["seed"] : []) + sections + ["factors", "exclude"] + measured
  }

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

  /// The path that a factor or `--set` names: dotted parts, the first of which may leave out its section where only
  /// one is meant (`slab`, `sample-size`, and every key of a kind with one section).
  func path(_ name: String) -> [String] {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard let first = parts.first else { return parts }
    if let long = [slabPath, sampleSizePath].compactMap({ $0 }).first(where: { $0.last == first }) {
      return long + parts.dropFirst()
    }
    return sections.count == 1 && sections[0].keys.contains(first) ? [sections[0].name] + parts : parts
  }

  /// The path of a factor; it must lead into one of the sections.
  func factorPath(_ name: String, at position: SourcePosition) throws(StudyFileError) -> [String] {
    let path = path(name)
    if path.count >= 2, sections.contains(where: { $0.name == path[0] }) { return path }
    let short = sections.count == 1 ? sections[0].keys : ["slab", "sample-size"]
    let full = sections.first { $0.keys.contains(name) }.map { "\($0.name).\(name)" }
    let known = short + sections.flatMap { section in section.keys.map { "\(section.name).\($0)" } }
    let expected =
      self == .fit ? "slab, sample-size or a path into data, model or training such as data.noise" : oneOf(short)
    throw StudyFileError(
      at: position, "unknown factor '\(name)'", expected: expected,
      suggestion: (full ?? nearestName(to: name, among: known)).map { "'\($0)'" })
  }
}
