/// A teacher, design, split or metric that cannot be: what was given, its value, and what it needs to be.
public struct SimulationError: Error, Equatable, CustomStringConvertible {
  public let name: String
  public let value: String
  public let needs: String

  public init(name: String, value: String, needs: String) {
    self.name = name
    self.value = value
    self.needs = needs
  }

  public var description: String { "\(name) is \(value); it must be \(needs)" }

  /// Throws unless `value` is positive and finite.
  static func requirePositive(_ value: Double, _ name: String) throws(SimulationError) {
    guard value > 0, value.isFinite else {
      throw SimulationError(name: name, value: "\(value)", needs: "positive and finite")
    }
  }
}
