/// A cursor on one value of a YAML file: reads it as the type that is wanted, or refuses it with its position.
package struct YAMLField {
  package let node: YAMLNode
  /// The dotted path, such as `model.hidden`; empty at the root.
  let path: String

  init(node: YAMLNode, path: String) {
    self.node = node
    self.path = path
  }

  /// The root of a file that is no study.
  ///
  /// - Parameter expected: what errors call the file, such as `a topology file`.
  package init(file: String, expected: String) throws(StudyFileError) {
    let text = try YAMLReader.text(ofFile: file, expected: expected)
    guard let tree = try YAMLReader.tree(of: text, source: file, expected: expected) else {
      throw StudyFileError(at: SourcePosition(source: file), "the file is empty", expected: expected)
    }
    self.init(node: tree, path: "")
  }

  // MARK: Scalars

  /// A whole number in `range`, however it is spelt (`1e3`).
  package func whole(_ range: ClosedRange<Int> = 1...1_000_000_000) throws(StudyFileError) -> Int {
    let bounded = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    let expected = range.upperBound == 1_000_000_000 ? "a whole number, at least \(range.lowerBound)" : bounded
    let text = try number(expected)
    guard let value = StrictNumber.parseWhole(text), range.contains(value) else {
      // The bound that no study comes near is spoken of only where a number is beyond it.
      throw refusal(expected: (StrictNumber.parse(text) ?? 0) > Double(range.upperBound) ? bounded : expected)
    }
    return value
  }

  /// A seed: any whole number of 64 bits without a sign.
  func seed() throws(StudyFileError) -> UInt64 {
    let expected = "a whole number from 0 to \(UInt64.max)"
    let text = try number(expected)
    if let value = UInt64(text) ?? StrictNumber.parseWhole(text).flatMap({ UInt64(exactly: $0) }) { return value }
    throw refusal(expected: expected)
  }

  /// A finite number that `domain` contains.
  package func real(_ domain: NumberDomain) throws(StudyFileError) -> Double {
    let text = try number(domain.description)
    guard let value = StrictNumber.parse(text), domain.contains(value) else {
      throw refusal(expected: domain.description)
    }
    return value
  }

  package func text(_ expected: String = "text") throws(StudyFileError) -> String {
    guard case .scalar(let text, let quoted) = node.content, quoted || !isEmpty else {
      throw refusal(expected: expected)
    }
    return text
  }

  package func flag() throws(StudyFileError) -> Bool {
    guard case .scalar(let text, quoted: false) = node.content else { throw refusal(expected: "true or false") }
    switch text {
    case "true": return true
    case "false": return false
    default:
      let meant = ["yes": "true", "on": "true", "no": "false", "off": "false"][text.lowercased()]
      throw refusal(expected: "true or false", suggestion: meant)
    }
  }

  /// One of a few names; further spellings may be given as aliases, which errors do not list.
  package func choice<Value>(
    _ options: [(name: String, value: Value)], aliases: [String: Value] = [:], or alternative: String? = nil
  ) throws(StudyFileError) -> Value {
    let names = options.map(\.name)
    let expected = oneOf(names + [alternative].compactMap { $0 })
    guard case .scalar(let text, _) = node.content, !isEmpty else { throw refusal(expected: expected) }
    if let option = options.first(where: { $0.name == text }) { return option.value }
    if let value = aliases[text] { return value }
    throw refusal(expected: expected, suggestion: nearestName(to: text, among: names).map { "'\($0)'" })
  }

  /// One of the names of an enumeration.
  package func choice<Value: CaseIterable & RawRepresentable>(
    _ type: Value.Type, or alternative: String? = nil
  ) throws(StudyFileError) -> Value where Value.RawValue == String {
    try choice(type.allCases.map { ($0.rawValue, $0) }, or: alternative)
  }

  // MARK: Lists and mappings

  /// The items of a list that has at least one.
  package func list(_ expected: String) throws(StudyFileError) -> [YAMLField] {
    guard case .sequence(let items) = node.content else {
      var suggestion: String?
      if case .scalar = node.content, !isEmpty { suggestion = "[\(node.printed)]" }
      throw refusal(expected: expected, suggestion: suggestion)
    }
    guard !items.isEmpty else { throw refusal("\(path) is an empty list", expected: expected) }
    return items.enumerated().map { YAMLField(node: $1, path: "\(path)[\($0 + 1)]") }
  }

  /// A list of positive whole numbers: widths, node counts.
  package func wholes(_ expected: String, upTo maximum: Int = 1_000_000) throws(StudyFileError) -> [Int] {
    try list(expected).map { item throws(StudyFileError) in try item.whole(1...maximum) }
  }

  /// The mapping's fields by key; a key outside `allowed` is refused with the nearest allowed one.
  package func mapping(_ allowed: [String], expected: String? = nil) throws(StudyFileError) -> [String: YAMLField] {
    guard case .mapping(let entries) = node.content else {
      throw refusal(expected: expected ?? "a mapping with the keys \(oneOf(allowed))")
    }
    var fields = [String: YAMLField]()
    for entry in entries {
      guard allowed.contains(entry.key) else {
        throw StudyFileError(
          at: entry.keyPosition, "unknown key \(quote(entry.key))" + (path.isEmpty ? "" : " in \(path)"),
          expected: oneOf(allowed), suggestion: nearestName(to: entry.key, among: allowed).map { "'\($0)'" })
      }
      fields[entry.key] = field(entry)
    }
    return fields
  }

  func field(_ entry: YAMLNode.Entry) -> YAMLField {
    YAMLField(node: entry.value, path: path.isEmpty ? entry.key : "\(path).\(entry.key)")
  }

  var isMapping: Bool { if case .mapping = node.content { true } else { false } }

  // MARK: Refusals

  /// `path is value; expected …`.
  package func refusal(_ what: String? = nil, expected: String?, suggestion: String? = nil) -> StudyFileError {
    let subject = path.isEmpty ? "the file" : path
    return StudyFileError(
      at: node.position, what ?? "\(subject) is \(spoken)", expected: expected, suggestion: suggestion)
  }

  /// The text of a scalar that may be a number; quoted text never is.
  private func number(_ expected: String) throws(StudyFileError) -> String {
    guard case .scalar(let text, let quoted) = node.content, !quoted, !isEmpty else {
      throw refusal(expected: expected)
    }
    if StrictNumber.parse(text) == nil {
      throw refusal(expected: expected, suggestion: StrictNumber.guess(text))
    }
    return text
  }

  /// An absent value, which YAML writes as nothing, `~` or `null`.
  private var isEmpty: Bool {
    if case .scalar(let text, quoted: false) = node.content { ["", "~", "null"].contains(text) } else { false }
  }

  /// The value as a sentence about it says it.
  private var spoken: String {
    switch node.content {
    case .scalar where isEmpty: "empty"
    case .scalar(let text, quoted: true): "the quoted text \(quote(text))"
    case .scalar(let text, quoted: false): StrictNumber.parse(text) == nil ? quote(text) : text
    case .sequence(let items): items.isEmpty ? "an empty list" : "a list"
    case .mapping: "a mapping"
    }
  }

  /// Text in quotes, cut where it is long.
  private func quote(_ text: String) -> String {
    "'\(text.count > 60 ? text.prefix(60) + "…" : text)'"
  }
}

/// Which finite numbers a key takes, and how an error says so.
package struct NumberDomain: Sendable {
  let description: String
  /// The bounds: excluded ones `above` and `below`, included ones `from` and `to`.
  package let above, from, below, to: Double?

  init(
    _ description: String, above: Double? = nil, from: Double? = nil, below: Double? = nil, to: Double? = nil
  ) {
    self.description = description
    (self.above, self.from, self.below, self.to) = (above, from, below, to)
  }

  func contains(_ value: Double) -> Bool {
    value > above ?? -.infinity && value >= from ?? -.infinity && value < below ?? .infinity && value <= to ?? .infinity
  }

  package static let positive = NumberDomain("a number above 0", above: 0)
  package static let nonNegative = NumberDomain("a number, at least 0", from: 0)
  static let any = NumberDomain("a number")
  static let negative = NumberDomain("a number below 0", below: 0)
  static let probability = NumberDomain("a probability between 0 and 1, both excluded", above: 0, below: 1)
  static let fraction = NumberDomain("a fraction from 0 to 1", from: 0, to: 1)
  static let correlation = NumberDomain("a correlation between -1 and 1, both excluded", above: -1, below: 1)
}
