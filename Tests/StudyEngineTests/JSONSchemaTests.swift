import Foundation
import Testing

@testable import StudyEngine

@Suite("The schema of study files says what the reader does") struct JSONSchemaTests {
  /// A mapping of the schema that the reader knows too: where it stands, what has to stand there with it, and its keys.
  struct Place: CustomTestStringConvertible {
    let kind: StudyKind
    let path: String
    let setting: [String]
    let properties: [JSONSchema.Property]

    var testDescription: String { "\(kind.rawValue) \(path) \(setting.joined(separator: " "))" }

    func study(_ settings: [String] = []) throws(StudyFileError) -> Study {
      let required = kind == .theory ? "\ntheory: {widths: [3, 2, 1], active: [1], bounds: [1, 1]}" : ""
      return try StudyFile(
        text: "kind: \(kind.rawValue)\(required)", path: "s.yaml", overrides: setting + settings
      ).study()
    }
  }

  /// Every section, and within it every kind of slab, teacher and law.
  static let places: [Place] = StudyKind.allCases.flatMap { kind in
    kind.sections.flatMap { section in
      [Place(kind: kind, path: section.name, setting: [], properties: section.properties)]
        + section.properties.flatMap { property in
          guard case .either(let schemas) = property.schema else { return [Place]() }
          return schemas.compactMap { schema in
            guard case .mapping(let keys, _) = schema, case .names(let names)? = keys.first?.schema,
              keys.first?.name == "kind"
            else { return nil }
            let path = "\(section.name).\(property.name)"
            let expression = names[0] == "formula" ? ", expression: x1" : ""
            return Place(
              kind: kind, path: path, setting: ["\(path)={kind: \(names[0])\(expression)}"], properties: keys)
          }
        }
    }
  }

  @Test("there are places of all sorts") func enough() {
    #expect(Self.places.count == 8 + 5 + 3 + 3 + 3 + 6)
  }

  @Test("each place has the keys that the reader knows, and no others", arguments: places) func keys(_ place: Place) {
    let error = #expect(throws: StudyFileError.self) { try place.study(["\(place.path).no-such-key=1"]) }
    #expect(error?.expected == oneOf(place.properties.map(\.name)), "\(error?.description ?? "")")
  }

  @Test("the root too", arguments: StudyKind.allCases) func root(kind: StudyKind) throws {
    let place = Place(kind: kind, path: "", setting: [], properties: [])
    let error = #expect(throws: StudyFileError.self) { try place.study(["no-such-key=1"]) }
    guard case .mapping(let keys, _) = kind.schema else { return #expect(Bool(false)) }
    #expect(error?.expected == oneOf(keys.map(\.name)))
    for key in keys where key.name != "kind" {
      guard let fallback = key.fallback else { continue }
      #expect(try place.study(["\(key.name)=\(fallback)"]).cells == place.study().cells)
    }
  }

  @Test("a key with its default means the same as none, and every key has a sentence", arguments: places)
  func defaults(_ place: Place) throws {
    let plain = try place.study().cells
    for property in place.properties {
      #expect(property.about.hasSuffix("."), "\(property.name)")
      guard let fallback = property.fallback else { continue }
      #expect(property.fallbackValue != nil)
      let spelt = try place.study(["\(place.path).\(property.name)=\(fallback)"]).cells
      #expect(spelt.map(\.contentHash) == plain.map(\.contentHash), "\(property.name): \(fallback)")
    }
  }

  private static let values = [
    "0", "-1", "0.5", "1", "2", "3", "20", "2.5", "-0.5", "1e3", "1000001", "1e18", "1_000", "true", "no", "none", "text", "hyper",
    "\"2\"", "[]", "[1]", "[0.5]", "[2, 1]", "[0.5, 0.25]", "[1, 2, 3]", "[1, x]", "[radius]", "{}", "{log: -3}", "{log: 3}",
    "{beta: [1, 2]}", "{beta: [1]}", "{correlated: 0.5}", "{correlated: 2}", "{tolerance: 1}", "{window: 5}",
    "{tolerance: 1, window: 2}", "{fixed: 2}", "{proportional: 0}", "{exponent: -1}", "{coefficient: 2}",
    "{sample-sizes: [100, 10000], values: [1, 2]}", "{step: {factor: 0.5, every: 0.5}}", "{step: {factor: 2, every: 0.5}}",
    "{radius2: balanced}", "{radius2: -1}", "{smoothness: 2, dimension: 1}", "{smoothness: 2}", "{kind: gaussian}",
    "{kind: gl, cap: 1}", "{cap: none}", "{rate-parameter: hyper}", "uniform", "ig", "group-lasso", "friedman1", "known",
    "theorem", "{theorem: {active: [1], bounds: [1, 1]}}", "{theorem: {active: [1]}}", "sgd", "constant", "centred",
    "balanced", "proportional", "moments", "unit", "search", "effective", "[[1], [2]]", "{kind: friedman1, inputs: 4}",
  ]

  @Test("a value that the schema refuses the reader refuses too, and but for keys that go together the reverse", arguments: places)
  func values(_ place: Place) throws {
    var agreed = 0
    for property in place.properties where property.name != "kind" {
      for value in Self.values {
        let node = try #require(try YAMLReader.tree(of: value, source: "value", showsLines: false))
        let isInSchema = Self.accepts(property.schema, node)
        do throws(StudyFileError) {
          _ = try place.study(["\(place.path).\(property.name)=\(value)"])
          #expect(isInSchema, "\(place.path).\(property.name) may be \(value)")
          agreed += isInSchema ? 1 : 0
        } catch {
          // Of a value by itself the error says: KEY is VALUE; of several keys it says more. A teacher's widths are held
          // against its active nodes.
          let isAlone = error.what.hasPrefix("\(place.path).\(property.name) is ") && !error.what.contains(", ")
          #expect(!(isInSchema && isAlone) || "\(place.path).\(property.name)" == "data.teacher.hidden", "\(value): \(error)")
        }
      }
    }
    #expect(agreed >= (place.properties.count > 1 ? 2 : 0))
  }

  /// What a validator does.
  private static func accepts(_ schema: JSONSchema, _ node: YAMLNode) -> Bool {
    switch (schema, node.content) {
    case (.anything, _), (.reference, _): return true
    case (.orEmpty(let schema), _): return accepts(schema, node)
    case (.either(let schemas), _): return schemas.contains { accepts($0, node) }
    case (.whole(let range), .scalar):
      return node.number.flatMap { UInt64(exactly: $0) }.map(range.contains) ?? false
    case (.real(let domain), .scalar): return node.number.map(domain.contains) ?? false
    case (.flag, .scalar(let text, false)): return text == "true" || text == "false"
    case (.text, .scalar): return true
    case (.names(let names), .scalar(let text, _)): return names.contains(text)
    case (.list(let item, let count), .sequence(let items)):
      return !items.isEmpty && items.count == count ?? items.count && items.allSatisfy { accepts(item, $0) }
    case (.mapping(let keys, let required), .mapping(let entries)):
      return required.allSatisfy { node[$0] != nil }
        && entries.allSatisfy { entry in
          keys.first { $0.name == entry.key }.map { accepts($0.schema, entry.value) } ?? false
        }
    default: return false
    }
  }

  @Test("docs/study-files.md names every key") func documentation() throws {
    let root = URL(fileURLWithPath: #filePath).appending(path: "../../..").standardizedFileURL
    let text = try String(contentsOf: root.appending(path: "docs/study-files.md"), encoding: .utf8)
    for place in Self.places {
      for property in place.properties { #expect(text.contains("`\(property.name)`") || text.contains("\(property.name):"), "\(property.name)") }
    }
    for kind in StudyKind.allCases {
      guard case .mapping(let keys, _) = kind.schema else { continue }
      for key in keys { #expect(text.contains("`\(key.name)`"), "\(key.name)") }
    }
  }
}
