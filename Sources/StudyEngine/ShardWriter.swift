import Foundation
import Synchronization

/// The one writer of a shard; a file of that name must not be there yet.
///
/// Each cell is on the disk, by `fsync`, before its `record` returns.
final class ShardWriter: OutcomeStore {
  let folder: StudyFolder
  private let path: String
  private let descriptor: Int32
  private let earlier: (done: Set<String>, failed: Set<String>)
  /// Bytes of whole lines.
  private let length = Mutex(off_t(0))

  /// Makes the file and writes its header.
  /// - Parameters:
  ///   - folder: the study's.
  ///   - earlier: the cells that earlier runs of the task have recorded.
  /// - Returns: nil if the file is there.
  init?(
    creating url: URL, in folder: StudyFolder, _ header: Shard.Header, earlier: (done: Set<String>, failed: Set<String>)
  ) throws(StudyStoreError) {
    path = url.path(percentEncoded: false)
    self.folder = folder
    self.earlier = earlier
    // Exclusive creation is atomic, on network file systems too.
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      if errno == EEXIST { return nil }
      throw StudyStoreError(errorNumber: errno, path: path, folder: url.deletingLastPathComponent().path)
    }
    try append("begin", header)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  func states() -> (done: Set<String>, failed: Set<String>) { earlier }

  func record(_ outcome: CellOutcome) throws(StudyStoreError) {
    let state: Shard.CellState =
      switch outcome.result {
      case .success(let result): result.converged ? .done : .unconverged
      case .failure: .failed
      }
    try append("cell \(outcome.cell.contentHash) \(state.rawValue) \(outcome.seconds)", ShardRecord(outcome))
  }

  func end(_ ending: Shard.Ending) throws(StudyStoreError) {
    try append("end \(ending.kind.rawValue)", ending.message)
  }

  /// A sign of life: the time of the file's last change becomes that of its host's clock, now.
  func touch() { futimens(descriptor, nil) }

  private func append(_ words: String, _ value: some Encodable) throws(StudyStoreError) {
    let line: Data
    do { line = Shard.line("\(words) \(try Shard.json(value))") } catch { throw StudyStoreError(error, path: path) }
    let errorNumber = length.withLock { length -> Int32 in
      let failure = Self.write(line, descriptor)
      if failure == 0 { length += off_t(line.count) } else { ftruncate(descriptor, length) }
      return failure
    }
    guard errorNumber == 0 else {
      throw StudyStoreError(errorNumber: errorNumber, path: path, folder: (path as NSString).deletingLastPathComponent)
    }
  }

  /// 0, or the error's number.
  private static func write(_ data: Data, _ descriptor: Int32) -> Int32 {
    data.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Foundation.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count < 0 {
          if errno == EINTR { continue }
          return errno
        }
        rest = rest.dropFirst(count)
      }
      return fsync(descriptor) == 0 ? 0 : errno
    }
  }
}
