import Foundation
import Yams

/// Text to `YAMLNode`: one document, scalar keys, no key twice, positions kept. Errors call the file what `expected`
/// says.
enum YAMLReader {
  /// Aliases may repeat a part, and repeats of repeats grow without bound; no study comes near these.
  private static let maximumNodes = 100_000
  private static let maximumDepth = 50
  private static let maximumBytes = 4_000_000

  /// The text of a file.
  static func text(ofFile path: String, expected: String = "a study file") throws(StudyFileError) -> String {
    let position = SourcePosition(source: path)
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw StudyFileError(at: position, "there is no such file", expected: expected)
    }
    guard !isDirectory.boolValue else {
      throw StudyFileError(at: position, "this is a folder", expected: expected)
    }
    guard FileManager.default.isReadableFile(atPath: path), let handle = FileHandle(forReadingAtPath: path) else {
      throw StudyFileError(at: position, "the file cannot be read", expected: "permission to read it")
    }
    defer { try? handle.close() }
    let bytes: Data
    do { bytes = try handle.read(upToCount: maximumBytes + 1) ?? Data() } catch {
      throw StudyFileError(at: position, "the file cannot be read: \(error.localizedDescription)")
    }
    guard bytes.count <= maximumBytes else {
      throw StudyFileError(at: position, "the file has more than 4 MB", expected: expected)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
      let line = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
      throw StudyFileError(
        at: SourcePosition(source: path, line: line + 1, column: 1), "this line is not UTF-8 text",
        expected: "a file saved as UTF-8")
    }
    return text
  }

  /// The tree of `text`, or nil if there is nothing but comments.
  static func tree(
    of text: String, source: String, showsLines: Bool = true, expected: String = "a study file"
  ) throws(StudyFileError) -> YAMLNode? {
    var builder = TreeBuilder(source: source, text: text, showsLines: showsLines, expected: expected)
    do {
      guard let root = try Yams.compose(yaml: text, .basic, .default, .utf8) else { return nil }
      return try builder.build(root, depth: 0)
    } catch let error as StudyFileError {
      throw error
    } catch let error as YamlError {
      throw builder.refusal(error, text)
    } catch {
      throw StudyFileError(at: SourcePosition(source: source), "not valid YAML: \(error)")
    }
  }

  private struct TreeBuilder {
    let source: String
    let showsLines: Bool
    let expected: String
    /// Of the text, for `textPosition`.
    let lines: [[Unicode.Scalar]]
    var nodes = 0

    init(source: String, text: String, showsLines: Bool, expected: String) {
      self.source = source
      self.showsLines = showsLines
      self.expected = expected
      lines = showsLines ? Self.scalarLines(text) : []
    }

    func position(_ mark: Mark?) -> SourcePosition {
      showsLines
        ? SourcePosition(source: source, line: mark?.line, column: mark?.column) : SourcePosition(source: source)
    }

    mutating func build(_ node: Node, depth: Int) throws -> YAMLNode {
      nodes += 1
      let here = position(node.mark)
      guard nodes <= maximumNodes, depth <= maximumDepth else {
        throw StudyFileError(
          at: here, "the file is too large once its aliases are written out", expected: expected)
      }
      switch node {
      case .scalar(let scalar):
        let quoted = scalar.style != .plain
        return YAMLNode(
          content: .scalar(scalar.string, quoted: quoted), position: here,
          textPosition: textPosition(of: scalar.string, at: node.mark, quoted: quoted))
      case .sequence(let items):
        return YAMLNode(content: .sequence(try items.map { try build($0, depth: depth + 1) }), position: here)
      case .mapping(let pairs):
        var entries = [YAMLNode.Entry]()
        for (key, value) in pairs {
          guard case .scalar(let scalar) = key else {
            throw StudyFileError(
              at: position(key.mark), "this key is a list or a mapping", expected: "a name as key")
          }
          // The composer tells keys with different tags apart; names here are text only.
          if let first = entries.first(where: { $0.key == scalar.string }) {
            throw duplicate(scalar.string, first: first.keyPosition, second: position(key.mark))
          }
          entries.append(
            YAMLNode.Entry(
              key: scalar.string, keyPosition: position(key.mark), value: try build(value, depth: depth + 1)))
        }
        return YAMLNode(content: .mapping(entries), position: here)
      case .alias:
        throw StudyFileError(at: here, "this alias names no anchor", expected: "an anchor above it")
      }
    }

    private func textPosition(of text: String, at mark: Mark?, quoted: Bool) -> SourcePosition? {
      guard let mark, lines.indices.contains(mark.line - 1) else { return nil }
      let column = mark.column + (quoted ? 1 : 0)
      guard lines[mark.line - 1].dropFirst(column - 1).starts(with: text.unicodeScalars) else { return nil }
      return SourcePosition(source: source, line: mark.line, column: column)
    }

    func duplicate(_ key: String, first: SourcePosition, second: SourcePosition?) -> StudyFileError {
      let lines = first.line.map { " on line \($0)" } ?? ""
      return StudyFileError(
        at: second ?? first, "the key '\(key)' is already there\(lines)", expected: "each key once")
    }

    func refusal(_ error: YamlError, _ text: String) -> StudyFileError {
      switch error {
      case .duplicatedKeysInMapping(let keys, let context):
        let key = keys.first ?? ""
        return duplicate(
          key, first: position(context.mark), second: secondMark(of: key, first: context.mark, in: text).map(position))
      case .composer(_, let problem, let mark, _) where problem.contains("another document"):
        return StudyFileError(at: position(mark), "a second document starts here", expected: "one document in a file")
      case .parser(_, let problem, let mark, _) where problem.contains("nesting level"):
        return StudyFileError(at: position(mark), "lists or mappings are nested too deep", expected: expected)
      case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
        .composer(let context, let problem, let mark, _):
        let inside = context.map { " " + $0.text + ($0.mark.line == mark.line ? "" : " of line \($0.mark.line)") }
        return StudyFileError(at: position(mark), "not valid YAML: \(problem)\(inside ?? "")")
      case .reader(let problem, let offset, _, _):
        let lines = Self.scalarLines(String(text.prefix(offset ?? 0)))
        let line = max(1, lines.count)
        let column = (lines.last?.count ?? 0) + 1
        return StudyFileError(
          at: showsLines ? SourcePosition(source: source, line: line, column: column) : SourcePosition(source: source),
          "not valid YAML: \(problem)")
      default:
        return StudyFileError(at: SourcePosition(source: source), "not valid YAML: \(error)")
      }
    }

    /// The composer reports the first of two equal keys only. With that one blotted out, letter by letter, the text
    /// composes as before, and the key that is left in the same mapping is the second.
    private func secondMark(of key: String, first: Mark, in text: String) -> Mark? {
      var lines = Self.scalarLines(text)
      guard lines.indices.contains(first.line - 1), lines[first.line - 1].indices.contains(first.column - 1) else {
        return nil
      }
      let quoted = ["\"", "'"].contains(lines[first.line - 1][first.column - 1])
      let start = first.column - 1 + (quoted ? 1 : 0)
      let end = start + key.unicodeScalars.count
      guard end <= lines[first.line - 1].count else { return nil }
      for column in start..<end { lines[first.line - 1][column] = "\u{1F58D}" }
      let blotted = lines.map { line in String(String.UnicodeScalarView(line)) }.joined(separator: "\n")
      do {
        guard let root = try Yams.compose(yaml: blotted, .basic, .default, .utf8) else { return nil }
        return sibling(of: first, named: key, under: root)
      } catch YamlError.duplicatedKeysInMapping(let keys, let context) where keys.contains(key) {
        return context.mark
      } catch {
        return nil
      }
    }

    /// By scalar, since to Swift the carriage return and line feed of other systems are one character.
    private static func scalarLines(_ text: String) -> [[Unicode.Scalar]] {
      text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
    }

    private func sibling(of first: Mark, named key: String, under node: Node) -> Mark? {
      switch node {
      case .mapping(let pairs):
        if pairs.contains(where: { $0.key.mark?.line == first.line && $0.key.mark?.column == first.column }) {
          return pairs.first { $0.key.scalar?.string == key }?.key.mark
        }
        return pairs.lazy.compactMap { sibling(of: first, named: key, under: $0.value) }.first
      case .sequence(let items):
        return items.lazy.compactMap { sibling(of: first, named: key, under: $0) }.first
      case .scalar, .alias:
        return nil
      }
    }
  }
}
