import CKernels

/// A data set in the step's number type.
package struct TrainingSet<Scalar: NetworkScalar>: Sendable {
  /// rows × inputs.
  let inputs: [Scalar]
  /// rows × outputs; empty for classes.
  let realTargets: [Scalar]
  /// One a row; empty for real targets.
  let classes: [Int32]
  package let rowCount: Int
  let inputCount: Int
  let outputCount: Int

  /// - Throws: `FitError.mismatch` when the table's shape isn't the model's, a class is out of range, or a number isn't
  ///   finite.
  package init(_ data: Dataset, for model: NetworkModel) throws(FitError) {
    try Self.require(data.inputCount, equals: model.topology.inputCount, "inputs of the data")
    guard data.rowCount > 0 else {
      throw FitError.mismatch(what: "rows of the data", found: "0", expected: "at least 1")
    }
    switch (data.targets, model.likelihood) {
    case (.real(let values, let outputs), .gaussian):
      try Self.require(outputs, equals: model.topology.outputCount, "targets a row")
      try Self.requireFinite(values, "targets of the data")
      realTargets = values.map { Scalar($0) }
      classes = []
    case (.classes(let values, let count), .categorical):
      try Self.require(count, equals: model.topology.outputCount, "classes")
      if let bad = values.first(where: { !(0..<count).contains($0) }) {
        throw FitError.mismatch(what: "classes of the data", found: "\(bad)", expected: "0 to \(count - 1)")
      }
      classes = values.map { Int32($0) }
      realTargets = []
    case (.classes(let values, let count), .bernoulli):
      try Self.require(count, equals: 2, "classes")
      if let bad = values.first(where: { !(0..<2).contains($0) }) {
        throw FitError.mismatch(what: "classes of the data", found: "\(bad)", expected: "0 or 1")
      }
      classes = values.map { Int32($0) }
      realTargets = []
    case (.real, .bernoulli):
      throw FitError.mismatch(what: "targets", found: "real numbers", expected: "classes, for a Bernoulli likelihood")
    case (.real, .categorical):
      throw FitError.mismatch(what: "targets", found: "real numbers", expected: "classes, for a categorical likelihood")
    case (.classes, .gaussian):
      throw FitError.mismatch(what: "targets", found: "classes", expected: "real numbers, for a Gaussian likelihood")
    }
    inputs = try Self.numbers(data.inputs, columns: data.inputCount)
    rowCount = data.rowCount
    inputCount = data.inputCount
    outputCount = model.topology.outputCount
  }

  private static func require(_ found: Int, equals expected: Int, _ what: String) throws(FitError) {
    guard found == expected else {
      throw FitError.mismatch(what: what, found: "\(found)", expected: "\(expected)")
    }
  }

  private static func requireFinite(_ numbers: [Double], _ what: String) throws(FitError) {
    if let bad = numbers.first(where: { !Scalar($0).isFinite }) {
      throw FitError.mismatch(
        what: what, found: "\(bad)", expected: "finite numbers, below \(Scalar.greatestFiniteMagnitude)")
    }
  }

  /// - Throws: `FitError.mismatch` when there is half a row, or something that isn't a number.
  static func requireRows(_ matrix: [Double], columns: Int) throws(FitError) {
    guard matrix.count.isMultiple(of: columns) else {
      throw FitError.mismatch(
        what: "inputs", found: "\(matrix.count) numbers", expected: "\(columns) a row, and so a multiple of \(columns)")
    }
    try requireFinite(matrix, "inputs")
  }

  /// A row-major matrix in the step's number type.
  ///
  /// - Throws: as `requireRows` does.
  static func numbers(_ matrix: [Double], columns: Int) throws(FitError) -> [Scalar] {
    try requireRows(matrix, columns: columns)
    return matrix.map { Scalar($0) }
  }

  /// Copies rows that follow one another into the objective's minibatch.
  func copy(_ range: Range<Int>, into objective: MinibatchObjective<Scalar>) {
    objective.rows = range.count  // checks that they fit
    for (place, row) in range.enumerated() { objective.rowNumbers[place] = Int32(row) }
    copyRows(count: range.count, into: objective)
  }

  /// Asks the processor for rows that will be copied soon.
  func prefetchRows(_ rows: UnsafeMutableBufferPointer<Int32>) {
    guard let list = rows.baseAddress else { return }
    inputs.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return }
      slab_prefetch_rows(rows.count, list, inputCount * MemoryLayout<Scalar>.stride, base)
    }
  }

  /// Copies the first `count` of the rows that `objective.rowNumbers` lists.
  func copyRows(count: Int, into objective: MinibatchObjective<Scalar>) {
    objective.rows = count
    guard let rows = objective.rowNumbers.baseAddress else { return }
    objective.takeInputs(inputs, rows: rows)
    if classes.isEmpty {
      realTargets.withUnsafeBufferPointer { source in
        guard let base = source.baseAddress else { return }
        objective.kernels.pointee.gather(count, rows, outputCount, base, objective.lanes, objective.realTargets)
      }
    } else {
      for place in 0..<count { objective.classTargets[place] = classes[Int(rows[place])] }
    }
  }
}
