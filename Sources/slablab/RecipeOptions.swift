import ArgumentParser
import SparseNetworks

/// The flags of a training recipe; what is not given keeps the default for tables: `TrainingRecipe`'s own, but for
/// more confirmations, which only a fit that needs them takes, and the relaxation, which depends on the activation.
struct RecipeOptions: ParsableArguments {
  private static let standard = {
    var recipe = TrainingRecipe()
    recipe.confirmations = 10
    return recipe
  }()

  @Option(help: "Steps of the first stage. (default: \(standard.steps))", transform: ArgumentParsing.integer)
  var steps = standard.steps

  @Option(
    help: "Rows of a minibatch; a table no longer than this is used whole. (default: \(standard.batch))",
    transform: ArgumentParsing.integer)
  var batch = standard.batch

  @Option(
    help: "start,end of the first stage's learning rate. (default: \(text(standard.learningRate)))",
    transform: ArgumentParsing.learningRate)
  var learningRate = standard.learningRate

  @Option(
    help: "How learning rates fall: cosine, constant or step:FACTOR:SHARE. (default: cosine)",
    transform: ArgumentParsing.scheduleShape)
  var schedule = standard.schedule

  @Option(help: "adam, or sgd with a momentum.") var optimiser = OptimiserName.adam

  @Option(
    help: "Of sgd. (default: \(TrainingRecipe.Optimiser.usualMomentum))", transform: ArgumentParsing.number)
  var momentum: Double?

  @Option(help: "The largest norm of a gradient; longer ones are shortened.", transform: ArgumentParsing.number)
  var gradientClip: Double?

  @Option(
    help: "Draws that a step's gradient is averaged over. (default: \(standard.samples))",
    transform: ArgumentParsing.integer)
  var samples = standard.samples

  @Option(
    help: "Share of the first stage over which the KL's weight rises to 1. (default: \(standard.klAnnealing))",
    transform: ArgumentParsing.number)
  var klAnnealing = standard.klAnnealing

  @Option(
    help: "What multiplies the learning rate for the gates. (default: \(standard.logitRate))",
    transform: ArgumentParsing.number)
  var logitRate = standard.logitRate

  @Option(
    help: "The share of the first stage, from its start, with every node on. (default: \(standard.freeGates))",
    transform: ArgumentParsing.number)
  var freeGates = standard.freeGates

  @Option(
    help: "Of the relaxed gates, or start,end while they learn. (default: \(standard.temperature))",
    transform: ArgumentParsing.temperature)
  var temperature = TrainingRecipe.Schedule(start: standard.temperature, end: standard.temperature)

  @Option(help: "Where a step's noise enters.")
  var estimator = standard.estimator

  @Option(help: "How gates are relaxed. (default: straight-through; for relu soft)")
  var relaxation: Relaxation?

  @Option(help: "Steps of each fine-tuning. (default: \(standard.tuneSteps))", transform: ArgumentParsing.integer)
  var tuneSteps = standard.tuneSteps

  @Option(
    help: "start,end of a fine-tuning's learning rate. (default: \(text(standard.tuneLearningRate)))",
    transform: ArgumentParsing.learningRate)
  var tuneLearningRate = standard.tuneLearningRate

  @Option(
    help: "Share of each fine-tuning over which parameters are averaged. (default: \(standard.averagedTail))",
    transform: ArgumentParsing.number)
  var averagedTail = standard.averagedTail

  @Option(help: "What becomes of the gates: search on, only prune, or leave them free (random).")
  var structure = standard.structure

  @Option(
    help: "Proposals to merge or drop a node, at most. (default: \(standard.searchRounds))",
    transform: ArgumentParsing.integer)
  var searchRounds = standard.searchRounds

  @Option(
    help: "Fine-tunings at the end that look for a further rise, at most. (default: \(standard.confirmations))",
    transform: ArgumentParsing.integer)
  var confirmations = standard.confirmations

  @Option(
    help: "Steps of a last stage with gates learning again. (default: \(standard.releaseSteps))",
    transform: ArgumentParsing.integer)
  var releaseSteps = standard.releaseSteps

  @Option(
    help: "NATS:WINDOW: end a stage whose evidence bound rises less over so many blocks of 50 steps.",
    transform: ArgumentParsing.earlyStop)
  var earlyStop: TrainingRecipe.EarlyStop?

  @Option(
    help: "Independent starts; the best evidence bound is kept. (default: \(standard.restarts))",
    transform: ArgumentParsing.integer)
  var restarts = standard.restarts

  @Option(
    help: "Posterior draws behind each evidence bound. (default: \(standard.evidenceDraws))",
    transform: ArgumentParsing.integer)
  var evidenceDraws = standard.evidenceDraws

  func validate() throws {
    func require(_ holds: Bool, _ flag: String, _ needs: String) throws(ArgumentError) {
      guard holds else { throw ArgumentError("--\(flag) must be \(needs)") }
    }
    let counts = [
      ("steps", steps, 1), ("batch", batch, 1), ("tune-steps", tuneSteps, 1), ("search-rounds", searchRounds, 0),
      ("samples", samples, 1), ("release-steps", releaseSteps, 0),
      ("confirmations", confirmations, 1), ("restarts", restarts, 1), ("evidence-draws", evidenceDraws, 2),
    ]
    for (flag, value, least) in counts {
      try require((least...1_000_000_000).contains(value), flag, "a whole number from \(least) to 1000000000")
    }
    try require(logitRate > 0, "logit-rate", "positive")
    try require((gradientClip ?? 1) > 0, "gradient-clip", "positive")
    try require((0..<1).contains(momentum ?? 0), "momentum", "at least 0 and below 1")
    try require(momentum == nil || optimiser == .sgd, "momentum", "left out, or --optimiser sgd given with it")
    try require((0...1).contains(klAnnealing), "kl-annealing", "from 0 to 1")
    try require((0...1).contains(freeGates), "free-gates", "from 0 to 1")
    try require((0...1).contains(averagedTail), "averaged-tail", "from 0 to 1")
  }

  func recipe(for model: NetworkModel) -> TrainingRecipe {
    var recipe = TrainingRecipe()
    recipe.steps = steps
    recipe.batch = batch
    recipe.learningRate = learningRate
    recipe.schedule = schedule
    recipe.optimiser = optimiser == .adam ? .adam : .momentum(momentum ?? TrainingRecipe.Optimiser.usualMomentum)
    recipe.gradientClip = gradientClip
    recipe.samples = samples
    recipe.klAnnealing = klAnnealing
    recipe.logitRate = logitRate
    recipe.freeGates = freeGates
    recipe.setTemperature(from: temperature.start, to: temperature.end)
    recipe.estimator = estimator
    recipe.relaxation = relaxation ?? .suited(to: model.activation)
    recipe.tuneSteps = tuneSteps
    recipe.tuneLearningRate = tuneLearningRate
    recipe.averagedTail = averagedTail
    recipe.structure = structure
    recipe.searchRounds = searchRounds
    recipe.confirmations = confirmations
    recipe.releaseSteps = releaseSteps
    recipe.earlyStop = earlyStop
    recipe.restarts = restarts
    recipe.evidenceDraws = evidenceDraws
    return recipe
  }

  private static func text(_ schedule: TrainingRecipe.Schedule) -> String { "\(schedule.start),\(schedule.end)" }
}

enum OptimiserName: String, CaseIterable, ExpressibleByArgument {
  case adam, sgd
}

extension TrainingRecipe.Structure: ExpressibleByArgument {}
extension GradientEstimator: ExpressibleByArgument {}
extension Relaxation: ExpressibleByArgument {}
