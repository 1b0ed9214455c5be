import Foundation

/// A program of the machine, run without a shell and with a time limit.
struct ExternalProgram: Sendable {
  struct Output: Sendable, Equatable {
    let status: Int32
    let text: String
    /// What it says on stderr, in one line.
    let error: String
  }

  enum Failure: Error, Equatable, Sendable {
    case notStarted(String)
    case noAnswer(seconds: Double)
  }

  let executable: URL

  /// Nil if no folder of the search path has it.
  init?(_ name: String, searchPath: String?) {
    let candidates = (searchPath ?? "").split(separator: ":").map { URL(filePath: "\($0)/\(name)") }
    guard let found = candidates.first(where: { FileManager.default.isExecutableFile(atPath: $0.path(percentEncoded: false)) })
    else { return nil }
    executable = found
  }

  /// Runs it to its end, or kills it when the time is over.
  func run(_ arguments: [String], environment: [String: String], seconds: Double) throws(Failure) -> Output {
    // Files and no pipes: whoever inherits a pipe from a killed program would keep us waiting for its end.
    let files = ["out", "err"].map { FileManager.default.temporaryDirectory.appending(path: "slablab-\($0)-\(UUID().uuidString)") }
    defer { for file in files { try? FileManager.default.removeItem(at: file) } }
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    do {
      for file in files { try Data().write(to: file) }
      process.standardOutput = try FileHandle(forWritingTo: files[0])
      process.standardError = try FileHandle(forWritingTo: files[1])
      try process.run()
    } catch { throw .notStarted(error.localizedDescription) }
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    while process.isRunning {
      guard clock.now < end else {
        // Not waited for: Foundation sees the end only when the program's own children are gone too.
        kill(process.processIdentifier, SIGKILL)
        throw .noAnswer(seconds: seconds)
      }
      usleep(10_000)
    }
    process.waitUntilExit()
    let texts = files.map { String(decoding: (try? Data(contentsOf: $0)) ?? Data(), as: UTF8.self) }
    let lines = texts[1].split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    return Output(status: process.terminationStatus, text: texts[0], error: String(lines.joined(separator: " ").prefix(500)))
  }
}
