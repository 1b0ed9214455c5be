import ArgumentParser
import Foundation
import Simulation

/// `slablab predict`: what a trained model says about the rows of a table.
struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Predict the rows of a table by a trained model.",
    discussion: """
      Writes CSV: row (zero-based), mean, sd, and the lower and upper end of the central predictive interval, noise \
      included, in the target's units. The model's inputs are found by their names; other columns, the target among \
      them, are not read. Example:

        slablab predict diabetes-model new-patients.csv --out predictions.csv
      """)

  @Argument(help: "A folder that `slablab train --out` made.") var model: String
  @Argument(help: "A CSV file with the model's inputs among its columns.") var data: String

  @Option(help: "The probability of the interval. (default: 0.95)", transform: ArgumentParsing.number)
  var level = 0.95

  @Option(help: "Posterior draws. (default: 500)", transform: ArgumentParsing.draws)
  var draws = 500

  @OptionGroup(title: "Table") var table: TableOptions
  @Option(help: "A file to write to instead of stdout.") var out: String?

  func validate() throws {
    guard level > 0, level < 1 else { throw ArgumentError("--level is \(level); it must be between 0 and 1") }
    try output?.validate(table: data)
  }

  private var output: TextOutput? { out.map { TextOutput(flag: "--out", path: $0) } }

  func run() throws {
    let (model, manifest) = try ModelFolder(path: model).read()
    guard let seed = UInt64(manifest.seed) else {
      throw ArgumentError("\(self.model): the model's seed is '\(manifest.seed)', not a whole number; train again")
    }
    let file = try table.read(data, target: nil, columns: model.inputNames)
    let inputs = try file.values(ofColumns: model.inputNames)
    let text = try csv(model, inputs: inputs, rows: file.keptRows, seed: seed)
    if let output { return try output.write(text) }
    do { try FileHandle.standardOutput.write(contentsOf: Data(text.utf8)) } catch {
      throw ArgumentError("stdout: cannot be written: \(ModelFolder.reason(error))")
    }
  }

  private func csv(_ model: TableModel, inputs: [Double], rows: [Int], seed: UInt64) throws -> String {
    // All draws of a block's rows are in memory at once: 16 MB for 500 draws.
    let block = 2000
    let width = model.inputNames.count
    var text = "row,mean,sd,lower,upper\n"
    for start in stride(from: 0, to: rows.count, by: block) {
      let end = min(start + block, rows.count)
      let predictive = try model.predictive(
        inputs: Array(inputs[(start * width)..<(end * width)]), draws: draws,
        key: TableModel.predictionKey(seed: seed))
      for place in 0..<(end - start) {
        let numbers = [
          predictive.mean(row: place), predictive.standardDeviation(row: place),
          try predictive.quantile((1 - level) / 2, row: place), try predictive.quantile((1 + level) / 2, row: place),
        ]
        text += "\(rows[start + place])," + numbers.map { "\($0)" }.joined(separator: ",") + "\n"
      }
    }
    return text
  }
}
