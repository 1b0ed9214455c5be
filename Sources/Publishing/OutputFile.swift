import Foundation
import StudyEngine

/// Writes whole files or nothing (`WholeFile`), and their folder.
enum OutputFile {
  static func write(_ text: String, to url: URL) throws(PublishingError) { try write(Data(text.utf8), to: url) }

  /// Makes the folder if there is none.
  static func write(_ data: Data, to url: URL) throws(PublishingError) {
    let folder = url.deletingLastPathComponent()
    do { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) } catch {
      throw PublishingError(error, path: folder.path(percentEncoded: false))
    }
    do { try WholeFile.write(data, to: url) } catch {
      throw PublishingError(error, path: url.path(percentEncoded: false))
    }
  }
}
