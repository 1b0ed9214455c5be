import Foundation
import Testing

/// One run of the built `slablab`, which lies beside the test bundle.
struct SlabLabProcess {
  let status: Int32
  let output: String
  let errors: String

  /// - Parameter folder: where it runs; by default where the tests do.
  init(_ arguments: [String], environment: [String: String]? = nil, folder: URL? = nil) throws {
    let process = try Self.process(arguments)
    if let folder { process.currentDirectoryURL = folder }
    if let environment { process.environment = environment }
    // A pipe and a file: of two pipes, the one that is read last fills up and stops the child, and with it this.
    let outputPipe = Pipe()
    let errorFile = FileManager.default.temporaryDirectory.appending(path: "slablab-errors-\(UUID().uuidString)")
    try Data().write(to: errorFile)
    defer { try? FileManager.default.removeItem(at: errorFile) }
    process.standardOutput = outputPipe
    process.standardError = try FileHandle(forWritingTo: errorFile)
    try process.run()
    output = String(decoding: outputPipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    errors = String(decoding: try Data(contentsOf: errorFile), as: UTF8.self)
    status = process.terminationStatus
  }

  /// A run that goes on while the test does something else; what it prints is dropped.
  static func start(
    _ arguments: [String], environment: [String: String]? = nil, output: FileHandle = .nullDevice
  ) throws -> Process {
    let process = try process(arguments)
    if let environment { process.environment = environment }
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  private static func process(_ arguments: [String]) throws -> Process {
    let products = try #require(Bundle.main.executableURL).deletingLastPathComponent()
    let process = Process()
    process.executableURL = products.appending(path: "slablab")
    process.arguments = arguments
    return process
  }
}
