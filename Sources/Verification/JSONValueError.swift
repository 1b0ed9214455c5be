/// A value that an oracle case should have and has not.
package enum JSONValueError: Error, Equatable, CustomStringConvertible {
  case missing(key: String)
  case unexpected(key: String, found: String, expected: String)
  case unknown(key: String, of: String, hint: String)

  package var description: String {
    switch self {
    case .missing(let key): "'\(key)' is missing"
    case .unknown(let key, let owner, let hint): "'\(key)' is an unknown key of a \(owner); \(hint)"
    case .unexpected(let key, let found, let expected): "'\(key)' is \(found); expected \(expected)"
    }
  }
}
