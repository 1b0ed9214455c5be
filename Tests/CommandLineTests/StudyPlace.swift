import Foundation

/// A folder of its own, for a study on a cluster; its path has a space and quotes.
struct StudyPlace: ~Copyable {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "it's a \"study\" \(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(RunCommandTests.study.utf8).write(to: folder.appending(path: "small.yaml"))
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  var file: String { path("small.yaml") }
  func path(_ name: String) -> String { folder.appending(path: name).path }

  /// Every table's bytes, by name.
  func tables(_ out: String) throws -> [String: Data] {
    let names = try FileManager.default.contentsOfDirectory(atPath: path("\(out)/tables"))
    return try Dictionary(uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: URL(filePath: path("\(out)/tables/\($0)")))) })
  }
}
