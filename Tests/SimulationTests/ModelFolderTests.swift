import Foundation
import GSL
import NetworkShape
import Testing

@testable import Simulation
@testable import SparseNetworks

@Suite struct ModelFolderTests {
  /// A model of two inputs, of a number or of three classes.
  private func fitted(target: String = "y", labels: [String]? = nil) throws -> (TableModel, ModelManifest) {
    let inputs: [Double] = [1, 2, 3, 5, 8, 13]
    let data = try Dataset(
      inputs: inputs, inputCount: 2,
      targets: labels == nil ? .real([1, 0.5, 1.0 / 3], outputs: 1) : .classes([0, 2, 1], classes: 3))
    let network = try NetworkModel(
      topology: Topology(widths: [2, 3, labels?.count ?? 1]), activation: .tanh, slab: .groupHorseshoe(cap: nil),
      spike: .node(negativeLog: [10]),
      likelihood: labels == nil ? .gaussian(noise: .learned(initialStandardDeviation: 0.5)) : .categorical)
    let posterior = Posterior(
      model: network, parameters: VariationalParameters(startOf: network, key: StreamKey(seed: 3)),
      gatesAreFrozen: true)
    let model = TableModel(
      inputNames: ["a", "b"], targetName: target, labels: labels,
      standardisation: try Standardisation(training: data), posterior: posterior)
    let manifest = ModelManifest(
      model: model, recipe: TrainingRecipe(), seed: .max, trainingRows: 3, testRows: 3,
      scores: try model.scores(on: data, draws: 5, key: TableModel.predictionKey(seed: 3)), evidenceBound: -12.5,
      converged: true, programVersion: "0.1.0")
    return (model, manifest)
  }

  private func path(_ folder: TemporaryFolder, _ name: String = "model") -> String {
    folder.url.appendingPathComponent(name).path
  }

  @Test("model and manifest come back equal, and nothing else is left behind", arguments: [nil, ["u", "v", "é, w"]])
  func roundTrip(labels: [String]?) throws {
    let folder = try TemporaryFolder()
    let (model, manifest) = try fitted(labels: labels)
    let modelFolder = ModelFolder(path: path(folder))
    for _ in 0..<2 {  // the second time it is replaced
      try modelFolder.write(model, manifest)
      let read = try modelFolder.read()
      #expect(read.model == model && read.manifest == manifest)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["model"])
      let names = try FileManager.default.contentsOfDirectory(atPath: path(folder)).sorted()
      #expect(names == ["compact.safetensors", "model.json", "parameters.bin"])
      #expect(
        try Data(contentsOf: folder.url.appendingPathComponent("model/compact.safetensors"))
          == Data(CompactModelFile(model).bytes))
    }
  }

  @Test("what the compact network foretells is in the target's units, or probabilities")
  func plugIn() throws {
    let (model, _) = try fitted()
    // Scales are almost certain at the start (ω = 0.0025), so one pass is the posterior's mean but for their spread.
    let inputs: [Double] = [1, 2, 4, 4]
    let ofModel = try model.predictive(inputs: inputs, draws: 200, key: StreamKey(seed: 1))
    let plugged = try model.plugIn(model.compactNetwork(), inputs: inputs)
    for row in 0..<2 { #expect(abs(plugged[row] - ofModel.mean(row: row)) < 0.02 * abs(plugged[row])) }
    let (classes, _) = try fitted(labels: ["u", "v", "w"])
    let ofClasses = try classes.classPredictive(inputs: inputs, draws: 200, key: StreamKey(seed: 1))
    let probabilities = try classes.plugIn(classes.compactNetwork(), inputs: inputs)
    #expect(probabilities.count == 6)
    for row in 0..<2 {
      for (a, b) in zip(probabilities[(3 * row)...], ofClasses.probabilities(row: row)) { #expect(abs(a - b) < 0.01) }
    }
    #expect(throws: SimulationError.self) { try classes.predictive(inputs: inputs, draws: 2, key: StreamKey(seed: 1)) }
    #expect(throws: SimulationError.self) {
      try model.classPredictive(inputs: inputs, draws: 2, key: StreamKey(seed: 1))
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
        == ["compact.safetensors", "model.json", "parameters.bin", "trace.csv"])
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
      ("\"seed\"", "\"sed\"", .badManifest), ("\"formatVersion\" : 2", "\"formatVersion\" : 3", .newerFormat),
      ("\"formatVersion\" : 2", "\"formatVersion\" : 1", .olderFormat),
      ("\"trainingRows\" : 3", "\"trainingRows\" : \"3\"", .badManifest), ("{", "", .badManifest),
      ("\"tanh\"", "\"mish\"", .badManifest), ("      3,\n", "      4,\n", .otherModel),
      ("\"checksum\" : \"", "\"checksum\" : \"0", .otherModel), ("    \"b\"\n", "    \"b\", \"c\"\n", .badManifest),
    ] as [(String, String, CheckpointError.Kind)] {
      #expect(json.contains(from))
      _ = try folder.write(json.replacing(from, with: to, maxReplacements: 1), to: "model/model.json")
      #expect(error()?.kind == kind, "\(from)")
    }
    #expect(json.contains("\"formatVersion\" : 2"))
    _ = try folder.write(json.replacing("\"formatVersion\" : 2", with: "\"formatVersion\" : 1"), to: "model/model.json")
    #expect(
      error()?.description
        == "\(path(folder, "model/model.json")): format version 1; expected version 2; train the model again into a "
        + "new folder, or use SlabLab 0.1.0")
    _ = try folder.write(json, to: "model/model.json")
    #expect(error() == nil)
    _ = try folder.write("SLABLAB", to: "model/parameters.bin")
    #expect(error()?.file == path(folder, "model/parameters.bin"))
    try FileManager.default.removeItem(atPath: path(folder, "model/parameters.bin"))
    #expect(error()?.found == "no parameters.bin in the folder")
  }
}
