/// `--set KEY=VALUE`: a key of the study file, by short name or dotted path, and YAML for its value.
///
/// Where the key is a factor, the value replaces the factor's levels. Lists may leave out their brackets.
struct Override {
  private let option: String
  private let key: String
  private let value: YAMLNode

  private var position: SourcePosition { SourcePosition(source: option) }

  init(_ text: String) throws(StudyFileError) {
    option = "--set \(text)"
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !parts[0].isEmpty else {
      throw StudyFileError(
        at: SourcePosition(source: option), "there is no KEY=VALUE", expected: "--set training.steps=1000")
    }
    key = parts[0]
    let isBareList = parts[1].contains(",") && !"[{\"'".contains(parts[1].first ?? " ") && !["title", "data.teacher.expression", "teacher.expression"].contains(key)
    let yaml = isBareList ? "[\(parts[1])]" : parts[1]
    guard let node = try YAMLReader.tree(of: yaml, source: option, showsLines: false) else {
      throw StudyFileError(at: SourcePosition(source: option), "\(key) has no value", expected: "--set KEY=VALUE")
    }
    value = node
  }

  func applied(to root: YAMLNode, kind: StudyKind) throws(StudyFileError) -> YAMLNode {
    guard key != "kind" else {
      throw StudyFileError(
        at: position, "the kind of a study cannot be set", expected: "another study file, as its other keys differ")
    }
    guard key != "extends" else {
      throw StudyFileError(
        at: position, "what a study extends cannot be set", expected: "a study file of its own that extends others")
    }
    let isExplicit = key.hasPrefix("factors.")
    let name = isExplicit ? String(key.dropFirst("factors.".count)) : key
    let path = kind.path(name)
    var factors = [YAMLNode.Entry]()
    if case .mapping(let entries) = root["factors"]?.content { factors = entries }

    if let factor = factors.first(where: { kind.path($0.key) == path }) {
      return root.setting(["factors", factor.key], to: levels(replacing: factor.value), keyPosition: position)
    }
    if isExplicit { return root.setting(["factors", name], to: levels(replacing: nil), keyPosition: position) }
    if let factor = factors.first(where: { path.starts(with: kind.path($0.key)) }) {
      throw StudyFileError(
        at: position, "\(key) cannot be set, since \(factor.key) is a factor of the study",
        expected: "--set \(factor.key)=[VALUE, …]")
    }
    return root.setting(path[...], to: value, keyPosition: position)
  }

  /// A list or a grid gives the levels, unless each level of the factor is a list itself and the value is one such.
  private func levels(replacing old: YAMLNode?) -> YAMLNode {
    if case .sequence(let items) = value.content {
      guard case .sequence(let oldItems) = old?.content, let first = oldItems.first, case .sequence = first.content,
        let item = items.first, case .scalar = item.content
      else { return value }
    }
    if case .mapping(let entries) = value.content, entries.contains(where: { $0.key == "from" }) { return value }
    return YAMLNode(content: .sequence([value]), position: value.position)
  }
}
