import Priors
import SparseNetworks

/// One factor of a study: a key of the file and the values that it runs through.
package struct Factor: Sendable, Equatable {
  /// As the study file names it: `slab`, `sample-size`, or a dotted path.
  package let name: String
  /// The key that it substitutes, such as `["model", "hidden"]`.
  package let path: [String]
  /// The values as tables print them.
  package let levels: [String]
}

/// What a factor is in one cell.
package struct FactorValue: Sendable, Hashable, Codable {
  package let name: String
  package let value: String

  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

/// The names by which factors and `--set` reach into a study file.
enum StudyKey {
  static let slab = ["model", "slab"]
  static let sampleSize = ["data", "sample-size"]
  static let shortNames = ["slab": slab, "sample-size": sampleSize]
  static let factorSections = [
    "data": DataSection.keys, "model": ModelSection.keys, "training": TrainingRecipe.keys,
  ]

  /// The path that a name stands for: a short name's, or its dotted parts.
  static func path(_ name: String) -> [String] {
    shortNames[name] ?? name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
  }

  /// The path of a factor; it must lead into data, model or training.
  static func factorPath(_ name: String, at position: SourcePosition) throws(StudyFileError) -> [String] {
    let path = path(name)
    if path.count >= 2, factorSections[path[0]] != nil { return path }
    let full = factorSections.keys.sorted().first { factorSections[$0]?.contains(name) == true }.map { "\($0).\(name)" }
    let known =
      ["slab", "sample-size"] + factorSections.flatMap { section, keys in keys.map { "\(section).\($0)" } }.sorted()
    throw StudyFileError(
      at: position, "unknown factor '\(name)'",
      expected: "slab, sample-size or a path into data, model or training such as data.noise",
      suggestion: (full ?? nearestName(to: name, among: known)).map { "'\($0)'" })
  }
}

/// A factor with the nodes of its levels, as the study file declares it.
struct FactorDeclaration {
  let factor: Factor
  let position: SourcePosition
  let nodes: [YAMLNode]

  init(_ entry: YAMLNode.Entry, path fieldPath: String) throws(StudyFileError) {
    let path = try StudyKey.factorPath(entry.key, at: entry.keyPosition)
    let items = try YAMLField(node: entry.value, path: fieldPath).list("a list of its values")
    var levels = [String]()
    for item in items {
      let level = Self.print(item.node, path: path)
      guard !levels.contains(level) else {
        throw item.refusal("\(fieldPath) lists \(level) twice", expected: "each value once")
      }
      levels.append(level)
    }
    factor = Factor(name: entry.key, path: path, levels: levels)
    position = entry.keyPosition
    nodes = items.map(\.node)
  }

  /// A level as tables print it; slabs go by their full name.
  static func print(_ node: YAMLNode, path: [String]) -> String {
    if path == StudyKey.slab, case .scalar(let text, _) = node.content, let kind = SlabKind(name: text) {
      return kind.rawValue
    }
    return node.printed
  }
}
