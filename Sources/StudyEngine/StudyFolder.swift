import Foundation

/// Where things lie in the folder of a study.
package struct StudyFolder: Sendable, Equatable {
  package static let storeName = "store.sqlite"

  package let url: URL

  package init(_ url: URL) { self.url = url }

  package var path: String { url.path(percentEncoded: false) }
  /// The database.
  package var store: URL { url.appending(path: Self.storeName) }
  package var hasStore: Bool { FileManager.default.fileExists(atPath: store.path(percentEncoded: false)) }
  /// The study file, verbatim.
  package var studyFile: URL { url.appending(path: "study.yaml") }
  package var manifest: URL { url.appending(path: "manifest.json") }
  package var hasManifest: Bool { FileManager.default.fileExists(atPath: manifest.path(percentEncoded: false)) }
  /// Held by the process that runs the study.
  package var lock: URL { url.appending(path: "run.lock") }
  /// What a cluster's tasks recorded, a folder for each submission.
  package var shards: URL { url.appending(path: "shards") }
  /// Seconds and dates, which the tables must not hold.
  package var timings: URL { url.appending(path: "timings.csv") }
  /// What cells that are under way have saved.
  package var checkpoints: URL { url.appending(path: "checkpoints") }
  package var tables: URL { url.appending(path: "tables") }
  package var figures: URL { url.appending(path: "figures") }

  /// The file, or whatever else is no folder, that lies on the way to this one; nil if nothing does.
  var obstacle: String? {
    var place = url.absoluteURL.standardizedFileURL
    while place.pathComponents.count > 1 {
      var isDirectory: ObjCBool = false
      // `path(percentEncoded:)` may end in a slash, and a file with a slash does not exist.
      if FileManager.default.fileExists(atPath: place.path, isDirectory: &isDirectory) {
        return isDirectory.boolValue ? nil : place.path
      }
      place.deleteLastPathComponent()
    }
    return nil
  }
}
