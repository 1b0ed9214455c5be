import ArgumentParser
import Foundation
import Simulation

/// A file that a flag names to write text to.
struct TextOutput {
  let flag: String
  let path: String

  /// Refuses, before any work, a folder and the table that the command reads.
  func validate(table: String) throws(ArgumentError) {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      throw ArgumentError("\(flag) \(path): this is a folder; expected a file to write to")
    }
    let files = [path, table].map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().path }
    if files[0] == files[1] { throw ArgumentError("\(flag) \(path): this is the table itself; choose another file") }
    let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
    guard FileManager.default.fileExists(atPath: parent) else {
      throw ArgumentError("\(flag) \(path): there is no folder \(parent); make it first")
    }
  }

  func write(_ text: String) throws(ArgumentError) {
    let (data, url) = (Data(text.utf8), URL(fileURLWithPath: path))
    // An atomic write renames a new file into place, which would replace a device or pipe by a file.
    let type = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
    do {
      if let type, type != .typeRegular {
        let handle = try FileHandle(forWritingTo: url)
        try handle.write(contentsOf: data)
        try handle.close()
      } else {
        try data.write(to: url, options: .atomic)
      }
    } catch {
      throw ArgumentError("\(path): cannot be written: \(ModelFolder.reason(error))")
    }
  }
}
