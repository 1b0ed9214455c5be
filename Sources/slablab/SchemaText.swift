import Publishing
import StudyEngine

/// The JSON Schema of study files as a document.
enum SchemaText {
  /// A file is checked by the schema of its kind, `fit` unless it names another.
  static var document: JSONText {
    .members(
      [
        ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
        ("title", .string("SlabLab study file")),
        ("description", .string("What is simulated, fitted and measured: docs/study-files.md.")),
        ("type", .string("object")),
      ] + choice(StudyKind.allCases.filter { $0 != .fit }) + [
        ("$defs", .members(StudyKind.allCases.map { ($0.rawValue, json($0.schema)) }))
      ])
  }

  /// `if` the kind is the first, `then` its schema, `else` the same with the others.
  private static func choice(_ kinds: [StudyKind]) -> [(key: String, value: JSONText)] {
    guard let kind = kinds.first else { return [("$ref", reference(.fit))] }
    let isKind = JSONText.object([
      "properties": .object(["kind": .object(["const": .string(kind.rawValue)])]), "required": [.string("kind")],
    ])
    return [
      ("if", isKind), ("then", .object(["$ref": reference(kind)])), ("else", .members(choice(Array(kinds.dropFirst())))),
    ]
  }

  private static func reference(_ kind: StudyKind) -> JSONText { .string("#/$defs/\(kind.rawValue)") }

  private static func json(_ schema: JSONSchema) -> JSONText { .members(members(schema)) }

  private static func members(_ schema: JSONSchema) -> [(key: String, value: JSONText)] {
    switch schema {
    case .whole(let range):
      return [
        ("type", .string("integer")), ("minimum", whole(range.lowerBound)), ("maximum", whole(range.upperBound)),
      ]
    case .real(let domain):
      let bounds = [
        ("exclusiveMinimum", domain.above), ("minimum", domain.from), ("exclusiveMaximum", domain.below),
        ("maximum", domain.to),
      ]
      return [("type", .string("number"))] + bounds.compactMap { key, bound in bound.map { (key, .number($0)) } }
    case .flag: return [("type", .string("boolean"))]
    case .text: return [("type", .array(["string", "number", "boolean"].map(JSONText.string)))]
    case .names(let names): return [("enum", .array(names.map(JSONText.string)))]
    case .list(let item, let count):
      let most = count.map { [("maxItems", JSONText.integer($0))] } ?? []
      return [("type", .string("array")), ("items", json(item)), ("minItems", .integer(count ?? 1))] + most
    case .mapping(let keys, let required):
      let needed = required.isEmpty ? [] : [("required", JSONText.array(required.map(JSONText.string)))]
      return [("type", .string("object")), ("properties", properties(keys)), ("additionalProperties", .bool(false))] + needed
    case .open(let keys, let pattern, let others):
      let known = keys.isEmpty ? [] : [("properties", properties(keys))]
      let free: [(key: String, value: JSONText)] =
        pattern.isEmpty
        ? [("additionalProperties", json(others))]
        : [("patternProperties", .members([(pattern, json(others))])), ("additionalProperties", .bool(false))]
      return [("type", .string("object"))] + known + free
    case .anything: return []
    case .orEmpty(let schema):
      let null = JSONText.string("null")
      return members(schema).map { key, value in
        switch (key, value) {
        case ("type", .array(let types)): (key, .array(types + [null]))
        case ("type", let type): (key, .array([type, null]))
        case ("enum", .array(let names)): (key, .array(names + [.number(nil)]))
        case ("anyOf", .array(let schemas)): (key, .array(schemas + [.object(["type": null])]))
        default: (key, value)
        }
      }
    case .either(let schemas): return [("anyOf", .array(schemas.map(json)))]
    case .reference(let place): return [("$ref", .string(place))]
    }
  }

  private static func properties(_ properties: [JSONSchema.Property]) -> JSONText {
    .members(
      properties.map { property in
        let fallback = property.fallbackValue.map { [("default", JSONText($0))] } ?? []
        return (property.name, .members([("description", .string(property.about))] + members(property.schema) + fallback))
      })
  }

  /// Seeds have 64 bits without a sign.
  private static func whole(_ value: UInt64) -> JSONText { Int(exactly: value).map(JSONText.integer) ?? .number(Double(value)) }
}

extension JSONText {
  /// A value of a study file, with the types that study files give it.
  init(_ node: YAMLNode) {
    switch node.content {
    case .scalar("", quoted: false), .scalar("~", quoted: false), .scalar("null", quoted: false): self = .number(nil)
    case .scalar("true", quoted: false): self = .bool(true)
    case .scalar("false", quoted: false): self = .bool(false)
    case .scalar(let text, _):
      self = node.number.map { number in Int(exactly: number).map(JSONText.integer) ?? .number(number) } ?? .string(text)
    case .sequence(let items): self = .array(items.map { JSONText($0) })
    case .mapping(let entries): self = .members(entries.map { ($0.key, JSONText($0.value)) })
    }
  }
}
