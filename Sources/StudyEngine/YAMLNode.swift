/// A YAML value with its position: the tree that substitution works on and sections are decoded from.
package struct YAMLNode: Sendable {
  package enum Content: Sendable {
    case scalar(String, quoted: Bool)
    case sequence([YAMLNode])
    case mapping([Entry])
  }

  /// One `key: value`; keys of study files are always plain names.
  package struct Entry: Sendable {
    package let key: String
    package let keyPosition: SourcePosition
    package let value: YAMLNode
  }

  package let content: Content
  package let position: SourcePosition
  /// Where a scalar's first character stands, if the file has its text as it is, on one line.
  var textPosition: SourcePosition?

  /// The tree with `value` at `path`, mappings on the way made where they are missing.
  ///
  /// A name on the way that stands for a mapping (`slab: group-horseshoe`) becomes that mapping's `kind`, so that
  /// `model.slab.cap` can be set either way.
  /// - Parameter keyPosition: where the path was written; a misspelt key is reported there.
  func setting(_ path: ArraySlice<String>, to value: YAMLNode, keyPosition: SourcePosition) -> YAMLNode {
    guard let key = path.first else { return value }
    var entries: [Entry]
    switch content {
    case .mapping(let existing): entries = existing
    case .scalar, .sequence: entries = [Entry(key: "kind", keyPosition: position, value: self)]
    }
    let index = entries.firstIndex { $0.key == key }
    let old = index.map { entries[$0].value } ?? YAMLNode(content: .mapping([]), position: keyPosition)
    let new = Entry(
      key: key, keyPosition: keyPosition,
      value: old.setting(path.dropFirst(), to: value, keyPosition: keyPosition))
    if let index { entries[index] = new } else { entries.append(new) }
    return YAMLNode(content: .mapping(entries), position: position)
  }

  /// The value under a key, if this is a mapping that has it.
  subscript(key: String) -> YAMLNode? {
    guard case .mapping(let entries) = content else { return nil }
    return entries.first { $0.key == key }?.value
  }

  /// The number that an unquoted scalar is.
  package var number: Double? {
    guard case .scalar(let text, quoted: false) = content else { return nil }
    return StrictNumber.parse(text)
  }

  /// How a table prints the value: numbers in one spelling (`1e3` is 1000), lists and mappings as flow YAML.
  var printed: String {
    switch content {
    case .scalar(let text, let quoted):
      guard !quoted, let number = StrictNumber.parse(text) else { return text }
      return StrictNumber.print(number)
    case .sequence(let items): return "[" + items.map(\.printed).joined(separator: ", ") + "]"
    case .mapping(let entries):
      return "{" + entries.map { "\($0.key): \($0.value.printed)" }.joined(separator: ", ") + "}"
    }
  }
}
