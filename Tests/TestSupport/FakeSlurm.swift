import Foundation

/// A folder of scripts in the place of Slurm's programs, to stand on the PATH.
public struct FakeSlurm: ~Copyable {
  public let folder: URL

  /// Programs that do what a quiet cluster's do: arrays get the number 17, and nothing is queued.
  public init(sbatch: String = "echo 17", maxArraySize: Int = 1001, maxJobCount: Int = 10000, squeue: String = "") throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "fake slurm \(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    // What sbatch was called with, a line each.
    try write("sbatch", "printf '%s\\n' \"$@\" >\"$0.arguments\"; /usr/bin/env >\"$0.environment\"; \(sbatch)")
    try write("scontrol", "echo 'MaxArraySize            = \(maxArraySize)'; echo 'MaxJobCount             = \(maxJobCount)'")
    try write("squeue", squeue)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  public func write(_ name: String, _ text: String) throws {
    let file = folder.appending(path: name)
    try Data("#!/bin/sh\n\(text)\n".utf8).write(to: file)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
  }

  /// This process's environment with the scripts alone on the PATH.
  public func environment(_ more: [String: String] = [:]) -> [String: String] {
    ProcessInfo.processInfo.environment.merging(more) { $1 }.merging(["PATH": folder.path]) { $1 }
  }

  public func sbatchArguments() throws -> [String] { try lines("sbatch.arguments") }
  public func sbatchEnvironment() throws -> [String] { try lines("sbatch.environment") }

  private func lines(_ name: String) throws -> [String] {
    let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }
}
