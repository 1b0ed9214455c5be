import Foundation

/// SlabLab's own version, which manifests and model files record and `slablab --version` prints.
public enum ProgramVersion {
  public static let current = "0.1.0"

  /// The commit of SlabLab's sources, with `-dirty` where they were changed, if this program lies in their checkout, as
  /// `make build` leaves it, and was built after that commit; nil elsewhere, and without git.
  package static func commit() -> String? {
    guard let program = Bundle.main.executableURL else { return nil }
    let folder = program.deletingLastPathComponent().path(percentEncoded: false)
    let attributes = try? FileManager.default.attributesOfItem(atPath: program.path(percentEncoded: false))
    guard let built = attributes?[.modificationDate] as? Date, let root = git(["rev-parse", "--show-toplevel"], in: folder),
      FileManager.default.fileExists(atPath: root + "/Sources/StudyEngine/ProgramVersion.swift"),
      let committed = git(["log", "-1", "--format=%ct"], in: folder).flatMap(Double.init),
      built.timeIntervalSince1970 >= committed
    else { return nil }
    return git(["describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"], in: folder)
  }

  private static func git(_ arguments: [String], in folder: String) -> String? {
    let environment = ProcessInfo.processInfo.environment
    guard let git = ExternalProgram("git", searchPath: environment["PATH"]),
      let output = try? git.run(["-C", folder] + arguments, environment: environment, seconds: 5), output.status == 0
    else { return nil }
    return output.text.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
