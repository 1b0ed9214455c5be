import Foundation

/// The right to run the study of a folder: one process at a time has it.
///
/// An advisory lock (`flock`) on a file, which the system drops when the process ends in whatever way; the file stays.
final class RunLock: Sendable {
  private let descriptor: Int32

  /// - Throws: `StudyStoreError.alreadyRunning` if it is held, `.notWritable` or `.cannotOpen` if there is no file.
  init(_ folder: StudyFolder) throws(StudyStoreError) {
    let path = folder.lock.path(percentEncoded: false)
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw StudyStoreError(errorNumber: errno, path: path, folder: folder.path)
    }
    var isHeld = flock(descriptor, LOCK_EX | LOCK_NB) == 0
    // `status` holds the lock for an instant when it looks; a run holds it for long.
    for _ in 0..<5 where !isHeld && errno == EWOULDBLOCK {
      usleep(20_000)
      isHeld = flock(descriptor, LOCK_EX | LOCK_NB) == 0
    }
    guard isHeld else {
      let code = errno
      close(descriptor)
      guard code == EWOULDBLOCK else {
        throw .cannotOpen(path: path, detail: String(cString: strerror(code)))
      }
      throw .alreadyRunning(folder: folder.path, holder: Self.holder(folder) ?? "another process")
    }
    // For people only: whoever is refused reads here by whom.
    let note = "process \(ProcessInfo.processInfo.processIdentifier) on \(ProcessInfo.processInfo.hostName)\n"
    ftruncate(descriptor, 0)
    _ = note.withCString { write(descriptor, $0, strlen($0)) }
  }

  deinit { close(descriptor) }

  /// Who runs the folder's study now, as text; nil if nobody does.
  static func currentHolder(_ folder: StudyFolder) -> String? {
    let descriptor = open(folder.lock.path(percentEncoded: false), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_SH | LOCK_NB) != 0, errno == EWOULDBLOCK else { return nil }
    return holder(folder) ?? "another process"
  }

  private static func holder(_ folder: StudyFolder) -> String? {
    let note = try? String(contentsOf: folder.lock, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
    return note.flatMap { $0.isEmpty ? nil : $0 }
  }
}
