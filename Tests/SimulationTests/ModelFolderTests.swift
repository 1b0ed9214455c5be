import Foundation
import GSL
import NetworkShape
import Testing

@testable import Simulation
@testable import SparseNetworks

@Suite struct ModelFolderTests {
  private func fitted(target: String = "y") throws -> (TableModel, ModelManifest) {
    let data = try Dataset(inputs: [1, 2, 3, 5, 8, 13], inputCount: 2, targets: .real([1, 0.5, 1.0 / 3], outputs: 1))
    let network = try NetworkModel(
      topology: Topology(widths: [2, 3, 1]), activation: .tanh, slab: .groupHorseshoe(cap: nil),
      spike: .node(negativeLog: [10]), likelihood: .gaussian(noise: .learned(initialStandardDeviation: 0.5)))
    let posterior = Posterior(
      model: network, parameters: VariationalParameters(startOf: network, key: StreamKey(seed: 3)),
      gatesAreFrozen: true)
    let model = TableModel(
      inputNames: ["a", "b"], targetName: target, standardisation: try Standardisation(training: data),
      posterior: posterior)
    let predictive = try model.predictive(inputs: data.inputs, draws: 5, key: TableModel.predictionKey(seed: 3))
    let manifest = ModelManifest(
      model: model, recipe: TrainingRecipe(), seed: .max, trainingRows: 3, testRows: 3,
      scores: try TestScores(predictive, targets: [1, 0.5, 0]), evidenceBound: -12.5, converged: true,
      programVersion: "0.1.0")
    return (model, manifest)
  }

  private func path(_ folder: TemporaryFolder, _ name: String = "model") -> String {
    folder.url.appendingPathComponent(name).path
  }

  @Test("model and manifest come back equal, and nothing else is left behind")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let (model, manifest) = try fitted()
    let modelFolder = ModelFolder(path: path(folder))
    for _ in 0..<2 {  // the second time it is replaced
      try modelFolder.write(model, manifest)
      let read = try modelFolder.read()
      #expect(read.model == model && read.manifest == manifest)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["model"])
    }
  }

  @Test("a model of other columns, other files and a file are not overwritten")
  func occupied() throws {
    let folder = try TemporaryFolder()
    let (model, manifest) = try fitted()
    try ModelFolder(path: path(folder)).write(model, manifest)
    let (other, otherManifest) = try fitted(target: "z")
    func kind(_ name: String) -> CheckpointError.Kind? {
      do { try ModelFolder(path: path(folder, name)).write(other, otherManifest) } catch { return error.kind }
      return nil
    }
    #expect(kind("model") == .occupied)
    #expect(try ModelFolder(path: path(folder)).read().model == model)
    _ = try folder.write("text", to: "file")
    #expect(kind("file") == .occupied)
    #expect(kind("file/model") == .notWritable)
    #expect(kind("missing/model") == .notWritable)
    _ = try folder.write("text", to: "model/notes.txt")
    #expect(kind("model") == .occupied)
  }

  @Test("a training's state lies in the folder until the model replaces it")
  func trainingState() throws {
    let folder = try TemporaryFolder()
    let (model, manifest) = try fitted()
    let modelFolder = ModelFolder(path: path(folder))
    #expect(try modelFolder.trainingState() == nil)
    try modelFolder.requireNoTrainingState()
    let data = try Dataset(inputs: [1, 2, 3, 5, 8, 13], inputCount: 2, targets: .real([1, 0.5, 1.0 / 3], outputs: 1))
    var recipe = TrainingRecipe()
    (recipe.steps, recipe.tuneSteps, recipe.searchRounds, recipe.confirmations) = (20, 5, 0, 1)
    var states: [TrainingState] = []
    _ = try Trainer(model: model.posterior.model, recipe: recipe)
      .fit(data, key: StreamKey(seed: 1), saves: TrainingSaves(every: .steps(10)) { states.append($0) })
    for state in states {
      try modelFolder.write(state)
      #expect(try modelFolder.trainingState() == state)
      #expect(try FileManager.default.contentsOfDirectory(atPath: path(folder)) == ["training.state"])
    }
    #expect(throws: CheckpointError.self) { try modelFolder.requireNoTrainingState() }
    try modelFolder.removeTrainingState()
    try modelFolder.removeTrainingState()
    try modelFolder.requireNoTrainingState()
    // What a kill in the middle of a save leaves is no foreign file.
    _ = try folder.write("half", to: "model/.training.state.partial")
    try modelFolder.requireWritable(inputs: manifest.inputs, target: manifest.target)
    try modelFolder.write(model, manifest, trace: "step\n1\n")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: path(folder)).sorted()
        == ["model.json", "parameters.bin", "trace.csv"])
    #expect(try modelFolder.read().model == model)
    try modelFolder.write(model, manifest)
    _ = try folder.write("not a state", to: "model/training.state")
    #expect(throws: CheckpointError.self) { try modelFolder.trainingState() }
  }

  @Test("what cannot be loaded says why")
  func damage() throws {
    let folder = try TemporaryFolder()
    let (model, manifest) = try fitted()
    let modelFolder = ModelFolder(path: path(folder))
    func error() -> CheckpointError? {
      do { _ = try modelFolder.read() } catch { return error }
      return nil
    }
    #expect(error()?.kind == .missing)
    try modelFolder.write(model, manifest)
    let json = try String(contentsOfFile: path(folder, "model/model.json"), encoding: .utf8)

    for (from, to, kind) in [
      ("\"seed\"", "\"sed\"", .badManifest), ("\"formatVersion\" : 1", "\"formatVersion\" : 2", .newerFormat),
      ("\"trainingRows\" : 3", "\"trainingRows\" : \"3\"", .badManifest), ("{", "", .badManifest),
      ("\"tanh\"", "\"mish\"", .badManifest), ("      3,\n", "      4,\n", .otherModel),
      ("\"checksum\" : \"", "\"checksum\" : \"0", .otherModel), ("    \"b\"\n", "    \"b\", \"c\"\n", .badManifest),
    ] as [(String, String, CheckpointError.Kind)] {
      #expect(json.contains(from))
      _ = try folder.write(json.replacing(from, with: to, maxReplacements: 1), to: "model/model.json")
      #expect(error()?.kind == kind, "\(from)")
    }
    _ = try folder.write(json, to: "model/model.json")
    #expect(error() == nil)
    _ = try folder.write("SLABLAB", to: "model/parameters.bin")
    #expect(error()?.file == path(folder, "model/parameters.bin"))
    try FileManager.default.removeItem(atPath: path(folder, "model/parameters.bin"))
    #expect(error()?.found == "no parameters.bin in the folder")
  }
}
