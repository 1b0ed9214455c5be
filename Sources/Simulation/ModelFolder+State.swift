import Foundation
import SparseNetworks

/// The state of a training that is to become the folder's model.
extension ModelFolder {
  /// What the last training that did not finish has saved; nil if there is none.
  ///
  /// - Throws: `CheckpointError` for a file that cannot be read or is no state.
  public func trainingState() throws(CheckpointError) -> TrainingState? {
    let place = url.appendingPathComponent(Self.stateName)
    guard FileManager.default.fileExists(atPath: place.path) else { return nil }
    let bytes: [UInt8]
    do { bytes = [UInt8](try Data(contentsOf: place)) } catch {
      throw CheckpointError(
        .unreadable, file: file(Self.stateName), found: Self.reason(error), expected: "a file that this user may read",
        advice: "check its permissions")
    }
    return try TrainingState(bytes: bytes, file: file(Self.stateName))
  }

  /// Checks that no training that did not finish is here, whose hours would be lost.
  ///
  /// - Throws: `CheckpointError`.
  public func requireNoTrainingState() throws(CheckpointError) {
    guard FileManager.default.fileExists(atPath: url.appendingPathComponent(Self.stateName).path) else { return }
    throw CheckpointError(
      .occupied, file: file(Self.stateName), found: "a training that did not finish", expected: "none",
      advice: "go on with it by --resume, or remove the file")
  }

  /// Removes what was saved, if anything was.
  ///
  /// - Throws: `CheckpointError`.
  public func removeTrainingState() throws(CheckpointError) {
    let place = url.appendingPathComponent(Self.stateName)
    guard FileManager.default.fileExists(atPath: place.path) else { return }
    do { try FileManager.default.removeItem(at: place) } catch { throw notWritable(Self.reason(error)) }
  }

  /// Writes the state whole or not at all, and makes the folder if need be.
  ///
  /// - Throws: `CheckpointError`.
  public func write(_ state: TrainingState) throws(CheckpointError) {
    let partial = url.appendingPathComponent(Self.partialStateName)
    do {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
      try Data(state.bytes()).write(to: partial)
      guard rename(partial.path, url.appendingPathComponent(Self.stateName).path) == 0 else {
        throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
      }
    } catch {
      throw notWritable(Self.reason(error))
    }
  }
}
