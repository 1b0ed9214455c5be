import SparseNetworks

/// Centres and scales inputs and real targets by the means and standard deviations of the training rows only.
///
/// Standard deviations divide by the number of rows. A column that is constant in the training rows is mapped to 0 in
/// every row, and a constant target is only centred; `warnings` names both. Classes are left as they are.
public struct Standardisation: Codable, Sendable, Equatable {
  /// A column that carries no information.
  public struct ConstantColumn: Codable, Sendable, Equatable, CustomStringConvertible {
    /// Its number among the inputs or among the targets, from 0.
    public let index: Int
    public let isTarget: Bool
    public let name: String
    public let value: Double

    public var description: String {
      let number = Int(exactly: value).map(String.init) ?? "\(value)"
      let name = onOneLine(name)
      return isTarget
        ? "target `\(name)` is constant (\(number)) in the training rows: there is nothing to learn"
        : "`\(name)` is constant (\(number)) in the training rows: it carries no information and is standardised to 0"
    }
  }

  /// Means and standard deviations of the columns; 0 stands for the deviation of a constant one.
  public let inputMeans: [Double]
  public let inputDeviations: [Double]
  /// Empty for classes.
  public let targetMeans: [Double]
  public let targetDeviations: [Double]
  public let warnings: [ConstantColumn]

  /// - Parameters:
  ///   - training: at least one row, all numbers finite.
  ///   - inputNames: for the warnings; by default x1, x2, …
  ///   - targetNames: for the warnings; by default y1, y2, …
  /// - Throws: `SimulationError` if there is no row, or if a column's numbers are too large to be squared and summed.
  public init(
    training: Dataset, inputNames: [String]? = nil, targetNames: [String]? = nil
  ) throws(SimulationError) {
    guard training.rowCount > 0 else {
      throw SimulationError(name: "number of training rows", value: "0", needs: "at least 1")
    }
    let inputs = Columns(training.inputs, count: training.inputCount)
    inputMeans = inputs.means
    inputDeviations = inputs.deviations
    var constant = inputs.constant.map { index, value in
      ConstantColumn(index: index, isTarget: false, name: Self.name(index, inputNames, "x"), value: value)
    }
    var tooLarge = inputs.tooLarge.map { Self.name($0, inputNames, "x") }
    switch training.targets {
    case .real(let values, let outputs):
      let targets = Columns(values, count: outputs)
      targetMeans = targets.means
      targetDeviations = targets.deviations
      constant += targets.constant.map { index, value in
        ConstantColumn(index: index, isTarget: true, name: Self.name(index, targetNames, "y"), value: value)
      }
      tooLarge = tooLarge ?? targets.tooLarge.map { Self.name($0, targetNames, "y") }
    case .classes:
      targetMeans = []
      targetDeviations = []
    }
    warnings = constant
    if let tooLarge {
      throw SimulationError(
        name: "standard deviation of column `\(tooLarge)`", value: "not finite", needs: "finite; rescale the column")
    }
  }

  /// The rows in standard units.
  ///
  /// - Precondition: `data` has the training rows' columns.
  public func apply(to data: Dataset) -> Dataset {
    let targets: Dataset.Targets =
      switch data.targets {
      case .real(let values, let outputs):
        .real(
          values.indices.map { index in
            let column = index % outputs
            return (values[index] - targetMeans[column]) / targetScale(column)
          }, outputs: outputs)
      case .classes: data.targets
      }
    return Dataset(unchecked: apply(toInputs: data.inputs), inputCount: data.inputCount, targets: targets)
  }

  /// Inputs alone, row-major, in standard units.
  public func apply(toInputs inputs: [Double]) -> [Double] {
    inputs.indices.map { index in
      let column = index % inputMeans.count
      let deviation = inputDeviations[column]
      return deviation > 0 ? (inputs[index] - inputMeans[column]) / deviation : 0
    }
  }

  /// A target of output `column` back in its own units.
  public func originalTarget(_ standardised: Double, column: Int = 0) -> Double {
    targetMeans[column] + targetScale(column) * standardised
  }

  /// The factor from standard units to the target's own, for standard deviations and intervals' widths.
  ///
  /// - Precondition: the target is a number: classes have no units.
  public func targetScale(_ column: Int = 0) -> Double { targetDeviations[column] > 0 ? targetDeviations[column] : 1 }

  private static func name(_ index: Int, _ names: [String]?, _ letter: String) -> String {
    if let names, names.indices.contains(index) { return names[index] }
    return "\(letter)\(index + 1)"
  }
}

/// Means and standard deviations of the columns of a row-major table.
private struct Columns {
  var means: [Double]
  var deviations: [Double]
  /// Columns whose numbers are all the same, and that number.
  var constant: [(index: Int, value: Double)] = []
  /// The first column whose numbers are too large to be squared and summed.
  var tooLarge: Int? { means.indices.first { !means[$0].isFinite || !deviations[$0].isFinite } }

  init(_ values: [Double], count: Int) {
    let rows = Double(values.count / count)
    means = [Double](repeating: 0, count: count)
    deviations = means
    var isConstant = [Bool](repeating: true, count: count)
    for index in values.indices {
      means[index % count] += values[index] / rows
      if values[index] != values[index % count] { isConstant[index % count] = false }
    }
    // In two passes: the sum of squares less the squared sum cancels when the mean is large.
    for index in values.indices {
      let difference = values[index] - means[index % count]
      deviations[index % count] += difference * difference / rows
    }
    for column in 0..<count {
      deviations[column] = deviations[column].squareRoot()
      // The rounding of the mean would give a constant column a tiny deviation.
      if isConstant[column] {
        means[column] = values[column]
        deviations[column] = 0
        constant.append((column, values[column]))
      }
    }
  }
}
