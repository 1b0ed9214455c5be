import ArgumentParser
import Foundation
import GSL
import NetworkShape
import Priors
import Simulation
import SparseNetworks
import StudyEngine

/// `slablab train`: one fit on a table, scored on rows that were held out.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Fit a network to a table and score it on rows that were held out.",
    discussion: """
      Every column but the target is an input; inputs and target are standardised by the training rows. RMSE, negative \
      log-likelihood (nats a row) and coverage of the central 95 % predictive interval are in the target's own units. \
      Exit code 1 if training diverged; whatever else is wrong with a fit is told by name. With --out the state of \
      training is saved every few seconds, and --resume goes on from there, bit for bit. Examples:

        slablab train diabetes.csv --target target --out diabetes-model
        slablab train diabetes.csv --target target --test-rows splits.txt:1 --json
      """)

  @Argument(help: "A CSV file: a header line, numbers.") var data: String
  @Option(help: "The column to predict.") var target: String

  @OptionGroup(title: "Network") var network: NetworkOptions
  @OptionGroup(title: "Training") var training: RecipeOptions

  @Option(
    help: "Names the fit's random numbers and, with --test-fraction, the test rows. (default: 1)",
    transform: ArgumentParsing.seed)
  var seed: UInt64 = 1

  @Option(help: "The share of rows held out at random. (default: 0.1)", transform: ArgumentParsing.number)
  var testFraction: Double?

  @Option(
    help: "FILE:LINE: the test rows listed on that line of a file, zero-based, the header not counted.",
    transform: ArgumentParsing.fileLine)
  var testRows: ArgumentParsing.FileLine?

  @Option(help: "Posterior draws behind the scores. (default: 500)", transform: ArgumentParsing.draws)
  var draws = 500

  @OptionGroup(title: "Table") var table: TableOptions

  @Option(help: "A new folder for the model, for `slablab predict`.") var out: String?
  @Flag(help: "Go on with the training that was stopped in the folder --out, if there is one.") var resume = false
  @Option(help: "Seconds from one save to the next with --out. (default: 10)", transform: ArgumentParsing.number)
  var saveEvery = 10.0
  @Option(help: "A file for the trace of the evidence bound, its parts, gradients and nodes, as CSV.")
  var trace: String?
  @Flag(help: "Print one JSON document.") var json = false
  @Flag(help: "Show no progress.") var quiet = false

  func validate() throws {
    guard saveEvery >= 0 else { throw ArgumentError("--save-every must be 0 or more") }
    guard !resume || out != nil else { throw ArgumentError("--resume needs --out, the folder to go on in") }
    try traceOutput?.validate(table: data)
    guard testFraction == nil || testRows == nil else {
      throw ArgumentError("--test-fraction and --test-rows exclude each other; give one of them")
    }
  }

  private var traceOutput: TextOutput? { trace.map { TextOutput(flag: "--trace", path: $0) } }

  func run() throws {
    let file = try table.read(data, target: target)
    let dataset = try file.dataset(target: target)
    let inputNames = file.inputNames(target: target)
    let folder = out.map(ModelFolder.init)
    try folder?.requireWritable(inputs: inputNames, target: target)
    if !resume { try folder?.requireNoTrainingState() }
    let split = try split(of: file)
    let (training, test) = split.apply(to: dataset)
    let standardisation = try Standardisation(training: training, inputNames: inputNames, targetNames: [target])
    if let constant = standardisation.warnings.first(where: \.isTarget) { throw ArgumentError("\(data): \(constant)") }
    for column in standardisation.warnings { StandardError.printWarning("\(data): \(column)") }

    let networkModel = try network.model(inputs: inputNames.count, targetScale: standardisation.targetScale())
    let recipe = self.training.recipe(for: networkModel)
    let start = ContinuousClock.now
    let fit = try fit(networkModel, recipe, standardisation.apply(to: training), folder)
    let seconds = start.duration(to: .now) / .seconds(1)
    let model = TableModel(
      inputNames: inputNames, targetName: target, standardisation: standardisation, posterior: fit.posterior)
    let predictive = try model.predictive(inputs: test.inputs, draws: draws, key: TableModel.predictionKey(seed: seed))
    let targets = try file.values(ofColumns: [target])
    let scores = try TestScores(predictive, targets: split.test.map { targets[$0] })
    let result = TrainResult(
      scores: scores, meanRootMeanSquareError: meanError(targets, split, standardisation), fit: fit,
      noiseStandardDeviation: predictive.noiseStandardDeviation,
      funnel: try fit.posterior.funnelIndicator(draws: 200, key: StreamKey(seed: seed).child("funnel")),
      trainingRows: split.training.count, testRows: split.test.count, seconds: seconds)
    try folder?.write(
      model,
      ModelManifest(
        model: model, recipe: recipe, seed: seed, trainingRows: split.training.count, testRows: split.test.count,
        scores: scores, evidenceBound: fit.evidenceBound.value, converged: fit.convergence.isConverged,
        programVersion: ProgramVersion.current), trace: fit.trace.csv)
    try traceOutput?.write(fit.trace.csv)
    for warning in result.warnings { StandardError.printWarning(warning) }
    print(json ? result.document.text() : result.table)
  }

  private func split(of file: TableFile) throws -> TrainTestSplit {
    guard let testRows else {
      return try TrainTestSplit(
        rowCount: file.rowCount, testFraction: testFraction ?? 0.1, key: StreamKey(seed: seed).child("split"))
    }
    guard file.droppedLines.isEmpty else {
      throw ArgumentError(
        "\(data): \(file.droppedLines.count) rows are left out by --drop-missing, so the row numbers of --test-rows "
          + "would be wrong; use --test-fraction, or a table without missing cells")
    }
    return try TrainTestSplit(file: testRows.file, line: testRows.line, rowCount: file.rowCount)
  }

  /// A fit that diverges is work that failed; data or a recipe that training refuses are bad input.
  private func fit(
    _ model: NetworkModel, _ recipe: TrainingRecipe, _ data: Dataset, _ folder: ModelFolder?
  ) throws -> Trainer.Fit {
    let showsProgress = !quiet && StandardError.isTerminal
    let state = resume ? try folder?.trainingState() : nil
    if let state, !quiet { StandardError.printLine("going on after step \(state.steps)") }
    let saves = folder.map { folder in
      TrainingSaves(every: .seconds(saveEvery)) { state in
        do { try folder.write(state) } catch { StandardError.printWarning("training goes on unsaved: \(error)") }
      }
    }
    do throws(FitError) {
      defer { if showsProgress { StandardError.rewriteLine("") } }
      return try Trainer(model: model, recipe: recipe).fit(
        data, key: StreamKey(seed: seed).child("fit"), resuming: state, saves: saves
      ) {
        if showsProgress {
          StandardError.rewriteLine(String(format: "step %d, evidence bound %.1f nats", $0, $1))
        }
        return true
      }
    } catch {
      if case .mismatch = error { throw error }
      // Going on from it would only fail again.
      try folder?.removeTrainingState()
      StandardError.printError("\(error)")
      throw ExitCode(1)
    }
  }

  /// The test RMSE of the training rows' mean: what a fit has to beat.
  private func meanError(_ targets: [Double], _ split: TrainTestSplit, _ standardisation: Standardisation) -> Double {
    let mean = standardisation.targetMeans[0]
    let squares = split.test.reduce(0) { $0 + (targets[$1] - mean) * (targets[$1] - mean) }
    return (squares / Double(split.test.count)).squareRoot()
  }
}
