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

  /// - Precondition: the shapes agree; tables from outside are checked where they are read.
  public init(inputs: [Double], inputCount: Int, targets: Targets) {
    rowCount =
      switch targets {
      case .real(let values, let outputs): values.count / outputs
      case .classes(let values, _): values.count
      }
    precondition(inputs.count == rowCount * inputCount, "inputs and targets have different numbers of rows")
    self.inputs = inputs
    self.inputCount = inputCount
    self.targets = targets
  }
}
