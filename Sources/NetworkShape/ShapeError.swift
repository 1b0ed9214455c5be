/// A topology, bound or activation that cannot be: what was given, its value, and what it needs to be.
public struct ShapeError: Error, Equatable, CustomStringConvertible {
  public let name: String
  public let value: String
  public let needs: String

  public init(name: String, value: String, needs: String) {
    self.name = name
    self.value = value
    self.needs = needs
  }

  public var description: String { "\(name) is \(value); it must be \(needs)" }
}
