import Foundation
import Testing

@testable import StudyEngine

@Suite("What a study file's errors say") struct StudyFileErrorTests {
  static let wholeNumber = "expected a whole number, at least 1"

  /// A bad text with its sentence, given in pieces.
  struct Refusal: Sendable {
    let text: String
    let sentence: String

    init(_ text: String, _ pieces: String...) {
      self.text = text
      sentence = pieces.joined()
    }
  }

  static let badFiles: [Refusal] = [
    // YAML itself
    Refusal("", "s.yaml: the file is empty; expected a study file"),
    Refusal("# only a comment\n", "s.yaml: the file is empty; expected a study file"),
    Refusal(
      "- 1\n", "s.yaml:1:1: the file is a list; expected a mapping with the keys study, title, kind, extends, ",
      "seed, data, model, training, factors, zip, exclude, replicates, precision, measure or theory"),
    Refusal(
      "seed: 1\ntitle: a\nseed: 2\n", "s.yaml:3:1: the key 'seed' is already there on line 1; expected each key once"),
    Refusal(
      "training:\n  steps: 1\n  \"steps\": 2\n",
      "s.yaml:3:3: the key 'steps' is already there on line 2; expected each key once"),
    Refusal("seed: 1\r\nseed: 2\r\n", "s.yaml:2:1: the key 'seed' is already there on line 1; expected each key once"),
    Refusal("? [a]\n: 1\n", "s.yaml:1:3: this key is a list or a mapping; expected a name as key"),
    Refusal("seed: 1\n---\nseed: 2\n", "s.yaml:2:1: a second document starts here; expected one document in a file"),
    Refusal(
      "seed: [1, 2\n",
      "s.yaml:2:1: not valid YAML: did not find expected ',' or ']' while parsing a flow sequence of line 1"),
    Refusal("data: *missing\n", "s.yaml:1:7: not valid YAML: found undefined alias"),
    Refusal(
      String(repeating: "[", count: 5000), "s.yaml:1:1: lists or mappings are nested too deep; expected a study file"),
    // names
    Refusal(
      "modle: {}\n", "s.yaml:1:1: unknown key 'modle'; expected study, title, kind, extends, seed, data, model, ",
      "training, factors, zip, exclude, replicates, precision, measure or theory; did you mean 'model'?"),
    Refusal(
      "data:\n  teacher: {kind: friedman1, active: [5]}\n",
      "s.yaml:2:30: unknown key 'active' in data.teacher; expected kind or inputs"),
    Refusal(
      "model: {slab: horshoe}\n", "s.yaml:1:15: model.slab is 'horshoe'; expected gaussian, group-lasso, ",
      "group-horseshoe or a mapping with such a kind; did you mean 'group-horseshoe'?"),
    Refusal(
      "model: {slab: {kind: gaussian, cap: 1}}\n",
      "s.yaml:1:32: unknown key 'cap' in model.slab; expected kind or slab-sd"),
    Refusal(
      "model: {activation: Tanh}\n",
      "s.yaml:1:21: model.activation is 'Tanh'; expected relu, leaky-relu, elu, tanh, softplus, identity, silu or gelu; did you mean 'tanh'?"),
    Refusal("study: a/b\n", "s.yaml:1:8: study is 'a/b'; expected a name of at most 100 letters, digits, - and _"),
    Refusal(
      "factors: {\"a\\nb\": [1]}\n", "s.yaml:1:11: unknown factor 'a\\nb'; expected a key of data, model, training, measure ",
      "or theory, such as slab, sample-size or data.noise"),
    // numbers
    Refusal("training: {steps: 1_000}\n", "s.yaml:1:19: training.steps is '1_000'; \(wholeNumber); did you mean 1000?"),
    Refusal("training: {steps: 0x10}\n", "s.yaml:1:19: training.steps is '0x10'; \(wholeNumber); did you mean 16?"),
    Refusal("training: {steps: 007}\n", "s.yaml:1:19: training.steps is '007'; \(wholeNumber); did you mean 7?"),
    Refusal("training: {steps: \"007\"}\n", "s.yaml:1:19: training.steps is the quoted text '007'; \(wholeNumber)"),
    Refusal("training: {steps: 20:30}\n", "s.yaml:1:19: training.steps is '20:30'; \(wholeNumber)"),
    Refusal("training: {steps: 2.5}\n", "s.yaml:1:19: training.steps is 2.5; \(wholeNumber)"),
    Refusal("training: {steps: -3}\n", "s.yaml:1:19: training.steps is -3; \(wholeNumber)"),
    Refusal("training: {steps: 0}\n", "s.yaml:1:19: training.steps is 0; \(wholeNumber)"),
    Refusal("training: {steps: 1e400}\n", "s.yaml:1:19: training.steps is '1e400'; \(wholeNumber)"),
    Refusal("training: {steps: }\n", "s.yaml:1:19: training.steps is empty; \(wholeNumber)"),
    Refusal("training: {steps: [1]}\n", "s.yaml:1:19: training.steps is a list; \(wholeNumber)"),
    Refusal("data: {noise: .nan}\n", "s.yaml:1:15: data.noise is '.nan'; expected a number above 0"),
    Refusal("data: {noise: .inf}\n", "s.yaml:1:15: data.noise is '.inf'; expected a number above 0"),
    Refusal("data: {noise: NaN}\n", "s.yaml:1:15: data.noise is 'NaN'; expected a number above 0"),
    Refusal("data: {noise: 0}\n", "s.yaml:1:15: data.noise is 0; expected a number above 0"),
    Refusal("data: {noise: off}\n", "s.yaml:1:15: data.noise is 'off'; expected a number above 0"),
    Refusal("seed: -1\n", "s.yaml:1:7: seed is -1; expected a whole number from 0 to 18446744073709551615"),
    Refusal("model: {spike: no}\n", "s.yaml:1:16: model.spike is 'no'; expected none, node or edge"),
    Refusal(
      "model: {inclusion: 1}\n",
      "s.yaml:1:20: model.inclusion is 1; expected a probability between 0 and 1, both excluded"),
    Refusal("model: {inclusion: {log: 3}}\n", "s.yaml:1:26: model.inclusion.log is 3; expected a number below 0"),
    Refusal(
      "model: {inclusion: {log: 1e-400x}}\n", "s.yaml:1:26: model.inclusion.log is '1e-400x'; expected a number below 0"
    ),
    Refusal(
      "data: {design: {correlated: 1}}\n",
      "s.yaml:1:29: data.design.correlated is 1; expected a correlation between -1 and 1, both excluded"),
    // lists
    Refusal(
      "model: {hidden: 20}\n",
      "s.yaml:1:17: model.hidden is 20; expected a list of widths, one a hidden layer; did you mean [20]?"),
    Refusal(
      "model: {hidden: []}\n",
      "s.yaml:1:17: model.hidden is an empty list; expected a list of widths, one a hidden layer"),
    Refusal(
      "model: {hidden: [20, 0]}\n",
      "s.yaml:1:22: model.hidden[2] is 0; expected a whole number from 1 to 1000000"),
    Refusal(
      "training: {learning-rate: [0.1]}\n",
      "s.yaml:1:27: training.learning-rate has 1 numbers; expected a list of two numbers, start and end"),
    Refusal(
      "training: {learning-rate: 0.1}\n",
      "s.yaml:1:27: training.learning-rate is 0.1; expected a list of two numbers, start and end"),
    Refusal(
      "training: {momentum: 0.5}\n",
      "s.yaml:1:22: momentum is given without optimiser: sgd; expected no momentum, or optimiser: sgd"),
    Refusal(
      "training: {optimiser: sgd, momentum: 1}\n",
      "s.yaml:1:38: training.momentum is 1; expected a momentum from 0 to 1, 1 excluded"),
    Refusal(
      "training: {schedule: cosin}\n",
      "s.yaml:1:22: training.schedule is 'cosin'; expected cosine, constant or {step: {factor: 0.1, every: 0.25}}; ",
      "did you mean 'cosine'?"),
    Refusal(
      "training: {schedule: {step: {factor: 0.1}}}\n",
      "s.yaml:1:29: training.schedule.step is not whole; expected both factor and every, as ",
      "{factor: 0.1, every: 0.25}"),
    Refusal(
      "training: {early-stop: {window: 5}}\n",
      "s.yaml:1:24: training.early-stop has no tolerance; expected nats, as {tolerance: 1}"),
    Refusal(
      "training: {structure: fixed}\n",
      "s.yaml:1:23: training.structure is 'fixed'; expected search, prune or free"),
    Refusal(
      "training: {steps: 1e18}\n", "s.yaml:1:19: training.steps is 1e18; expected a whole number from 1 to 1000000000"),
    Refusal(
      "data: {teacher: {active: [5, 4], hidden: [5]}}\n",
      "s.yaml:1:42: data.teacher.hidden is [5]; expected as many hidden layers as active has (2)"),
    Refusal(
      "data: {teacher: {active: [5], hidden: [3]}}\n",
      "s.yaml:1:39: data.teacher.hidden is [3]; expected widths not below the active nodes [5]"),
    Refusal(
      "data: {teacher: {bounds: [1]}}\n", "s.yaml:1:26: data.teacher.bounds has 1; expected a list of 2 bounds, ",
      "one a hidden layer and one for the output"),
    Refusal(
      "data: {teacher: {bounds: [1, 2], strength: 1}}\n",
      "s.yaml:1:26: data.teacher.bounds stands beside strength; expected one of the two"),
    Refusal(
      "measure: {metrics: [radius, radius]}\n",
      "s.yaml:1:29: measure.metrics[2] repeats 'radius'; expected each metric once"),
    // factors
    Refusal(
      "factors: {slab: gaussian}\n",
      "s.yaml:1:17: factors.slab is 'gaussian'; expected a list of its values, names with a value each, or a grid ",
      "such as {from: 1, to: 1000, count: 7}; did you mean [gaussian]?"),
    Refusal(
      "factors: {slabs: [gaussian]}\n",
      "s.yaml:1:11: unknown factor 'slabs'; expected a key of data, model, training, measure or theory, such as ",
      "slab, sample-size or data.noise; did you mean 'slab'?"),
    Refusal(
      "factors: {noise: [1, 2]}\n", "s.yaml:1:11: unknown factor 'noise'; expected a key of data, model, training, ",
      "measure or theory, such as slab, sample-size or data.noise; did you mean 'data.noise'?"),
    Refusal(
      "factors: {data.noize: [1, 2]}\n",
      "s.yaml:1:11: unknown key 'noize' in data; expected teacher, design, noise or ",
      "sample-size; did you mean 'noise'?"),
    Refusal(
      "factors:\n  sample-size: [500, 1e3, 1000]\n",
      "s.yaml:2:27: factors.sample-size lists 1000 twice; expected each value once"),
    Refusal(
      "factors:\n  data.noise:\n    - 0.1\n    - zero\n",
      "s.yaml:4:7: data.noise is 'zero'; expected a number above 0"),
    Refusal(
      "factors: {slab: [gaussian], model.slab: [ig]}\n",
      "s.yaml:1:29: the factor 'model.slab' is 'slab' again; expected each factor once"),
    Refusal(
      "factors: {slab: [ghs, {kind: ghs, cap: 1}]}\nreplicates: 1\n", "s.yaml:1:10: cells 0 and 1 are the same: ",
      "slab {kind: ghs, cap: 1} changes nothing; expected factors whose values differ"),
    Refusal(
      "factors: {slab: [gl, ig]}\nexclude: [{slab: ghs}]\n", "s.yaml:2:18: exclude[1].slab is group-horseshoe, ",
      "which is no value of that factor; expected group-lasso or gaussian"),
    Refusal(
      "factors: {slab: [gl, ig]}\nexclude: [{slob: gl}]\n",
      "s.yaml:2:12: 'slob' in exclude[1] is not a factor of this study; expected slab; did you mean 'slab'?"),
    Refusal(
      "factors: {slab: [gl]}\nexclude: [{slab: gl}]\n",
      "s.yaml:1:10: the exclusions leave no cell; expected at least one combination"),
    Refusal(
      "factors:\n  slab: [gl, ig]\n  steps: [1, 2, 3]\nzip: [slab, steps]\n",
      "s.yaml:3:3: steps has 3 values, but slab on line 2, which it is zipped with, has 2; expected as many values of each"
    ),
    Refusal(
      "factors: {slab: [gl, ig]}\nzip: [[slab, step]]\n",
      "s.yaml:2:14: 'step' in zip[1] is not a factor of this study; expected slab"),
    Refusal(
      "factors: {slab: [gl, ig]}\nzip: [[slab]]\n", "s.yaml:2:7: zip[1] has one factor; expected two or more"),
    Refusal(
      "factors: {slab: [gl, ig], steps: [1, 2]}\nzip: [[slab, steps], [steps, slab]]\n",
      "s.yaml:2:23: zip[2][1] has steps again; expected each factor in one group, once"),
    Refusal(
      "factors: {slab: [gl, ig]}\nzip: slab\n", "s.yaml:2:6: zip is 'slab'; expected lists of factors that go side by ",
      "side, such as [[sample-size, training.steps]]; did you mean [slab]?"),
    // formulas
    Refusal(
      "data:\n  teacher: {kind: formula, inputs: 3, expression: \"sin(2*pi*x1) + abz(x2)^0.7\"}\n",
      "s.yaml:2:67: data.teacher.expression: unknown function 'abz' at column 16 of the formula; expected sin, cos, tan, ",
      "asin, acos, atan, sinh, cosh, tanh, exp, log, sqrt, abs, sign, floor, step, min or max; did you mean 'abs'?"),
    Refusal(
      "data:\n  teacher:\n    kind: formula\n    expression: 1 + xl\n",
      "s.yaml:4:21: data.teacher.expression: unknown variable 'xl' at column 5 of the formula; expected x1, …, x10, pi ",
      "or e; did you mean 'x1'?"),
    Refusal(
      "data: {teacher: {kind: formula, expression: 'x1 ** 2'}}\n",
      "s.yaml:1:50: data.teacher.expression: unexpected '*' at column 5 of the formula; expected a number, a variable, a ",
      "function or '('; did you mean '^'?"),
    Refusal(
      // Folded text stands nowhere as it is read: the formula's own column has to do.
      "data:\n  teacher:\n    kind: formula\n    expression: >\n      x1 +\n      ln(x2)\n",
      "s.yaml:4:17: data.teacher.expression: unknown function 'ln' at column 6 of the formula; expected sin, cos, tan, ",
      "asin, acos, atan, sinh, cosh, tanh, exp, log, sqrt, abs, sign, floor, step, min or max; did you mean 'log'?"),
    Refusal(
      "data: {teacher: formula}\n", "s.yaml:1:17: data.teacher has no 'expression'; expected a formula in quotes, such as ",
      "\"sin(2*pi*x1) + x2^2\""),
    Refusal(
      "data: {teacher: {kind: formula, expression: x1}, design: gaussian}\n",
      "s.yaml:1:58: data.design is gaussian, but the teacher's domain is [0, 1]; expected domain: symmetric in the teacher"),
    Refusal(
      "replicates: 100000\nfactors: {training.steps: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]}\n",
      "s.yaml:2:10: the factors cross to more than 1000000 cells; expected fewer"),
    Refusal(
      "data: {teacher: reference}\nmodel: {inclusion: theorem}\n", "s.yaml:2:20: model.inclusion is 'theorem', but ",
      "the teacher is not of kind sparse-network, so its class has no known bounds; expected a probability ",
      "or {log: -20}"),
    Refusal(
      "model: {inclusion: theorem}\nfactors: {model.hidden: [[20], [4]]}\n", "s.yaml:1:20: model.inclusion is ",
      "'theorem', but the teacher's active nodes [5] do not fit in widths [4]; expected a probability or {log: -20}"),
    Refusal(
      "data: {teacher: reference, design: gaussian}\n", "s.yaml:1:36: data.design is gaussian, but the reference ",
      "regression brings its own; expected uniform"),
    Refusal(
      "data: {teacher: friedman1, design: gaussian}\n", "s.yaml:1:36: data.design is gaussian, but the teacher is ",
      "defined on [0, 1] only; expected uniform or {correlated: 0.5}"),
    Refusal(
      "data: {teacher: {kind: additive, inputs: 3}}\n",
      "s.yaml:1:42: data.teacher.inputs is 3; expected a whole number from 4 to 1000000"),
  ]

  static let badOverrides: [Refusal] = [
    Refusal("steps", "--set steps: there is no KEY=VALUE; expected --set training.steps=1000"),
    Refusal(
      "extends=a.yaml", "--set extends=a.yaml: what a study extends cannot be set; expected a study file of its own that ",
      "extends others"),
    Refusal("training.steps=", "--set training.steps=: training.steps has no value; expected --set KEY=VALUE"),
    Refusal(
      "training.stesp=5", "--set training.stesp=5: unknown key 'stesp' in training; expected steps, batch, ",
      "learning-rate, schedule, optimiser, momentum, gradient-clip, samples, kl-annealing, logit-rate, free-gates, ",
      "temperature, estimator, relaxation, tune-steps, tune-learning-rate, averaged-tail, structure, search-rounds, ",
      "confirmations, release-steps, early-stop, restarts or evidence-draws; did you mean 'steps'?"),
    Refusal(
      "training.steps=many",
      "--set training.steps=many: training.steps is 'many'; expected a whole number, at least 1"),
    Refusal(
      "slab=gaussian,horshoe", "--set slab=gaussian,horshoe: model.slab is 'horshoe'; expected gaussian, group-lasso, ",
      "group-horseshoe or a mapping with such a kind; did you mean 'group-horseshoe'?"),
    Refusal(
      "model.slab.cap=2", "--set model.slab.cap=2: model.slab.cap cannot be set, since slab is a factor of the study; ",
      "expected --set slab=[VALUE, …]"),
  ]

  @Test("each bad file gets one sentence that says where, what and what was expected", arguments: badFiles)
  func sentence(_ refusal: Refusal) {
    let error = #expect(throws: StudyFileError.self) { try StudyFile(text: refusal.text, path: "s.yaml").study() }
    #expect(error?.description == refusal.sentence)
  }

  @Test("options of --set are refused in the same way", arguments: badOverrides)
  func overrides(_ refusal: Refusal) {
    let error = #expect(throws: StudyFileError.self) {
      try StudyFile(text: "factors: {slab: [gl, ghs]}", path: "s.yaml", overrides: [refusal.text]).study()
    }
    #expect(error?.description == refusal.sentence)
  }

  @Test func aMissingFileAFolderAndForeignBytesAreNamed() throws {
    try TemporaryFolder.use { folder in
      func message(_ name: String) -> String? {
        let error = #expect(throws: StudyFileError.self) { try StudyFile(path: folder.appending(path: name).path) }
        return error?.description.replacingOccurrences(of: folder.path + "/", with: "")
      }
      #expect(message("none.yaml") == "none.yaml: there is no such file; expected a study file")
      try FileManager.default.createDirectory(
        at: folder.appending(path: "folder.yaml"), withIntermediateDirectories: false)
      #expect(message("folder.yaml") == "folder.yaml: this is a folder; expected a study file")
      try Data("seed: 1\ntitle: caf\u{E9}\n".unicodeScalars.map { UInt8($0.value) })
        .write(to: folder.appending(path: "latin1.yaml"))
      #expect(message("latin1.yaml") == "latin1.yaml:2:1: this line is not UTF-8 text; expected a file saved as UTF-8")
      try Data(repeating: 0x20, count: 4_000_001).write(to: folder.appending(path: "huge.yaml"))
      #expect(message("huge.yaml") == "huge.yaml: the file has more than 4 MB; expected a study file")
    }
  }

  @Test("aliases of aliases are refused before they fill the memory") func aliasBomb() {
    var text = "title: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...8 {
      text += "k\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ") + "]\n"
    }
    let error = #expect(throws: StudyFileError.self) { try StudyFile(text: text, path: "s.yaml") }
    #expect(error?.what == "the file is too large once its aliases are written out")
  }
}
