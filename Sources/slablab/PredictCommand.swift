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
      included, in the target's units; epistemic_sd is the part of sd that is uncertainty about the weights. For \
      classes: p_LABEL, the probability of each; entropy, in nats; mutual_information, the part of it on which the \
      posterior's draws disagree. The model's inputs are found by their names; other columns, the target among them, \
      are not read. Examples:

        slablab predict diabetes-model new-patients.csv --out predictions.csv
        slablab predict diabetes-model new-patients.csv --compact
      """)

  @Argument(help: "A folder that `slablab train --out` made.") var model: String
  @Argument(help: "A CSV file with the model's inputs among its columns.") var data: String

  @Option(help: "The probability of the interval. (default: 0.95)", transform: ArgumentParsing.number)
  var level = 0.95

  @Option(help: "Posterior draws. (default: 500)", transform: ArgumentParsing.draws)
  var draws = 500

  @Flag(help: "Ask the compact network, once, instead of posterior draws: the mean or the probabilities only.")
  var compact = false

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
    let predictions = try Predictions(
      model: model, compact: compact ? model.compactNetwork() : nil, level: level, draws: draws,
      key: TableModel.predictionKey(seed: seed))
    let text = try predictions.csv(inputs: inputs, rows: file.keptRows)
    if let output { return try output.write(text) }
    do { try FileHandle.standardOutput.write(contentsOf: Data(text.utf8)) } catch {
      throw ArgumentError("stdout: cannot be written: \(ModelFolder.reason(error))")
    }
  }
}
