import Priors

/// Some of a study's cells, as `--only` chooses them: those that have one of the given values for each factor named.
///
///     let filter = try CellFilter(["slab=ghs", "sample-size=500,1000", "replicate=1"], of: study)
package struct CellFilter: Sendable {
  /// Every cell.
  package static let all = CellFilter(conditions: [])

  private enum Condition {
    case replicate(Set<Int>)
    case sampleSize(Set<Int>)
    /// Labels as tables print them.
    case slab(Set<String>)
    case factor(name: String, levels: Set<String>)
    case indices(Set<Int>)
  }

  private let conditions: [Condition]

  private init(conditions: [Condition]) { self.conditions = conditions }

  /// The cells of these indices.
  init(indices: [Int]) { conditions = [.indices(Set(indices))] }

  /// - Parameters:
  ///   - options: `KEY=VALUE` or `KEY=VALUE,VALUE` each; KEY is a factor of the study or `replicate`.
  ///   - option: the command line's name for them, for errors.
  /// - Throws: `StudyFileError` for a key or a value that the study does not have.
  package init(_ options: [String], of study: Study, option name: String = "--only") throws(StudyFileError) {
    var conditions = [Condition]()
    for option in options { conditions.append(try Self.condition(option, study, name)) }
    self.conditions = conditions
    guard study.cells.contains(where: includes) else {
      throw StudyFileError(
        at: SourcePosition(source: options.map { "\(name) \($0)" }.joined(separator: " ")),
        "no cell of \(study.name) meets all of these", expected: "values that go together; several of one key with commas")
    }
  }

  package func includes(_ cell: Cell) -> Bool {
    conditions.allSatisfy { condition in
      switch condition {
      case .replicate(let numbers): numbers.contains(cell.replicate)
      case .sampleSize(let sizes): cell.sampleSize.map(sizes.contains) ?? false
      case .slab(let labels): labels.contains(cell.slab)
      case .factor(let name, let levels): cell.factors.contains { $0.name == name && levels.contains($0.value) }
      case .indices(let indices): indices.contains(cell.index)
      }
    }
  }

  private static func condition(_ option: String, _ study: Study, _ name: String) throws(StudyFileError) -> Condition {
    let position = SourcePosition(source: "\(name) \(option)")
    let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
      throw StudyFileError(at: position, "there is no KEY=VALUE", expected: "\(name) sample-size=500")
    }
    let key = parts[0]

    /// The values among those that some cell has.
    func chosen<Value: Hashable>(
      _ known: [Value], _ print: (Value) -> String, _ matches: (String, Value) -> Bool
    ) throws(StudyFileError) -> Set<Value> {
      // As printed a value may hold commas itself: `[20, 20]`, `lasso, prior`.
      if let exact = known.first(where: { print($0) == parts[1] }) { return [exact] }
      var chosen = Set<Value>()
      for value in Self.items(parts[1]) {
        let exact = known.filter { print($0) == value }
        let found = exact.isEmpty ? known.filter { matches(value, $0) } : exact
        guard !found.isEmpty else {
          let names = known.map(print)
          let expected = names.count > 20 ? "one from \(names[0]) to \(names[names.count - 1])" : oneOf(names)
          throw StudyFileError(
            at: position, "no cell has \(key) \(value)", expected: expected,
            suggestion: nearestName(to: value, among: names).map { "'\($0)'" })
        }
        chosen.formUnion(found)
      }
      return chosen
    }

    if key == "replicate", study.kind.isRandom {
      return .replicate(try chosen(Array(1...study.replicates), { String($0) }, { StrictNumber.parseWhole($0) == $1 }))
    }
    let path = study.kind.path(key)
    guard let factor = study.factors.first(where: { $0.path == path }) else {
      let names = study.factors.map(\.name) + (study.kind.isRandom ? ["replicate"] : [])
      throw StudyFileError(
        at: position, "'\(key)' is not a factor of \(study.name)", expected: oneOf(names),
        suggestion: (names.first { $0.hasSuffix(".\(key)") } ?? nearestName(to: key, among: names)).map { "'\($0)'" })
    }
    if path == study.kind.sampleSizePath {
      return .sampleSize(
        try chosen(distinct(study.cells.compactMap(\.sampleSize)), { String($0) }, { StrictNumber.parseWhole($0) == $1 }))
    }
    if path == study.kind.slabPath {
      // A label, or the kind of slabs that several labels share.
      let kinds = Dictionary(study.cells.map { ($0.slab, $0.task.slab?.kind) }, uniquingKeysWith: { first, _ in first })
      return .slab(
        try chosen(
          distinct(study.cells.map(\.slab)), { $0 },
          { value, label in SlabKind(name: value).map { $0 == kinds[label] } ?? false }))
    }
    let levels = try chosen(factor.levels, { $0 }) { value, level in
      StrictNumber.parse(value).map { $0 == StrictNumber.parse(level) } ?? false
    }
    return .factor(name: factor.name, levels: levels)
  }

  /// Parted by commas, but for those within brackets and braces.
  private static func items(_ text: String) -> [String] {
    var (items, depth) = ([""], 0)
    for character in text {
      if "[{".contains(character) { depth += 1 }
      if "]}".contains(character) { depth -= 1 }
      if character == ",", depth == 0 { items.append("") } else { items[items.count - 1].append(character) }
    }
    return items
  }

  private static func distinct<Value: Hashable>(_ values: [Value]) -> [Value] {
    var seen = Set<Value>()
    return values.filter { seen.insert($0).inserted }
  }
}
