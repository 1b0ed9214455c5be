import Foundation

/// Writes whole files or nothing: to a temporary name in the same folder, then renamed.
enum OutputFile {
  static func write(_ text: String, to url: URL) throws(PublishingError) { try write(Data(text.utf8), to: url) }

  /// Makes the folder if there is none.
  static func write(_ data: Data, to url: URL) throws(PublishingError) {
    let folder = url.deletingLastPathComponent()
    do { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) } catch {
      throw PublishingError(error, path: folder.path(percentEncoded: false))
    }
    do { try data.write(to: url, options: .atomic) } catch {
      throw PublishingError(error, path: url.path(percentEncoded: false))
    }
  }
}
