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
      Every column but the target is an input; inputs and a numeric target are standardised by the training rows. \
      RMSE, negative log-likelihood (nats a row) and coverage of the central predictive intervals are in the target's own \
      units. With --likelihood categorical or bernoulli the target holds the names of classes, texts or whole numbers; \
      accuracy, Brier score and calibration error (15 bins) take the place of RMSE and coverage. The model folder also \
      has compact.safetensors, the mean network without its dead nodes, for other programs. Exit code 1 if training \
      diverged; whatever else is wrong with a fit is told by name. With --out the state of training is saved every few \
      seconds, and --resume goes on from there, bit for bit. --explain prints the model and fits nothing. Examples:

        slablab train diabetes.csv --target target --out diabetes-model
        slablab train diabetes.csv --target target --test-rows splits.txt:1 --json
        slablab train iris.csv --target species --likelihood categorical
      """)

  @Argument(help: "A CSV file: a header line, numbers (and labels in the target of classes).") var data: String
  @Option(help: "The column to predict.") var target: String

  @OptionGroup(title: "Model and training") var options: ModelOptions

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
  @Flag(help: "Print the model, its priors and its KL layer by layer, and fit nothing.") var explain = false
  @Flag(help: "Print one JSON document.") var json = false
  @Flag(help: "Show no progress.") var quiet = false

  func validate() throws {
    guard (0...1e9).contains(saveEvery) else {
      throw ArgumentError("--save-every is \(saveEvery); it must be from 0 to 1e9 seconds")
    }
    guard !resume || out != nil else { throw ArgumentError("--resume needs --out, the folder to go on in") }
    try traceOutput?.validate(table: data)
    guard testFraction == nil || testRows == nil else {
      throw ArgumentError("--test-fraction and --test-rows exclude each other; give one of them")
    }
  }

  private var traceOutput: TextOutput? { trace.map { TextOutput(flag: "--trace", path: $0) } }

  func run() throws {
    let settings = try options.file()
    let targetIsLabel = settings.model.likelihood != .gaussian
    let file = try table.read(data, target: target, targetIsLabel: targetIsLabel)
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
    let labels = targetIsLabel ? file.labels : nil
    if settings.model.likelihood == .bernoulli, file.labels.count != 2 {
      throw ArgumentError("\(data): \(target) has \(file.labels.count) classes; a Bernoulli likelihood needs 2")
    }
    let networkModel: NetworkModel
    do {
      networkModel = try settings.model.networkModel(
        inputs: inputNames.count, classes: file.labels.count,
        targetScale: targetIsLabel ? 1 : standardisation.targetScale(), sampleSize: training.rowCount)
    } catch {
      // The class of the theorem is checked against the network: nothing below knows the flags' names.
      guard let active = options.active, let bounds = options.bounds else { throw error }
      throw ArgumentError("--active \(active) --bounds \(bounds): \(error)")
    }
    let memory = CellMemory(
      widths: networkModel.topology.widths, rows: dataset.rowCount, batch: settings.training.batch
    ).bytes
    guard memory < CellMemory.available else {
      throw ArgumentError(
        "a network of widths \(networkModel.topology.widths) would take about \(CellMemory.text(memory)); this machine "
          + "has \(CellMemory.text(CellMemory.available))")
    }
    for label in Self.unseen(labels, in: training) {
      StandardError.printWarning("\(data): no training row is of class \"\(label)\", which can't be learned")
    }
    if explain {
      let explanation = try ModelExplanation(startOf: networkModel, key: StreamKey(seed: seed).child("fit"))
      return print(json ? ModelText.json(explanation).text() : ModelText.text(explanation))
    }
    let recipe = settings.training
    let start = ContinuousClock.now
    let fit = try fit(networkModel, recipe, standardisation.apply(to: training), folder)
    let seconds = start.duration(to: .now) / .seconds(1)
    let model = TableModel(
      inputNames: inputNames, targetName: target, labels: labels, standardisation: standardisation,
      posterior: fit.posterior)
    let scores = try model.scores(on: test, draws: draws, key: TableModel.predictionKey(seed: seed))
    let result = TrainResult(
      scores: scores, baseline: baseline(dataset, split), fit: fit, structure: recipe.structure,
      compact: try model.compactNetwork(),
      noiseStandardDeviation: model.noiseStandardDeviation,
      funnel: try fit.posterior.funnelIndicator(draws: 200, key: StreamKey(seed: seed).child("funnel")),
      trainingRows: training.rowCount, testRows: test.rowCount, seconds: seconds)
    try folder?.write(
      model,
      ModelManifest(
        model: model, recipe: recipe, seed: seed, trainingRows: training.rowCount, testRows: test.rowCount,
        scores: scores, evidenceBound: fit.evidenceBound.value, converged: fit.convergence.isConverged,
        programVersion: ProgramVersion.current), trace: fit.trace.csv)
    try traceOutput?.write(fit.trace.csv)
    for warning in result.warnings { StandardError.printWarning(warning) }
    print(json ? result.document.text() : result.table)
  }

  /// The labels that no training row has.
  private static func unseen(_ labels: [String]?, in training: Dataset) -> [String] {
    guard let labels, case .classes(let values, _) = training.targets else { return [] }
    return labels.indices.filter { !values.contains($0) }.map { labels[$0] }
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

  /// What a fit has to beat: the test RMSE of the training rows' mean, or the test accuracy of their most frequent
  /// class.
  private func baseline(_ data: Dataset, _ split: TrainTestSplit) -> Double {
    let count = Double(split.test.count)
    switch data.targets {
    case .real(let values, _):
      let mean = split.training.reduce(0) { $0 + values[$1] } / Double(split.training.count)
      return (split.test.reduce(0) { $0 + (values[$1] - mean) * (values[$1] - mean) } / count).squareRoot()
    case .classes(let values, let classes):
      let counts = split.training.reduce(into: [Int](repeating: 0, count: classes)) { $0[values[$1]] += 1 }
      let majority = counts.indices.reduce(0) { counts[$1] > counts[$0] ? $1 : $0 }
      return Double(split.test.count { values[$0] == majority }) / count
    }
  }
}
