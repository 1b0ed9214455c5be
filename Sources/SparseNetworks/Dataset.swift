import NetworkShape

/// A table of inputs with its targets, row by row.
public struct Dataset: Sendable, Equatable {
  /// What the network is to predict.
  public enum Targets: Sendable, Equatable {
    /// Row-major, `outputs` numbers a row.
    case real([Double], outputs: Int)
    /// Class indices 0 ..< `classes`, one a row.
    case classes([Int], classes: Int)
  }

  /// Row-major, `inputCount` numbers a row.
  public let inputs: [Double]
  public let inputCount: Int
  public let rowCount: Int
  public let targets: Targets

  /// - Throws: `ShapeError` unless there is an input and an output, and inputs and targets have the same whole rows.
  public init(inputs: [Double], inputCount: Int, targets: Targets) throws(ShapeError) {
    guard inputCount >= 1 else {
      throw ShapeError(name: "the number of inputs", value: "\(inputCount)", needs: "at least 1")
    }
    if case .real(let values, let outputs) = targets {
      guard outputs >= 1, values.count.isMultiple(of: outputs) else {
        throw ShapeError(
          name: "the number of outputs", value: "\(outputs)", needs: "at least 1, a divisor of \(values.count) targets")
      }
    }
    self.init(unchecked: inputs, inputCount: inputCount, targets: targets)
    let (rows, rest) = inputs.count.quotientAndRemainder(dividingBy: inputCount)
    guard rows == rowCount, rest == 0 else {
      throw ShapeError(
        name: "inputs", value: "\(inputs.count) numbers",
        needs: "\(inputCount) for each of \(rowCount) rows of targets")
    }
  }

  /// For tables whose shapes agree by the way they are made.
  package init(unchecked inputs: [Double], inputCount: Int, targets: Targets) {
    rowCount =
      switch targets {
      case .real(let values, let outputs): values.count / outputs
      case .classes(let values, _): values.count
      }
    self.inputs = inputs
    self.inputCount = inputCount
    self.targets = targets
  }
}
