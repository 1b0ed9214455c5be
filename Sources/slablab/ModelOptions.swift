import ArgumentParser
import NetworkShape
import Priors
import SparseNetworks
import StudyEngine

/// What is fitted to a table and how: a model file, and a flag for each of its keys. A flag's text is read as the key's
/// YAML would be, so that both have the same names, ranges and errors.
struct ModelOptions: ParsableArguments {
  @Option(help: "A YAML file with the sections model and training of a study file; flags set single keys over it.")
  var model: String?

  // MARK: model

  @Option(help: "Widths of the hidden layers. (default: 20)") var hidden: String?
  @Option(
    help: "\(Activation.allCases.filter(\.isTrainable).map(\.rawValue).joined(separator: ", ")). (default: tanh)")
  var activation: String?
  @Option(help: "gaussian, group-lasso or group-horseshoe (ig, gl, ghs). (default: group-horseshoe)")
  var slab: String?
  @Option(help: "σ₀, the standard deviation of a slab weight before its scale. (default: 1)") var slabSd: String?
  @Option(
    help: "ς² of the group lasso: proportional:κ for κ (k_l + 1), fixed:V, or hyper for its own prior. (default: hyper)"
  )
  var rateParameter: String?
  @Option(help: "c of the group horseshoe: a number, none, or hyper for its own prior. (default: 1)") var cap: String?
  @Option(help: "A, the scale of the horseshoe's local half-Cauchy. (default: 1)") var localScale: String?
  @Option(help: "s₀, the scale of the horseshoe's global half-Cauchy; none for no global scale. (default: 1)")
  var globalScale: String?
  @Option(help: "What has an indicator: node, edge or none. (default: node)") var spike: String?
  @Option(
    help: """
      λ, the prior probability that an indicator is 1: a number, its logarithm as log:-20, released for that of the \
      papers' code, beta:a,b for a learned one, theorem with --active and --bounds, or none for no spike. \
      (default: log:-10)
      """)
  var inclusion: String?
  @Option(help: "s₀, …, s_{L−1} of --inclusion theorem.") var active: String?
  @Option(help: "B₀, …, B_L of --inclusion theorem.") var bounds: String?
  @Option(help: "non-centred or centred. (default: non-centred)") var parametrisation: String?
  @Option(help: "q of the scales: log-normal, gamma (the prior's own family) or point. (default: log-normal)")
  var scaleFamily: String?
  @Option(help: "gaussian, or for classes categorical or bernoulli. (default: gaussian)") var likelihood: String?
  @Option(help: "σ_e, in the target's units. (default: learned)") var noiseSd: String?

  // MARK: training

  @Option(help: "Steps of the first stage. (default: 6000)") var steps: String?
  @Option(help: "Rows of a minibatch; a table no longer than this is used whole. (default: 256)") var batch: String?
  @Option(help: "start,end of the first stage's learning rate, or one number. (default: 0.03,0.0001)") var learningRate:
    String?
  @Option(
    help: """
      Of the rate: cosine, constant, or step:FACTOR:SHARE, which multiplies it after each share of a stage. \
      (default: cosine)
      """)
  var schedule: String?
  @Option(help: "adam or sgd. (default: adam)") var optimiser: String?
  @Option(help: "Of sgd. (default: 0.9)") var momentum: String?
  @Option(help: "The largest norm of a gradient. (default: none)") var gradientClip: String?
  @Option(help: "Monte Carlo samples a step. (default: 1)") var samples: String?
  @Option(help: "The share of the first stage over which the KL's weight rises to 1. (default: 0)")
  var klAnnealing: String?
  @Option(help: "What multiplies the learning rate for the gates. (default: 10)") var logitRate: String?
  @Option(help: "The share of the first stage, from its start, with every node on. (default: 0.3)")
  var freeGates: String?
  @Option(help: "Of the relaxed gates; start,end anneals it. (default: 1)") var temperature: String?
  @Option(help: "Where a step's noise enters: local-reparameterisation or weight-sampling. (default: the former)")
  var estimator: String?
  @Option(help: "How gates are relaxed: straight-through or soft. (default: straight-through; for relu soft)")
  var relaxation: String?
  @Option(help: "Steps of each fine-tuning. (default: 1000)") var tuneSteps: String?
  @Option(help: "start,end of a fine-tuning's learning rate. (default: 0.01,0.0001)") var tuneLearningRate: String?
  @Option(help: "Share of each fine-tuning over which parameters are averaged. (default: 0.5)")
  var averagedTail: String?
  @Option(help: "After the first stage: search, prune, or free gates. (default: search)") var structure: String?
  @Option(help: "Proposals to merge or drop a node, at most. (default: 16)") var searchRounds: String?
  @Option(help: "Fine-tunings at the end that look for a further rise, at most. (default: 10)")
  var confirmations: String?
  @Option(help: "Steps of a last stage that frees the gates again. (default: 0)") var releaseSteps: String?
  @Option(
    help: "NATS or NATS:WINDOW: end a stage once its bound rises by less over a window of blocks. (default: never)")
  var earlyStop: String?
  @Option(help: "Independent starts; the best evidence bound is kept. (default: 1)") var restarts: String?
  @Option(help: "Posterior draws behind each evidence bound. (default: 50)") var evidenceDraws: String?

  func validate() throws {
    guard (active == nil) == (bounds == nil), active == nil || inclusion == "theorem" else {
      throw ArgumentError("--active and --bounds go together, with --inclusion theorem")
    }
    guard inclusion != "theorem" || active != nil else {
      throw ArgumentError("--inclusion theorem needs --active and --bounds, the class of its rate, as 5 and 3,2")
    }
    guard spike != "none" || inclusion == nil || inclusion == "none" else {
      throw ArgumentError("--spike none leaves nothing for --inclusion \(inclusion ?? ""); give one of them")
    }
    for (flag, text, most) in [("schedule", schedule, 3), ("early-stop", earlyStop, 2)] {
      if let text, text.split(separator: ":", omittingEmptySubsequences: false).count > most {
        throw ArgumentError("--\(flag) \(text) has too many parts; write \(most == 3 ? "step:0.1:0.25" : "0.5:20")")
      }
    }
    for (flag, text) in [
      ("hidden", hidden), ("active", active), ("bounds", bounds), ("learning-rate", learningRate),
      ("tune-learning-rate", tuneLearningRate), ("temperature", temperature),
    ] {
      if let text, text.split(separator: ",", omittingEmptySubsequences: false).contains("") {
        throw ArgumentError("--\(flag) '\(text)' lacks a number; write them with commas between, as 20,10")
      }
    }
  }

  /// The file with the flags over it.
  func file() throws(StudyFileError) -> ModelFile { try ModelFile(file: model, settings: settings) }

  /// Whole mappings first: `--slab` before the `--cap` that reaches into it.
  private var settings: [ModelFile.Setting] {
    var settings: [ModelFile.Setting] = []
    /// `shown` is what errors quote, where it is not the text itself.
    func set(_ path: String, _ text: String?, _ flag: String? = nil, isList: Bool = false, shown: String? = nil) {
      guard let text else { return }
      let flag = flag ?? path.split(separator: ".").last.map(String.init) ?? path
      settings.append(
        ModelFile.Setting(path, text: text, option: "--\(flag) \(shown ?? text)", isList: isList))
    }
    set("model.hidden", hidden, isList: true)
    set("model.activation", activation)
    set("model.slab", slab)
    set("model.slab.slab-sd", slabSd)
    set("model.slab.rate-parameter", rateParameter)
    set("model.slab.cap", cap)
    set("model.slab.local-scale", localScale)
    set("model.slab.global-scale", globalScale)
    set("model.spike", spike)
    if inclusion == "none" {
      set("model.spike", inclusion, "inclusion")
    } else if inclusion == "theorem", let active, let bounds {
      settings.append(
        ModelFile.Setting(
          "model.inclusion", yaml: "{theorem: {active: [\(active)], bounds: [\(bounds)]}}",
          option: "--active \(active) --bounds \(bounds)"))
    } else {
      set("model.inclusion", inclusion)
    }
    set("model.parametrisation", parametrisation)
    set("model.scale-family", scaleFamily)
    set("model.likelihood", likelihood)
    set("model.noise", noiseSd, "noise-sd")
    set("training.steps", steps)
    set("training.batch", batch)
    // One number is a constant rate.
    func ends(_ text: String?) -> String? { text.map { $0.contains(",") ? $0 : "\($0),\($0)" } }
    set("training.learning-rate", ends(learningRate), shown: learningRate)
    if let schedule, schedule.hasPrefix("step:") {
      let parts = schedule.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
      set("training.schedule.step.factor", parts[1], "schedule", shown: schedule)
      if parts.count > 2 { set("training.schedule.step.every", parts[2], "schedule", shown: schedule) }
    } else {
      set("training.schedule", schedule)
    }
    set("training.optimiser", optimiser)
    set("training.momentum", momentum)
    set("training.gradient-clip", gradientClip)
    set("training.samples", samples)
    set("training.kl-annealing", klAnnealing)
    set("training.logit-rate", logitRate)
    set("training.free-gates", freeGates)
    set("training.temperature", temperature)
    set("training.estimator", estimator)
    set("training.relaxation", relaxation)
    set("training.tune-steps", tuneSteps)
    set("training.tune-learning-rate", ends(tuneLearningRate), shown: tuneLearningRate)
    set("training.averaged-tail", averagedTail)
    set("training.structure", structure)
    set("training.search-rounds", searchRounds)
    set("training.confirmations", confirmations)
    set("training.release-steps", releaseSteps)
    if let earlyStop {
      let parts = earlyStop.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
      set("training.early-stop.tolerance", parts[0], "early-stop", shown: earlyStop)
      if parts.count > 1 { set("training.early-stop.window", parts[1], "early-stop", shown: earlyStop) }
    }
    set("training.restarts", restarts)
    set("training.evidence-draws", evidenceDraws)
    return settings
  }
}
