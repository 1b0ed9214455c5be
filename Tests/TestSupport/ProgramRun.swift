import Foundation

/// A program that is not ours, run to its end.
public struct ProgramRun: Sendable {
  public let status: Int32
  public let output: String

  /// - Parameters:
  ///   - program: a path, or a name that is looked for on the PATH.
  ///   - withErrors: whether `output` has what it prints to stderr, too; else that goes where the tests' goes.
  public init(_ program: String, _ arguments: [String], in folder: URL? = nil, withErrors: Bool = false) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    if let folder { process.currentDirectoryURL = folder }
    process.standardInput = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardOutput = pipe
    if withErrors { process.standardError = pipe }
    try process.run()
    output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    status = process.terminationStatus
  }
}
