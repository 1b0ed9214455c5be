/// A model that cannot be: what was given, its value, and what it needs to be.
public struct ModelError: Error, Equatable, CustomStringConvertible {
  public let name: String
  public let value: String
  public let needs: String

  public var description: String { "\(name) is \(value); it must be \(needs)" }
}
