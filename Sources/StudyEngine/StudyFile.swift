import Foundation

/// A study file as read: its text, and the tree with `--set` options substituted.
///
///     let study = try StudyFile(path: "quickstart.yaml", overrides: ["replicates=2"]).study()
package struct StudyFile: Sendable {
  package let path: String
  package let text: String
  /// `KEY=VALUE` each.
  package let overrides: [String]
  let root: YAMLNode
  let kind: StudyKind

  /// - Throws: `StudyFileError` if the file cannot be read, is not one YAML mapping, or an override is malformed.
  package init(path: String, overrides: [String] = []) throws(StudyFileError) {
    try self.init(text: YAMLReader.text(ofFile: path), path: path, overrides: overrides)
  }

  /// - Parameter path: what errors call the text.
  package init(text: String, path: String, overrides: [String] = []) throws(StudyFileError) {
    self.path = path
    self.text = text
    self.overrides = overrides
    guard let tree = try YAMLReader.tree(of: text, source: path) else {
      throw StudyFileError(at: SourcePosition(source: path), "the file is empty", expected: "a study file")
    }
    guard case .mapping = tree.content else {
      throw YAMLField(node: tree, path: "").refusal(expected: "a mapping with the keys \(oneOf(StudyKind.fit.keys))")
    }
    kind = try tree["kind"].map { node throws(StudyFileError) in
      try YAMLField(node: node, path: "kind").choice(StudyKind.self)
    } ?? .fit
    var overridden = tree
    for override in overrides { overridden = try Override(override).applied(to: overridden, kind: kind) }
    root = overridden
  }

  /// The study, every cell of it decoded and checked.
  package func study() throws(StudyFileError) -> Study {
    let fields = try YAMLField(node: root, path: "").mapping(kind.keys)
    let declarations = try declarations(fields["factors"])
    let seed = try fields["seed"]?.seed() ?? 1
    let replicates = kind.isRandom ? try fields["replicates"]?.whole(1...100_000) ?? 5 : 1
    let exclusions = try exclusions(fields["exclude"], declarations)
    let expansion = CellExpansion(
      root: root, kind: kind, declarations: declarations, exclusions: exclusions, replicates: replicates, seed: seed)
    return Study(
      name: try name(fields["study"]), title: try fields["title"]?.text() ?? "", kind: kind, seed: seed,
      factors: declarations.map(\.factor), exclusions: exclusions, replicates: replicates,
      precision: try fields["precision"]?.real(.positive), cells: try expansion.cells(at: fields["factors"]?.node.position ?? root.position), source: text,
      overrides: overrides)
  }

  /// The study's name; without one, the file's.
  private func name(_ field: YAMLField?) throws(StudyFileError) -> String {
    let allowed = { (character: Character) in
      character.isASCII && (character.isLetter || character.isNumber || character == "-" || character == "_")
    }
    guard let field else {
      let base = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
      return base.isEmpty ? "study" : String(base.prefix(100).map { allowed($0) ? $0 : "-" })
    }
    let expected = "a name of at most 100 letters, digits, - and _"
    let name = try field.text(expected)
    guard !name.isEmpty, name.count <= 100, name.allSatisfy(allowed) else { throw field.refusal(expected: expected) }
    return name
  }

  private func declarations(_ field: YAMLField?) throws(StudyFileError) -> [FactorDeclaration] {
    guard let field else { return [] }
    guard case .mapping(let entries) = field.node.content else {
      throw field.refusal(expected: "a mapping from factors to their values, such as slab: [gaussian, group-lasso]")
    }
    var declarations = [FactorDeclaration]()
    for entry in entries {
      let declaration = try FactorDeclaration(entry, path: "factors.\(entry.key)", kind: kind)
      if let other = declarations.first(where: { $0.factor.path == declaration.factor.path }) {
        throw StudyFileError(
          at: entry.keyPosition, "the factor '\(entry.key)' is '\(other.factor.name)' again",
          expected: "each factor once")
      }
      declarations.append(declaration)
    }
    return declarations
  }

  private func exclusions(
    _ field: YAMLField?, _ declarations: [FactorDeclaration]
  ) throws(StudyFileError) -> [[FactorValue]] {
    guard let field else { return [] }
    let names = declarations.map(\.factor.name)
    var exclusions = [[FactorValue]]()
    for item in try field.list("a list of combinations, such as [{slab: gaussian, sample-size: 500}]") {
      guard case .mapping(let entries) = item.node.content, !entries.isEmpty else {
        throw item.refusal(expected: "a combination of factors, such as {slab: gaussian, sample-size: 500}")
      }
      var exclusion = [FactorValue]()
      for entry in entries {
        guard let factor = declarations.first(where: { $0.factor.path == kind.path(entry.key) })?.factor else {
          throw StudyFileError(
            at: entry.keyPosition, "'\(entry.key)' in \(item.path) is not a factor of this study",
            expected: oneOf(names), suggestion: nearestName(to: entry.key, among: names).map { "'\($0)'" })
        }
        let level = FactorDeclaration.print(entry.value, isSlab: factor.path == kind.slabPath)
        guard factor.levels.contains(level) else {
          throw StudyFileError(
            at: entry.value.position, "\(item.path).\(entry.key) is \(level), which is no value of that factor",
            expected: oneOf(factor.levels), suggestion: nearestName(to: level, among: factor.levels).map { "'\($0)'" })
        }
        exclusion.append(FactorValue(name: factor.name, value: level))
      }
      exclusions.append(exclusion)
    }
    return exclusions
  }
}
