import Foundation
import SparseNetworks

/// Where a running cell leaves the state of its fit, so that a killed run loses half a minute of it, not all.
///
/// A file `checkpoints/HASH` in the study's folder, and `HASH-teacher` for the fit that starts at the teacher; gone once the cell
/// has an outcome. It is a help only: whatever is wrong
/// with it, the cell begins anew, to the same result.
package struct CellCheckpoint: Sendable {
  private let file: URL
  /// Seconds between two saves.
  private let interval: Double

  init(_ cell: Cell, in folder: StudyFolder, interval: Double = 30) {
    file = folder.checkpoints.appending(path: cell.contentHash)
    self.interval = interval
  }

  private init(file: URL, interval: Double) { (self.file, self.interval) = (file, interval) }

  /// Of the cell's fit that starts at the teacher.
  var ofTeacherStart: CellCheckpoint {
    CellCheckpoint(
      file: file.deletingLastPathComponent().appending(path: file.lastPathComponent + "-teacher"), interval: interval)
  }

  /// The last state that was saved; nil if there is none that can be read.
  func state() -> TrainingState? {
    guard let data = try? Data(contentsOf: file) else { return nil }
    return try? TrainingState(bytes: [UInt8](data), file: file.path)
  }

  /// A state that cannot be written, on a full disk say, is not: the fit goes on.
  var saves: TrainingSaves {
    TrainingSaves(every: .seconds(interval)) { state in
      try? FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      guard let bytes = try? state.bytes() else { return }
      try? WholeFile.write(Data(bytes), to: file)
    }
  }

  /// Once the cell has an outcome; with the last file the folder goes too.
  func remove() {
    let removals = [unlink(file.path), unlink(ofTeacherStart.file.path)]
    if removals.contains(0) { rmdir(file.deletingLastPathComponent().path) }
  }
}
