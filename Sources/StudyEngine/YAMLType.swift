/// A type of values in study files: how one is read, and how a JSON Schema says so.
struct YAMLType<Value>: Sendable {
  let schema: JSONSchema
  let read: @Sendable (YAMLField) throws(StudyFileError) -> Value

  init(_ schema: JSONSchema, read: @escaping @Sendable (YAMLField) throws(StudyFileError) -> Value) {
    self.schema = schema
    self.read = read
  }
}

extension YAMLType<Int> {
  static func whole(_ range: ClosedRange<Int> = 1...1_000_000_000) -> YAMLType {
    YAMLType(.whole(UInt64(range.lowerBound)...UInt64(range.upperBound))) { field throws(StudyFileError) in
      try field.whole(range)
    }
  }
}

extension YAMLType<[Int]> {
  /// Widths, node counts.
  static func wholes(_ expected: String) -> YAMLType {
    YAMLType(.list(.whole(1...1_000_000))) { field throws(StudyFileError) in try field.wholes(expected) }
  }
}

extension YAMLType<UInt64> {
  static var seed: YAMLType {
    YAMLType(.whole(0...UInt64.max)) { field throws(StudyFileError) in try field.seed() }
  }
}

extension YAMLType<Double> {
  static func real(_ domain: NumberDomain) -> YAMLType {
    YAMLType(.real(domain)) { field throws(StudyFileError) in try field.real(domain) }
  }
}

extension YAMLType<Bool> {
  static var flag: YAMLType { YAMLType(.flag) { field throws(StudyFileError) in try field.flag() } }
}

extension YAMLType<String> {
  static var text: YAMLType { YAMLType(.text) { field throws(StudyFileError) in try field.text() } }
}

extension YAMLType where Value: CaseIterable & RawRepresentable & Sendable, Value.RawValue == String {
  /// One of the names of an enumeration.
  static var name: YAMLType {
    YAMLType(.names(Value.allCases.map(\.rawValue))) { field throws(StudyFileError) in try field.choice(Value.self) }
  }
}

extension YAMLType where Value: Sendable {
  static func choice(_ options: [(name: String, value: Value)]) -> YAMLType {
    YAMLType(.names(options.map(\.name))) { field throws(StudyFileError) in try field.choice(options) }
  }

  /// The type, or `none`, which is nil.
  static func orNone<Wrapped>(_ type: YAMLType<Wrapped>) -> YAMLType where Value == Wrapped? {
    YAMLType(.either([type.schema, .names(["none"])])) { field throws(StudyFileError) in
      if case .scalar("none", quoted: false) = field.node.content { return nil }
      return try type.read(field)
    }
  }
}
