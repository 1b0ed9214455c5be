/// A key of a section of study files, declared once: how it is read into the section, and what the schema says of it.
struct SectionKey<Section>: Sendable {
  let property: JSONSchema.Property
  private let read: @Sendable (YAMLField, inout Section) throws(StudyFileError) -> Void

  var name: String { property.name }

  /// A key for one property of the section.
  ///
  /// - Parameter fallback: the section's own default, as YAML; nil where it follows from other keys.
  init<Value>(
    _ name: String, _ type: YAMLType<Value>, _ target: WritableKeyPath<Section, Value> & Sendable,
    default fallback: String?, _ about: String
  ) {
    self.init(reading: name, type.schema, default: fallback, about) { field, section throws(StudyFileError) in
      section[keyPath: target] = try type.read(field)
    }
  }

  /// A key that is read in a way of its own.
  init(
    reading name: String, _ schema: JSONSchema, default fallback: String?, _ about: String,
    read: @escaping @Sendable (YAMLField, inout Section) throws(StudyFileError) -> Void
  ) {
    property = JSONSchema.Property(name, schema, default: fallback, about)
    self.read = read
  }

  /// Reads what a mapping has of these keys, in their order, and refuses others.
  /// - Returns: the fields by key, for checks of keys against each other.
  @discardableResult
  static func read(
    _ keys: [SectionKey], from field: YAMLField?, into section: inout Section
  ) throws(StudyFileError) -> [String: YAMLField] {
    let fields = try field?.mapping(keys.map(\.name)) ?? [:]
    try read(keys, from: fields, into: &section)
    return fields
  }

  static func read(
    _ keys: [SectionKey], from fields: [String: YAMLField], into section: inout Section
  ) throws(StudyFileError) {
    for key in keys {
      if let field = fields[key.name] { try key.read(field, &section) }
    }
  }
}
