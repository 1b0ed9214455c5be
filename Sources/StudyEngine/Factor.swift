import Priors

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

/// A factor with the nodes of its levels, as the study file declares it: a list of values, a mapping from names, which
/// tables then print, to values, or a grid.
struct FactorDeclaration {
  let factor: Factor
  let position: SourcePosition
  let nodes: [YAMLNode]

  init(_ entry: YAMLNode.Entry, path fieldPath: String, kind: StudyKind) throws(StudyFileError) {
    let path = try kind.factorPath(entry.key, at: entry.keyPosition)
    let field = YAMLField(node: entry.value, path: fieldPath)
    var levels = [String]()
    var items = [YAMLField]()
    if case .mapping(let named) = entry.value.content, !named.contains(where: { LevelGrid.keys.contains($0.key) }) {
      // `slab: {kind: gaussian}` is one value where a list of them is due.
      guard !named.isEmpty, !named.contains(where: { $0.key == "kind" }) else {
        throw field.refusal(expected: LevelGrid.expected, suggestion: named.isEmpty ? nil : "[\(entry.value.printed)]")
      }
      levels = named.map(\.key)
      items = named.map(field.field)
    } else {
      items =
        field.isMapping
        ? try LevelGrid(field).nodes.map { YAMLField(node: $0, path: fieldPath) } : try field.list(LevelGrid.expected)
      for item in items {
        let level = Self.print(item.node, isSlab: path == kind.slabPath)
        guard !levels.contains(level) else {
          throw item.refusal("\(fieldPath) lists \(level) twice", expected: "each value once")
        }
        levels.append(level)
      }
    }
    factor = Factor(name: entry.key, path: path, levels: levels)
    position = entry.keyPosition
    nodes = items.map(\.node)
  }

  /// A level as tables print it; slabs go by their full name.
  static func print(_ node: YAMLNode, isSlab: Bool) -> String {
    if isSlab, case .scalar(let text, _) = node.content, let kind = SlabKind(name: text) {
      return kind.rawValue
    }
    return node.printed
  }
}
