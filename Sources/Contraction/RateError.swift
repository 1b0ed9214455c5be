import GSL
import NetworkShape

/// A number from which no rate can be computed: its name, its value, and what it needs to be.
public struct RateError: Error, Equatable, CustomStringConvertible {
  public let name: String
  public let value: String
  public let needs: String

  public init(name: String, value: String, needs: String) {
    self.name = name
    self.value = value
    self.needs = needs
  }

  init(_ error: ShapeError) { self.init(name: error.name, value: error.value, needs: error.needs) }

  init(_ error: GSLError) {
    switch error {
    case .domain(let name, let value, let needs): self.init(name: "the \(name)", value: "\(value)", needs: needs)
    case .failure(let function, _, let message):
      self.init(name: function, value: message, needs: "computable")
    }
  }

  public var description: String { "\(name) is \(value); it must be \(needs)" }
}
