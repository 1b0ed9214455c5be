import Foundation
import SparseNetworks

/// The folder of a fitted table model: `model.json` says what it is, `parameters.bin` holds its numbers, `trace.csv`
/// says how they were found, and `compact.safetensors` is its compact network for other programs (see
/// `CompactModelFile`), which is never read back. Until the fit is done `training.state` is there instead.
///
///     let folder = ModelFolder(path: "diabetes-model")
///     let (model, manifest) = try folder.read()
public struct ModelFolder: Sendable {
  static let manifestName = "model.json"
  static let checkpointName = "parameters.bin"
  static let traceName = "trace.csv"
  static let stateName = "training.state"
  static let partialStateName = ".training.state.partial"
  static let compactName = "compact.safetensors"

  /// As the user named it.
  public let path: String

  public init(path: String) { self.path = path }

  var url: URL { URL(fileURLWithPath: path).standardizedFileURL }
  func file(_ name: String) -> String { "\(path)/\(name)" }

  // MARK: - Reading

  /// The model and what is known of it; everything that can be checked is.
  ///
  /// - Throws: `CheckpointError`.
  public func read() throws(CheckpointError) -> (model: TableModel, manifest: ModelManifest) {
    let manifest = try readManifest()
    let manifestFile = file(Self.manifestName)
    let checkpointFile = file(Self.checkpointName)
    let checkpoint = try Checkpoint(bytes: Array(try data(Self.checkpointName)), file: checkpointFile)
    guard checkpoint.checksumText == manifest.checksum else {
      throw CheckpointError(
        .otherModel, file: checkpointFile, found: "parameters with checksum \(checkpoint.checksumText)",
        expected: "\(manifest.checksum), as \(Self.manifestName) has it", advice: "keep the files of a model together")
    }
    let model: NetworkModel
    do { model = try manifest.network.model() } catch {
      throw Self.badManifest(manifestFile, found: "\(error)", expected: "a network that can be")
    }
    let scale = manifest.standardisation
    let inputs = manifest.inputs.count
    // Standardised targets, and what the network gives for them.
    let (targets, outputs) =
      switch model.likelihood {
      case .gaussian: (1, 1)
      case .categorical: (0, manifest.labels?.count ?? 0)
      case .bernoulli: (0, manifest.labels?.count == 2 ? 1 : 0)
      }
    guard model.topology.inputCount == inputs, model.topology.outputCount == outputs,
      Set(manifest.inputs).count == inputs, (manifest.labels == nil) == (targets == 1),
      [scale.inputMeans, scale.inputDeviations].allSatisfy({ $0.count == inputs && $0.allSatisfy(\.isFinite) }),
      [scale.targetMeans, scale.targetDeviations].allSatisfy({ $0.count == targets && $0.allSatisfy(\.isFinite) })
    else {
      throw Self.badManifest(
        manifestFile, found: "columns, labels, network and standardisation of different sizes",
        expected: "one of each column and an output a label")
    }
    return (
      TableModel(
        inputNames: manifest.inputs, targetName: manifest.target, labels: manifest.labels, standardisation: scale,
        posterior: try checkpoint.posterior(of: model, file: checkpointFile)), manifest
    )
  }

  private func readManifest() throws(CheckpointError) -> ModelManifest {
    struct Format: Decodable {
      let formatVersion: Int
      let programVersion: String?
    }
    let file = file(Self.manifestName)
    let data = try data(Self.manifestName)
    do {
      let format = try JSONDecoder().decode(Format.self, from: data)
      guard format.formatVersion == ModelManifest.currentFormat else {
        let writer = format.programVersion.map { "SlabLab \($0)" } ?? "the version of SlabLab that wrote it"
        let isOlder = format.formatVersion < ModelManifest.currentFormat
        throw CheckpointError(
          isOlder ? .olderFormat : .newerFormat, file: file, found: "format version \(format.formatVersion)",
          expected: "version \(ModelManifest.currentFormat)",
          advice: isOlder ? "train the model again into a new folder, or use \(writer)" : "use \(writer)")
      }
      return try JSONDecoder().decode(ModelManifest.self, from: data)
    } catch let error as CheckpointError {
      throw error
    } catch DecodingError.keyNotFound(let key, _) {
      throw Self.badManifest(file, found: "no `\(key.stringValue)`", expected: "all that `slablab train` writes")
    } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
      throw Self.badManifest(
        file, found: "a value of the wrong kind at `\(context.codingPath.map(\.stringValue).joined(separator: "."))`",
        expected: "what `slablab train` writes")
    } catch {
      throw Self.badManifest(file, found: "not a model's description", expected: "JSON that `slablab train` wrote")
    }
  }

  private static func badManifest(_ file: String, found: String, expected: String) -> CheckpointError {
    CheckpointError(.badManifest, file: file, found: found, expected: expected, advice: "restore a copy or train again")
  }

  private func data(_ name: String) throws(CheckpointError) -> Data {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue else {
      throw CheckpointError(
        .missing, file: path, found: "no model folder", expected: "a folder that `slablab train --out` made",
        advice: "check the path")
    }
    guard FileManager.default.fileExists(atPath: file(name), isDirectory: &isDirectory) else {
      throw CheckpointError(
        .missing, file: path, found: "no \(name) in the folder", expected: "a folder that `slablab train --out` made",
        advice: "check the path")
    }
    guard !isDirectory.boolValue else {
      throw CheckpointError(
        .unreadable, file: file(name), found: "a folder", expected: "a file that `slablab train --out` made",
        advice: "restore a copy or train again")
    }
    do { return try Data(contentsOf: url.appendingPathComponent(name)) } catch {
      throw CheckpointError(
        .unreadable, file: file(name), found: Self.reason(error), expected: "a file that this user may read",
        advice: "check its permissions")
    }
  }

  // MARK: - Writing

  /// Checks that a model of these columns can be written here, before any time is spent on fitting it: the folder is
  /// new, empty, or holds a model of the same columns, which will be replaced.
  ///
  /// - Throws: `CheckpointError`.
  public func requireWritable(inputs: [String], target: String) throws(CheckpointError) {
    let manager = FileManager.default
    var isDirectory: ObjCBool = false
    if manager.fileExists(atPath: path, isDirectory: &isDirectory) {
      func occupied(_ found: String) -> CheckpointError {
        CheckpointError(
          .occupied, file: path, found: found, expected: "a new folder, or the folder of a model of the same columns",
          advice: "choose another or move it away")
      }
      guard isDirectory.boolValue else { throw occupied("a file") }
      let names = (try? manager.contentsOfDirectory(atPath: path)) ?? []
      let ofTraining: Set = [Self.stateName, Self.partialStateName]
      let known = ofTraining.union([Self.manifestName, Self.checkpointName, Self.traceName, Self.compactName])
      if let first = names.filter({ !known.contains($0) }).min() { throw occupied("other files are here (\(first))") }
      if names.contains(Self.manifestName) {
        let found = try readManifest()
        guard found.inputs == inputs, found.target == target else {
          throw occupied("a model of other columns (target `\(found.target)`, \(found.inputs.count) inputs)")
        }
      } else if let first = names.filter({ !ofTraining.contains($0) }).min() {
        throw occupied("other files are here (\(first))")
      }
    }
    let parent = url.deletingLastPathComponent().path
    guard manager.fileExists(atPath: parent, isDirectory: &isDirectory), isDirectory.boolValue else {
      throw notWritable("there is no folder \(parent)", expected: "an existing folder", advice: "make it first")
    }
    guard manager.isWritableFile(atPath: parent) else { throw notWritable("\(parent) cannot be written to") }
  }

  /// Writes the model, whole or not at all: into a folder beside this one that is then renamed. What was here goes,
  /// a training's state with it.
  ///
  /// - Parameter trace: the text of `trace.csv`; nil leaves it out.
  /// - Throws: `CheckpointError`, also for what `requireWritable` refuses.
  public func write(
    _ model: TableModel, _ manifest: ModelManifest, trace: String? = nil
  ) throws(CheckpointError) {
    try requireWritable(inputs: manifest.inputs, target: manifest.target)
    let manager = FileManager.default
    let parent = url.deletingLastPathComponent()
    let suffix = "\(url.lastPathComponent)-\(ProcessInfo.processInfo.processIdentifier)"
    let new = parent.appendingPathComponent(".new-\(suffix)")
    let old = parent.appendingPathComponent(".old-\(suffix)")
    defer { try? manager.removeItem(at: new) }
    do {
      try manager.createDirectory(at: new, withIntermediateDirectories: false)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      try Data(Checkpoint(model.posterior).bytes).write(to: new.appendingPathComponent(Self.checkpointName))
      try Data(CompactModelFile(model).bytes).write(to: new.appendingPathComponent(Self.compactName))
      try (encoder.encode(manifest) + Data("\n".utf8)).write(to: new.appendingPathComponent(Self.manifestName))
      if let trace { try Data(trace.utf8).write(to: new.appendingPathComponent(Self.traceName)) }
      let replaces = manager.fileExists(atPath: url.path)
      if replaces { try manager.moveItem(at: url, to: old) }
      do { try manager.moveItem(at: new, to: url) } catch {
        if replaces { try? manager.moveItem(at: old, to: url) }
        throw error
      }
      if replaces { try manager.removeItem(at: old) }
    } catch let error as FitError {
      throw notWritable("\(error)", expected: "parameters in their domain", advice: "train again")
    } catch {
      throw notWritable(Self.reason(error))
    }
  }

  func notWritable(
    _ found: String, expected: String = "a folder on a disk that can be written to",
    advice: String = "choose another folder or make room"
  ) -> CheckpointError {
    CheckpointError(
      .notWritable, file: path, found: "the model cannot be written: \(found)", expected: expected, advice: advice)
  }

  /// What the file system said, in a few words.
  package static func reason(_ error: any Error) -> String {
    let error = error as NSError
    let code = error.domain == NSCocoaErrorDomain ? CocoaError.Code(rawValue: error.code) : nil
    return switch code {
    case .fileWriteOutOfSpace: "the disk is full"
    case .fileWriteVolumeReadOnly: "the disk is read-only"
    case .fileWriteNoPermission, .fileReadNoPermission: "permission denied"
    default: error.localizedDescription
    }
  }
}
