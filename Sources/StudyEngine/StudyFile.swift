import Foundation

/// A study file as read: its text, and the tree with what it extends and the `--set` options substituted.
///
///     let study = try StudyFile(path: "quickstart.yaml", overrides: ["replicates=2"]).study()
package struct StudyFile: Sendable {
  package let path: String
  /// Verbatim; files that it extends follow it, so that the text is all that the study needs.
  package let text: String
  /// `KEY=VALUE` each.
  package let overrides: [String]
  let root: YAMLNode
  let kind: StudyKind

  /// - Throws: `StudyFileError` if the file or one that it extends cannot be read or is not one YAML mapping, or an
  ///   override is malformed.
  package init(path: String, overrides: [String] = []) throws(StudyFileError) {
    try self.init(ExtendedStudyFile(path: path), overrides: overrides)
  }

  /// - Parameter path: what errors call the text. Files that the text extends must be in it.
  package init(text: String, path: String, overrides: [String] = []) throws(StudyFileError) {
    try self.init(ExtendedStudyFile(text: text, path: path), overrides: overrides)
  }

  private init(_ file: ExtendedStudyFile, overrides: [String]) throws(StudyFileError) {
    path = file.path
    text = file.text
    self.overrides = overrides
    kind = try file.root["kind"].map { node throws(StudyFileError) in
      try YAMLField(node: node, path: "kind").choice(StudyKind.self)
    } ?? .fit
    var overridden = file.root
    for override in overrides { overridden = try Override(override).applied(to: overridden, kind: kind) }
    root = overridden
  }

  /// The study, every cell of it decoded and checked.
  package func study() throws(StudyFileError) -> Study {
    var header = StudyHeader()
    try SectionKey.read(StudyHeader.keys(of: kind), from: YAMLField(node: root, path: ""), into: &header)
    let declarations = try declarations(header.factors)
    let zips = try zips(header.zip, declarations)
    let exclusions = try exclusions(header.exclude, declarations)
    let replicates = kind.isRandom ? header.replicates : 1
    let expansion = CellExpansion(
      root: root, kind: kind, declarations: declarations, zips: zips, exclusions: exclusions, replicates: replicates,
      seed: header.seed)
    return Study(
      name: try name(header.study), title: header.title, kind: kind, seed: header.seed,
      factors: declarations.map(\.factor), zips: zips, exclusions: exclusions, replicates: replicates,
      precision: header.precision, cells: try expansion.cells(at: header.factors?.node.position ?? root.position), source: text,
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

  /// Groups of factors that go side by side, by name.
  private func zips(
    _ field: YAMLField?, _ declarations: [FactorDeclaration]
  ) throws(StudyFileError) -> [[String]] {
    guard let field else { return [] }
    let expected = "lists of factors that go side by side, such as [[sample-size, training.steps]]"
    var groups = try field.list(expected)
    // A single group needs no list around it.
    if case .scalar = groups[0].node.content { groups = [field] }
    var zips = [[String]]()
    for group in groups {
      var zipped = [FactorDeclaration]()
      for item in try group.list(expected) {
        let declaration = try factor(try item.text("a factor's name"), at: item.node.position, group.path, declarations)
        let name = declaration.factor.name
        guard !(zips + [zipped.map(\.factor.name)]).joined().contains(name) else {
          throw item.refusal("\(item.path) has \(name) again", expected: "each factor in one group, once")
        }
        if let first = zipped.first, first.nodes.count != declaration.nodes.count {
          throw StudyFileError(
            at: declaration.position,
            "\(name) has \(declaration.nodes.count) values, but \(first.factor.name)\(line(first)), which it is zipped "
              + "with, has \(first.nodes.count)", expected: "as many values of each")
        }
        zipped.append(declaration)
      }
      guard zipped.count > 1 else { throw group.refusal("\(group.path) has one factor", expected: "two or more") }
      if kind == .theory, zipped.contains(where: { $0.factor.path == kind.sampleSizePath }) {
        throw group.refusal(
          "\(group.path) ties a factor to sample-size", expected: "a law of n in its place, such as "
            + "{coefficient: 4, exponent: 0.25} or {sample-sizes: [100, 10000], values: [5, 12]}")
      }
      zips.append(zipped.map(\.factor.name))
    }
    return zips
  }

  private func line(_ declaration: FactorDeclaration) -> String {
    declaration.position.line.map { " on line \($0)" } ?? ""
  }

  /// The factor of that name, or another name for it.
  private func factor(
    _ name: String, at position: SourcePosition, _ place: String, _ declarations: [FactorDeclaration]
  ) throws(StudyFileError) -> FactorDeclaration {
    if let factor = declarations.first(where: { $0.factor.path == kind.path(name) }) { return factor }
    let names = declarations.map(\.factor.name)
    throw StudyFileError(
      at: position, "'\(name)' in \(place) is not a factor of this study", expected: oneOf(names),
      suggestion: nearestName(to: name, among: names).map { "'\($0)'" })
  }

  private func exclusions(
    _ field: YAMLField?, _ declarations: [FactorDeclaration]
  ) throws(StudyFileError) -> [[FactorValue]] {
    guard let field else { return [] }
    var exclusions = [[FactorValue]]()
    for item in try field.list("a list of combinations, such as [{slab: gaussian, sample-size: 500}]") {
      guard case .mapping(let entries) = item.node.content, !entries.isEmpty else {
        throw item.refusal(expected: "a combination of factors, such as {slab: gaussian, sample-size: 500}")
      }
      var exclusion = [FactorValue]()
      for entry in entries {
        let factor = try factor(entry.key, at: entry.keyPosition, item.path, declarations).factor
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
