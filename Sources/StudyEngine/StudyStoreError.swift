import Foundation
import GRDB

/// Why a study folder cannot be opened, read or written, and what to do.
package enum StudyStoreError: Error, Equatable, Sendable {
  /// There is no store in the folder.
  case missing(folder: String)
  /// The file is not a database, or not one of ours.
  case notAStore(file: String)
  /// SQLite found damage.
  case corrupted(file: String, detail: String)
  /// The store was made by a newer version of the program.
  case newerSchema(file: String, found: Int, known: Int)
  /// The folder belongs to a study with cells that this one lacks.
  case otherStudy(folder: String, differences: [String])
  /// Another process runs this study now.
  case alreadyRunning(folder: String, holder: String)
  /// The folder cannot be made, as something that is no folder lies in its place or that of one above it.
  case obstructed(folder: String, by: String)
  case diskFull(file: String)
  /// No permission to write, or a file system mounted read-only.
  case notWritable(path: String, detail: String)
  case cannotOpen(path: String, detail: String)
  /// Another process kept the database locked for longer than a write waits.
  case busy(file: String)
  /// Any other failure of SQLite or the file system.
  case failed(path: String, detail: String)

  /// The case that `errno` belongs to, after a call on the file `path` of a folder.
  init(errorNumber: Int32, path: String, folder: String) {
    let detail = String(cString: strerror(errorNumber))
    switch errorNumber {
    case EACCES, EROFS, EPERM: self = .notWritable(path: folder, detail: detail)
    case ENOSPC, EDQUOT: self = .diskFull(file: path)
    default: self = .cannotOpen(path: path, detail: detail)
    }
  }

  /// The case that an error met at `path` belongs to.
  init(_ error: any Error, path: String) {
    switch error {
    case let error as StudyStoreError:
      self = error
    case let error as DatabaseError:
      let detail = error.message ?? "\(error.resultCode)"
      switch error.resultCode {
      case .SQLITE_FULL: self = .diskFull(file: path)
      case .SQLITE_READONLY, .SQLITE_PERM: self = .notWritable(path: path, detail: detail)
      case .SQLITE_CANTOPEN: self = .cannotOpen(path: path, detail: detail)
      case .SQLITE_CORRUPT: self = .corrupted(file: path, detail: detail)
      case .SQLITE_NOTADB: self = .notAStore(file: path)
      case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(file: path)
      default: self = .failed(path: path, detail: error.description)
      }
    case let error as CocoaError where error.code == .fileWriteOutOfSpace:
      self = .diskFull(file: path)
    case let error as CocoaError where [.fileWriteNoPermission, .fileWriteVolumeReadOnly].contains(error.code):
      self = .notWritable(path: path, detail: error.localizedDescription)
    default:
      self = .failed(path: path, detail: error.localizedDescription)
    }
  }
}

extension StudyStoreError: CustomStringConvertible {
  /// One line.
  package var description: String {
    switch self {
    case .missing(let folder): "\(folder): there is no study here (no \(StudyFolder.storeName))"
    case .notAStore(let file): "\(file): not a study's store; move it away or choose another folder"
    case .corrupted(let file, let detail):
      "\(file): the store is damaged (\(detail)); nothing was changed; restore a copy or move the folder away"
    case .newerSchema(let file, let found, let known):
      "\(file): the store has version \(found), this program knows up to \(known); use the newer program"
    case .otherStudy(let folder, let differences):
      "\(folder): holds another study: \(differences.joined(separator: "; ")); choose another folder, or give --accept-changes "
        + "to run the new cells beside the old"
    case .alreadyRunning(let folder, let holder):
      "\(folder): this study is being run by \(holder); wait for it or stop it"
    case .obstructed(let folder, let obstacle):
      "\(folder): cannot be made: \(obstacle) is not a folder; choose another folder"
    case .diskFull(let file): "\(file): the disk is full; make room, then run the same command again"
    case .notWritable(let path, let detail): "\(path): cannot be written (\(detail)); choose another folder"
    case .cannotOpen(let path, let detail): "\(path): cannot be opened (\(detail))"
    case .busy(let file): "\(file): another program keeps the store locked; close it, then run the same command again"
    case .failed(let path, let detail): "\(path): \(detail)"
    }
  }
}
