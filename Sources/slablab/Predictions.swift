import GSL
import Publishing
import Simulation
import SparseNetworks

/// What `slablab predict` writes of each row.
struct Predictions {
  let model: TableModel
  /// Asked instead of the posterior, if given.
  let compact: CompactNetwork?
  /// The probability of the interval of a number.
  let level: Double
  let draws: Int
  let key: StreamKey

  /// The columns behind `row`.
  var columns: [String] {
    let values = model.labels.map { $0.map { "p_\($0)" } } ?? ["mean"]
    guard compact == nil else { return values }
    return values + (model.labels == nil ? ["sd", "lower", "upper", "epistemic_sd"] : ["entropy", "mutual_information"])
  }

  /// - Parameters:
  ///   - inputs: row-major, in the order of the model's inputs.
  ///   - rows: the number that each row goes by.
  func csv(inputs: [Double], rows: [Int]) throws -> String {
    var file = CSVText(["row"] + columns)
    // All draws of a block's rows are in memory at once: at most 16 MB for 500 draws.
    let block = max(1, 2000 / (model.labels?.count ?? 1))
    let width = model.inputNames.count
    for start in stride(from: 0, to: rows.count, by: block) {
      let end = min(start + block, rows.count)
      let lines = try numbers(inputs: Array(inputs[(start * width)..<(end * width)]))
      for (row, line) in zip(rows[start..<end], lines) { file.add(["\(row)"] + line.map(CSVText.number)) }
    }
    return file.text
  }

  /// The columns' numbers, row by row.
  private func numbers(inputs: [Double]) throws -> [[Double]] {
    if let compact {
      let values = try model.plugIn(compact, inputs: inputs)
      let count = columns.count
      return stride(from: 0, to: values.count, by: count).map { Array(values[$0..<($0 + count)]) }
    }
    if model.labels != nil {
      let predictive = try model.classPredictive(inputs: inputs, draws: draws, key: key)
      return (0..<predictive.rowCount).map {
        predictive.probabilities(row: $0) + [predictive.entropy(row: $0), predictive.mutualInformation(row: $0)]
      }
    }
    let predictive = try model.predictive(inputs: inputs, draws: draws, key: key)
    return try (0..<predictive.rowCount).map { row in
      [
        predictive.mean(row: row), predictive.standardDeviation(row: row),
        try predictive.quantile((1 - level) / 2, row: row), try predictive.quantile((1 + level) / 2, row: row),
        predictive.epistemicVariance(row: row).squareRoot(),
      ]
    }
  }
}
