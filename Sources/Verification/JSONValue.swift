/// A JSON value as read from an oracle file, with accessors that say what was missing and where.
package enum JSONValue: Decodable, Equatable, Sendable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  /// What this is, in JSON's words.
  package var kindName: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

extension JSONValue {
  /// Members of an object. `value("c")` of anything but an object with the key `c` throws.
  package func value(_ key: String) throws(JSONValueError) -> JSONValue {
    guard case .object(let members) = self else {
      throw .unexpected(key: key, found: "a member of \(kindName)", expected: "a member of an object")
    }
    guard let value = members[key] else { throw .missing(key: key) }
    return value
  }

  /// Whether this is an object with a member `key` that is not null.
  package func has(_ key: String) -> Bool {
    guard case .object(let members) = self, let value = members[key] else { return false }
    return value != .null
  }

  package func number(_ key: String) throws(JSONValueError) -> Double {
    guard case .number(let number) = try value(key) else { throw try mismatch(key, "a number") }
    return number
  }

  /// The number under `key`, or nil where the file says null (infinite or undefined). The key must be there.
  package func numberOrNull(_ key: String) throws(JSONValueError) -> Double? {
    try value(key) == .null ? nil : try number(key)
  }

  package func integer(_ key: String) throws(JSONValueError) -> Int {
    guard let integer = Int(exactly: try number(key)) else { throw try mismatch(key, "an integer") }
    return integer
  }

  package func bool(_ key: String) throws(JSONValueError) -> Bool {
    guard case .bool(let bool) = try value(key) else { throw try mismatch(key, "a boolean") }
    return bool
  }

  package func string(_ key: String) throws(JSONValueError) -> String {
    guard case .string(let string) = try value(key) else { throw try mismatch(key, "a string") }
    return string
  }

  package func array(_ key: String) throws(JSONValueError) -> [JSONValue] {
    guard case .array(let array) = try value(key) else { throw try mismatch(key, "an array") }
    return array
  }

  package func numbers(_ key: String) throws(JSONValueError) -> [Double] {
    var numbers: [Double] = []
    for element in try array(key) {
      guard case .number(let number) = element else {
        throw .unexpected(key: key, found: "an array with \(element.kindName)", expected: "an array of numbers")
      }
      numbers.append(number)
    }
    return numbers
  }

  package func integers(_ key: String) throws(JSONValueError) -> [Int] {
    var integers: [Int] = []
    for number in try numbers(key) {
      guard let integer = Int(exactly: number) else {
        throw .unexpected(key: key, found: "an array with \(number)", expected: "an array of integers")
      }
      integers.append(integer)
    }
    return integers
  }

  package func object(_ key: String) throws(JSONValueError) -> [String: JSONValue] {
    guard case .object(let members) = try value(key) else { throw try mismatch(key, "an object") }
    return members
  }

  private func mismatch(_ key: String, _ expected: String) throws(JSONValueError) -> JSONValueError {
    .unexpected(key: key, found: try value(key).kindName, expected: expected)
  }
}
