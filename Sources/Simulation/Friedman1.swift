import Foundation
import NetworkShape

/// Friedman's first test function, 10 sin(πx₁x₂) + 20(x₃ − ½)² + 10x₄ + 5x₅ on [0, 1]ᵖ (Friedman, Ann. Statist. 1991).
///
/// Inputs after the fifth do nothing. The usual noise has standard deviation 1.
public struct Friedman1: Teacher, Equatable {
  public let inputCount: Int
  public var domain: InputDomain { .unit }

  /// - Throws: `ShapeError` for fewer than 5 inputs.
  public init(inputCount: Int) throws(ShapeError) {
    guard inputCount >= 5 else {
      throw ShapeError(name: "the number of inputs of friedman1", value: "\(inputCount)", needs: "at least 5")
    }
    self.inputCount = inputCount
  }

  public func value(at x: ArraySlice<Double>) -> Double {
    let i = x.startIndex
    return 10 * sin(.pi * x[i] * x[i + 1]) + 20 * (x[i + 2] - 0.5) * (x[i + 2] - 0.5) + 10 * x[i + 3] + 5 * x[i + 4]
  }
}
