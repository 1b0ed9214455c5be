import NetworkShape
import Priors
import Simulation
import Testing

@testable import StudyEngine

@Suite("Study files") struct StudyFileTests {
  static func study(_ text: String, _ overrides: [String] = []) throws -> Study {
    try StudyFile(text: text, path: "my study.yaml", overrides: overrides).study()
  }

  @Test("every further setting of training is read") func trainingChoices() throws {
    let training = try Self.study(
      """
      training:
        schedule: {step: {factor: 0.1, every: 0.25}}
        optimiser: sgd
        gradient-clip: 5
        samples: 3
        kl-annealing: 0.2
        temperature: [2, 0.5]
        structure: prune
        release-steps: 100
        early-stop: {window: 6, tolerance: 0.5}
      """
    ).fit.training
    #expect(training.schedule == .step(factor: 0.1, every: 0.25) && training.optimiser == .momentum(0.9))
    #expect(training.gradientClip == 5 && training.samples == 3 && training.klAnnealing == 0.2)
    #expect(training.temperature == 2 && training.finalTemperature == 0.5)
    #expect(training.structure == .prune && training.releaseSteps == 100)
    #expect(training.earlyStop == .init(window: 6, tolerance: 0.5))
    let other = try Self.study("training: {optimiser: sgd, momentum: 0.5, early-stop: {tolerance: 2}}").fit.training
    #expect(other.optimiser == .momentum(0.5) && other.earlyStop == .init(window: 20, tolerance: 2))
  }

  @Test("a file of one empty mapping is the default study") func defaults() throws {
    let study = try Self.study("{}")
    #expect(study.name == "my-study")
    #expect(try study.fit.data.teacher == .sparseNetwork(DataSection.SparseNetwork()))
    #expect(try study.fit.data.noise == 0.1 && study.fit.data.sampleSize == 1000)
    #expect(try study.fit.model.slab == .groupHorseshoe() && study.fit.model.inclusion == .logarithm(-20))
    #expect(try study.fit.training.steps == 6000 && study.fit.training.learningRate == .init(start: 0.03, end: 0.0001))
    #expect(try study.fit.measure.metrics == [.radius, .hellinger, .recovery, .coverage, .elbo])
    #expect(study.cells.count == 5)
  }

  @Test("every key is read") func everyKey() throws {
    let study = try Self.study(
      """
      study: all_of-it
      title: "0.5"
      seed: 18446744073709551615
      data:
        teacher:
          {kind: sparse-network, inputs: 8, active: [3, 2], hidden: [4, 2], activation: silu, bounds: [1, 2, 3.5]}
        design: {correlated: -0.5}
        noise: 5e-1
        sample-size: 1e3
      model:
        hidden: [12, 10]
        activation: relu
        slab: {kind: gl, slab-sd: 2, rate-parameter: {proportional: 3}}
        spike: none
        inclusion: 0.25
        noise: learned
      training:
        steps: 2.0e+2
        batch: 32
        learning-rate: [.1, 1.]
        logit-rate: 2
        free-gates: 0
        temperature: 0.5
        estimator: weight-sampling
        relaxation: soft
        tune-steps: 1
        tune-learning-rate: [1e-2, 1e-3]
        search-rounds: 0
        restarts: 4
      replicates: 2
      measure: {posterior-draws: 10, points: 64, metrics: [elbo]}
      theory: {rate: false, inclusion-constant: 0.5}
      """)
    #expect(study.name == "all_of-it" && study.title == "0.5" && study.seed == .max && study.replicates == 2)
    #expect(
      try study.fit.data.teacher
        == .sparseNetwork(
          DataSection.SparseNetwork(
            inputs: 8, active: [3, 2], hidden: [4, 2], activation: .silu, magnitude: .bounds([1, 2, 3.5]))))
    #expect(try study.fit.data.design == .correlated(-0.5) && study.fit.data.noise == 0.5)
    #expect(try study.fit.data.sampleSize == 1000)
    #expect(try study.fit.model.hidden == [12, 10] && study.fit.model.activation == .relu && study.fit.model.spike == .none)
    #expect(try study.fit.model.slab == .groupLasso(standardDeviation: 2, rateParameter: .proportional(3)))
    #expect(try study.fit.model.inclusion == .probability(0.25) && study.fit.model.noise == .learned)
    let training = try study.fit.training
    #expect(training.steps == 200 && training.batch == 32 && training.learningRate == .init(start: 0.1, end: 1))
    #expect(training.logitRate == 2 && training.freeGates == 0 && training.temperature == 0.5)
    #expect(training.estimator == .weightSampling && training.relaxation == .soft && training.restarts == 4)
    #expect(training.tuneSteps == 1 && training.searchRounds == 0)
    #expect(training.tuneLearningRate == .init(start: 0.01, end: 0.001))
    let measure = try study.fit.measure
    #expect(measure.posteriorDraws == 10 && measure.points == 64 && measure.metrics == [.elbo])
    #expect(try !study.fit.theory.rate && study.fit.theory.inclusionConstant == 0.5)
  }

  @Test(
    "slabs by name, alias and mapping",
    arguments: [
      ("gaussian", SlabPrior.gaussian()), ("ig", .gaussian()),
      ("{kind: ig, slab-sd: 0.5}", .gaussian(standardDeviation: 0.5)),
      ("gl", .groupLasso()), ("{kind: group-lasso, rate-parameter: hyper}", .groupLasso()),
      ("{kind: group-lasso, rate-parameter: {fixed: 2}}", .groupLasso(rateParameter: .fixed(2))),
      ("ghs", .groupHorseshoe()), ("{cap: none}", .groupHorseshoe(cap: nil)),
      (
        "{kind: group-horseshoe, cap: 2, local-scale: 3, global-scale: 4}",
        .groupHorseshoe(localScale: 3, globalScale: 4, cap: 2)
      ),
    ])
  func slabs(text: String, slab: SlabPrior) throws {
    #expect(try Self.study("model: {slab: \(text)}").fit.model.slab == slab)
  }

  @Test("factors cross in the order of the file, the last one fastest, replicates inside") func crossing() throws {
    let study = try Self.study(
      """
      factors:
        slab: [ghs, gaussian]
        data.noise: [0.1, 1e0]
        sample-size: [500, 1e3]
        model.hidden: [[10], [10, 5]]
      exclude: [{slab: ig, model.hidden: [10, 5]}, {data.noise: 1, sample-size: 1000}]
      replicates: 2
      """)
    #expect(study.factorColumns == ["data.noise", "model.hidden"])
    #expect(study.cells.count == (16 - 4 - 4 + 1) * 2)
    let first = study.cells[0...3].map {
      ($0.slab, $0.factors[0].value, $0.sampleSize, $0.factors[1].value, $0.replicate)
    }
    #expect(first[0] == ("group-horseshoe", "0.1", 500, "[10]", 1))
    #expect(first[1] == ("group-horseshoe", "0.1", 500, "[10]", 2))
    #expect(first[2] == ("group-horseshoe", "0.1", 500, "[10, 5]", 1))
    #expect(study.cells.map(\.index) == Array(0..<study.cells.count))
    for cell in study.cells {
      #expect(try StrictNumber.print(cell.fit.data.noise) == cell.factors[0].value)
      #expect(try cell.fit.model.hidden == (cell.factors[1].value == "[10]" ? [10] : [10, 5]))
      #expect(try cell.fit.model.slab.kind.rawValue == cell.slab)
    }
  }

  @Test("zipped factors go side by side, in the place of the first, beside crossing and exclusions")
  func sideBySide() throws {
    let study = try Self.study(
      """
      factors:
        sample-size: [500, 1000, 2000]
        slab: [ghs, gaussian]
        steps: [10, 20, 40]
        data.noise: {low: 0.1, high: 1}
        inclusion: {a: 0.1, b: 0.2}
      zip: [[steps, sample-size], [inclusion, data.noise]]
      exclude: [{slab: gaussian, training.steps: 40}]
      replicates: 1
      """)
    let rows = try study.cells.map { cell in
      ("\(cell.sampleSize ?? 0) \(cell.slab) \(try cell.fit.training.steps) \(try cell.fit.data.noise) \(try cell.fit.model.inclusion)")
    }
    let pairs = ["0.1 probability(0.1)", "1.0 probability(0.2)"]
    let expected = [("500", "10"), ("1000", "20"), ("2000", "40")].flatMap { n, steps in
      ["group-horseshoe", "gaussian"].filter { $0 != "gaussian" || n != "2000" }.flatMap { slab in
        pairs.map { "\(n) \(slab) \(steps) \($0)" }
      }
    }
    #expect(rows == expected)
    #expect(study.factorColumns == ["steps", "data.noise", "inclusion"])
    // Steps follow from the sample size: a curve goes along them.
    #expect(study.groupColumns == ["data.noise", "inclusion"] && Set(study.cells.map(CellGroup.init)).count == 4)
    #expect(study.combinationCount == 12)
    #expect(Plan(study, workers: 1) { _ in 1 }.excludedCombinations == 2)
    // One group needs no list around it, and a factor goes by its other names too.
    let short = try Self.study("factors: {slab: [ghs, ig], steps: [1, 2]}\nzip: [model.slab, training.steps]")
    #expect(short.zips == [["slab", "steps"]] && short.cells.count == 10)
  }

  @Test("any key of a section is a factor, by a short name where only one section has it") func shortNames() throws {
    for (name, levels, path) in [
      ("hidden", "[[10], [20]]", "model.hidden"), ("estimator", "[weight-sampling, local-reparameterisation]", "training.estimator"),
      ("optimiser", "[adam, sgd]", "training.optimiser"), ("temperature", "[1, [1, 0.5]]", "training.temperature"),
      ("early-stop", "[none, {tolerance: 1}]", "training.early-stop"), ("gradient-clip", "[none, 5]", "training.gradient-clip"),
      ("teacher.strength", "[0.25, 4]", "data.teacher.strength"), ("points", "[64, 128]", "measure.points"),
      ("data.noise", "[0.1, 1]", "data.noise"), ("model.noise", "[known, learned]", "model.noise"),
      ("teacher", "[friedman1, {kind: formula, expression: x1}]", "data.teacher"),
    ] {
      let study = try Self.study("factors: {\(name): \(levels)}\nreplicates: 1")
      #expect(study.cells.count == 2 && study.factors[0].path.joined(separator: ".") == path)
    }
    let theorem = "model: {inclusion: theorem}\nfactors: {theory.inclusion-constant: [1, 2]}\nreplicates: 1"
    #expect(try Self.study(theorem).cells.count == 2)
  }

  @Test("a teacher may be a formula") func formula() throws {
    let study = try Self.study(
      """
      data:
        teacher: {kind: formula, inputs: 3, expression: "sin(2*pi*x1) + abs(x2 - 0.5)^0.7"}
      factors: {teacher.domain: [unit, symmetric]}
      replicates: 1
      """)
    for (cell, domain) in zip(study.cells, [InputDomain.unit, .symmetric]) {
      let formula = try Formula("sin(2*pi*x1) + abs(x2 - 0.5)^0.7", inputCount: 3)
      #expect(try cell.fit.data.teacher == .formula(FormulaTeacher(formula, domain: domain)))
      let experiment = try Experiment(try cell.fit, of: cell)
      #expect(experiment.training.inputCount == 3 && experiment.points.truth.count == 4096)
    }
    let set = try Self.study(study.source, ["data.teacher.expression=max(x1,x2)"])
    guard case .formula(let teacher) = try set.cells[0].fit.data.teacher else { return #expect(Bool(false)) }
    #expect(teacher.expression.canonical == "max(x1, x2)")
  }

  @Test("where the formula has no value the cell fails, with the point") func undefinedFormula() throws {
    let study = try Self.study("data: {teacher: {kind: formula, expression: log(x1 - 2)}}\nreplicates: 1")
    let error = #expect(throws: SimulationError.self) { try Experiment(try study.cells[0].fit, of: study.cells[0]) }
    #expect(error?.description.hasSuffix("is not a number; it must be finite at every point of the design") == true)
  }

  @Test("a factor may reach into a section that is written as a name") func reachingIn() throws {
    let study = try Self.study("model: {slab: ghs}\nfactors: {model.slab.cap: [1, none]}\nreplicates: 1")
    #expect(try study.cells.map { try $0.fit.model.slab } == [.groupHorseshoe(cap: 1), .groupHorseshoe(cap: nil)])
    #expect(study.cells.map(\.slab) == ["group-horseshoe", "group-horseshoe"])
  }

  @Test("two levels of one kind of slab keep their own labels") func slabLabels() throws {
    let study = try Self.study(
      "factors: {slab: [ig, gl, {kind: gl, rate-parameter: {fixed: 2}}]}\nreplicates: 1")
    #expect(
      study.cells.map(\.slab) == ["gaussian", "group-lasso", "{kind: gl, rate-parameter: {fixed: 2}}"])
  }

  @Test("anchors may be shared") func anchors() throws {
    let study = try Self.study("training: {learning-rate: &r [0.1, 0.01], tune-learning-rate: *r}")
    #expect(try study.fit.training.tuneLearningRate == study.fit.training.learningRate)
  }

  @Test("--set replaces a key, or the levels of a factor") func overrides() throws {
    let text = "factors: {slab: [ig, gl], sample-size: [500, 1000], model.hidden: [[10], [20]]}\nreplicates: 3"
    let study = try Self.study(
      text, ["replicates=1", "training.steps=1e2", "sample-size=2e3", "slab=ghs,gl", "model.hidden=8,4", "title=a, b"])
    #expect(study.factors.map(\.levels) == [["group-horseshoe", "group-lasso"], ["2000"], ["[8, 4]"]])
    #expect(try study.cells.count == 2 && study.fit.training.steps == 100 && study.title == "a, b")
    #expect(study.source == text && study.overrides.count == 6)
    #expect(try Self.study(text, ["factors.data.noise=[1, 2]"]).cells.count == 48)
    #expect(try Self.study(text, ["model.hidden=[[1], [2], [3]]"]).factors[2].levels == ["[1]", "[2]", "[3]"])
  }
}
