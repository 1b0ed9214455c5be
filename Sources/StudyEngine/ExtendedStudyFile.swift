/// A study file with the files that it extends: their keys hold where it says nothing.
///
///     extends: rate-vs-n.yaml          # by its path from this file's folder; or a list, of which the later win
///     model: {hidden: [40]}            # sections are taken over key by key, each key whole
///     factors: {slab: }                # an empty value takes the other file's away
///
/// All of it is one text too: the study file verbatim, then each extended file behind a line that names it. A store keeps
/// that text, and it is a study file again, wherever it lies.
struct ExtendedStudyFile {
  let path: String
  /// The study file, followed by the files that it extends.
  let text: String
  /// With the keys of all files.
  let root: YAMLNode

  static let key = "extends"
  private static let separator = "--- # extended file: "
  /// Files that extend each other without end are found as a cycle; this ends the others.
  private static let maximumFiles = 100

  /// Reads the file, and from its folder those that it extends, unless its text has them.
  init(path: String) throws(StudyFileError) {
    try self.init(text: YAMLReader.text(ofFile: path), path: path, readsFiles: true)
  }

  /// - Parameter path: what errors call the text, which must have all that it extends.
  init(text: String, path: String) throws(StudyFileError) {
    try self.init(text: text, path: path, readsFiles: false)
  }

  private init(text: String, path: String, readsFiles: Bool) throws(StudyFileError) {
    self.path = path
    let parts = Self.parts(of: text)
    let folder = Self.folder(of: path)
    var merging = Merging(
      texts: Dictionary(parts.extended, uniquingKeysWith: { first, _ in first }),
      folder: readsFiles && parts.extended.isEmpty ? folder : nil)
    root = try merging.tree(
      of: parts.own, source: path, label: merging.folder.map { String(path.dropFirst($0.count)) })
    self.text =
      parts.extended.isEmpty
      ? merging.order.reduce(text) { whole, label in
        whole + (whole.hasSuffix("\n") ? "" : "\n") + Self.separator + label + "\n" + (merging.texts[label] ?? "")
      } : text
  }

  /// Up to the last slash, with it.
  private static func folder(of path: String) -> String { path.lastIndex(of: "/").map { String(path[...$0]) } ?? "" }

  /// The text of the study file itself, and of each file that it extends, by its path from the study file's folder.
  private static func parts(of text: String) -> (own: String, extended: [(String, String)]) {
    guard text.contains(separator) else { return (text, []) }
    var sections = [(label: "", lines: [Substring]())]
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix(separator) {
        sections.append((String(line.dropFirst(separator.count)), []))
      } else {
        sections[sections.count - 1].lines.append(line)
      }
    }
    let texts = sections.map { ($0.label, $0.lines.joined(separator: "\n")) }
    return (texts[0].1, Array(texts.dropFirst()))
  }

  /// Trees put over each other, from the innermost file to the study's own.
  private struct Merging {
    /// By path from the study file's folder.
    var texts: [String: String]
    /// Where files that are not among the texts are read from; nil for nowhere.
    let folder: String?
    /// The extended files, as they were met.
    var order = [String]()
    private var trees = [String: YAMLNode]()
    private var open = [String]()

    init(texts: [String: String], folder: String?) {
      self.texts = texts
      self.folder = folder
    }

    /// - Parameter label: nil for a study file whose own path is not known.
    mutating func tree(of text: String, source: String, label: String?) throws(StudyFileError) -> YAMLNode {
      guard let tree = try YAMLReader.tree(of: text, source: source) else {
        throw StudyFileError(at: SourcePosition(source: source), "the file is empty", expected: "a study file")
      }
      guard case .mapping(let entries) = tree.content else {
        throw YAMLField(node: tree, path: "").refusal(
          expected: "a mapping with the keys \(oneOf(StudyHeader.keys(of: .fit).map(\.name)))")
      }
      guard let entry = entries.first(where: { $0.key == ExtendedStudyFile.key }) else { return tree }
      if let label { open.append(label) }
      defer { if label != nil { open.removeLast() } }
      let field = YAMLField(node: entry.value, path: ExtendedStudyFile.key)
      let expected = "a study file by its path from this one's folder, or a list of such"
      var files = [field]
      if case .sequence = entry.value.content { files = try field.list(expected) }
      var merged: YAMLNode?
      for file in files {
        let name = try file.text(expected)
        let other = try extended(name, by: label ?? "", at: file.node.position)
        merged = merged.map { ExtendedStudyFile.merge(other, over: $0) } ?? other
      }
      let own = YAMLNode(
        content: .mapping(entries.filter { $0.key != ExtendedStudyFile.key }), position: tree.position)
      return merged.map { ExtendedStudyFile.merge(own, over: $0) } ?? own
    }

    /// The tree of a file that another one extends, without the name of its study.
    private mutating func extended(
      _ name: String, by parent: String, at position: SourcePosition
    ) throws(StudyFileError) -> YAMLNode {
      let label = Self.join(ExtendedStudyFile.folder(of: parent), name)
      if let index = open.firstIndex(of: label) {
        let chain = (open[index...] + [label]).joined(separator: " extends ")
        throw StudyFileError(at: position, "extends goes in a circle: \(chain)", expected: "files that end somewhere")
      }
      if let tree = trees[label] { return tree }
      guard trees.count < ExtendedStudyFile.maximumFiles else {
        throw StudyFileError(
          at: position, "more than \(ExtendedStudyFile.maximumFiles) files are extended", expected: "fewer")
      }
      let path = label.hasPrefix("/") ? label : (folder ?? "") + label
      if texts[label] == nil {
        guard folder != nil else {
          throw StudyFileError(
            at: position, "extends \(name), whose text is not in this file", expected: "it behind a line '\(ExtendedStudyFile.separator)\(label)'")
        }
        do throws(StudyFileError) { texts[label] = try YAMLReader.text(ofFile: path) } catch {
          throw StudyFileError(
            at: position, "extends \(name), but \(error.what): \(error.position)", expected: error.expected)
        }
        // Its own parts would be lost among ours.
        if let text = texts[label], text.contains(ExtendedStudyFile.separator) {
          throw StudyFileError(
            at: position, "extends \(name), which holds the text of extended files itself",
            expected: "the study file that it was made from")
        }
      }
      if !order.contains(label) { order.append(label) }
      let tree = try tree(of: texts[label] ?? "", source: path, label: label)
      guard case .mapping(let entries) = tree.content else { return tree }
      let unnamed = YAMLNode(content: .mapping(entries.filter { $0.key != "study" }), position: tree.position)
      trees[label] = unnamed
      return unnamed
    }

    /// A path from a folder that ends in a slash, `.` and `..` taken out where they can be.
    private static func join(_ folder: String, _ path: String) -> String {
      let whole = path.hasPrefix("/") ? path : folder + path
      var parts = [Substring]()
      for part in whole.split(separator: "/") where part != "." {
        if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
      }
      return parts.isEmpty ? "." : (whole.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }
  }

  /// Root and sections key by key; an empty value takes a key away.
  private static func merge(_ tree: YAMLNode, over base: YAMLNode, depth: Int = 0) -> YAMLNode {
    guard depth < 2, case .mapping(let entries) = tree.content, case .mapping(var merged) = base.content else {
      return tree
    }
    for entry in entries {
      let index = merged.firstIndex { $0.key == entry.key }
      if case .scalar(let text, quoted: false) = entry.value.content, ["", "~", "null"].contains(text), let index {
        merged.remove(at: index)
      } else if let index {
        merged[index] = YAMLNode.Entry(
          key: entry.key, keyPosition: entry.keyPosition,
          value: merge(entry.value, over: merged[index].value, depth: depth + 1))
      } else {
        merged.append(entry)
      }
    }
    return YAMLNode(content: .mapping(merged), position: tree.position)
  }
}
