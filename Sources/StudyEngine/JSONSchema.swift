/// What a value may be, in the part of JSON Schema (draft 2020-12) that study files need.
package indirect enum JSONSchema: Sendable {
  case whole(ClosedRange<UInt64>)
  case real(NumberDomain)
  case flag
  /// Any scalar, since study files read `2024` as text where text is due.
  case text
  case names([String])
  /// A list of at least one item.
  case list(JSONSchema, count: Int? = nil)
  /// A mapping of these keys and no others.
  case mapping([Property], required: [String] = [])
  /// A mapping whose other keys are free but for a pattern, as names of levels are.
  case open([Property] = [], pattern: String = "", others: JSONSchema)
  case anything
  case either([JSONSchema])
  /// Or nothing, by which a file takes a key of the file that it extends away.
  case orEmpty(JSONSchema)
  /// Another place in the schema, such as `#/$defs/theory`.
  case reference(String)

  /// One key of a mapping.
  package struct Property: Sendable {
    package let name: String
    /// A sentence for an editor to show.
    package let about: String
    /// The default as YAML; nil where there is none, or where it follows from other keys.
    package let fallback: String?
    package let schema: JSONSchema

    init(_ name: String, _ schema: JSONSchema, default fallback: String? = nil, _ about: String) {
      self.name = name
      self.about = about
      self.fallback = fallback
      self.schema = schema
    }

    var orEmpty: Property { Property(name, .orEmpty(schema), default: fallback, about) }

    /// The default as a value.
    package var fallbackValue: YAMLNode? {
      fallback.flatMap { try? YAMLReader.tree(of: $0, source: "the default of \(name)", showsLines: false) }
    }
  }

  /// One of several names, or a mapping whose `kind` is such a name and whose other keys depend on it.
  static func kinds(
    _ kinds: [(names: [String], keys: [Property])], default fallback: String, _ about: String
  ) -> JSONSchema {
    .either(
      [.names(kinds.flatMap(\.names))]
        + kinds.map { kind in
          .mapping(
            [Property("kind", .names(kind.names), about)] + kind.keys,
            required: kind.names.contains(fallback) ? [] : ["kind"])
        })
  }
}
