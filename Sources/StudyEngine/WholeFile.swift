import Foundation

/// Writes a file of a study's folder whole or not at all.
///
/// The text goes to `.NAME.partial` beside the file and is then renamed. The name is fixed, so what a killed process
/// left is overwritten and renamed away by the next run; a name made up at each write would stay for ever, and be
/// counted among the tables. Two writers at once cannot be: the folder is held by `run.lock`.
package enum WholeFile {
  package static func write(_ data: Data, to url: URL) throws {
    let partial = url.deletingLastPathComponent().appending(path: ".\(url.lastPathComponent).partial")
    do {
      try data.write(to: partial)
      guard rename(partial.path(percentEncoded: false), url.path(percentEncoded: false)) == 0 else {
        throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
      }
    } catch {
      try? FileManager.default.removeItem(at: partial)
      throw error
    }
  }
}
