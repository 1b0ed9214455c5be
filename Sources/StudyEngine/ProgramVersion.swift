import Foundation

/// SlabLab's own version, which manifests and model files record and `slablab --version` prints.
public enum ProgramVersion {
  public static let current = "0.1.0"

  /// The commit of SlabLab's sources, with `-dirty` where they were changed, if this program lies in their checkout, as
  /// `make build` leaves it; nil elsewhere, and without git.
  package static func commit() -> String? {
    guard let folder = Bundle.main.executableURL?.deletingLastPathComponent().path(percentEncoded: false),
      let root = git(["rev-parse", "--show-toplevel"], in: folder),
      FileManager.default.fileExists(atPath: root + "/Sources/StudyEngine/ProgramVersion.swift")
    else { return nil }
    return git(["describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"], in: folder)
  }

  private static func git(_ arguments: [String], in folder: String) -> String? {
    let (process, output) = (Process(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["git", "-C", folder] + arguments
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return process.terminationStatus == 0 ? text.trimmingCharacters(in: .whitespacesAndNewlines) : nil
  }
}
